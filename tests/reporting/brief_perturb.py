"""Change one field of a result, as a person would who wants to see what depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from equipoise.reporting.tables.fields import Fields, leaves, segment_of

NAMES = frozenset({"id", "outcome", "arm", "reference", "primary", "role", "trial", "item"})
"""Fields that name a thing: to change them is to speak of another thing."""

CODES = {
    "conclusion": ("harm_size_unclear", "no_worthwhile_effect"),
    "measured": ("harm_size_unclear", "cannot_tell"),
    "decision": ("stop", "continue"),
    "gap": ("split", "liked-harm"),
    "direction": ("higher", "lower"),
    "measure_type": ("score", "rate"),
    "level": ("dsl", "school"),
    "safety_worse": ("lower", "higher"),
    "when": ("2025-05-06", "2025-05-07"),
    "code": ("safety-holds", "safety-fails"),
    "reason": ("effect-is-harm", "no-costs"),
}


def changed(path: str, value: Any) -> Any:
    """Return another value that the field could hold; None where there is none to try."""
    last = path.rsplit(".", 1)[-1]
    if isinstance(value, bool):
        return not value
    if last in CODES:
        return next(code for code in CODES[last] if code != value)
    if isinstance(value, str):
        return f"{value} altered"
    if isinstance(value, int):
        return 2 * value + 17
    if isinstance(value, float):
        return (value + 0.37) % 1 if last in ("p", "p_permutation") else value * 1.5 + 3.3
    return None


def replaced(holder: Any, path: str, value: Any) -> Any:
    """Return a result with one field changed."""
    if not path:
        return value
    segment, _, rest = path.partition(".")
    if isinstance(holder, Mapping):
        return {
            key: replaced(held, rest, value) if segment_of(str(key)) == segment else held
            for key, held in holder.items()
        }
    if isinstance(holder, tuple):
        keys = Fields({"": holder}).keys("", "")
        return tuple(
            replaced(held, rest, value) if key == segment else held
            for key, held in zip(keys, holder, strict=True)
        )
    assert is_dataclass(holder) and not isinstance(holder, type)
    return replace(holder, **{segment: replaced(getattr(holder, segment), rest, value)})


def trials(holder: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield path, old value and new value for every field that can be changed alone."""
    assert {field.name for field in fields(holder)}
    for path, value in leaves(holder):
        if path.rsplit(".", 1)[-1] in NAMES or value is None:
            continue
        other = changed(path, value)
        if other is not None:
            yield path, value, other
