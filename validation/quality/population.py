"""The months of one clean authority, drawn from laws of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from validation.quality.declared import MONTHS, NOISE, SIZE

Counts = dict[str, "np.ndarray[tuple[int], np.dtype[np.int64]]"]
Table = dict[object, "np.ndarray[tuple[int], np.dtype[np.int64]]"]


@dataclass
class Drawn:
    """An authority as it is drawn; faults change it in place.

    Attributes
    ----------
    code
        Its code.
    months
        Calendar months (202409), in order.
    covers, made
        First and last date of contact; the day of the extract.
    counts
        By name of `MonthSigns`, over the months.
    labels
        By field, from a label to its rows over the months. The outcome "" is a blank.
    forms
        From (length, digits only) to rows over the months.
    soon_share, marked_share
        Of contacts soon after an earlier one; of those marked as on an open case.
    """

    code: str
    months: list[int]
    covers: tuple[date, date]
    made: date
    counts: Counts = field(default_factory=dict)
    labels: dict[str, Table] = field(default_factory=dict)
    forms: Table = field(default_factory=dict)
    soon_share: float = 0.0
    marked_share: float = 0.0


def drawn(code: str, rng: np.random.Generator, size: tuple[float, float] = SIZE) -> Drawn:
    """Draw a clean authority of so many contacts a month."""
    span = int(rng.integers(MONTHS[0], MONTHS[1] + 1))
    # A fifth of the extracts hold the months in which schools were closed.
    year = 2018 if rng.random() < 0.2 else 2021
    start = (year, int(rng.integers(1, 13)))
    months = [_after(start, n) for n in range(span)]
    first = date(months[0] // 100, months[0] % 100, 1)
    last = _last_day(months[-1])
    part = rng.random() < 0.2
    if part:
        last = last.replace(day=int(rng.integers(5, 20)))
    found = Drawn(code, months, (first, last), last + timedelta(days=int(rng.integers(1, 60))))
    contacts = _contacts(months, rng, size)
    if part:
        contacts[-1] = int(contacts[-1] * last.day / 30)
    _shares(found, contacts, rng)
    _labels(found, rng)
    _numbers(found, rng)
    return found


def _after(start: tuple[int, int], months: int) -> int:
    whole = start[0] * 12 + start[1] - 1 + months
    return whole // 12 * 100 + whole % 12 + 1


def _last_day(month: int) -> date:
    begin = date(month // 100, month % 100, 1)
    return (begin + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _contacts(
    months: list[int], rng: np.random.Generator, sizes: tuple[float, float]
) -> np.ndarray:
    size = np.exp(rng.uniform(*np.log(sizes)))
    noise = rng.uniform(*NOISE)
    season = np.exp(rng.normal(0, 0.08, 12))
    season[7] = rng.uniform(0.4, 0.9)
    trend = np.exp(np.cumsum(np.full(len(months), rng.normal(0.002, 0.004))))
    mean = size * season[[m % 100 - 1 for m in months]] * trend
    closed = [202003 <= m <= 202007 or 202101 <= m <= 202102 for m in months]
    mean = mean * np.where(closed, rng.uniform(0.5, 0.9), 1.0)
    return rng.poisson(mean * rng.gamma(1 / noise**2, noise**2, len(months)))


def _drifting(share: float, months: int, rng: np.random.Generator) -> np.ndarray:
    """Return a share that wanders a little from month to month."""
    logit = np.log(max(share, 1e-4) / (1 - share))
    walk = np.cumsum(rng.normal(0, 0.02, months)) + rng.normal(0, 0.06, months)
    return 1 / (1 + np.exp(-(logit + walk)))


def _shares(found: Drawn, contacts: np.ndarray, rng: np.random.Generator) -> None:
    span = len(contacts)
    counts = found.counts

    def part(of: np.ndarray, share: float) -> np.ndarray:
        return rng.binomial(of, _drifting(share, span, rng)) if share else of * 0

    counts["contacts"] = contacts
    school = np.array([0.15 if m % 100 == 8 else 1.0 for m in found.months])
    closed = np.array([0.3 if 202004 <= m <= 202006 else 1.0 for m in found.months])
    counts["school_contacts"] = rng.binomial(
        contacts, _drifting(rng.uniform(0.15, 0.3), span, rng) * school * closed
    )
    found.soon_share = rng.uniform(0.08, 0.25)
    counts["child_days"] = rng.binomial(contacts, 0.98)
    counts["soon"] = part(counts["child_days"], found.soon_share)
    counts["soon"][0] //= 2
    found.marked_share = 0.0 if rng.random() < 0.4 else rng.uniform(0.05, 0.35)
    counts["open_case"] = part(contacts, found.marked_share)
    counts["missing"] = part(contacts, rng.uniform(0.001, 0.03))
    # Decisions of the last days are not yet there when the extract is made.
    late = rng.uniform(0.1, 0.6) * np.exp(-(found.made - found.covers[1]).days / 12)
    counts["missing"][-1] = max(counts["missing"][-1], int(late * contacts[-1]))
    known = contacts - counts["missing"]
    counts["unmapped"] = part(known, rng.uniform(0.001, 0.06))
    free = np.maximum(known - counts["unmapped"] - counts["open_case"], 0)
    counts["nfa"] = part(free, rng.uniform(0.25, 0.65))
    counts["unresolved"] = part(counts["school_contacts"], rng.uniform(0.01, 0.1))
    counts["not_school"] = part(counts["school_contacts"], rng.uniform(0.02, 0.25))
    counts["unclear_source"] = part(contacts, rng.uniform(0.001, 0.05))
    for name in ("copies", "twins", "conflicts"):
        counts[name] = part(contacts, rng.uniform(0.0005, 0.01))


def _labels(found: Drawn, rng: np.random.Generator) -> None:
    """Draw how often each label stands: some come late, some go, most are there throughout."""
    span = len(found.months)
    contacts, counts = found.counts["contacts"], found.counts
    for name, least, most in (("source", 12, 30), ("outcome", 5, 12)):
        number = int(rng.integers(least, most))
        weight = rng.dirichlet(np.full(number, 0.7))
        table: Table = {n: np.zeros(span, dtype=np.int64) for n in range(number)}
        begins, ends = np.zeros(number), np.full(number, span)
        for n in range(number):
            if weight[n] < 0.05 and rng.random() < 0.15:
                begins[n] = rng.integers(0, span)
            if weight[n] < 0.05 and rng.random() < 0.1:
                ends[n] = rng.integers(0, span)
        blank = counts["missing"] if name == "outcome" else contacts * 0
        nfa = counts["nfa"] if name == "outcome" else contacts * 0
        for at in range(span):
            there = weight * ((begins <= at) & (at < ends)) + 1e-9
            rows = rng.multinomial(contacts[at] - blank[at] - nfa[at], there / there.sum())
            for n in range(number):
                table[n][at] = rows[n]
        if name == "outcome":
            table[""], table["NFA"] = blank.copy(), nfa.copy()
        found.labels[name] = table


def _numbers(found: Drawn, rng: np.random.Generator) -> None:
    """Draw numbers of contact: a count that goes on, or a reference of one length."""
    contacts = found.counts["contacts"]
    if rng.random() < 0.3:
        found.forms = {(int(rng.integers(6, 14)), False): contacts.copy()}
        return
    ends = int(rng.integers(10_000, 2_000_000)) + np.cumsum(contacts)
    for at, end in enumerate(ends):
        lengths = range(len(str(int(end - contacts[at]))), len(str(int(end))) + 1)
        for length in lengths:
            low = max(10 ** (length - 1), int(end - contacts[at]))
            rows = max(0, min(10**length, int(end)) - low)
            series = found.forms.setdefault((length, True), contacts * 0)
            series[at] = rows
