"""Running the sets: what is named, and what is cried for nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from equipoise.authority.quality import Finding, Signs, signals, signs_of
from equipoise.authority.rules import LabelMonth, MonthSigns
from validation.quality.declared import (
    AUTHORITIES,
    FAULTS,
    LEAST_NAMED,
    MOST_FALSE,
    NAMED,
    OF_EACH,
    SIZE,
    SMALL,
    SMALL_TESTED,
    TESTED,
)
from validation.quality.planting import planted
from validation.quality.population import Drawn, drawn


@dataclass
class Tally:
    """What became of the sets.

    Attributes
    ----------
    sets, clean
        How many sets, and clean authorities in them.
    planted, named, near
        By fault: planted; named with the authority and the month; with a month beside it.
    false
        By kind: findings about clean authorities.
    alarms
        By number of findings: how many clean authorities have so many.
    """

    sets: int = 0
    clean: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    alarms: Counter[int] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        self.sets += other.sets
        self.clean += other.clean
        for name in ("planted", "named", "near", "false", "alarms"):
            getattr(self, name).update(getattr(other, name))


def tally_of(seeds: Iterable[int], size: tuple[float, float] = SIZE) -> Tally:
    """Run sets, one for each seed, of authorities of so many contacts a month."""
    whole = Tally()
    for seed in seeds:
        whole.add(_one_set(seed, size))
    return whole


def _one_set(seed: int, size: tuple[float, float]) -> Tally:
    tally = Tally(sets=1)
    faults: list[str | None] = [*FAULTS * OF_EACH]
    faults += [None] * (AUTHORITIES - len(faults))
    for number, fault in enumerate(faults):
        rng = np.random.default_rng([seed, number])
        authority = drawn(str(900 + number), rng, size)
        month = planted(fault, authority, rng) if fault else 0
        found = signals(signs_from(authority))
        if fault is None:
            tally.clean += 1
            tally.false.update(one.kind for one in found)
            tally.alarms[len(found)] += 1
        else:
            tally.planted[fault] += 1
            tally.named[fault] += _names(found, fault, month, 0)
            tally.near[fault] += _names(found, fault, month, 1)
    return tally


def _names(found: Iterable[Finding], fault: str, month: int, off: int) -> bool:
    def at(name: str) -> int:
        return int(name[:4]) * 12 + int(name[5:])

    planted_at = month // 100 * 12 + month % 100
    return any(
        one.kind in NAMED[fault] and abs(at(one.first) - planted_at) <= off
        for one in found
        if one.first
    )


def signs_from(found: Drawn) -> Signs:
    """Return an authority's months as the product takes them in."""
    months = [
        MonthSigns(month, **{name: int(series[at]) for name, series in found.counts.items()})
        for at, month in enumerate(found.months)
    ]
    labels = [
        LabelMonth(name, number, found.months[at], int(rows))
        for name, table in found.labels.items()
        for number, series in enumerate(table.values())
        for at, rows in enumerate(series)
        if rows
    ]
    forms = {
        (found.months[at], length, digits): int(rows)
        for (length, digits), series in found.forms.items()
        for at, rows in enumerate(series)
        if rows
    }
    return signs_of(
        found.code, months, covers=found.covers, made=found.made, labels=labels, forms=forms
    )


def part(fraction: float) -> tuple[str, bool]:
    """Run the tested sets, or a fraction of them; the section of the document, and whether met."""
    tally = tally_of(_some(TESTED, fraction))
    small = tally_of(_some(SMALL_TESTED, fraction), SMALL)
    mean, error = alarms_of(tally)
    passed = mean <= MOST_FALSE and all(
        tally.named[fault] >= LEAST_NAMED * tally.planted[fault] for fault in FAULTS
    )
    cried = ", ".join(f"{kind} {count:,}" for kind, count in sorted(tally.false.items()))
    none = tally.alarms[0] / tally.clean
    lines = [
        "## Faults of extracts",
        "",
        f"{tally.sets} sets of {AUTHORITIES} authorities, {tally.clean:,} authorities clean. "
        "Monte Carlo errors in brackets. Thresholds were set on other seeds.",
        "",
        *_table(tally),
        "",
        f"Target: at least {100 * LEAST_NAMED:.0f} % of each. False alarms per clean authority: "
        f"{mean:.3f} ({error:.3f}); target: at most {MOST_FALSE:g}. "
        f"{100 * none:.1f} % of the clean have none. By kind: {cried or 'none'}.",
        "",
        f"Outcome: {'as required' if passed else 'NOT AS REQUIRED'}.",
        "",
        f"A limit of use: small authorities, {SMALL[0]:.0f} to {SMALL[1]:.0f} contacts a month "
        f"({small.sets} sets; no target). False alarms per clean authority: "
        f"{alarms_of(small)[0]:.3f} ({alarms_of(small)[1]:.3f}).",
        "",
        *_table(small),
        "",
    ]
    return "\n".join(lines), passed


def _some(seeds: range, fraction: float) -> range:
    return seeds[: max(1, round(len(seeds) * fraction))]


def _table(tally: Tally) -> list[str]:
    rows = [
        "| fault | planted | named with authority and month | month at most one off |",
        "| --- | --- | --- | --- |",
    ]
    for fault in FAULTS:
        n = tally.planted[fault]
        share, near = tally.named[fault] / n, tally.near[fault] / n
        error = sqrt(share * (1 - share) / n)
        rows.append(
            f"| {fault} | {n:,} | {100 * share:.1f} % ({100 * error:.1f}) | {100 * near:.1f} % |"
        )
    return rows


def alarms_of(tally: Tally) -> tuple[float, float]:
    """Return false alarms per clean authority, and the Monte Carlo error of that mean."""
    n = tally.clean
    mean = sum(number * times for number, times in tally.alarms.items()) / n
    square = sum(number**2 * times for number, times in tally.alarms.items()) / n
    return mean, sqrt(max(0.0, square - mean**2) / n)
