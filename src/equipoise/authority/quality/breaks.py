"""Breaks: months in which the words or the numbers of an extract are replaced by others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeVar

from equipoise.authority.quality.findings import Finding, finding, limit, percent
from equipoise.authority.quality.months import Signs
from equipoise.authority.quality.steps import NEAR

#: Whether a label was there before, or is there after, is judged over so many months.
_AROUND = 6
_WORDS = {
    "source": "of rows have a source in words not used before",
    "outcome": "of rows have an outcome in words not used before",
    "number": "of rows have a contact number of another form than before",
}
Label = TypeVar("Label")


def break_findings(signs: Signs) -> Iterator[Finding]:
    """Yield the month in which labels or forms of number are replaced by others."""
    months = signs.numbers()
    replaced = {
        name: _replaced(rows, len(months), growing=name == "number")
        for name, rows in _by_field(signs).items()
    }
    for at in _peaks(replaced, len(months)):
        seen = {name: shares[at] for name, shares in replaced.items()}
        strong = {name: s for name, s in seen.items() if s >= limit("labels_changed")}
        declared = [what for month, what in signs.declared if month == months[at]]
        words = "; ".join(f"{percent(share)} {_WORDS[name]}" for name, share in strong.items())
        yield finding(
            signs.authority,
            "migration",
            signs.since(at),
            words + (f" (the profile: change of {', '.join(declared)})" if declared else ""),
            "the same words and numbers from month to month",
            "sure" if len(strong) > 1 or max(strong.values()) >= 0.6 else "likely",
        )


def _by_field(signs: Signs) -> dict[str, dict[object, list[int]]]:
    """Return the rows of each label, or form of number, over the months, by field."""
    place = {month: at for at, month in enumerate(signs.numbers())}
    found: dict[str, dict[object, list[int]]] = {"source": {}, "outcome": {}, "number": {}}

    def add(field: str, label: object, month: int, rows: int) -> None:
        # Rows outside the dates covered were set aside, or lie in no month that is looked at.
        if month in place:
            series = found[field].setdefault(label, [0] * len(place))
            series[place[month]] += rows

    for label in signs.labels:
        if label.field in found:
            add(label.field, label.label, label.month, label.rows)
    for form in signs.forms:
        add("number", (form.length, form.digits), form.month, form.rows)
    return found


def _replaced(rows: Mapping[object, list[int]], months: int, *, growing: bool) -> list[float]:
    """Return per month how much of what came before is replaced from it on, 0 to 1.

    The smaller of two shares: of the rows of the next months with labels not there before, and of
    the rows of the months before with labels not there after. The month itself may hold both, as
    where the change came in its middle.
    """
    found = [0.0] * months
    for at in range(2, months - 1):
        before, after = slice(max(0, at - _AROUND), at), slice(at + 1, at + 1 + _AROUND)
        near_before, near_after = slice(max(0, at - NEAR), at), slice(at, at + NEAR)
        mean_before = {x: _mean(series[before]) for x, series in rows.items()}
        mean_after = {x: _mean(series[after]) for x, series in rows.items()}
        new = gone = all_new = all_gone = 0
        for label, series in rows.items():
            low, high = mean_before[label], mean_after[label]
            coming, going = sum(series[near_after]), sum(series[near_before])
            all_new += coming
            all_gone += going
            if low < limit("labels_kept") * high and not (
                growing and _has_grown(label, mean_before, -1)
            ):
                new += coming
            if high < limit("labels_kept") * low and not (
                growing and _has_grown(label, mean_after, 1)
            ):
                gone += going
        if min(all_new, all_gone) >= limit("labels_rows"):
            found[at] = min(new / all_new, gone / all_gone)
    return found


def _has_grown(label: object, means: Mapping[object, float], by: int) -> bool:
    """Say whether numbers of digits of one more or less stood there: a count going on."""
    if not isinstance(label, tuple) or not label[1]:
        return False
    return means.get((label[0] + by, True), 0.0) > 0.0


def _peaks(replaced: Mapping[str, list[float]], months: int) -> list[int]:
    """Return the months in which most is replaced, none within `NEAR` months of a stronger one."""
    scores: dict[int, float] = defaultdict(float)
    for shares in replaced.values():
        for at, share in enumerate(shares):
            if share >= limit("labels_changed"):
                scores[at] += share
    peaks: list[int] = []
    for at in sorted(scores, key=lambda place: (-scores[place], place)):
        if all(abs(at - other) > NEAR for other in peaks):
            peaks.append(at)
    return sorted(at for at in peaks if at < months)


def _mean(values: list[int]) -> float:
    return sum(values) / len(values) if values else 0.0
