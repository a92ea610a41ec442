"""Calls that schools might make: drawn without knowing any arm.

Every potential call carries all the random numbers that later steps need. What the planted
effect does is decided afterwards, by leaving calls out (or letting further ones in), so that
two allocations meet the same calls: common random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.simulate.facts import SchoolFacts
from equipoise.simulate.families import Family, Pool
from equipoise.simulate.practices import Practice
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Days
from equipoise.simulate.streams import Stream

_SEVERAL = 0.24  # families with more than one child at the school


@dataclass(frozen=True, slots=True)
class Call:
    """A school's potential call about one family on one day.

    `outcome`, `delay`, `lasts`, `name`, `label`, `entry` and `why` are uniform numbers for the
    steps that decide the outcome, how long the decision takes and the case stays open, what is
    typed, and the reason. `extra` marks calls that happen only if a planted effect adds
    contacts: ``nfa``, ``csa``, or blank for all others.
    """

    urn: str
    day: date
    order: int
    family: Family
    children: int
    twice: bool
    outcome: float
    delay: float
    lasts: float
    name: float
    label: float
    entry: float
    why: float
    extra: str


@dataclass(frozen=True)
class Rates:
    """How busy a school is: log rate by school year, without any effect of the arms."""

    by_year: Mapping[int, float]
    nfa_tilt: float


@dataclass(frozen=True)
class Caseload:
    """Children about whom a school may call one authority.

    Attributes
    ----------
    pool
        Their families. Of a school beyond the border: those who live on this side.
    rates
        The school's rates.
    share
        The share of its calls that comes to this authority.
    beyond
        Whether the school lies in another authority.
    """

    pool: Pool
    rates: Rates
    share: float
    beyond: bool

    def expected(self, year: int, days_share: float) -> float:
        """Return the calls expected in a part of a school year, without any effect."""
        rate = math.exp(self.rates.by_year[year]) * self.share
        return rate * self.pool.school.pupils * self.pool.mean_risk * days_share


def school_rates(
    school: SchoolFacts, home: Practice, threshold: float, scenario: Scenario, days: Days
) -> Rates:
    """Draw the log rate per pupil of each school year, and the tilt of its NFA share.

    Parameters
    ----------
    school
        The school.
    home
        The ways of its own authority.
    threshold
        Log odds of the authority that decides, which is another one beyond the border.
    scenario, days
        Spread of the rates; the years of the period.
    """
    stream = Stream(scenario.seed, "rates", school.urn)
    lasting = _centred(stream, scenario.school_log_sd)
    years = sorted(days.by_year)
    base = math.log(max(scenario.school_rate, 1e-12)) + home.busy + lasting
    if school.phase == "secondary":
        base += math.log(scenario.secondary_rate_ratio)
    by_year = {
        year: base
        + n * math.log1p(scenario.yearly_growth)
        + _centred(stream, scenario.school_year_log_sd)
        for n, year in enumerate(years)
    }
    return Rates(by_year, threshold + stream.normal(0.0, scenario.school_outcome_sd))


def calls_of(
    caseload: Caseload,
    others: Sequence[Pool],
    scenario: Scenario,
    days: Days,
    *,
    extra: str = "",
    extra_share: float = 1.0,
) -> Iterator[Call]:
    """Yield a school's potential calls, in no order.

    Parameters
    ----------
    caseload
        The school's own families, and its rates.
    others
        Families of the other schools of the authority, for children who have moved.
    scenario, days
        Shares, and when schools are open.
    extra, extra_share
        Blank for the calls that happen whatever the arms; else the kind of calls that an effect
        may add, and their number relative to those.
    """
    pool = caseload.pool
    purpose = ("border " if caseload.beyond else "") + f"{extra} calls".strip()
    stream = Stream(scenario.seed, purpose, pool.school.urn)
    uniform = stream.uniform
    order = 0
    for year in caseload.rates.by_year:
        dates, cumulative = days.by_year[year]
        mean = caseload.expected(year, days.share_of_year(year)) * extra_share
        for _ in range(stream.poisson(mean)):
            moved = stream.chance(scenario.mover_share) and len(others) > 1
            source = stream.pick(others) if moved else pool
            family = source.at_risk(uniform())
            siblings = len(family.children) > 1 and stream.chance(scenario.sibling_share / _SEVERAL)
            order += 1
            yield Call(
                urn=pool.school.urn,
                day=stream.weighted(dates, cumulative),
                order=order,
                family=family,
                children=2 if siblings else 1,
                twice=stream.chance(scenario.repeat_share),
                outcome=uniform(),
                delay=uniform(),
                lasts=uniform(),
                name=uniform(),
                label=uniform(),
                entry=uniform(),
                why=uniform(),
                extra=extra,
            )


def _centred(stream: Stream, sd: float) -> float:
    """Return a normal number whose exponential has mean one."""
    return stream.normal(-sd * sd / 2.0, sd)
