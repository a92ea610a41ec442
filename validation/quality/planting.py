"""Planting: one fault put into the months of an authority, and the month in which it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from validation.quality.declared import STRENGTH
from validation.quality.population import Drawn, Table


def planted(fault: str, found: Drawn, rng: np.random.Generator) -> int:
    """Put a fault into an authority; return the month in which it begins (202409)."""
    # Nobody can tell a change of recording from what was before without months on both sides.
    at = int(rng.integers(6, len(found.months) - 6))
    _PLANTERS[fault](found, at, rng)
    return found.months[at]


def _strength(name: str, rng: np.random.Generator) -> float:
    return float(rng.uniform(*STRENGTH[name]))


def _missing_month(found: Drawn, at: int, rng: np.random.Generator) -> None:
    left = _strength("left", rng)
    for series in _every_series(found):
        series[at] = rng.binomial(series[at], left)


def _open_cases(found: Drawn, at: int, rng: np.random.Generator) -> None:
    """Let contacts on open cases in without a mark: new ones, or those that had one before."""
    counts, months = found.counts, range(at, len(found.months))
    if found.marked_share >= 0.15 and rng.random() < 0.5:
        for month in months:
            counts["nfa"][month] += int(counts["open_case"][month] * 0.6)
            counts["open_case"][month] = rng.binomial(counts["open_case"][month], 0.03)
        return
    more, soon = _strength("mixed", rng), _strength("mixed_soon", rng)
    for month in months:
        come = rng.poisson(more * counts["contacts"][month])
        counts["contacts"][month] += come
        counts["child_days"][month] += come
        counts["soon"][month] += rng.binomial(come, soon)
        ended = rng.binomial(come, 0.6)
        counts["nfa"][month] += ended
        _spread(found, "outcome", month, come - ended, rng)
        found.labels["outcome"]["NFA"][month] += ended
        _spread(found, "source", month, come, rng)
        form = max(found.forms, key=lambda key: found.forms[key][month])
        found.forms[form][month] += come


def _absence(found: Drawn, at: int, rng: np.random.Generator) -> None:
    share = _strength("blank", rng)
    for month in range(at, len(found.months)):
        blank = rng.binomial(found.counts["nfa"][month], share)
        found.counts["nfa"][month] -= blank
        found.counts["missing"][month] += blank
        found.labels["outcome"]["NFA"][month] -= blank
        found.labels["outcome"][""][month] += blank


def _double(found: Drawn, at: int, rng: np.random.Generator) -> None:
    """Export a month, or part of it, twice: under the same numbers, or under new ones."""
    again = rng.binomial(found.counts["contacts"][at], _strength("doubled", rng))
    if rng.random() < 0.6:
        found.counts["copies"][at] += again
        return
    found.counts["twins"][at] += again
    for name in ("contacts", "school_contacts", "nfa", "open_case", "missing"):
        share = again / max(1, found.counts["contacts"][at])
        if name != "contacts":
            found.counts[name][at] += int(found.counts[name][at] * share)
    found.counts["contacts"][at] += again


def _migration(found: Drawn, at: int, rng: np.random.Generator) -> None:
    """Move to another system: other words, mostly other numbers, and volumes that move."""
    factor = np.exp(rng.normal(0, _strength("moved", rng)))
    for series in _every_series(found):
        series[at:] = np.round(series[at:] * factor)
    # The day may lie anywhere in the month: the first of it for half of them.
    old = 0.0 if rng.random() < 0.5 else rng.uniform(0.1, 0.6)
    for name in ("source", "outcome"):
        table, goal = found.labels[name], _strength("reworded", rng)
        total = sum(series[at:].sum() for series in table.values())
        moved = 0
        for label in sorted(table, key=str):
            # A blank stays a blank in any system.
            if label == "" or moved >= goal * total:
                continue
            moved += table[label][at:].sum()
            _rename(table, label, ("new", label), at, old, rng)
    if rng.random() < 0.7:
        for form in list(found.forms):
            _rename(found.forms, form, (16, False), at, old, rng)


def _rename(
    table: Table, label: object, other: object, at: int, old: float, rng: np.random.Generator
) -> None:
    series = table[label]
    new = table.setdefault(other, series * 0)
    stays = rng.binomial(series[at], old)
    new[at:] += series[at:]
    new[at] -= stays
    series[at:] = 0
    series[at] = stays


def _spread(found: Drawn, name: str, month: int, rows: int, rng: np.random.Generator) -> None:
    table = found.labels[name]
    labels = [label for label in table if label != ""]
    weight = np.array([table[label][month] for label in labels], dtype=float) + 1e-9
    for label, more in zip(labels, rng.multinomial(rows, weight / weight.sum()), strict=True):
        table[label][month] += more


def _every_series(found: Drawn) -> list[np.ndarray]:
    tables = [*found.labels.values(), found.forms]
    return [*found.counts.values(), *(series for table in tables for series in table.values())]


_PLANTERS: dict[str, Callable[[Drawn, int, np.random.Generator], None]] = {
    "missing month": _missing_month,
    "open cases mixed in": _open_cases,
    "no further action by absence": _absence,
    "double export": _double,
    "migration": _migration,
}
