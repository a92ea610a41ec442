"""Steps: where a series of months changes its level, and how clearly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import median

#: Turns a median absolute deviation into a standard deviation of a normal distribution.
_MAD = 1.4826
#: Of so many months on each side a step is seen, however long the series.
REACH = 12
#: The month of the summer holiday; how far, in logarithms, one year's other months are believed.
_AUGUST = 8
_MILD = log(1.3)
#: Less than this share of the months around, in logarithms, is a month that is missing.
_GONE = log(0.15)
#: A step has to show within so many months beside it.
NEAR = 3


@dataclass(frozen=True)
class Step:
    """A change of level.

    Attributes
    ----------
    at
        The place of the first month of the new level.
    before, after
        The level on each side, over up to `REACH` months.
    z
        The change over its standard error.
    """

    at: int
    before: float
    after: float
    z: float


def share_steps(
    parts: Sequence[int], wholes: Sequence[int], *, least: float, z: float, shortest: int = 2
) -> tuple[Step, ...]:
    """Find the steps of a share, the clearest first and then those on either side of it.

    A step is where two levels fit best by weighted least squares. Its standard error is that of
    two binomial shares, widened by the spread of the months around their levels (a quasi-binomial
    dispersion, never below 1; McCullagh and Nelder, Generalized Linear Models, 1989, 4.5).

    Parameters
    ----------
    parts, wholes
        Per month, in order.
    least
        The smallest change of share that is told, 0 to 1.
    z
        The smallest change over its error.
    shortest
        How many months each level lasts at least.

    Examples
    --------
    >>> found = share_steps([5] * 6 + [50] * 6, [100] * 12, least=0.1, z=5.0)
    >>> [(step.at, step.before, step.after) for step in found]
    [(6, 0.05, 0.5)]
    """
    found: list[Step] = []
    pieces = [(0, len(parts))]
    while pieces:
        start, end = pieces.pop()
        step = _best_share_step(parts, wholes, start, end, shortest)
        if step is None or abs(step.after - step.before) < least or step.z < z:
            continue
        if not _is_sharp(parts, wholes, step, start, end):
            continue
        found.append(step)
        pieces += [(start, step.at), (step.at, end)]
    return tuple(sorted(found, key=lambda step: step.at))


def _best_share_step(
    parts: Sequence[int], wholes: Sequence[int], start: int, end: int, shortest: int
) -> Step | None:
    best: Step | None = None
    gain = 0.0
    for at in range(start + shortest, end - shortest + 1):
        low, high = max(start, at - REACH), min(end, at + REACH)
        n1, n2 = sum(wholes[low:at]), sum(wholes[at:high])
        if n1 == 0 or n2 == 0:
            continue
        p1, p2 = sum(parts[low:at]) / n1, sum(parts[at:high]) / n2
        apart = n1 * n2 / (n1 + n2) * (p1 - p2) ** 2
        if apart <= gain:
            continue
        pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
        # Half a contact keeps a share of none from having no variance.
        binomial = max(pooled * (1 - pooled), 0.5 / (n1 + n2))
        within = sum(
            n * (x / n - level) ** 2
            for x, n, level in (
                *((parts[i], wholes[i], p1) for i in range(low, at)),
                *((parts[i], wholes[i], p2) for i in range(at, high)),
            )
            if n
        )
        dispersion = max(1.0, within / max(1, high - low - 2) / binomial)
        best, gain = Step(at, p1, p2, sqrt(apart / (binomial * dispersion))), apart
    return best


def _is_sharp(
    parts: Sequence[int], wholes: Sequence[int], step: Step, start: int, end: int
) -> bool:
    """Say whether half of a step is there in the months right beside it: no slow drift."""
    before = slice(max(start, step.at - NEAR), step.at)
    after = slice(step.at, min(end, step.at + NEAR))
    low, high = sum(wholes[before]), sum(wholes[after])
    if not low or not high:
        return False
    near = sum(parts[after]) / high - sum(parts[before]) / low
    whole = step.after - step.before
    return near * whole > 0 and abs(near) >= abs(whole) / 2


def usual_share(parts: Sequence[int], wholes: Sequence[int]) -> float:
    """Return the median of the monthly shares; 0 without a month that has any."""
    return median([x / n for x, n in zip(parts, wholes, strict=True) if n] or [0.0])


def is_improbable(part: int, whole: int, usual: float, z: float) -> bool:
    """Say whether a month's share lies `z` binomial errors or more above the usual."""
    level = max(usual, 0.5 / max(whole, 1))
    return part - whole * usual > z * sqrt(whole * level * (1 - min(level, 0.99)))


def share_around(parts: Sequence[int], wholes: Sequence[int], at: int) -> tuple[float, float]:
    """Return a share over the half year before and that after a month."""
    sides = (slice(max(0, at - 2 * NEAR), at), slice(at, at + 2 * NEAR))
    before, after = (sum(parts[side]) / max(1, sum(wholes[side])) for side in sides)
    return before, after


# ----------------------------------------------------------------------------- volumes


@dataclass(frozen=True)
class Volumes:
    """Monthly volumes beside what is usual for the season and the years around.

    Attributes
    ----------
    usual
        What each month would hold, from its neighbours and the same month of other years.
    spread
        Standard deviation of the logarithm of a month around that, robustly.
    """

    usual: tuple[float, ...]
    spread: float


def volumes_of(counts: Sequence[int], months: Sequence[int], ignored: frozenset[int]) -> Volumes:
    """Return what is usual for each month.

    The level is the median of the months around (up to six on each side); the season that of the
    same calendar month over the years, where there are at least two others.

    Parameters
    ----------
    counts, months
        Volumes, and calendar months (202409), in order, none left out.
    ignored
        Months that nothing is reckoned from.
    """
    logs = [log(count + 0.5) for count in counts]
    there = [i for i, month in enumerate(months) if month not in ignored]

    def level(at: int) -> float:
        around = [logs[i] for i in there if i != at and abs(i - at) <= 6]
        return median(around or logs)

    levels = [level(at) for at in range(len(logs))]
    usual = []
    for at, month in enumerate(months):
        same = [logs[i] - levels[i] for i in there if i != at and (months[i] - month) % 100 == 0]
        # A month of which next to nothing is there says nothing about a season.
        same = [apart for apart in same if apart > _GONE]
        season = median(same) if len(same) > 1 else _of_one_year(same, month)
        usual.append(levels[at] + season)
    rest = [abs(logs[i] - usual[i]) for i in there]
    spread = max(0.03, _MAD * median(rest)) if rest else 0.03
    return Volumes(tuple(exp(one) for one in usual), spread)


def _of_one_year(same: Sequence[float], month: int) -> float:
    """Return the season that one other year shows; it may be the strange one, so only so much.

    Everybody's August is quiet, so that of another year is believed.
    """
    if not same:
        return 0.0
    return same[0] if month % 100 == _AUGUST else max(-_MILD, min(_MILD, same[0]))


def level_steps(
    counts: Sequence[int],
    months: Sequence[int],
    ignored: frozenset[int],
    *,
    least: float,
    z: float,
    shortest: int = 4,
) -> tuple[Step, ...]:
    """Find where volumes change their level for good; levels are medians of seasonless months.

    Parameters
    ----------
    counts, months, ignored
        As for `volumes_of`.
    least
        The smallest ratio of the higher to the lower level that is told, over 1.
    z, shortest
        As for `share_steps`.
    """
    season = season_of(counts, months, ignored)
    places = [i for i, month in enumerate(months) if month not in ignored]
    logs = [log(counts[i] + 0.5) - season[months[i] % 100] for i in places]
    found: list[Step] = []
    pieces = [(0, len(logs))]
    while pieces:
        start, end = pieces.pop()
        step = _best_level_step(logs, start, end, shortest)
        if step is None or abs(step.after - step.before) < log(least) or step.z < z:
            continue
        found.append(Step(places[step.at], exp(step.before), exp(step.after), step.z))
        pieces += [(start, step.at), (step.at, end)]
    return tuple(sorted(found, key=lambda step: step.at))


def _best_level_step(logs: Sequence[float], start: int, end: int, shortest: int) -> Step | None:
    """Return the best step by least squares; its levels are medians, so one month makes none."""
    best: Step | None = None
    gain = 0.0
    for at in range(start + shortest, end - shortest + 1):
        before, after = logs[max(start, at - REACH) : at], logs[at : min(end, at + REACH)]
        low, high = median(before), median(after)
        n = len(before) * len(after) / (len(before) + len(after))
        mean = sum(after) / len(after) - sum(before) / len(before)
        apart = n * mean * mean
        if apart <= gain:
            continue
        rest = [abs(x - low) for x in before] + [abs(x - high) for x in after]
        spread = max(0.03, _MAD * median(rest))
        near = median(after[:NEAR]) - median(before[-NEAR:])
        sharp = near * (high - low) > 0 and abs(near) >= abs(high - low) / 2
        z = abs(high - low) * sqrt(n) / spread if sharp else 0.0
        best, gain = Step(at, low, high, z), apart
    return best


def season_of(
    counts: Sequence[int], months: Sequence[int], ignored: frozenset[int]
) -> dict[int, float]:
    """Return how each calendar month differs from the months around it, in logarithms."""
    logs = [log(count + 0.5) for count in counts]
    there = [i for i, month in enumerate(months) if month not in ignored]
    by_month: dict[int, list[float]] = {}
    for at in there:
        around = [logs[i] for i in there if abs(i - at) <= 6]
        by_month.setdefault(months[at] % 100, []).append(logs[at] - median(around))
    return {month: median(by_month.get(month, [0.0])) for month in range(1, 13)}
