"""School-level counts drawn directly agree with those of the rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from equipoise.simulate import Scenario, SchoolTable, school_table
from tests.simulate.conftest import Make, World
from tests.simulate.reading import rows

BASE = Scenario(schools=160, authorities=8, academy_share=0.0, mover_share=0.0, lockdown_depth=0.0)


def rates(table: SchoolTable, name: str) -> tuple[float, float]:
    """Return the rate per 1,000 pupils over all schools, and the schools' SD."""
    counts = getattr(table.outcome, name)
    each = 1000 * counts / table.pupils
    return 1000 * counts.sum() / table.pupils.sum(), float(each.std(ddof=1))


# Spread between authorities off: it would hide a difference of the two models.
ALIKE = replace(BASE, authority_log_sd=0.0, authority_outcome_sd=0.0, other_sources=0.0)


@pytest.fixture(scope="module")
def world(make: Make) -> World:
    return make(ALIKE)


@pytest.mark.parametrize("name", ["contacts", "nfa_any_strict", "referral_any"])
def test_rates_are_those_of_the_rows(world: World, name: str) -> None:
    pupils = {s.urn: s.pupils for s in world.enrolment.schools}
    told = [
        (int(row[name]), pupils[row["urn"]])
        for row in rows(world.truth["schools.csv"])
        if row["window"] == "outcome" and row["urn"] in pupils
    ]
    by_rows = 1000 * sum(n for n, _ in told) / sum(p for _, p in told)
    tables = [school_table(ALIKE, replicate=n) for n in range(20)]
    means, sds = zip(*(rates(table, name) for table in tables), strict=True)
    error = float(np.std(means, ddof=1))
    assert abs(by_rows - np.mean(means)) < 4 * error + 0.05 * by_rows
    sd = float(np.std([1000 * n / p for n, p in told], ddof=1))
    assert sd == pytest.approx(float(np.mean(sds)), rel=0.25)


def test_the_planted_ratio_is_met_and_the_rest_stays_the_same() -> None:
    scenario = replace(BASE, schools=4000, effect=-0.4, effect_by="arm")
    half = np.arange(4000) % 2 == 0
    none, some = school_table(scenario), school_table(scenario, treated=half)
    ratio = some.outcome.nfa_any_strict[half].sum() / none.outcome.nfa_any_strict[half].sum()
    assert ratio == pytest.approx(np.exp(-0.4), abs=0.02)
    assert np.array_equal(none.baseline.contacts, some.baseline.contacts)
    assert np.array_equal(none.outcome.referral_any, some.outcome.referral_any)
    control = ~half
    assert np.array_equal(
        none.outcome.nfa_any_strict[control], some.outcome.nfa_any_strict[control]
    )


def test_it_repeats_and_replicates_differ() -> None:
    one, again, other = (school_table(BASE, replicate=n) for n in (1, 1, 2))
    assert np.array_equal(one.outcome.contacts, again.outcome.contacts)
    assert not np.array_equal(one.outcome.contacts, other.outcome.contacts)


def test_all_of_england_has_about_eight_million_pupils() -> None:
    scenario = Scenario(schools=20_200, authorities=152, secondary_share=0.17)
    table = school_table(scenario, phases=("primary", "secondary"))
    assert 7.3e6 < table.pupils.sum() < 8.8e6
    assert table.authority.max() == 151
    assert table.secondary.mean() == pytest.approx(0.17, abs=0.012)


def test_one_value_for_each_school_is_needed() -> None:
    with pytest.raises(ValueError, match="not one value"):
        school_table(BASE, treated=np.ones(3, dtype=np.bool_))
