"""Power: published values of the field's formulas, and identities."""

from __future__ import annotations

import pytest
from scipy import stats

from equipoise.statistics.estimation import (
    ClusterDesign,
    EstimationError,
    SchoolDesign,
    StratumSize,
    minimum_detectable_effect,
    power,
    units_needed,
)


def test_two_level_design_as_in_powerupr() -> None:
    design = ClusterDesign(clusters=20, cluster_size=4, icc=0.2)
    assert design.df == 18
    assert minimum_detectable_effect(design, alpha=0.01) == pytest.approx(1.05797, abs=5e-6)


def test_blocked_design_as_in_powerupr() -> None:
    design = ClusterDesign(clusters=5 * 44, cluster_size=20, icc=0.1, blocks=5)
    assert design.df == 210
    assert minimum_detectable_effect(design) == pytest.approx(0.144520, abs=5e-7)


@pytest.mark.parametrize(
    ("schools", "share", "r2", "effect"),
    [
        (94, 0.5, 0.0, 0.584),
        (94, 0.5, 0.25, 0.506),
        (94, 0.5, 0.5, 0.413),
        (160, 0.5, 0.0, 0.446),
        (160, 0.5, 0.25, 0.386),
        (160, 0.5, 0.5, 0.315),
        (1678, 0.4064, 0.0, 0.139),
        (1678, 0.4064, 0.25, 0.121),
        (1678, 0.4064, 0.5, 0.099),
    ],
)
def test_school_level_table(schools: int, share: float, r2: float, effect: float) -> None:
    design = SchoolDesign.uniform(schools, share=share, r2=r2)
    assert minimum_detectable_effect(design) == pytest.approx(effect, abs=6e-4)


def test_unequal_shares_add_up_as_information() -> None:
    mixed = SchoolDesign((StratumSize(30, 0.5), StratumSize(50, 0.2)))
    assert mixed.standard_error == pytest.approx((30 * 0.25 + 50 * 0.16) ** -0.5, rel=1e-12)


def test_average_and_precision_agree_where_shares_do() -> None:
    strata = (StratumSize(30, 0.4), StratumSize(50, 0.4))
    precision, average = SchoolDesign(strata), SchoolDesign(strata, weighting="average")
    assert average.standard_error == pytest.approx(precision.standard_error, rel=1e-12)


def test_average_is_never_more_precise() -> None:
    strata = (StratumSize(30, 0.5), StratumSize(50, 0.2))
    average = SchoolDesign(strata, weighting="average").standard_error
    assert average > SchoolDesign(strata).standard_error


def test_power_at_no_effect_is_alpha() -> None:
    assert power(SchoolDesign.uniform(40), 0.0, alpha=0.1) == pytest.approx(0.1, rel=1e-9)


def test_power_at_the_detectable_effect_is_near_the_wanted_one() -> None:
    design = SchoolDesign.uniform(120, strata=8, covariates=1)
    assert power(design, minimum_detectable_effect(design)) == pytest.approx(0.8, abs=0.005)


def test_power_is_the_noncentral_t_of_one_sample() -> None:
    design = SchoolDesign.uniform(50)
    shift = 0.7 / design.standard_error
    critical = stats.t.ppf(0.95, 48)
    expected = stats.nct.sf(critical, 48, shift)
    assert power(design, 0.7, two_sided=False) == pytest.approx(float(expected), rel=1e-12)


def test_units_needed_is_the_fewest() -> None:
    start = ClusterDesign(clusters=10, cluster_size=30, icc=0.05, covariates=2, blocks=3)
    found = units_needed(start, 0.2)
    fewer = ClusterDesign(found.clusters - 1, 30, 0.05, covariates=2, blocks=3)
    assert minimum_detectable_effect(found) <= 0.2 < minimum_detectable_effect(fewer)


def test_units_needed_keeps_the_proportions_of_strata() -> None:
    start = SchoolDesign((StratumSize(10, 0.5), StratumSize(30, 0.25)))
    found = units_needed(start, 0.3)
    assert found.strata[1].schools == pytest.approx(3 * found.strata[0].schools, abs=3)


@pytest.mark.parametrize(
    "refused",
    [
        lambda: minimum_detectable_effect(SchoolDesign.uniform(4, strata=4)),
        lambda: SchoolDesign.uniform(40, share=1.0),
        lambda: ClusterDesign(20, 4, icc=1.5),
        lambda: units_needed(SchoolDesign.uniform(40), 0.0),
        lambda: units_needed(SchoolDesign.uniform(40), 1e-9, limit=1000),
        lambda: SchoolDesign(()),
    ],
)
def test_what_is_no_design_is_refused(refused: object) -> None:
    with pytest.raises(EstimationError):
        refused()  # type: ignore[operator]


def test_a_design_the_size_of_england_has_a_power():
    # SciPy's noncentral t gives NaN here; the normal it tends to does not.
    large = SchoolDesign.uniform(24_000, share=0.4, strata=304)
    assert power(large, 1.0) == pytest.approx(1.0, abs=1e-12)
    assert power(large, 0.0) == pytest.approx(0.05, abs=1e-6)
