"""The parametric bootstrap: its draws by hand, its spread against the model's, its refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from equipoise.statistics.estimation import (
    EstimationError,
    fit_generalised_mixed,
    parametric_bootstrap,
)
from equipoise.statistics.estimation.streams import Stream


def _trial(clusters: int = 60) -> dict[str, Any]:
    rng = np.random.default_rng(8)
    arm = np.arange(clusters) % 2
    chance = special.expit(-2 - 0.4 * arm + 0.4 * rng.normal(size=clusters))
    trials = rng.integers(40, 300, size=clusters)
    return {
        "y": rng.binomial(trials, chance),
        "design": np.column_stack([np.ones(clusters), arm]),
        "clusters": np.arange(clusters),
        "trials": trials,
    }


def test_draws_are_quantiles_of_the_stream() -> None:
    given = _trial()
    fit = fit_generalised_mixed(**given, family="binomial")
    boot = parametric_bootstrap(fit, **given, column=1, replicates=20, seed=99)
    for draw in (0, 7):
        uniforms = Stream.of_seed(99).branch(draw).uniforms(120)
        shift = fit.cluster_sd * stats.norm.ppf(uniforms[:60])
        eta = given["design"] @ fit.coefficients + shift
        drawn = stats.binom.ppf(uniforms[60:], given["trials"], special.expit(eta))
        again = fit_generalised_mixed(**(given | {"y": drawn}), family="binomial")
        assert boot.estimates[draw] == pytest.approx(again.coefficients[1], abs=1e-5)


@pytest.mark.parametrize("family", ["binomial", "poisson", "negative-binomial"])
def test_spread_is_that_of_the_model(family: Any) -> None:
    given = _trial()
    if family != "binomial":
        given["offset"] = np.log(given.pop("trials"))
    fit = fit_generalised_mixed(**given, family=family)
    boot = parametric_bootstrap(fit, **given, column=1, replicates=200, seed=3)
    # The error of a standard deviation of 200 draws is 5 %.
    assert boot.se == pytest.approx(fit.se[1], rel=0.2)
    assert abs(boot.bias) < 0.3 * fit.se[1]
    assert boot.failed == 0
    assert boot.lower < fit.coefficients[1] < boot.upper


def test_two_levels_repeat_by_seed() -> None:
    given = _trial() | {"level": np.arange(60) // 10}
    fit = fit_generalised_mixed(**given, family="binomial")
    one, same, other = (
        parametric_bootstrap(fit, **given, column=1, replicates=20, seed=seed) for seed in (1, 1, 2)
    )
    assert one.estimates.tobytes() == same.estimates.tobytes()
    assert not np.array_equal(one.estimates, other.estimates)


def test_refits_without_a_finite_estimate_are_counted() -> None:
    arm = np.arange(12) % 2
    given: dict[str, Any] = {
        "y": [3, 1, 2, 0, 4, 1, 0, 0, 5, 1, 2, 0],
        "design": np.column_stack([np.ones(12), arm]),
        "clusters": range(12),
        "trials": [40] * 12,
    }
    fit = fit_generalised_mixed(**given, family="binomial")
    boot = parametric_bootstrap(fit, **given, column=1, replicates=100, seed=5)
    assert 0 < boot.failed < 20
    assert boot.estimates.size == 100 - boot.failed
    assert f"{boot.failed} of 100" in boot.warnings[0]
    rare = given | {"y": [3, 1, 2, 0, 4, 0, 0, 0, 5, 0, 2, 0]}
    with pytest.raises(EstimationError, match="too few for a parametric bootstrap"):
        parametric_bootstrap(
            fit_generalised_mixed(**rare, family="binomial"),
            **rare,
            column=1,
            replicates=100,
            seed=5,
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"replicates": 5}, "at least 20"),
        ({"seed": -1}, "A seed must be"),
        ({"column": 2}, "do not belong"),
    ],
)
def test_it_refuses_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    given = _trial()
    fit = fit_generalised_mixed(**given, family="binomial")
    options = {"column": 1, "replicates": 20, "seed": 1} | changes
    with pytest.raises(EstimationError, match=words):
        parametric_bootstrap(fit, **given, **options)
