"""Samples that ship: invented data for a first try, marked as simulated wherever they go."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.core.base import csv_bytes
from equipoise.workspace.folder import RehearsalSecrets

_SCHOOLS, _PUPILS = 16, 9
_COLUMNS = ("unit", "stratum", "arm", "value")


def sample_outcomes() -> bytes:
    """Return an invented outcome table: two classes of each arm in sixteen schools.

    Scores are sums of uniform numbers around 430, a little higher in small classes. A few are
    missing, as scores are.
    """
    draws = _uniforms()
    rows: list[tuple[str, str, str, float | None]] = []
    for school in range(1, _SCHOOLS + 1):
        stratum, place = f"school-{school:02d}", 30 * (next(draws) - 0.5)
        for number, arm in enumerate(("regular", "small", "regular", "small"), start=1):
            level = 430 + place + 16 * (next(draws) - 0.5) + (6 if arm == "small" else 0)
            absent = next(draws) < 0.2
            for pupil in range(_PUPILS):
                score = round(level + 90 * (next(draws) - 0.5), 1)
                value = None if absent and pupil == 0 else score
                rows.append((f"{stratum}-class-{number}", stratum, arm, value))
    return csv_bytes(_COLUMNS, rows)


def _uniforms() -> Iterator[float]:
    """Yield numbers between 0 and 1 that are the same everywhere."""
    data = RehearsalSecrets(20).take("sample", 4 * _SCHOOLS * (1 + 4 * (2 + _PUPILS)))
    for at in range(0, len(data), 4):
        yield int.from_bytes(data[at : at + 4], "big") / (2**32 - 1)
