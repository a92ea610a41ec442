"""Cells: rows summed over what they share lose nothing that the likelihood needs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from equipoise.statistics.estimation.count_cells import build_cells, sort_rows
from equipoise.statistics.estimation.count_checks import check_counts

RNG = np.random.default_rng(4)
ROWS = 200
CLUSTER = RNG.integers(0, 9, ROWS)
DESIGN = np.column_stack([np.ones(ROWS), RNG.integers(0, 3, ROWS)])
EVENTS = RNG.poisson(3, ROWS)


@pytest.mark.parametrize("family", ["binomial", "poisson", "negative-binomial"])
def test_the_log_likelihood_of_the_cells_is_that_of_the_rows(family: Any) -> None:
    trials = EVENTS + RNG.integers(1, 9, ROWS) if family == "binomial" else None
    offset = np.log(RNG.uniform(1, 4, ROWS)) if family != "binomial" else None
    counts = check_counts(EVENTS, DESIGN, CLUSTER, family, trials, offset)
    cells = build_cells(counts, family, None)
    beta = np.array([-0.3, 0.4])
    eta = cells.offset + cells.design @ beta
    value = float(np.sum(cells.family.with_shape(0.5).at(eta).value)) + cells.constant
    chance = DESIGN @ beta
    if trials is not None:
        whole = stats.binom.logpmf(EVENTS, trials, 1 / (1 + np.exp(-chance)))
    else:
        assert offset is not None
        mean, size = np.exp(offset + chance), np.exp(0.5)
        whole = (
            stats.poisson.logpmf(EVENTS, mean)
            if family == "poisson"
            else stats.nbinom.logpmf(EVENTS, size, size / (size + mean))
        )
    assert value == pytest.approx(float(whole.sum()), abs=1e-9)
    # Three values of the covariate in nine clusters; negative-binomial rows stay rows.
    assert cells.cluster.size == (ROWS if family == "negative-binomial" else 27)


def test_rows_are_put_side_by_side_only_if_equal() -> None:
    columns = [DESIGN[:, 1].copy(), RNG.normal(size=ROWS)]
    order, starts = sort_rows(columns, CLUSTER)
    assert sorted(order) == list(range(ROWS))
    assert starts.size == ROWS
    order, starts = sort_rows(columns[:1], CLUSTER)
    assert starts.size == 27
    for rows in np.split(order, starts[1:]):
        assert np.unique(np.column_stack([CLUSTER[rows], columns[0][rows]]), axis=0).shape[0] == 1


@pytest.mark.parametrize(
    ("n", "k"), [(5, 0), (7, 3), (400, 200), (4_000_000, 1_000), (4_000_000, 3_999_999)]
)
def test_binomial_coefficients_of_millions_of_trials_keep_their_digits(n: int, k: int) -> None:
    """By whole numbers: log-gamma of millions is off in the eighth decimal."""
    counts = check_counts([k, 1], np.ones((2, 1)), [0, 1], "binomial", [n, 1], None)
    constant = build_cells(counts, "binomial", None).constant
    # Whole numbers too great for a float are divided by a power of two first.
    coefficient = math.comb(n, k)
    shift = max(0, coefficient.bit_length() - 900)
    exact = math.log(coefficient >> shift) + shift * math.log(2)
    assert constant == pytest.approx(exact, rel=1e-13, abs=1e-13)
