"""Simulated worlds have the declared moments, and losses take what was declared."""

import numpy as np
import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.power import Facts, Losses, experiment_of
from validation.power.protocols import of_members, of_schools

BLOCKS = 8


def blocks(experiment, count=BLOCKS):
    return [experiment.block(number) for number in range(count)]


def stacked(found, name):
    return np.concatenate([getattr(block.seen, name) for block in found])


def within_strata(values, strata):
    """Take stratum means of each trial off; give the rest with the degrees of freedom left."""
    means = np.stack([values[:, strata == s].mean(axis=1) for s in range(strata.max() + 1)], 1)
    return values - means[:, strata], values.size - means.size


def test_values_have_the_declared_spread_and_the_baseline_explains_the_declared_part():
    experiment = experiment_of(of_schools(units=400), effect=0.0)
    found = blocks(experiment)
    strata = experiment.sites.row_stratum
    y, free = within_strata(stacked(found, "y"), strata)
    x, _ = within_strata(stacked(found, "x"), strata)
    assert np.sqrt((y**2).sum() / free) == pytest.approx(12.0, rel=0.01)
    assert (x * y).sum() ** 2 / ((x**2).sum() * (y**2).sum()) == pytest.approx(0.3, abs=0.01)


def test_counts_have_the_declared_mean_and_spread_chance_included():
    """19 per 1,000 on rolls of about 400: chance alone gives a standard deviation of about 8."""
    protocol = of_schools(units=400, mean=19.0, members=400)
    experiment = experiment_of(protocol, effect=0.0)
    assert experiment.world.kind == "counts"
    found = blocks(experiment)
    y, strata = stacked(found, "y"), experiment.sites.row_stratum
    own, free = within_strata(y, strata)
    assert y.mean() == pytest.approx(19.0, rel=0.01)
    assert np.sqrt((own**2).sum() / free) == pytest.approx(12.0, rel=0.02)
    x, _ = within_strata(stacked(found, "x"), strata)
    explained = (x * own).sum() ** 2 / ((x**2).sum() * (own**2).sum())
    assert explained == pytest.approx(0.3, abs=0.02)
    events = stacked(found, "events")
    assert (events == np.rint(events)).all() and (events <= stacked(found, "trials")).all()


def test_a_baseline_explains_no_more_than_chance_leaves():
    protocol = of_schools(units=100, mean=19.0, members=200, r2=0.6)
    (note,) = experiment_of(protocol).world.notes
    assert "not the 60% assumed" in note


def test_members_have_the_declared_correlation_and_slope():
    protocol = of_members(units=200, authorities=2, members=24, icc=0.1)
    experiment = experiment_of(protocol, effect=0.0)
    found = blocks(experiment)
    n = experiment.sites.members
    own, _ = within_strata(stacked(found, "y"), experiment.sites.row_stratum)
    expected = 32.0**2 * np.mean(0.1 + 0.9 / n) * (1 - 2 / 200)
    assert (own**2).mean() == pytest.approx(expected, rel=0.02)
    inside = np.concatenate([block.within for block in found])
    free = (n - 1).sum()
    assert inside[:, 0, 0].mean() / free == pytest.approx(0.9, rel=0.005)
    assert inside[:, 1, 1].mean() / free == pytest.approx(0.9 * 32**2, rel=0.005)
    slope = inside[:, 0, 1].mean() / inside[:, 0, 0].mean()
    assert slope == pytest.approx(np.sqrt(0.3) * 32, rel=0.005)


def difference(experiment):
    """Give the mean difference of the arms over many trials, with its error."""
    found = blocks(experiment, 12)
    off = []
    for block in found:
        arm = block.arm[:, experiment.sites.unit_of]
        y = np.where(block.seen.present, block.seen.y, np.nan)
        new, usual = np.where(arm == 1, y, np.nan), np.where(arm == 0, y, np.nan)
        off.append(np.nanmean(new, axis=1) - np.nanmean(usual, axis=1))
    every = np.concatenate(off)
    return every.mean(), every.std(ddof=1) / np.sqrt(every.size)


@pytest.mark.parametrize(
    ("losses", "facts", "expected"),
    [
        ({"dose": 0.4}, {}, -0.4 * 6),
        ({"attrition": 0.2}, {}, -6.0),
        ({"withdraw": 2}, {}, -6.0),
        ({"linkage": 0.8}, {"base_rate": 19.0}, -0.8 * 6),
        ({"sensitivity": 0.7}, {"base_rate": 19.0}, -0.7 * 6),
        ({"specificity": 0.9}, {"base_rate": 19.0, "others": 30.0}, -6.0),
        (
            {"dose": 0.5, "linkage": 0.8, "sensitivity": 0.9, "specificity": 0.9},
            {"base_rate": 19.0, "others": 30.0},
            -0.5 * 0.8 * 0.9 * 6,
        ),
    ],
)
def test_losses_dilute_the_difference_as_reckoned_by_hand(losses, facts, expected):
    protocol = of_schools(units=200, members=400)
    experiment = experiment_of(protocol, effect=6.0, losses=Losses(**losses), facts=Facts(**facts))
    found, error = difference(experiment)
    assert found == pytest.approx(expected, abs=4 * error)
    assert error < 0.2


def test_wrongly_recorded_contacts_raise_the_mean_by_hand():
    """0.9 x (0.7 x 19 + 0.2 x 30): what is linked and rightly recorded, and what is not."""
    losses = Losses(linkage=0.9, sensitivity=0.7, specificity=0.8)
    facts = Facts(base_rate=19.0, others=30.0)
    protocol = of_schools(units=200, members=400)
    experiment = experiment_of(protocol, effect=0.0, losses=losses, facts=facts)
    y = stacked(blocks(experiment), "y")
    assert y.mean() == pytest.approx(0.9 * (0.7 * 19 + 0.2 * 30), rel=0.01)


def test_an_authority_withdraws_whole_and_attrition_takes_its_share():
    losses = Losses(withdraw=1, attrition=0.25)
    experiment = experiment_of(of_schools(units=200), losses=losses)
    authority = experiment.sites.authority[experiment.sites.unit_of]
    present = stacked(blocks(experiment, 2), "present")
    left = np.stack([present[:, authority == a].mean(axis=1) for a in range(4)], axis=1)
    assert ((left == 0).sum(axis=1) == 1).all()
    assert left[left > 0].mean() == pytest.approx(0.75, abs=0.02)


def test_everything_that_cannot_be_simulated_is_said_at_once():
    with pytest.raises(ProblemsError) as caught:
        experiment_of(of_schools(), losses=Losses(dose=1.4, linkage=0.9, withdraw=4))
    places = [problem.place for problem in caught.value.problems]
    assert places == ["--dose", "--withdraw", "--base-rate"]


def test_other_contacts_must_be_given_before_they_can_be_recorded_wrongly():
    with pytest.raises(ProblemsError, match="--others"):
        experiment_of(
            of_schools(members=300), losses=Losses(specificity=0.9), facts=Facts(base_rate=19.0)
        )


def test_an_effect_larger_than_the_mean_is_refused():
    with pytest.raises(ProblemsError, match="--effect"):
        experiment_of(of_schools(members=300), effect=20.0, facts=Facts(base_rate=19.0))
