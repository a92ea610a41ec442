"""Kappa and Krippendorff's alpha: against vcd and the published example, by hand, refusals."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.estimation.agreement import cohen_kappa, krippendorff_alpha

FOLDER = Path(__file__).parents[1] / "oracles"
KAPPAS = json.loads((FOLDER / "reliability.json").read_text(encoding="utf-8"))["kappa"]
GAP = np.nan
# Krippendorff (2011), sections C and D: four observers, twelve units.
PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
    [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
]


def _ratings(table: Any) -> tuple[np.ndarray, np.ndarray]:
    counts = np.asarray(table)
    rows, columns = np.indices(counts.shape)
    return np.repeat(rows.ravel(), counts.ravel()), np.repeat(columns.ravel(), counts.ravel())


@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
@pytest.mark.parametrize("case", KAPPAS, ids=lambda case: case["name"])
def test_kappa_and_its_error_are_those_of_vcd(case: dict[str, Any], weights: Any) -> None:
    first, second = _ratings(case["table"])
    found = cohen_kappa(first, second, weights=weights)
    assert (found.estimate, found.se) == pytest.approx(tuple(case[weights]), rel=1e-10)
    reach = special.ndtri(0.975) * found.se
    assert (found.lower, found.upper) == pytest.approx(
        (found.estimate - reach, found.estimate + reach)
    )


def test_with_two_categories_the_weights_do_not_matter() -> None:
    first, second = _ratings([[20, 5], [3, 30]])
    values = [cohen_kappa(first, second, weights=w).estimate for w in ("unweighted", "linear")]
    assert values[0] == pytest.approx(values[1], rel=1e-12)


def test_declared_categories_set_the_order_of_the_steps() -> None:
    first, second = ["low", "mid", "high", "low"], ["low", "high", "high", "mid"]
    declared = cohen_kappa(first, second, weights="linear", categories=["low", "mid", "high"])
    numbered = cohen_kappa([0, 1, 2, 0], [0, 2, 2, 1], weights="linear")
    assert declared == numbered
    assert cohen_kappa(first, second, weights="linear").estimate != declared.estimate


def test_perfect_agreement_is_one() -> None:
    found = cohen_kappa([1, 2, 3], [1, 2, 3])
    assert (found.estimate, found.se) == (1.0, 0.0)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_krippendorffs_own_example(metric: Any, published: float) -> None:
    found = krippendorff_alpha(PUBLISHED, metric=metric, seed=1, draws=200)
    assert round(found.estimate, 3) == published
    assert found.units == 11
    assert found.lower < found.estimate < found.upper <= 1


def test_krippendorffs_two_observers_of_a_binary_matter() -> None:
    # Krippendorff (2011), section A: 0.095.
    ratings = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
    assert round(krippendorff_alpha(ratings, seed=1, draws=100).estimate, 3) == 0.095


@pytest.mark.parametrize("metric", ["nominal", "interval"])
def test_it_is_the_sum_over_pairs_of_ratings(metric: Any) -> None:
    rng = np.random.default_rng(2)
    table = rng.integers(1, 6, (3, 15)).astype(float)
    table[rng.random(table.shape) < 0.2] = np.nan

    def apart(a: float, b: float) -> float:
        return float(a != b) if metric == "nominal" else (a - b) ** 2

    units = [column[~np.isnan(column)] for column in table.T]
    units = [unit for unit in units if unit.size > 1]
    every = np.concatenate(units)
    within = sum(
        2 * apart(a, b) / (u.size - 1) for u in units for a, b in combinations(u, 2)
    ) / len(every)
    between = sum(2 * apart(a, b) for a, b in combinations(every, 2)) / (
        len(every) * (len(every) - 1)
    )
    found = krippendorff_alpha(table, metric=metric, seed=1, draws=100)
    assert found.estimate == pytest.approx(1 - within / between, rel=1e-12)


def test_the_bootstrap_follows_the_seed_and_shrinks_with_units() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 400)
    other = np.where(rng.random(400) < 0.8, truth, rng.integers(0, 3, 400))
    few = krippendorff_alpha([truth[:100], other[:100]], seed=1, draws=500)
    many = krippendorff_alpha([truth, other], seed=1, draws=500)
    assert few == krippendorff_alpha([truth[:100], other[:100]], seed=1, draws=500)
    assert many.se == pytest.approx(few.se / 2, rel=0.25)


@pytest.mark.parametrize(
    ("first", "second", "options", "words"),
    [
        ([1], [1], {}, "two units"),
        ([1, 2], [1], {}, "two units"),
        ([1.0, GAP], [1.0, 2.0], {}, "missing"),
        ([1, None, 2], [1, 2, 2], {}, "missing"),
        ([1, 1], [1, 1], {}, "one category"),
        ([1, 2], [1, 2], {"categories": [1, 1, 2]}, "declared twice"),
        ([1, 2], [1, 3], {"categories": [1, 2]}, "1 ratings are none"),
        ([1, 2], [1, 2], {"weights": "cubic"}, "Weights"),
        ([1, 2], [1, 2], {"alpha": 1.0}, "Alpha"),
    ],
)
def test_what_has_no_kappa_is_refused(
    first: Any, second: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(EstimationError, match=words):
        cohen_kappa(first, second, **options)


@pytest.mark.parametrize(
    ("ratings", "options", "words"),
    [
        ([[1, 2, 3]], {}, "two raters"),
        ([[1, GAP], [1, 2]], {}, "two raters"),
        ([[1, np.inf], [1, 2]], {}, "finite numbers"),
        ([["a", "b"], ["a", "b"]], {}, "number the categories"),
        ([[1, 1], [1, 1]], {}, "equal"),
        ([[1, 2], [1, 2]], {"metric": "ratio"}, "metric"),
        ([[1, 2], [1, 2]], {"draws": 10}, "100 draws"),
    ],
)
def test_what_has_no_alpha_is_refused(ratings: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(EstimationError, match=words):
        krippendorff_alpha(ratings, seed=1, **options)
