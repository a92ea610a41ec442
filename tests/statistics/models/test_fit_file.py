"""A file summed while it is read gives what its rows give."""

import csv
import io
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import numpy as np
import polars as pl
import pytest

from equipoise.core.base import ProblemsError
from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models import (
    FitSpecification,
    RowsNeededError,
    fit_file,
    fit_parts,
    fit_table,
)

SCHOOLS = 60


def table(seed=5):
    """Pupils in schools in authorities, rows mixed, some values missing."""
    rng = np.random.default_rng(seed)
    size = rng.integers(6, 25, SCHOOLS)
    school = rng.permutation(np.repeat(np.arange(SCHOOLS), size))
    n = school.size
    arm_of = np.arange(SCHOOLS) % 2
    # Two of three schools of the second authority are treated, so that shares differ.
    arm_of[np.flatnonzero(np.arange(SCHOOLS) % 4 == 1)[:4]] = 0
    authority = np.arange(SCHOOLS) // 15
    effect = rng.normal(0, 0.6, SCHOOLS) + 0.3 * rng.normal(0, 1, 4)[authority]
    age, roll = rng.normal(10, 1, n), rng.integers(2, 9, n)
    eta = -1 + 0.4 * arm_of[school] + effect[school]
    rate = 1 / (1 + np.exp(-eta))
    labels = pl.Series(["a", "b", "c", "d"])
    made = pl.DataFrame(
        {
            "school": [f"S{number:03d}" for number in school],
            "authority": labels[authority[school]],
            "arm": pl.Series(["usual", "new"])[arm_of[school]],
            "blocked": rng.integers(0, 2, n),
            "year": pl.Series(["y7", "y8", "y9"])[rng.integers(0, 3, n)],
            "sex": pl.Series(["f", "m"])[rng.integers(0, 2, n)],
            "age": age,
            "intake": rng.normal(0, 1, SCHOOLS)[school],
            "y": eta + 0.2 * age + rng.normal(0, 1, n),
            "event": (rng.random(n) < rate).astype(np.int64),
            "count": rng.poisson(np.exp(eta) * rng.gamma(1.5, 1 / 1.5, n)),
            "k": rng.binomial(roll, rate),
            "roll": roll,
            "w_school": rng.uniform(0.5, 2, SCHOOLS)[school],
            "w_row": rng.uniform(0.5, 2, n),
        }
    )
    for name in ("y", "event", "count", "k", "age", "sex", "arm"):
        lost = rng.random(n) < 0.02
        made = made.with_columns(
            pl.when(pl.Series(lost)).then(None).otherwise(pl.col(name)).alias(name)
        )
    return made


TABLE = table()

LINEAR = {
    "plain": {},
    "strata": {"strata": ("authority",)},
    "crossed strata": {"strata": ("authority", "year")},
    "covariates": {"covariates": ("age", "sex", "intake", "year")},
    "weights of schools": {"weights": "w_school", "covariates": ("age",)},
    "of a number out of another": {"outcome": "k", "trials": "roll"},
    "size as covariate": {"outcome": "k", "trials": "roll", "covariates": ("roll", "w_school")},
    "size as stratum": {"outcome": "k", "trials": "roll", "strata": ("roll",)},
    "size as weight": {"outcome": "k", "trials": "w_school", "weights": "w_school"},
    "a treatment inside schools": {"treatment": "blocked", "covariates": ("age",)},
    "a named reference": {"reference": "usual", "strata": ("authority",)},
}
OLS = {
    "cr0, weights of rows": {"weights": "w_row", "error": "cr0", "df": "clusters"},
    "cr3, weights of rows": {"weights": "w_row", "error": "cr3", "df": "clusters"},
    "cr3, strata": {"error": "cr3", "strata": ("authority",), "covariates": ("age",)},
    "cr1s": {"error": "cr1s", "df": "z", "covariates": ("age", "sex")},
    "design df": {"df": "design", "covariates": ("age", "intake", "sex")},
    "school-average": {"estimand": "school-average", "strata": ("authority",)},
    "pupil-average": {"estimand": "pupil-average", "strata": ("authority",)},
    "school-average with weights": {
        "estimand": "school-average",
        "weights": "w_school",
        "covariates": ("age",),
    },
}
LMM = {
    "level": {"level": "authority", "covariates": ("age", "sex")},
    "kenward-roger": {"df": "kenward-roger", "strata": ("authority",)},
    "weights of rows": {"weights": "w_row", "covariates": ("age",)},
    "weighed by trials": {"outcome": "k", "trials": "roll", "estimand": "pupil-average"},
}
COUNTS = {
    "plain": {},
    "covariates": {"covariates": ("sex", "intake", "year")},
    "strata": {"strata": ("authority",)},
    "crossed strata": {"strata": ("authority", "year")},
    "school-average": {"estimand": "school-average"},
    "a treatment inside schools": {"treatment": "blocked"},
}
RANDOM = {"level": {"level": "authority"}, "quadrature": {"quadrature": 7}}
OUT_OF = {"outcome": "k", "trials": "roll"}
GEE = {"kc": {"error": "kc", "covariates": ("sex",)}, "weights": {"weights": "w_school"}}


def cases() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, options in {**LINEAR, **OLS}.items():
        yield f"ols: {name}", {"outcome": "y", "model": "ols", **options}
    for name, options in {**LINEAR, **LMM}.items():
        yield f"lmm: {name}", {"outcome": "y", "model": "lmm", **options}
    for model, outcome in (("binomial", "event"), ("poisson", "count"), ("negbin", "count")):
        for name, options in {**COUNTS, **RANDOM}.items():
            yield f"{model}: {name}", {"outcome": outcome, "model": model, **options}
        yield f"{model}: out of", {"model": model, **OUT_OF}
    yield "betabinomial: plain", {"outcome": "event", "model": "betabinomial"}
    yield "betabinomial: out of", {"model": "betabinomial", **OUT_OF, "strata": ("authority",)}
    families = (("binomial", "event"), ("gaussian", "y"), ("poisson", "count"))
    for (family, outcome), (name, options) in itertools.product(
        families, {**COUNTS, **GEE}.items()
    ):
        base = {"outcome": outcome, "model": "gee", "family": family}
        yield f"gee {family}: {name}", {**base, **options}
    yield "gee: out of", {"model": "gee", **OUT_OF}
    yield (
        "gee gaussian: out of, weighed",
        {"model": "gee", **OUT_OF, "family": "gaussian", "estimand": "pupil-average"},
    )


CASES = dict(cases())


def specified(options):
    return FitSpecification(**{"treatment": "arm", "cluster": "school", **options})


def alike(found, want, place="report"):
    """Compare reports part by part, numbers to 1e-10."""
    if isinstance(want, dict):
        assert list(found) == list(want), place
        for name in want:
            alike(found[name], want[name], f"{place}.{name}")
    elif isinstance(want, list | tuple):
        assert len(found) == len(want), place
        for number, (a, b) in enumerate(zip(found, want, strict=True)):
            alike(a, b, f"{place}[{number}]")
    elif isinstance(want, float) and not math.isnan(want):
        assert found == pytest.approx(want, rel=1e-10, abs=1e-10), place
    elif not isinstance(want, float):
        assert found == want, place


@pytest.fixture(scope="module")
def parquet(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "pupils.parquet"
    TABLE.write_parquet(path)
    return path


@pytest.mark.parametrize("name", CASES)
def test_sums_give_what_rows_give(parquet, name):
    spec = specified(CASES[name])
    found = fit_file(parquet, spec, summed=True, part=190)
    alike(asdict(found), asdict(fit_table(TABLE, spec)))
    assert not any("rows themselves" in note for note in found.notes)


@pytest.mark.parametrize("name", ["ols: covariates", "lmm: level", "binomial: covariates"])
def test_csv_is_summed_as_parquet_is(tmp_path, name):
    path = tmp_path / "pupils.csv"
    TABLE.write_csv(path)
    spec = specified(CASES[name])
    want = fit_file(path, spec, summed=False)
    alike(asdict(fit_file(path, spec, summed=True, part=150)), asdict(want))


def test_any_parts_in_any_order_give_the_same():
    spec = specified(CASES["lmm: level"])
    parts = [TABLE[300:], TABLE[:10], TABLE[10:300]]
    alike(asdict(fit_parts(parts, spec)), asdict(fit_table(TABLE, spec)))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"model": "ols", "outcome": "y", "weights": "w_row"}, "weights vary inside clusters"),
        ({"model": "ols", "outcome": "k", "trials": "roll", "estimand": "pupil-average"}, "weight"),
        ({"model": "ols", "outcome": "y", "permutations": 19}, "permutations"),
        ({"model": "binomial", "outcome": "event", "bootstrap": 20}, "permutations and bootstraps"),
    ],
)
def test_rows_are_used_where_sums_are_not_enough_and_it_is_said(parquet, options, why):
    spec = specified(options)
    found, want = fit_file(parquet, spec, summed=True), fit_table(TABLE, spec)
    assert "The rows themselves were used, since" in found.notes[-1]
    assert why in found.notes[-1]
    alike(found.estimate, want.estimate)
    with pytest.raises(RowsNeededError, match=why):
        fit_parts([TABLE], spec)


@pytest.mark.parametrize("model", ["binomial", "ols", "gee"])
def test_what_is_hardly_summed_is_read_as_rows(parquet, monkeypatch, model):
    monkeypatch.setattr("equipoise.statistics.models.fit_sums.MANY", 0)
    monkeypatch.setattr("equipoise.statistics.models.fit_tally.HELD", 100)
    monkeypatch.setattr("equipoise.statistics.models.fit_sums.HELD", 100)
    cluster = "age" if model == "ols" else "school"
    covariates = () if model == "ols" else ("age",)
    spec = FitSpecification("event", "blocked", cluster, model, covariates=covariates)
    found = fit_file(parquet, spec, summed=True, part=300)
    assert "The rows themselves were used" in found.notes[-1]
    alike(found.estimate, fit_table(TABLE, spec).estimate)


def test_a_measurement_in_gee_is_found_out_and_summed(parquet, monkeypatch):
    monkeypatch.setattr("equipoise.statistics.models.fit_sums.MANY", 500)
    spec = FitSpecification("y", "arm", "school", "gee")
    found = fit_file(parquet, spec, summed=True)
    alike(asdict(found), asdict(fit_table(TABLE, spec)))


@pytest.mark.parametrize(
    ("change", "options"),
    [
        ({"arm": pl.lit("new")}, {}),
        ({"y": pl.lit(2.0)}, {}),
        ({"y": pl.col("y") * float("inf")}, {}),
        ({"y": pl.lit(None, pl.Float64)}, {}),
        ({"school": pl.lit("S")}, {}),
        ({"w_school": pl.col("w_school") - 1.0}, {"weights": "w_school"}),
        ({"roll": pl.col("roll") - 2}, {"trials": "roll", "outcome": "k"}),
        ({"twin": pl.col("intake") * 2}, {"covariates": ("age", "intake", "twin")}),
        ({"sex": pl.lit("f")}, {"covariates": ("sex",)}),
        ({"authority": pl.col("arm")}, {"strata": ("authority",)}),
        ({"y": pl.lit(0).cast(pl.Date)}, {}),
        ({"y": pl.col("y") * 1e52}, {}),
        ({"y": pl.col("y") * 1e-60}, {}),
        ({"authority": pl.col("year")}, {"level": "authority"}),
    ],
)
@pytest.mark.parametrize("model", ["ols", "lmm", "gee"])
def test_what_is_refused_is_refused_in_the_same_words(tmp_path, model, change, options):
    path = tmp_path / "pupils.parquet"
    changed = TABLE.with_columns(**change)
    changed.write_parquet(path)
    if "level" in options and model != "lmm":
        pytest.skip("only mixed models take a level")
    spec = specified({"outcome": "y", "model": model, **options})
    with pytest.raises(EstimationError) as want:
        fit_table(changed.select(spec.columns), spec)
    with pytest.raises(EstimationError) as found:
        fit_file(path, spec, summed=True, part=200)

    def said(error):
        # Of several schools at fault either may be named.
        return re.sub(r"'S\d+'", "'S...'", str(error.value))

    assert said(found) == said(want)


def test_a_column_that_turns_out_to_hold_labels_late(tmp_path):
    path = tmp_path / "pupils.csv"
    late = TABLE.with_columns(pl.lit("4").alias("sex")).with_row_index("#")
    late = late.with_columns(pl.when(pl.col("#") > 600).then(pl.lit("x")).otherwise("sex"))
    late.rename({"literal": "band"}).write_csv(path)
    spec = specified({"outcome": "y", "model": "ols", "covariates": ("band",)})
    found = fit_file(path, spec, summed=True, part=100)
    assert [part.name for part in found.coefficients][-1] == "band = x"
    alike(asdict(found), asdict(fit_file(path, spec, summed=False)))


def test_values_that_are_no_numbers_are_counted_over_all_parts(tmp_path):
    path = tmp_path / "pupils.csv"
    text = TABLE.with_columns(pl.col("y").cast(pl.String)).with_row_index("#")
    bad = pl.col("#").is_in([150, 400, 401])
    text.with_columns(pl.when(bad).then(pl.lit("1,5")).otherwise("y").alias("y")).write_csv(path)
    spec = specified({"outcome": "y", "model": "ols"})
    with pytest.raises(ProblemsError) as want:
        fit_file(path, spec, summed=False)
    with pytest.raises(ProblemsError) as found:
        fit_file(path, spec, summed=True, part=60)
    assert found.value.problems == want.value.problems
    assert found.value.problems[0].place == "row 151 below the heads, column y"


def test_reading_tells_how_far_it_is(parquet):
    told: list[float] = []
    fit_file(parquet, specified(CASES["ols: plain"]), summed=True, part=400, tell=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len(told) == -(-TABLE.height // 400)


def test_small_files_are_read_whole(parquet):
    told: list[float] = []
    fit_file(parquet, specified(CASES["ols: plain"]), tell=told.append)
    assert told == []


def test_blocks_of_a_csv_end_at_the_end_of_a_row(tmp_path):
    path = tmp_path / "odd.csv"
    rows = [[f"S{k % 9}", str(k % 2), f'say "{k}"\nand\n{k},', str(k)] for k in range(200)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["school", "arm", "note", "y"], *rows])
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
    from equipoise.statistics.models.table_parts import csv_parts

    parts = [part for part, _ in csv_parts(path, ["note", "y"], rows=2)]
    assert len(parts) > 10
    assert pl.concat(parts)["note"].to_list() == [row[2] for row in rows]


@pytest.mark.parametrize("error", ["hc2", "hc3"])
def test_a_row_per_cluster_has_its_errors_from_sums_too(error):
    schools = TABLE.drop_nulls().group_by("school", maintain_order=True).first()
    spec = FitSpecification("y", "arm", "school", "ols", covariates=("age",), error=error)
    one, other = fit_table(schools, spec), fit_parts([schools[:20], schools[20:]], spec)
    assert (one.error, other.error) == (error, error)
    assert (other.estimate, other.se) == pytest.approx((one.estimate, one.se), rel=1e-9)
    assert other.df == pytest.approx(one.df, rel=1e-8)


def test_weights_that_are_a_covariate_need_rows():
    spec = FitSpecification("y", "arm", "school", "lmm", covariates=("w_row",), weights="w_row")
    with pytest.raises(RowsNeededError, match="covariate too"):
        fit_parts([TABLE], spec)
