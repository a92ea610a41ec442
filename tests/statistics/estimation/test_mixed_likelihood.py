"""The likelihood from moments is that of the whole covariance matrix, and so its derivatives."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    ClusterMoments,
    CollinearError,
    EstimationError,
    MixedModel,
    RandomTerm,
    fit_mixed,
    icc_interval,
    profile_coefficient,
    profile_variance,
)
from equipoise.statistics.estimation.mixed_layout import Layout, lay_out
from equipoise.statistics.estimation.mixed_likelihood import Likelihood
from equipoise.statistics.estimation.mixed_search import roots_of

SCHOOL = RandomTerm()


def _rows(seed: int = 1, clusters: int = 36) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    school = np.repeat(np.arange(clusters), rng.integers(1, 9, clusters))
    la, arm = rng.integers(0, 6, clusters), np.arange(clusters) % 2
    n = school.size
    x = rng.normal(size=n)
    y = 100 + arm[school] + x + rng.normal(size=clusters)[school] + rng.normal(size=n)
    y += rng.normal(size=6)[la][school]
    return {
        "y": y,
        "arm": arm[school].astype(float),
        "x": 5 + x,
        "w": rng.uniform(0.5, 2, n),
        "school": school,
        "la": la[school],
        "supervisor": np.where(arm == 1, rng.integers(0, 5, clusters), -1)[school],
    }


def _moments(rows: dict[str, np.ndarray], weighted: bool = True) -> ClusterMoments:
    return ClusterMoments.from_rows(
        {name: rows[name] for name in ("y", "arm", "x")},
        rows["school"],
        weights=rows["w"] if weighted else None,
        levels={
            "la": rows["la"],
            "supervisor": rows["supervisor"],
            "side": rows["arm"].astype(int),
        },
    )


STRUCTURES: dict[str, dict[str, Any]] = {
    "intercept": {},
    "full likelihood": {"method": "ml"},
    "strata": {"strata": "la"},
    "nested": {"random": (RandomTerm("la"), SCHOOL)},
    "slope": {"random": (SCHOOL, RandomTerm("la", ("constant", "arm")))},
    "slope apart": {"random": (SCHOOL, RandomTerm("la"), RandomTerm("la", ("arm",)))},
    "slope and strata": {"random": (SCHOOL, RandomTerm("la", ("arm",))), "strata": "la"},
    "partial": {"random": (SCHOOL, RandomTerm("supervisor", ("arm",)))},
    "partial and strata": {
        "random": (SCHOOL, RandomTerm("supervisor", ("arm",))),
        "strata": "la",
    },
    "by arm": {"random": (RandomTerm(by="side"),), "residual_by": "side"},
    "slope in schools": {"random": (RandomTerm(columns=("constant", "x")), RandomTerm("la"))},
    "slope apart in schools": {"random": (SCHOOL, RandomTerm(columns=("x",)))},
    "supervisors by residual": {
        "random": (RandomTerm("supervisor", ("arm",)),),
        "residual_by": "side",
    },
    "no random effect": {"random": ()},
}


def _dense(rows: dict[str, np.ndarray], model: MixedModel, layout: Layout, v: Any) -> float:
    """-2 log-likelihood from the covariance matrix of all rows."""
    n = rows["y"].size
    ones = np.ones(n)
    columns = {"constant": ones, "arm": rows["arm"], "x": rows["x"]}
    groups = {"cluster": rows["school"], "la": rows["la"], "supervisor": rows["supervisor"]}
    design = [ones] if model.strata is None else list(np.eye(6)[rows["la"]].T)
    design = [column for column in design if column.any()]
    z = np.column_stack([*design, *(columns[name] for name in model.regressors)])
    cover = np.zeros((n, n))
    for component, value in zip(
        layout.components, v * [c.factor for c in layout.components], strict=True
    ):
        name, _, label = component.name.rstrip("]").partition("[")
        inside = ones if not label else (rows["arm"] == int(label)).astype(float)
        if name == "residual":
            cover += np.diag(value * inside / rows["w"])
            continue
        level, _, varying = name.partition(":")
        names = (varying or "constant").split(",")
        a, b = columns[names[0]] * inside, columns[names[-1]] * inside
        same = groups[level][:, None] == groups[level]
        products = np.outer(a, b) if len(names) == 1 else np.outer(a, b) + np.outer(b, a)
        cover += value * same * products
    inverse = np.linalg.inv(cover)
    information = z.T @ inverse @ z
    residual = rows["y"] - z @ np.linalg.solve(information, z.T @ inverse @ rows["y"])
    value = np.linalg.slogdet(cover)[1] + residual @ inverse @ residual
    if model.method == "ml":
        return float(value + n * math.log(2 * math.pi))
    value += np.linalg.slogdet(information)[1]
    return float(value + (n - z.shape[1]) * math.log(2 * math.pi))


def _point(structure: str) -> tuple[Likelihood, MixedModel, Any]:
    model = MixedModel("y", ("arm", "x"), **STRUCTURES[structure])
    likelihood = Likelihood.of(lay_out(_moments(_rows()), model), model.method)
    space = roots_of(likelihood)
    roots = np.random.default_rng(2).normal(size=space.size, scale=0.3)
    roots[space.residuals :] += 0.2
    return likelihood, model, space.components(roots)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_the_likelihood_is_that_of_the_whole_covariance_matrix(structure: str) -> None:
    likelihood, model, v = _point(structure)
    expected = _dense(_rows(), model, likelihood.layout, v)
    assert likelihood.deviance(v).value == pytest.approx(expected, rel=1e-12)
    assert likelihood.deviance(v, order=0).value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_derivatives_are_those_of_the_likelihood(structure: str) -> None:
    likelihood, _, v = _point(structure)
    at, step = likelihood.deviance(v), 1e-4
    for t, unit in enumerate(np.eye(v.size) * step):
        # Fourth order: the error is that of rounding.
        near = [likelihood.deviance(v + k * unit, 1) for k in (-2, -1, 1, 2)]
        weights = np.array([1.0, -8.0, 8.0, -1.0]) / (12 * step)
        slope = weights @ [one.value for one in near]
        bend = weights @ np.array([one.first for one in near])
        assert at.first[t] == pytest.approx(slope, rel=1e-7, abs=1e-6)
        np.testing.assert_allclose(at.second[t], bend, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(at.second, at.second.T, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("structure", STRUCTURES)
def test_every_fit_has_converged_and_more_parameters_fit_no_worse(structure: str) -> None:
    moments = _moments(_rows())
    model = MixedModel("y", ("arm", "x"), **STRUCTURES[structure])
    fit = fit_mixed(moments, model)
    assert fit.converged
    assert np.isfinite(fit.df).all()
    simple = MixedModel("y", ("arm", "x"), (), strata=model.strata, method=model.method)
    assert fit.loglik >= fit_mixed(moments, simple).loglik - 1e-9


def test_without_random_effects_it_is_least_squares() -> None:
    rows = _rows(3)
    fit = fit_mixed(_moments(rows, weighted=False), MixedModel("y", ("arm", "x"), ()))
    z = np.column_stack([np.ones(rows["y"].size), rows["arm"], rows["x"]])
    beta, squares, *_ = np.linalg.lstsq(z, rows["y"], rcond=None)
    n = rows["y"].size
    np.testing.assert_allclose(fit.coefficients, beta, rtol=1e-10)
    assert fit.variance("residual") == pytest.approx(squares[0] / (n - 3), rel=1e-10)
    np.testing.assert_allclose(fit.df, n - 3, rtol=1e-8)


def test_equal_clusters_give_the_t_test_of_cluster_means() -> None:
    rng = np.random.default_rng(4)
    school = np.repeat(np.arange(20), 6)
    arm = (school % 2).astype(float)
    y = arm + 2 * rng.normal(size=20)[school] + rng.normal(size=120)
    moments = ClusterMoments.from_rows({"y": y, "arm": arm}, school)
    means = y.reshape(20, 6).mean(axis=1)
    one, other = means[1::2], means[::2]
    se = math.sqrt((one.var(ddof=1) + other.var(ddof=1)) / 10)
    for df in ("satterthwaite", "kenward-roger"):
        fit = fit_mixed(moments, MixedModel("y", ("arm",)), df=df)
        assert fit.coefficients[1] == pytest.approx(one.mean() - other.mean(), rel=1e-10)
        assert fit.se[1] == pytest.approx(se, rel=1e-8)
        assert fit.df[1] == pytest.approx(18, rel=1e-6)


def test_strata_that_are_absorbed_are_indicators() -> None:
    # With a random effect of groups that cut across strata they are put in as indicators.
    moments = _moments(_rows(5))
    arm = moments.mean[:, moments.position("arm")]
    wide = moments
    for k in range(1, 6):
        wide = wide.derived(f"la{k}", None, shift=(moments.levels["la"] == k).astype(float))
    names = ("arm", "x", *(f"la{k}" for k in range(1, 6)))
    absorbed = fit_mixed(moments, MixedModel("y", ("arm", "x"), strata="la"), df="kenward-roger")
    explicit = fit_mixed(wide, MixedModel("y", names), df="kenward-roger")
    assert arm.any()
    assert absorbed.loglik == pytest.approx(explicit.loglik, abs=1e-8)
    np.testing.assert_allclose(absorbed.coefficients, explicit.coefficients[1:3], rtol=1e-8)
    np.testing.assert_allclose(absorbed.vcov, explicit.vcov[1:3, 1:3], rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(absorbed.df, explicit.df[1:3], rtol=1e-7)


def test_units_and_origin_of_columns_do_not_matter() -> None:
    rows = _rows(6)
    model = MixedModel("y", ("arm", "x"), (SCHOOL, RandomTerm("la", ("constant", "arm"))))
    one = fit_mixed(_moments(rows), model)
    changed = {**rows, "y": 1000 * rows["y"], "x": 1e4 + rows["x"] / 100}
    other = fit_mixed(_moments(changed), model)
    np.testing.assert_allclose(other.coefficients[1:], one.coefficients[1:] * [1e3, 1e5], rtol=1e-6)
    np.testing.assert_allclose(other.df[1:], one.df[1:], rtol=1e-4)
    assert other.variance("la:arm") == pytest.approx(
        1e6 * one.variance("la:arm"), rel=1e-4, abs=1e-4
    )


def test_profiles_meet_the_chi_squared_quantile() -> None:
    moments = _moments(_rows(7))
    model = MixedModel("y", ("arm", "x"), (SCHOOL, RandomTerm("la")), method="ml")
    fit = fit_mixed(moments, model)
    interval = profile_coefficient(moments, model, "arm")
    assert interval.estimate == pytest.approx(fit.coefficients[1], rel=1e-9)
    # Taking the limit times the column off the outcome and dropping the column is that model.
    held = ClusterMoments.from_rows(
        {"y": _rows(7)["y"] - interval.upper * _rows(7)["arm"], "x": _rows(7)["x"]},
        _rows(7)["school"],
        weights=_rows(7)["w"],
        levels={"la": _rows(7)["la"]},
    )
    lower = fit_mixed(held, MixedModel("y", ("x",), model.random, method="ml"))
    assert 2 * (fit.loglik - lower.loglik) == pytest.approx(3.841458820694124, abs=1e-6)


@pytest.mark.parametrize("method", ["ml", "reml"])
def test_an_icc_interval_is_that_of_the_ratio_of_variances(method: Any) -> None:
    moments = _moments(_rows(8), weighted=False)
    model = MixedModel("y", ("arm",), method=method)
    fit = fit_mixed(moments, model)
    found = icc_interval(moments, model)
    assert found.estimate == pytest.approx(dict(fit.icc)["cluster"], rel=1e-6)
    assert found.lower < found.estimate < found.upper
    likelihood = Likelihood.of(lay_out(moments, model), method)
    n = likelihood.layout.n - (2 if method == "reml" else 0)
    for limit in (found.lower, found.upper):
        at = likelihood.deviance(np.array([1 - limit, limit]), order=0)
        best = likelihood.deviance(np.array([1 - limit, limit]) * at.squares / n, order=0)
        assert best.value + 2 * fit.loglik == pytest.approx(3.841458820694124, abs=1e-6)


def test_icc_intervals_of_two_levels_hold_their_estimates() -> None:
    moments = _moments(_rows(9), weighted=False)
    model = MixedModel("y", ("arm",), (SCHOOL, RandomTerm("la")))
    fit = fit_mixed(moments, model)
    variances = [fit.variance(name) for name in ("cluster", "la", "residual")]
    expected = {
        "cluster": (variances[0] + variances[1]) / sum(variances),
        "la": variances[1] / sum(variances),
    }
    assert dict(fit.icc) == pytest.approx(expected, rel=1e-12)
    for level, name in ((None, "cluster"), ("la", "la")):
        found = icc_interval(moments, model, level)
        assert found.estimate == pytest.approx(expected[name], rel=1e-6)
        assert 0 <= found.lower < found.estimate < found.upper < 1


def test_a_profile_from_zero_starts_at_zero() -> None:
    rng = np.random.default_rng(12)
    school = np.repeat(np.arange(30), 8)
    y = rng.normal(size=240)
    y -= 0.9 * np.repeat(y.reshape(30, 8).mean(axis=1), 8)
    moments = ClusterMoments.from_rows({"y": y, "arm": school % 2}, school)
    model = MixedModel("y", ("arm",))
    assert fit_mixed(moments, model).variance("cluster") == 0
    for interval in (profile_variance(moments, model, "cluster"), icc_interval(moments, model)):
        assert (interval.estimate, interval.lower) == (0, 0)
        assert interval.upper > 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"random": (RandomTerm("ward"),)}, "no level ward"),
        ({"random": (RandomTerm("one"),)}, "only one one"),
        ({"random": (SCHOOL, RandomTerm("la"), RandomTerm("crossed"))}, "nested random effects"),
        ({"random": (SCHOOL, SCHOOL)}, "those of another level"),
        ({"random": (RandomTerm(columns=("zero",)),)}, "zero in every row"),
        ({"random": (RandomTerm("la", by="side"),)}, "do not lie each in one side"),
        ({"random": (RandomTerm("la"),), "strata": "la"}, "is a stratum of its own"),
        ({"regressors": ("arm", "absent")}, "no column absent"),
        ({"regressors": ("arm", "arm")}, "named twice"),
        ({"outcome": "zero"}, "the same value in every row"),
        ({"outcome": "arm", "regressors": ("x",)}, "does not vary inside any school"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    rows = _rows(10)
    levels = {"la": rows["la"], "one": rows["la"] * 0, "crossed": rows["school"] % 5}
    moments = ClusterMoments.from_rows(
        {"y": rows["y"], "arm": rows["arm"], "x": rows["x"], "zero": 0 * rows["x"]},
        rows["school"],
        levels={**levels, "side": rows["arm"].astype(int)},
    )
    options = {"outcome": "y", "regressors": ("arm", "x"), "cluster": "school", **change}
    with pytest.raises(EstimationError, match=sentence):
        fit_mixed(moments, MixedModel(**options))


def test_one_row_a_cluster_has_no_variance_between_clusters() -> None:
    y = np.random.default_rng(13).normal(size=12)
    moments = ClusterMoments.from_rows({"y": y, "arm": np.arange(12) % 2}, np.arange(12))
    with pytest.raises(EstimationError, match="has one row"):
        fit_mixed(moments, MixedModel("y", ("arm",)))


def test_collinear_columns_are_named() -> None:
    rows = _rows(11)
    moments = ClusterMoments.from_rows(
        {"y": rows["y"], "arm": rows["arm"], "usual": 1 - rows["arm"]}, rows["school"]
    )
    with pytest.raises(CollinearError) as caught:
        fit_mixed(moments, MixedModel("y", ("arm", "usual")))
    assert caught.value.columns == (1,)


def test_kenward_roger_needs_a_restricted_likelihood() -> None:
    with pytest.raises(EstimationError, match="restricted likelihood"):
        fit_mixed(_moments(_rows()), MixedModel("y", ("arm",), method="ml"), df="kenward-roger")


def test_intervals_say_what_they_cannot_be_made_for() -> None:
    moments = _moments(_rows())
    model = MixedModel("y", ("arm",), (SCHOOL, RandomTerm("la", ("arm",))))
    with pytest.raises(EstimationError, match="random intercepts alone"):
        icc_interval(moments, model)
    with pytest.raises(EstimationError, match="no variance ward"):
        profile_variance(moments, model, "ward")
    with pytest.raises(EstimationError, match="not one of the regressors"):
        profile_coefficient(moments, model, "x")
