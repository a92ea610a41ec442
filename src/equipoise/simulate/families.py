"""The families of each school: children, risk, open cases, and their share of luck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.simulate.facts import SchoolFacts, Span
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream, running

# Children of one family at one school, and how common that is; assumed.
_SIZES = (1, 2, 3)
_SIZE_WEIGHTS = running((0.76, 0.20, 0.04))
_MODULUS = 8_999_993  # a prime: multiplying by another number gives each child another id
_FACTOR = 5_204_317
_PER_SCHOOL = 8_000  # more children than any school has
_LEAD_IN = 200  # days before the period in which a background case may have been opened


@dataclass(frozen=True, slots=True)
class Family:
    """Children of one school who live together.

    `risk` has mean one over families; `luck` is uniform and decides, together with the planted
    effect, whether the family's contacts without further action happen. A case is open from
    `open_from` to `open_to` for reasons that lie outside the school, if at all.
    """

    key: str
    children: tuple[str, ...]
    risk: float
    luck: float
    open_from: date | None
    open_to: date | None

    def open_in_background(self, day: date) -> bool:
        """Tell whether a case that the school did not start is open on the day."""
        if self.open_from is None or self.open_to is None:
            return False
        return self.open_from <= day <= self.open_to


@dataclass(frozen=True)
class Pool:
    """The families of a school, with the running sums of their risks."""

    school: SchoolFacts
    families: tuple[Family, ...]
    cumulative: tuple[float, ...]

    @property
    def mean_risk(self) -> float:
        """Mean risk of the school's families."""
        return self.cumulative[-1] / len(self.families)


def child_id(number: int) -> str:
    """Return an id that tells nothing about the school; numbers below 8,999,993 stay distinct.

    >>> child_id(1) != child_id(2)
    True
    """
    return str(1_000_000 + number * _FACTOR % _MODULUS)


def pool_of(school: SchoolFacts, index: int, scenario: Scenario, period: Span) -> Pool:
    """Make the families of one school.

    Parameters
    ----------
    school
        The school; its roll says how many children there are.
    index
        Its place among the schools of its authority: children's ids follow from it.
    scenario
        Risk, background cases and how long they stay open.
    period
        The days that the authority's file covers.
    """
    stream = Stream(scenario.seed, "families", school.urn)
    number, left = index * _PER_SCHOOL, max(school.pupils, 1)
    days = (period.end - period.start).days + _LEAD_IN
    families = []
    while left > 0:
        size = min(stream.weighted(_SIZES, _SIZE_WEIGHTS), left)
        children = tuple(child_id(number + n) for n in range(size))
        number, left = number + size, left - size
        risk = stream.gamma(scenario.family_shape) / scenario.family_shape
        luck = stream.uniform()
        begin = end = None
        if stream.chance(scenario.background_open):
            begin = period.start + timedelta(days=stream.below(days) - _LEAD_IN)
            end = begin + timedelta(days=round(stream.exponential(scenario.open_days * 1.44)))
        families.append(Family(children[0], children, risk, luck, begin, end))
    return Pool(school, tuple(families), running([family.risk for family in families]))
