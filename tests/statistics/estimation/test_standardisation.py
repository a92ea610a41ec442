"""Standardised rates: against R's integrate and delta method, closed forms, limits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from equipoise.statistics.estimation import (
    EstimationError,
    fit_gee,
    fit_generalised_mixed,
    marginal_effect,
)

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "generalised_mixed.json").read_text(encoding="utf-8"))
ANSWERS = {answer["name"]: answer for answer in ORACLE["answers"]}
SCHOOLS = {name: np.asarray(values) for name, values in ORACLE["schools"].items()}
STRATA = np.eye(4)[SCHOOLS["authority"] - 1]
ON, OFF = (np.column_stack([STRATA, np.full(60, arm)]) for arm in (1.0, 0.0))
DESIGN = np.column_stack([STRATA, SCHOOLS["arm"]])


@pytest.mark.parametrize("by", ["pupils", "schools"])
def test_rates_and_errors_are_those_of_r(by: str) -> None:
    fit = fit_generalised_mixed(
        SCHOOLS["events"],
        DESIGN,
        SCHOOLS["school"],
        family="binomial",
        trials=SCHOOLS["roll"],
    )
    weights = SCHOOLS["roll"] if by == "pupils" else None
    effect = marginal_effect(ON, OFF, fit.parameters, fit.covariance, link="logit", weights=weights)
    theirs = ANSWERS[f"marginal_{by}"]
    np.testing.assert_allclose(
        [effect.reference, effect.arm, effect.difference, effect.log_ratio],
        [theirs[name] for name in ("low", "high", "difference", "log_ratio")],
        rtol=1e-5,
    )
    np.testing.assert_allclose(
        [effect.reference_se, effect.arm_se, effect.difference_se, effect.log_ratio_se],
        theirs["se"],
        rtol=1e-4,
    )
    per_1000 = effect.per(1000)
    assert per_1000.difference == pytest.approx(1000 * effect.difference)
    assert per_1000.difference_se == pytest.approx(1000 * effect.difference_se)
    assert per_1000.ratio == effect.ratio
    assert per_1000.per(1).arm == pytest.approx(effect.arm)


@pytest.mark.parametrize("spread", [0.01, 0.5, 2.0, 5.0])
@pytest.mark.parametrize("eta", [-6.0, -0.5, 3.0])
def test_integral_is_that_of_adaptive_quadrature(eta: float, spread: float) -> None:
    one = np.ones((1, 1))
    effect = marginal_effect(one, one, [eta, spread], np.eye(2), link="logit")

    def part(u: float) -> float:
        return float(special.expit(eta + spread * u) * stats.norm.pdf(u))

    value = integrate.quad(part, -12, 12, epsabs=0, epsrel=1e-13, limit=500)[0]
    assert effect.arm == pytest.approx(value, rel=1e-11)


def test_log_link_with_two_levels_is_the_lognormal_mean() -> None:
    on, off = np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])
    covariance = np.diag([0.04, 0.01, 0.002, 0.003])
    effect = marginal_effect(on, off, [-3.0, -0.2, 0.6, 0.3], covariance, link="log")
    reference = np.exp(-3.0 + 0.5 * (0.6**2 + 0.3**2))
    assert effect.reference == pytest.approx(reference, rel=1e-12)
    assert effect.log_ratio == pytest.approx(-0.2, abs=1e-12)
    assert effect.log_ratio_se == pytest.approx(0.1, rel=1e-9)
    slope = reference * np.sqrt(0.04 + 0.6**2 * 0.002 + 0.3**2 * 0.003)
    assert effect.reference_se == pytest.approx(slope, rel=1e-9)


def test_saturated_gee_gives_back_the_rates_of_the_arms() -> None:
    arm = SCHOOLS["arm"]
    design = np.column_stack([np.ones(60), arm])
    fit = fit_gee(
        SCHOOLS["events"],
        design,
        SCHOOLS["school"],
        family="binomial",
        trials=SCHOOLS["roll"],
        correlation="independence",
    )
    on, off = np.ones((1, 2)), np.array([[1.0, 0.0]])
    effect = marginal_effect(on, off, fit.parameters, fit.covariance, link="logit")
    for a, rate in ((0, effect.reference), (1, effect.arm)):
        inside = arm == a
        pooled = SCHOOLS["events"][inside].sum() / SCHOOLS["roll"][inside].sum()
        assert rate == pytest.approx(pooled, rel=1e-9)


def test_a_variance_of_zero_changes_nothing() -> None:
    on, off = np.array([[1.0, 1.0]]), np.array([[1.0, 0.0]])
    plain = marginal_effect(on, off, [-2.0, 0.4], 0.01 * np.eye(2), link="logit")
    zero = marginal_effect(on, off, [-2.0, 0.4, 0.0], 0.01 * np.eye(3), link="logit")
    assert zero == plain


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reference_design": np.ones((2, 2))}, "same rows and columns"),
        ({"parameters": [1.0]}, "do not fit"),
        ({"weights": [-1.0]}, "none below zero"),
        ({"parameters": [np.nan, 0.0]}, "missing or infinite"),
    ],
)
def test_it_refuses_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "arm_design": np.ones((1, 2)),
        "reference_design": np.ones((1, 2)),
        "parameters": [0.0, 0.0],
        "covariance": np.eye(2),
        "link": "logit",
    }
    with pytest.raises(EstimationError, match=words):
        marginal_effect(**(given | changes))
