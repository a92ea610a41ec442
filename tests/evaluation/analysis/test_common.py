"""A common outcome in one trial: the same model, and a ratio whose error is worked apart."""

import numpy as np
import pytest

from equipoise.evaluation.analysis import analyse, common_effect
from equipoise.evaluation.analysis.common import adjusted_means, log_ratio
from equipoise.statistics.models import TrialArrays, estimate_effect


@pytest.fixture(scope="module")
def own(analysed):
    protocol, data, arms = analysed
    return protocol, data, arms, analyse(protocol, data, arms).outcomes[0]


def test_the_common_outcome_of_a_trial_that_declares_it_is_its_own_finding(own):
    protocol, data, arms, primary = own
    found = common_effect(protocol, protocol.primary, data, arms, arm="supervision")
    assert found.estimate == pytest.approx(primary.estimate, abs=1e-12)
    assert found.se == pytest.approx(primary.se, abs=1e-12)
    assert found.df == pytest.approx(primary.df, abs=1e-9)
    assert found.schools == primary.rows
    difference = found.intervention_rate - found.reference_rate
    assert difference == pytest.approx(found.estimate, abs=1e-9)
    assert found.ratio.estimate == pytest.approx(
        np.log(found.intervention_rate / found.reference_rate), abs=1e-12
    )


def test_without_covariates_a_pupil_average_ratio_is_that_of_sums(own):
    protocol, data, arms, _ = own
    bare = protocol.plan.models["default"].model_copy(
        update={"strata": False, "baseline": False, "inverse_share": False}
    )
    plan = protocol.plan.model_copy(update={"models": {**protocol.plan.models, "default": bare}})
    protocol = protocol.model_copy(update={"plan": plan})
    found = common_effect(protocol, protocol.primary, data, arms, arm="supervision")
    rates = {}
    for arm in ("usual", "supervision"):
        rows = data.schools.filter([arms[unit] == arm for unit in data.schools["unit"]])
        rates[arm] = 1000 * rows["nfa_any_strict_outcome"].sum() / rows["pupils"].sum()
    assert found.reference_rate == pytest.approx(rates["usual"], rel=1e-12)
    assert found.intervention_rate == pytest.approx(rates["supervision"], rel=1e-12)


def hc2(y, design):
    """HC2 of least squares, written out (MacKinnon and White 1985)."""
    bread = np.linalg.inv(design.T @ design)
    beta = bread @ design.T @ y
    leverage = np.einsum("ij,jk,ik->i", design, bread, design)
    scores = design * ((y - design @ beta) / np.sqrt(1 - leverage))[:, None]
    return beta, bread @ scores.T @ scores @ bread


def test_the_error_of_the_ratio_is_that_of_a_centred_model():
    """With everything but the arm centred, the constant is the reference mean itself."""
    rng = np.random.default_rng(5)
    n = 60
    arm, cells = np.tile([0, 1], n // 2), np.repeat([0, 1, 2], n // 3)
    covariate = rng.normal(20, 5, n)
    y = 10 + 2 * cells + 0.4 * covariate - 1.5 * arm + rng.normal(0, 3, n)
    fixed = np.column_stack([cells == 1, cells == 2, covariate]).astype(float)
    beta, vcov = hc2(y, np.column_stack([np.ones(n), arm, fixed - fixed.mean(axis=0)]))
    gradient = np.zeros(beta.size)
    gradient[:2] = 1 / (beta[0] + beta[1]) - 1 / beta[0], 1 / (beta[0] + beta[1])
    arrays = TrialArrays(y, arm, 2, 1, 0, cells, covariate[:, None], np.ones(n))
    found = log_ratio(arrays, estimate_effect(arrays, inverse_share=False).fit)
    assert found.estimate == pytest.approx(np.log((beta[0] + beta[1]) / beta[0]), rel=1e-9)
    assert found.se == pytest.approx(np.sqrt(gradient @ vcov @ gradient), rel=1e-9)


def test_means_are_of_predictions_for_everyone_weighted_as_the_estimand_says():
    rng = np.random.default_rng(11)
    n = 40
    arm, cells = np.tile([0, 1], n // 2), np.repeat([0, 1], n // 2)
    covariate, weights = rng.normal(20, 5, n), rng.uniform(50, 400, n)
    y = 10 + 2 * cells + 0.4 * covariate - 1.5 * arm + rng.normal(0, 3, n)
    design = np.column_stack([cells == 0, cells == 1, arm, covariate]).astype(float)
    root = np.sqrt(weights)[:, None]
    beta = np.linalg.lstsq(design * root, y * root[:, 0], rcond=None)[0]
    arrays = TrialArrays(y, arm, 2, 1, 0, cells, covariate[:, None], weights)
    found = adjusted_means(arrays, estimate_effect(arrays, inverse_share=False).fit)
    for value, expected in zip((0.0, 1.0), found, strict=True):
        design[:, 2] = value
        assert np.average(design @ beta, weights=weights) == pytest.approx(expected, rel=1e-10)


def test_a_mean_of_zero_has_no_ratio():
    arm, one = np.array([0, 0, 0, 1, 1, 1]), np.zeros(6, np.int64)
    y = np.array([1.0, 2.0, 3.0, -1.0, 0.0, 1.0])
    arrays = TrialArrays(y, arm, 2, 1, 0, one, np.empty((6, 0)), np.ones(6))
    assert log_ratio(arrays, estimate_effect(arrays).fit) is None
