"""What stands beside a trial's size: views, an effect asked for, several outcomes, money."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest
from scipy import stats

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.design.power import Assumptions, assumptions_of, plan_of, size
from equipoise.design.power.rolls import planned_rolls
from equipoise.design.protocol import Protocol, load_protocol, template
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit
from equipoise.statistics.estimation import (
    Level,
    MultilevelDesign,
    PartiallyNestedDesign,
    minimum_detectable_effect,
    rate_variances,
)

ROLLS = np.tile([60, 120, 250, 400, 620], 24)
ASSUMED = "school_sd: 12.0, r2: 0.3, mean: 19.0"


@pytest.fixture
def enrolment() -> Enrolment:
    """120 schools in four authorities, of very unequal size."""
    places = [(f"{900_001 + i}", f"{900 + i % 4}", int(n)) for i, n in enumerate(ROLLS)]
    units = tuple(Unit(urn, (urn,), la, "primary", n) for urn, la, n in places)
    schools = tuple(EnrolledSchool(urn, urn, urn, la, la, "primary", n) for urn, la, n in places)
    return Enrolment(units, schools, (), (), ())


def _with(text: str, power: str) -> Protocol:
    assert ASSUMED in text
    return load_protocol(text.replace(ASSUMED, power).encode())


def test_uneven_rolls_cost_what_their_weights_do(text: str, enrolment: Enrolment) -> None:
    """One stratum in effect: variance alike, so the error grows by sqrt(1 + cv^2)."""
    protocol = _with(text, "school_sd: 12.0, r2: 0.3")
    found = plan_of(protocol, enrolment)
    view = next(view for view in found.views if view.id == "rolls")
    cv = ROLLS.std() / ROLLS.mean()
    assert view.number == pytest.approx(cv, rel=1e-12)
    assert view.standard_error == pytest.approx(
        found.size.standard_error * sqrt(1 + cv**2), rel=1e-9
    )
    assert view.df == found.size.df
    assert view.mde is not None
    assert view.mde > found.size.mde
    assert view.units_for_margin is not None


def test_a_mean_says_what_is_chance(text: str, enrolment: Enrolment) -> None:
    """Chance is smaller where rolls are large, so weights by pupils cost less, or gain."""
    plain = plan_of(_with(text, "school_sd: 12.0, r2: 0.3"), enrolment)
    known = plan_of(load_protocol(text.encode()), enrolment)
    assert plain.implied_icc is None
    assert known.implied_cv is not None
    variances = rate_variances(ROLLS, 0.019, known.implied_cv) * 1e6
    assert variances.mean() == pytest.approx(144, rel=1e-9)
    by_pupils = np.sum(ROLLS.astype(float) ** 2 * variances) / 0.25 / ROLLS.sum() ** 2 * 0.7
    view = next(view for view in known.views if view.id == "rolls")
    assert view.standard_error == pytest.approx(sqrt(by_pupils), rel=1e-9)
    assert view.standard_error < plain.views[0].standard_error


def test_an_effect_that_differs_between_authorities(text: str, enrolment: Enrolment) -> None:
    """Four authorities that stand for others: three degrees of freedom, and their own variance."""
    found = plan_of(_with(text, "school_sd: 12.0, r2: 0.3, authority_effect_sd: 1.5"), enrolment)
    view = next(view for view in found.views if view.id == "authorities")
    total = 12.0**2 + 1.5**2
    same = MultilevelDesign(
        (Level(30, 144 / total, r2=0.3), Level(4, 1.5**2 / total, effect_variance=1.0)), 0
    )
    assert view.standard_error == pytest.approx(same.standard_error * sqrt(total), rel=1e-12)
    assert view.df == same.df == 3
    assert view.units_for_margin is None


def test_schools_of_one_supervisor(text: str, enrolment: Enrolment) -> None:
    found = plan_of(
        _with(text, "school_sd: 12.0, r2: 0.3, group_size: 12, group_icc: 0.03"), enrolment
    )
    view = next(view for view in found.views if view.id == "groups")
    design = PartiallyNestedDesign(120, 12, 0.03, r2=0.3)
    assert view.mde == pytest.approx(minimum_detectable_effect(design) * 12, rel=1e-12)
    assert view.df == pytest.approx(design.df)


def test_supervisors_of_a_two_level_design_keep_its_scale() -> None:
    """Groups of one are no groups: the error is that of the clusters' means."""
    text = template("own-outcomes").decode()
    grouped = text.replace("icc: 0.2,", "icc: 0.2, group_size: 1, group_icc: 0.0,")
    found = plan_of(load_protocol(grouped.encode()))
    assert found.views[0].standard_error == pytest.approx(found.size.standard_error, rel=1e-12)


def test_a_rate_with_its_variation_needs_no_standard_deviation(
    text: str, enrolment: Enrolment
) -> None:
    """With equal rolls it is the standard deviation that the parts add up to."""
    alike = tuple(replace(unit, pupils=250) for unit in enrolment.units)
    same = replace(enrolment, units=alike)
    by_cv = size(_with(text, "mean: 19.0, cv: 0.4, r2: 0.0"), same)
    sd = 1000 * sqrt(float(rate_variances([250], 0.019, 0.4)[0]))
    by_sd = size(_with(text, f"school_sd: {sd!r}, r2: 0.0"), same)
    assert by_cv.sd == pytest.approx(sd, rel=1e-12)
    assert by_cv.standard_error == pytest.approx(by_sd.standard_error, rel=1e-9)
    assert by_cv.df == by_sd.df
    assert by_cv.units_for_margin == pytest.approx(by_sd.units_for_margin, abs=8)


def test_a_correlation_goes_there_and_back(text: str, enrolment: Enrolment) -> None:
    assumed = assumptions_of(load_protocol(text.encode()), enrolment)
    implied = assumed.implied()
    assert implied is not None
    assert assumed.with_icc(implied).school_sd == pytest.approx(12.0, rel=1e-12)
    varied = assumed.implied_cv()
    assert varied is not None
    assert assumed.with_cv(varied).school_sd == pytest.approx(12.0, rel=1e-12)


def test_counted_contacts_have_the_chance_of_poisson(text: str, enrolment: Enrolment) -> None:
    """A rate of contacts, of which a pupil can have several: mean / n, and no correlation."""
    counted = text.replace("numerator: nfa_any_strict", "numerator: nfa_contacts_strict", 1)
    assumed = assumptions_of(load_protocol(counted.encode()), enrolment)
    chance = 0.019 * np.mean(1 / ROLLS) * 1e6
    varied = assumed.implied_cv()
    assert varied == pytest.approx(sqrt(144 - chance) / 19, rel=1e-12)
    assert assumed.implied() is None
    with pytest.raises(ProblemsError):
        assumed.with_icc(0.01)


def test_less_spread_than_chance_is_said(text: str, enrolment: Enrolment) -> None:
    found = plan_of(_with(text, "school_sd: 3.0, r2: 0.3, mean: 19.0"), enrolment)
    assert found.chance_only
    assert found.implied_icc is None


def test_an_implied_correlation_is_held_against_the_field(text: str, enrolment: Enrolment) -> None:
    found = plan_of(load_protocol(text.encode()), enrolment)
    assert "icc-low" in {warning.code for warning in found.warnings}
    assert set(found.size.warnings) < set(found.warnings)


def test_the_power_at_an_effect(text: str, enrolment: Enrolment) -> None:
    found = plan_of(load_protocol(text.encode()), enrolment, effect=4.0)
    assert found.asked is not None
    shift = 4.0 / found.size.standard_error
    critical = stats.t.ppf(0.975, found.size.df)
    expected = stats.nct.sf(critical, found.size.df, shift)
    assert found.asked.power == pytest.approx(float(expected), abs=1e-4)
    assert found.asked.units is not None
    assert found.size.units_for_margin is not None
    assert found.asked.units < found.size.units_for_margin


def test_several_outcomes(text: str, enrolment: Enrolment) -> None:
    found = plan_of(
        load_protocol(text.encode()), enrolment, effect=4.0, outcomes=3, correlation=0.5
    )
    family, asked = found.family, found.asked
    assert family is not None
    assert asked is not None
    assert family.holm.conjunctive < asked.power < 1
    assert family.holm.disjunctive == family.bonferroni.disjunctive
    assert plan_of(load_protocol(text.encode()), enrolment).family is None


def test_the_break_even_effect_by_hand(text: str, enrolment: Enrolment) -> None:
    found = plan_of(load_protocol(text.encode()), enrolment).break_even
    assert found is not None
    assert found.effect == pytest.approx(1000 / (190 * ROLLS.mean()) * 1000, rel=1e-12)
    assert found.lowest == pytest.approx(1000 / (350 * ROLLS.mean()) * 1000, rel=1e-12)
    assert found.highest == pytest.approx(1000 / (80 * ROLLS.mean()) * 1000, rel=1e-12)
    assert found.assumed
    assert not found.margin_pays
    assert "would not pay for itself" in found.sentence()


def test_without_costs_nothing_breaks_even(text: str, enrolment: Enrolment) -> None:
    start = text.index(",\n        money:")
    end = text.index('"}}', start)
    without = text[:start] + text[end + len('"}') :]
    assert plan_of(load_protocol(without.encode()), enrolment).break_even is None


def test_money_that_makes_no_sense_is_refused(text: str, sentences) -> None:
    swapped = text.replace("lowest: 80.0", "lowest: 400.0")
    assert any("in rising order" in said for said in sentences(swapped))
    undirected = text.replace("direction: lower            #", "direction: none            #")
    assert any("neither way is better" in said for said in sentences(undirected))
    halves = text.replace(ASSUMED, "cv: 0.4, group_size: 4, r2: 0.3")
    said = " ".join(sentences(halves))
    assert "since cv is given" in said
    assert "since group_size is given" in said


def test_what_is_not_used_is_not_fixed(text: str) -> None:
    """A protocol without the newer keys means what it meant before they were there."""
    plain = load_protocol(text.replace(ASSUMED, "school_sd: 12.0, r2: 0.3").encode())
    fixed = plain.design.power.model_dump(mode="json")
    assert {"mean", "cv", "group_size", "group_icc", "authority_effect_sd"}.isdisjoint(fixed)


def test_a_plan_is_a_result(text: str, enrolment: Enrolment) -> None:
    found = plan_of(load_protocol(text.encode()), enrolment, effect=3.0, outcomes=2)
    data = encode_result(found, trial="t", simulated=False, inputs={})
    assert decode_result(data).data == found


def test_planned_rolls_have_the_variation_that_was_asked_for() -> None:
    rolls = np.array(planned_rolls(200, 280, 0.5))
    assert rolls.mean() == pytest.approx(280, rel=1e-9)
    assert rolls.std() / rolls.mean() == pytest.approx(0.5, rel=1e-9)
    assert planned_rolls(3, 100, 0) == (100.0, 100.0, 100.0)


def test_nothing_to_reckon_with_is_refused(text: str, enrolment: Enrolment) -> None:
    assumed: Assumptions = assumptions_of(load_protocol(text.encode()), enrolment)
    for nothing in (
        replace(assumed, school_sd=None, mean=None),
        replace(assumed, strata=(), members=()),
        replace(assumed, share=1.5),
    ):
        with pytest.raises(ProblemsError):
            nothing.scaled()
