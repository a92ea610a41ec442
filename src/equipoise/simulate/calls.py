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
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import Days
from equipoise.simulate.streams import Stream


@dataclass(frozen=True, slots=True)
class Call:
    """A school's potential call about one family on one day.

    `outcome`, `delay`, `lasts`, `name`, `label` and `entry` are uniform numbers for the steps
    that decide the outcome, how long the decision takes and the case stays open, and what is
    typed. `extra` marks calls that happen only if the planted effect adds contacts.
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
    extra: bool


@dataclass(frozen=True)
class Rates:
    """How busy each school is: log rate by school year, without any effect of the arms."""

    by_year: Mapping[int, float]
    nfa_tilt: float


def school_rates(
    school: SchoolFacts, authority_log: float, authority_tilt: float, scenario: Scenario, days: Days
) -> Rates:
    """Draw the log rate per pupil of each school year, and the tilt of its NFA share."""
    stream = Stream(scenario.seed, "rates", school.urn)
    lasting = _centred(stream, scenario.school_log_sd)
    years = sorted(days.by_year)
    base = math.log(max(scenario.school_rate, 1e-12)) + authority_log + lasting
    by_year = {
        year: base
        + n * math.log1p(scenario.yearly_growth)
        + _centred(stream, scenario.school_year_log_sd)
        for n, year in enumerate(years)
    }
    return Rates(by_year, authority_tilt + stream.normal(0.0, scenario.school_outcome_sd))


def calls_of(
    pool: Pool,
    others: Sequence[Pool],
    rates: Rates,
    scenario: Scenario,
    days: Days,
    *,
    extra_share: float = 0.0,
) -> Iterator[Call]:
    """Yield a school's potential calls, in no order.

    Parameters
    ----------
    pool
        The school's own families.
    others
        Families of the other schools of the authority, for children who have moved.
    rates
        What `school_rates` gave for this school.
    scenario, days
        Shares, and when schools are open.
    extra_share
        0 for the calls that happen whatever the arms; else the number of calls that an effect
        may add, relative to them.
    """
    purpose = "extra calls" if extra_share > 0.0 else "calls"
    stream = Stream(scenario.seed, purpose, pool.school.urn)
    order = 0
    for year, log_rate in rates.by_year.items():
        dates, cumulative = days.by_year[year]
        mean = math.exp(log_rate) * pool.school.pupils * pool.mean_risk * days.share_of_year(year)
        for _ in range(stream.poisson(mean * (extra_share or 1.0))):
            moved = stream.chance(scenario.mover_share) and len(others) > 1
            source = stream.pick(others) if moved else pool
            family = stream.weighted(source.families, source.cumulative)
            siblings = len(family.children) > 1 and stream.chance(scenario.sibling_share / 0.24)
            order += 1
            yield Call(
                urn=pool.school.urn,
                day=stream.weighted(dates, cumulative),
                order=order,
                family=family,
                children=2 if siblings else 1,
                twice=stream.chance(scenario.repeat_share),
                outcome=stream.uniform(),
                delay=stream.uniform(),
                lasts=stream.uniform(),
                name=stream.uniform(),
                label=stream.uniform(),
                entry=stream.uniform(),
                extra=extra_share > 0.0,
            )


def _centred(stream: Stream, sd: float) -> float:
    """Return a normal number whose exponential has mean one."""
    return stream.normal(-sd * sd / 2.0, sd)
