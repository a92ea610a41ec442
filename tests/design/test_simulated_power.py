"""Power by simulation: known truth, the closed form, and numbers that no worker changes."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.design.power import (
    Facts,
    Losses,
    experiment_of,
    run_job,
    simulate_power,
    simulated,
    size,
)
from equipoise.design.power.simulation import BLOCK, jobs_of, joined
from equipoise.design.protocol import load_protocol, template
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit
from validation.power.protocols import of_members, of_schools, replaced


def same(one, other):
    return all(
        getattr(one, name).tobytes() == getattr(other, name).tobytes()
        for name in ("estimate", "se", "df", "rows")
    )


def test_fewer_trials_are_the_first_of_more():
    experiment = experiment_of(of_members(units=20, authorities=2))
    more, fewer = simulated(experiment, 3 * BLOCK), simulated(experiment, BLOCK + 7)
    assert (more.estimate[: BLOCK + 7] == fewer.estimate).all()
    assert fewer.estimate.size == BLOCK + 7


def test_jobs_give_the_same_bytes_in_any_order():
    experiment = experiment_of(of_schools(units=30), losses=Losses(dose=0.5, attrition=0.1))
    jobs = jobs_of(experiment, 4 * BLOCK)
    backwards = {job.first: run_job(job) for job in reversed(jobs)}
    assert same(joined(backwards[job.first] for job in jobs), simulated(experiment, 4 * BLOCK))


@pytest.mark.parametrize("change", [{"seed": 1}, {"scenario": 2}])
def test_another_seed_or_scenario_gives_other_trials(change):
    experiment = experiment_of(of_members(units=20, authorities=2))
    other = replace(experiment, **change)
    assert not (simulated(experiment, 50).estimate == simulated(other, 50).estimate).any()
    drawn, again = experiment.block(0).arm, other.block(0).arm
    assert (drawn != again).any()


def test_blocks_do_not_repeat_each_other():
    experiment = experiment_of(of_members(units=20, authorities=2))
    found = simulated(experiment, 6 * BLOCK).estimate
    assert np.unique(found).size == found.size


def test_the_declared_scheme_draws():
    """Matched in strata: each arm has half of every stratum, or the nearest to it."""
    experiment = experiment_of(of_schools(units=48, authorities=4))
    arm = experiment.block(0).arm
    for stratum in range(experiment.sites.strata):
        assert (arm[:, experiment.sites.stratum == stratum].sum(axis=1) == 6).all()


@pytest.mark.parametrize(
    ("protocol", "trials"), [(of_schools(units=120), 1_200), (of_members(units=60), 1_500)]
)
def test_closed_form_and_simulation_agree_within_monte_carlo_error(protocol, trials):
    formula = size(protocol)
    experiment = experiment_of(protocol, effect=formula.mde)
    found = simulate_power(protocol, None, experiment, trials)
    assert found.power.value == pytest.approx(0.8, abs=4 * found.power.error + 0.015)
    assert found.type_one.value == pytest.approx(0.05, abs=4 * found.type_one.error)
    assert found.coverage.value == pytest.approx(0.95, abs=4 * found.coverage.error)
    assert found.bias.value == pytest.approx(0, abs=4 * found.bias.error)
    assert found.mde is not None
    assert found.mde.value == pytest.approx(
        formula.mde, abs=4 * found.mde.error + 0.02 * formula.mde
    )


def test_conclusions_are_those_of_the_margin_and_sum_to_one():
    """Intervals of a half-width far above M and H can hold neither a class of benefit nor none."""
    protocol = of_schools(units=20, school_sd=40.0)
    found = simulate_power(protocol, None, experiment_of(protocol), 500)
    chances = {one.conclusion: one for one in found.conclusions}
    assert sum(one.with_effect.value for one in found.conclusions) == pytest.approx(1)
    assert sum(one.without_effect.value for one in found.conclusions) == pytest.approx(1)
    assert chances["cannot-tell"].with_effect.value > 0.85
    error = chances["cannot-tell"].with_effect
    assert error.error == pytest.approx(sqrt(error.value * (1 - error.value) / 500))


def test_dose_dilutes_what_is_estimated_and_what_is_true():
    protocol = of_schools(units=200)
    experiment = experiment_of(protocol, effect=6.0, losses=Losses(dose=0.4))
    found = simulate_power(protocol, None, experiment, 500)
    assert (found.effect, found.assigned_effect) == (6.0, pytest.approx(2.4))
    assert found.bias.value == pytest.approx(0, abs=4 * found.bias.error)
    assert found.closed_form is None


def test_records_that_are_lost_bias_the_estimate_towards_nothing():
    protocol = of_schools(units=100, members=400)
    facts, losses = Facts(base_rate=19.0), Losses(linkage=0.75)
    experiment = experiment_of(protocol, effect=8.0, facts=facts, losses=losses)
    found = simulate_power(protocol, None, experiment, 600)
    assert found.bias.value == pytest.approx(-0.25 * 8, abs=4 * found.bias.error)
    whole = simulate_power(protocol, None, experiment_of(protocol, effect=8.0, facts=facts), 600)
    assert found.mde is not None and whole.mde is not None
    assert found.mde.value > whole.mde.value


def test_an_effect_the_wrong_way_is_counted_as_harm():
    protocol = of_schools(units=300)
    found = simulate_power(protocol, None, experiment_of(protocol, effect=-6.0), 300)
    named = {one.conclusion: one.with_effect.value for one in found.conclusions}
    assert named.get("harm-size-unclear", 0) + named.get("harm-that-matters", 0) > 0.9
    assert found.wrong_way.value == 0


def test_a_share_of_contacts_goes_sum_over_sum():
    text = replaced(
        template("bolton-pilot").decode("utf-8"), ("units: 94,", "units: 94, members: 260,")
    )
    protocol = load_protocol(text.encode("utf-8"))
    facts = Facts(base_rate=50.0, contacts=60.0)
    experiment = experiment_of(protocol, effect=10.0, facts=facts)
    found = simulate_power(protocol, None, experiment, 600)
    assert found.model == "sum over sum with a linearised error"
    assert found.bias.value == pytest.approx(0, abs=4 * found.bias.error + 0.1)
    assert found.coverage.value == pytest.approx(0.95, abs=4 * found.coverage.error + 0.01)
    plain = experiment_of(protocol)
    assert "simulated as one value for each school" in plain.world.notes[0]


def test_schools_that_share_a_lead_are_drawn_together_and_clustered():
    rows = [(f"{900_001 + i}", f"{900_001 + i - i % 3 % 2}", str(900 + i // 30)) for i in range(60)]
    units = {}
    for urn, unit, la in rows:
        units.setdefault(unit, (la, []))[1].append(urn)
    enrolment = Enrolment(
        tuple(Unit(u, tuple(urns), la, "primary", 200) for u, (la, urns) in units.items()),
        tuple(EnrolledSchool(urn, u, urn, la, la, "primary", 200) for urn, u, la in rows),
        (), (), (),
    )  # fmt: skip
    experiment = experiment_of(of_schools(), enrolment)
    sites = experiment.sites
    assert (sites.units, sites.unit_of.size) == (40, 60)
    assert experiment.analysis.linear.error == "cr2"
    assert np.isfinite(simulated(experiment, 50).estimate).all()


def test_a_trial_that_no_model_can_analyse_is_refused_with_the_reason():
    protocol = of_schools(units=4, authorities=1)
    experiment = experiment_of(protocol, losses=Losses(attrition=0.9))
    with pytest.raises(ProblemsError, match="no estimate in simulated trials"):
        simulate_power(protocol, None, experiment, 100)


def test_the_result_survives_its_file():
    protocol = of_schools(units=20)
    found = simulate_power(protocol, None, experiment_of(protocol), 100)
    assert decode_result(encode_result(found, trial="t", simulated=False, inputs={})).data == found


def test_a_hundredth_of_the_promised_size_runs_at_once():
    """100 of 10,000 trials of 1,678 schools in 26 authorities; `make bench` times the whole."""
    protocol = of_members(units=1_678, authorities=26, members=240, icc=0.05)
    found = simulated(experiment_of(protocol), 100)
    assert np.isfinite(found.estimate).all() and not found.why
