"""Designs: published values of every kind, and identities between kinds."""

from __future__ import annotations

import json
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation import (
    ClusterDesign,
    EstimationError,
    Level,
    MultilevelDesign,
    PartiallyNestedDesign,
    RollDesign,
    SchoolDesign,
    StratumSize,
    cluster_variances,
    design_effect,
    individual_design,
    minimum_detectable_effect,
    power,
    rate_variances,
    units_needed,
)

ORACLES = json.loads(
    (Path(__file__).parents[1] / "oracles" / "designs.json").read_text(encoding="utf-8")
)
ROLLS = np.array([42, 95, 180, 210, 211, 305, 420, 633])


def _design(row):
    levels = []
    for units, variance, *more in row["levels"]:
        r2, covariates, omega = (*more, 0, 0, 0)[:3]
        levels.append(Level(units, variance, r2, covariates, omega))
    blocks = row.get("blocks", "random")
    return MultilevelDesign(tuple(levels), row["treated"], blocks=blocks)


@pytest.mark.parametrize("row", ORACLES["designs"], ids=lambda row: row["name"])
def test_detectable_effects_as_published(row) -> None:
    design = _design(row)
    assert design.df == row["df"]
    assert (
        round(minimum_detectable_effect(design, alpha=row.get("alpha", 0.05)), row["digits"])
        == (row["mde"])
    )
    if "se" in row:
        assert round(design.standard_error, 3) == row["se"]


@pytest.mark.parametrize(
    "row", [row for row in ORACLES["designs"] if "size" in row], ids=lambda row: row["name"]
)
def test_units_needed_as_published(row) -> None:
    # The effect is printed rounded: half a digit more is surely enough.
    found = units_needed(_design(row), row["mde"] + 0.5 * 10 ** -row["digits"])
    assert found.size == pytest.approx(row["size"], abs=0.01 * row["size"])


@pytest.mark.parametrize("row", ORACLES["powers"], ids=lambda row: row["name"])
def test_power_as_published(row) -> None:
    # Theirs leaves out the far tail of the two-sided test, which is nothing at these powers.
    found = power(_design(row), row["effect"])
    assert found == pytest.approx(row["power"], abs=0.5001 * 10 ** -row["digits"])


@pytest.mark.parametrize("row", ORACLES["multipliers"]["rows"])
def test_multipliers_of_bloom(row) -> None:
    wanted, alpha, two_sided, multiplier = row
    design = individual_design(1_000_000)
    found = minimum_detectable_effect(design, power=wanted, alpha=alpha, two_sided=two_sided)
    assert round(found / design.standard_error, 2) == multiplier


def test_a_cluster_design_is_an_individual_one_times_the_design_effect() -> None:
    """Donner and Klar (2000): variance inflated by 1 + (n - 1) icc."""
    clusters = ClusterDesign(clusters=40, cluster_size=25, icc=0.04)
    alone = individual_design(1000)
    ratio = (clusters.standard_error / alone.standard_error) ** 2
    assert ratio == pytest.approx(design_effect(25, 0.04), rel=1e-12)


def test_many_members_leave_what_lies_between_clusters() -> None:
    """Hemming et al. (2011): with J clusters no number of members gets below this."""
    many = ClusterDesign(clusters=40, cluster_size=1e12, icc=0.04)
    assert many.standard_error == pytest.approx(sqrt(4 * 0.04 / 40), rel=1e-9)


def test_three_levels_without_middle_variance_are_two() -> None:
    three = MultilevelDesign((Level(10, 0.9, r2=0.2), Level(3, 0.0), Level(30, 0.1, 0.5, 1)), 2)
    two = ClusterDesign(30, 30, 0.1, r2_cluster=0.5, r2_individual=0.2, covariates=1)
    assert three.standard_error == pytest.approx(two.standard_error, rel=1e-12)
    assert three.df == two.df


def test_random_blocks_without_heterogeneity_have_the_error_of_fixed_ones() -> None:
    """What is between authorities drops out of the error within them."""
    levels = (Level(50, 0.85), Level(20, 0.05), Level(12, 0.10))
    random = MultilevelDesign(levels, 1)
    share_within = 0.05 / 0.90
    fixed = ClusterDesign(240, 50, share_within, blocks=12)
    assert random.standard_error == pytest.approx(fixed.standard_error * sqrt(0.90), rel=1e-12)
    assert (random.df, fixed.df) == (11, 216)


def test_the_declared_analysis_sets_the_degrees_of_freedom() -> None:
    """Stratum indicators and one effect: as many as least squares with a row per school."""
    constant = MultilevelDesign((Level(15, 1.0, covariates=1), Level(8, 0.0)), 0, blocks="constant")
    schools = SchoolDesign.uniform(120, strata=8, covariates=1)
    assert constant.df == schools.df == 110
    assert constant.standard_error == pytest.approx(schools.standard_error, rel=1e-12)


def test_partially_nested_as_published() -> None:
    row = ORACLES["partially_nested"]
    design = PartiallyNestedDesign(row["units"], row["group_size"], row["icc"])
    multiplier = stats.norm.ppf(0.975) + stats.norm.ppf(row["power_with_normal"])
    assert round(multiplier * design.standard_error, 2) == row["effect"]


def test_partially_nested_by_simulation() -> None:
    """Error and Satterthwaite's df from draws of the model itself."""
    design = PartiallyNestedDesign(units=48, group_size=6, icc=0.2)
    draws = np.random.default_rng(20261122)
    many, groups = 40_000, 4
    between = draws.normal(scale=sqrt(0.25), size=(many, groups, 1))
    treated = (between + draws.normal(size=(many, groups, 6))).mean(axis=2)
    others = draws.normal(size=(many, 24))
    difference = treated.mean(axis=1) - others.mean(axis=1)
    assert difference.std() == pytest.approx(design.standard_error, rel=0.015)
    variance = treated.var(axis=1, ddof=1) / groups + others.var(axis=1, ddof=1) / 24
    matched = 2 * variance.mean() ** 2 / variance.var()
    assert matched == pytest.approx(design.df, rel=0.05)


def test_groups_of_one_are_no_groups() -> None:
    alone = PartiallyNestedDesign(units=60, group_size=1, icc=0.0)
    assert alone.standard_error == pytest.approx(individual_design(60).standard_error, rel=1e-12)
    assert alone.df == pytest.approx(58, rel=1e-12)
    assert alone.inflation == pytest.approx(1.0)


def test_more_groups_are_needed_not_more_units() -> None:
    """Units of larger groups help less than their number."""
    small = PartiallyNestedDesign(units=200, group_size=5, icc=0.1)
    large = PartiallyNestedDesign(units=200, group_size=25, icc=0.1)
    assert large.standard_error > small.standard_error
    assert large.df < small.df


def test_unequal_sizes_as_eldridge() -> None:
    """Weighted by pupils the exact sum is 1 + ((1 + cv^2) m - 1) icc."""
    design = RollDesign.of(cluster_variances(ROLLS, 0.03), ROLLS)
    effect = design_effect(ROLLS.mean(), 0.03, cv=ROLLS.std() / ROLLS.mean())
    assert design.standard_error == pytest.approx(sqrt(4 * effect / ROLLS.sum()), rel=1e-12)


def test_weights_by_precision_are_the_least() -> None:
    variances = cluster_variances(ROLLS, 0.03)
    best = RollDesign.of(variances, 1 / variances, weighting="precision").standard_error
    assert best == pytest.approx(sqrt(4 / (1 / variances).sum()), rel=1e-12)
    for weights in (None, ROLLS):
        assert RollDesign.of(variances, weights).standard_error > best


def test_equal_rolls_are_the_two_level_formula() -> None:
    strata = np.repeat([0, 1], [10, 30])
    design = RollDesign.of(
        cluster_variances([25] * 40, 0.1), strata=strata, shares=(0.5, 0.2), weighting="precision"
    )
    by_share = SchoolDesign((StratumSize(10, 0.5), StratumSize(30, 0.2)))
    expected = sqrt(0.1 + 0.9 / 25) * by_share.standard_error
    assert design.standard_error == pytest.approx(expected, rel=1e-12)
    assert design.df == by_share.df == 37


def test_pupil_weights_by_simulation() -> None:
    """The error of the weighted difference within two strata, from schools drawn and dealt."""
    rolls, strata = np.tile(ROLLS, 4), np.repeat([0, 1], 16)
    variances = rate_variances(rolls, 0.03, 0.35)
    design = RollDesign.of(variances, rolls, strata, (0.5, 0.5))
    draws, found = np.random.default_rng(7), []
    for _ in range(6000):
        true = np.clip(draws.normal(0.03, 0.35 * 0.03, rolls.size), 0, 1)
        rates = draws.binomial(rolls, true) / rolls
        arm = np.concatenate([draws.permutation(np.repeat([0, 1], 8)) for _ in range(2)])
        # Shares of pupils differ by chance, so the mean of each arm is by its own weights.
        parts = [
            np.average(rates[(strata == s) & (arm == 1)], weights=rolls[(strata == s) & (arm == 1)])
            - np.average(
                rates[(strata == s) & (arm == 0)], weights=rolls[(strata == s) & (arm == 0)]
            )
            for s in (0, 1)
        ]
        found.append(np.mean(parts))
    # The formula is of the first order: weights that chance makes uneven cost a few per cent.
    assert np.std(found) == pytest.approx(design.standard_error, rel=0.08)
    assert np.std(found) > 0.98 * design.standard_error


def test_rates_as_hayes_and_bennett() -> None:
    row = ORACLES["rates"]
    arms = [
        rate_variances([row["years"]], rate, row["cv"], kind="count")[0] for rate in row["rates"]
    ]
    multiplier = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    exact = 1 + multiplier**2 * sum(arms) / (row["rates"][1] - row["rates"][0]) ** 2
    assert exact > 24
    assert int(np.ceil(exact)) == row["clusters_by_arm"]


def test_shares_have_the_binomial_variance_of_one_draw() -> None:
    """Between plus within is p (1 - p) where schools hold one pupil."""
    assert rate_variances([1], 0.03, 0.5)[0] == pytest.approx(0.03 * 0.97, rel=1e-12)


def test_a_list_of_schools_grows_by_going_through_it_again() -> None:
    design = RollDesign.of(cluster_variances(ROLLS, 0.03), ROLLS)
    twice = design.resized(2 * ROLLS.size)
    assert twice.standard_error == pytest.approx(design.standard_error / sqrt(2), rel=1e-12)
    needed = units_needed(design, 0.15)
    assert minimum_detectable_effect(needed) <= 0.15
    assert design.resized(4).size == 4


@pytest.mark.parametrize(
    "refused",
    [
        lambda: MultilevelDesign((Level(10, 0.5), Level(4, 0.4)), 1),
        lambda: MultilevelDesign((Level(10, 1.0),), 1),
        lambda: MultilevelDesign((Level(10, 1.0),), 0, blocks="fixed"),
        lambda: Level(0, 0.5),
        lambda: Level(5, 0.5, effect_variance=-1.0),
        lambda: individual_design(20, blocks=0),
        lambda: PartiallyNestedDesign(20, 0.5, 0.1),
        lambda: minimum_detectable_effect(PartiallyNestedDesign(8, 4, 0.1)),
        lambda: RollDesign.of([]),
        lambda: RollDesign.of([1.0, -1.0]),
        lambda: RollDesign.of([1.0, 1.0], strata=[0, 1]),
        lambda: cluster_variances([10, 0], 0.1),
        lambda: rate_variances([10], 0.5, 3.0),
        lambda: design_effect(0, 0.1),
    ],
)
def test_what_is_no_design_is_refused(refused) -> None:
    with pytest.raises(EstimationError):
        refused()
