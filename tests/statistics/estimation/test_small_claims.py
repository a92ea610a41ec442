"""Effect sizes, numbers needed, ratios, equivalence, evidence: identities and published numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import integrate, stats

from equipoise.statistics.estimation import (
    EstimationError,
    eef_effect_size,
    equivalence_test,
    hedges_g,
    holm,
    normal_evidence,
    number_needed,
    pupil_g,
    rate_ratio,
    ratio_difference,
    ruled_out,
    westfall_young,
)

SIZES = ([10, 20, 30], [15, 25, 20])


def test_the_eef_package_is_reproduced() -> None:
    # Numbers of the package's own two functions, as kept in the research notes.
    within = eef_effect_size(0.3, 0.8, 0.2, *SIZES, total=False)
    np.testing.assert_allclose(
        [within.g, within.lower, within.upper], [0.33541020, -0.57941764, 1.2502380], rtol=1e-7
    )
    total = eef_effect_size(0.3, 0.8, 0.2, *SIZES)
    np.testing.assert_allclose(
        [total.g, total.lower, total.upper], [0.28908095, -0.52946013, 1.1076220], rtol=1e-7
    )


def test_our_g_divides_by_the_variance_components_once() -> None:
    size = pupil_g(0.3, 0.1, 60, 0.2, 0.8, [500] * 400)
    assert size.g == pytest.approx(0.3, rel=2e-3)
    assert size.sd == 1.0
    assert "between and within" in size.scale


def test_without_a_school_effect_the_sd_is_that_of_all_pupils() -> None:
    # Equal sizes and no variance between: the weights of MSB and MSW are those of one variance.
    size = pupil_g(0.3, 0.1, 60, 0.0, 1.0, [20] * 30)
    plain = hedges_g(0.3, 0.1, 60, 1.0, 599)
    assert size.g == pytest.approx(plain.g, rel=1e-4)


def test_g_degrees_of_freedom_fall_with_the_icc() -> None:
    # All variance between schools: the SD is known from G - 1 degrees of freedom.
    size = pupil_g(0.3, 0.1, 60, 1e9, 1e-3, [20] * 30)
    assert size.g * size.sd / 0.3 == pytest.approx(1 - 3 / (4 * 29 - 1), rel=1e-6)


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        # Altman 1998: ARR 10 % (-5 % to 25 %).
        ((0.10, -0.05, 0.25), "NNTB 10 (NNTB 4 to infinity to NNTH 20)"),
        ((0.10, 0.05, 0.20), "NNTB 10 (NNTB 5 to NNTB 20)"),
        ((-0.10, -0.20, -0.05), "NNTH 10 (NNTH 20 to NNTH 5)"),
        ((0.0, -0.05, 0.05), "infinity (NNTB 20 to infinity to NNTH 20)"),
        ((0.1, 0.0, 0.2), "NNTB 10 (NNTB 5 to infinity)"),
    ],
)
def test_number_needed_is_written_through_infinity(difference, words: str) -> None:
    assert number_needed(*difference).words() == words


def test_number_needed_with_decimals() -> None:
    assert number_needed(0.3, 0.1, 0.4).words(1) == "NNTB 3.3 (NNTB 2.5 to NNTB 10.0)"


def test_rate_ratio_turns_over_with_the_arms() -> None:
    y, x = [1, 3, 4, 6, 2, 5], [40, 40, 80, 80, 30, 90]
    one = rate_ratio(ratio_difference(y, x, [0, 0, 0, 1, 1, 1]))
    two = rate_ratio(ratio_difference(y, x, [1, 1, 1, 0, 0, 0]))
    np.testing.assert_allclose(
        [two.ratio, two.lower, two.upper, two.p],
        [1 / one.ratio, 1 / one.upper, 1 / one.lower, one.p],
    )


def test_rate_ratio_of_precise_rates_is_the_difference_over_the_rate() -> None:
    rng = np.random.default_rng(1)
    y = 1000 + rng.normal(size=40)
    fit = ratio_difference(y, np.full(40, 1e4), np.repeat([0, 1], 20))
    ratio = rate_ratio(fit)
    assert ratio.log_se == pytest.approx(fit.se / 0.1, rel=1e-3)
    assert ratio.df == pytest.approx(fit.df, rel=1e-2)


def test_equivalence_is_the_narrower_interval_inside_the_range() -> None:
    for estimate in np.linspace(-0.6, 0.6, 25):
        found = ruled_out(estimate, 0.2, 17, alpha=0.05)
        test = equivalence_test(estimate, 0.2, 17, -0.5, 0.5)
        assert (test.p <= 0.05) == (found.below >= -0.5 and found.above <= 0.5)


def test_bayes_factor_is_the_ratio_of_integrals() -> None:
    found = normal_evidence(0.7, 0.4, 0.2, 0.5, thresholds=(0.0, 0.5))

    def joint(effect: float) -> float:
        return float(stats.norm.pdf(0.7, effect, 0.4) * stats.norm.pdf(effect, 0.2, 0.5))

    whole = integrate.quad(joint, -5, 5)[0]
    assert found.bayes_factor == pytest.approx(stats.norm.pdf(0.7, 0, 0.4) / whole, rel=1e-8)
    mean = integrate.quad(lambda e: e * joint(e), -5, 5)[0] / whole
    assert found.mean == pytest.approx(mean, rel=1e-8)
    for threshold, probability in found.probabilities:
        above = integrate.quad(joint, threshold, 5)[0] / whole
        assert probability == pytest.approx(above, rel=1e-7)


def test_bayes_factor_by_savage_and_dickey() -> None:
    found = normal_evidence(-1.0, 0.6, 0.3, 0.9)
    ratio = stats.norm.pdf(0, found.mean, found.sd) / stats.norm.pdf(0, 0.3, 0.9)
    assert found.bayes_factor == pytest.approx(ratio, rel=1e-10)
    assert 0 < found.probability_of_no_effect() < 1


def test_overwhelming_evidence_does_not_overflow() -> None:
    found = normal_evidence(0.0, 1e-3, 1e3, 1.0)
    assert math.isinf(found.bayes_factor)
    assert found.probability_of_no_effect() == 1.0


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (lambda: pupil_g(0.3, 0.1, 20, 0.2, 0.8, [30]), "two schools"),
        (lambda: pupil_g(0.3, 0.1, 20, -0.2, 0.8, [30, 30]), "above zero"),
        (lambda: eef_effect_size(0.3, 0.0, 0.2, *SIZES), "some variance"),
        (lambda: number_needed(0.1, 0.2, 0.3), "in order"),
        (lambda: equivalence_test(0, 1, 10, 1, -1), "lower end below"),
        (lambda: equivalence_test(0, 0, 10, -1, 1), "standard error"),
        (lambda: ruled_out(0, 1, 0), "degrees of freedom"),
        (lambda: ruled_out(0, 1, 10, alpha=0.7), "0 and 0.5"),
        (lambda: normal_evidence(0, 0, 0, 1), "above zero"),
        (lambda: normal_evidence(float("nan"), 1, 0, 1), "finite"),
        (lambda: holm([0.2, 1.2]), "from 0 to 1"),
        (lambda: holm([]), "from 0 to 1"),
        (lambda: westfall_young([1.0], [[1.0, 2.0]]), "one statistic for each"),
        (lambda: westfall_young([1.0], np.empty((0, 1))), "at least one draw"),
        (lambda: westfall_young([np.nan], [[1.0]]), "not a number"),
        (lambda: westfall_young([3.0], [[1.0]], exact=True), "not one that the scheme"),
        (
            lambda: rate_ratio(ratio_difference([0, 0, 4, 6], [4, 5, 8, 8], [0, 0, 1, 1])),
            "without events",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(refused, sentence: str) -> None:
    with pytest.raises(EstimationError, match=sentence):
        refused()


def test_exact_joint_p_values_sum_the_chances() -> None:
    reference = [[2.0, 0.5], [-2.0, 3.0], [1.0, 1.0]]
    found = westfall_young([2.0, 0.5], reference, exact=True, chances=[0.5, 0.25, 0.25])
    np.testing.assert_allclose(found.p, [0.75, 1.0])
    np.testing.assert_allclose(found.single_step, [0.75, 1.0])
