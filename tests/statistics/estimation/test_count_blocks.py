"""Blocks of clusters give what all clusters at once give; so does their information."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import count_blocks, fit_generalised_mixed
from equipoise.statistics.estimation.cluster_information import cluster_information
from equipoise.statistics.estimation.count_blocks import Blocks, in_blocks
from equipoise.statistics.estimation.count_cells import CountCells, build_cells
from equipoise.statistics.estimation.count_checks import check_counts
from equipoise.statistics.estimation.laplace import Laplace
from equipoise.statistics.estimation.maximise import information
from equipoise.statistics.estimation.quadrature import AdaptiveQuadrature

RNG = np.random.default_rng(2)
SCHOOL = np.repeat(np.arange(50), RNG.integers(2, 12, 50))
ARM, YEAR = (SCHOOL % 2).astype(float), 2020.0 + RNG.integers(0, 4, SCHOOL.size)
DESIGN = np.column_stack([*np.eye(3)[SCHOOL % 3].T, ARM, YEAR, RNG.normal(size=SCHOOL.size)])
ETA = -1 + 0.4 * ARM + RNG.normal(0, 0.7, 50)[SCHOOL]
COUNT = RNG.poisson(np.exp(ETA) * RNG.gamma(1.5, 1 / 1.5, SCHOOL.size)).astype(float)
EVENT = (RNG.random(SCHOOL.size) < 1 / (1 + np.exp(-ETA))).astype(float)
BETA = np.array([-20.5, -20.3, -20.6, 0.3, 0.0097, 0.1])


def _cells(family: Any) -> CountCells:
    y = EVENT if family == "binomial" else COUNT
    return build_cells(check_counts(y, DESIGN, SCHOOL, family, None, None), family, None)


def _likelihood(cells: CountCells, nodes: int) -> Any:
    return Laplace(cells) if nodes == 1 else AdaptiveQuadrature(cells, nodes)


def _at(family: str) -> Any:
    return np.concatenate([BETA, [0.6], [0.4] if family == "negative-binomial" else []])


CASES = [
    (family, nodes) for family in ("binomial", "poisson", "negative-binomial") for nodes in (1, 5)
]


@pytest.mark.parametrize(("family", "nodes"), CASES)
def test_blocks_are_the_whole(monkeypatch: Any, family: str, nodes: int) -> None:
    monkeypatch.setattr(count_blocks, "BLOCK", 30)
    cells = _cells(family)
    blocks = in_blocks(cells, lambda some: _likelihood(some, nodes), nodes)
    assert isinstance(blocks, Blocks)
    assert len(blocks.blocks) > 5
    assert sum(block.cells.clusters for block in blocks.blocks) == 50
    whole = _likelihood(cells, nodes)
    found, want = blocks(_at(family)), whole(_at(family))
    assert found[0] == pytest.approx(want[0], rel=1e-12)
    np.testing.assert_allclose(found[1], want[1], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("family", ["binomial", "negative-binomial"])
def test_a_fit_in_blocks_is_the_fit(monkeypatch: Any, family: Any) -> None:
    y = EVENT if family == "binomial" else COUNT
    want = fit_generalised_mixed(y, DESIGN, SCHOOL, family=family, quadrature=5)
    monkeypatch.setattr(count_blocks, "BLOCK", 64)
    found = fit_generalised_mixed(y, DESIGN, SCHOOL, family=family, quadrature=5)
    assert found.loglik == pytest.approx(want.loglik, abs=1e-10)
    np.testing.assert_allclose(found.coefficients, want.coefficients, rtol=1e-8)
    np.testing.assert_allclose(found.se, want.se, rtol=1e-7)


@pytest.mark.parametrize(("family", "nodes"), CASES)
def test_information_of_clusters_is_that_of_all_differences(family: str, nodes: int) -> None:
    likelihood = _likelihood(_cells(family), nodes)
    at = _at(family)
    scale = np.diag(np.r_[np.full(4, 0.2), 1e-4, 0.1, 0.1, [0.3] * (at.size - 7)])
    # A year of 2020 and its coefficient hang together with the strata, as a real scale has it.
    scale[:3, 4] = -2021.0 * scale[4, 4]
    found = cluster_information(likelihood, at, scale)
    assert found is not None
    want = information(lambda b: likelihood.slopes(b).total(likelihood.cells), at, scale)
    np.testing.assert_allclose(found, want, rtol=1e-5, atol=1e-5 * np.abs(want).max())


def test_two_levels_have_no_information_by_clusters() -> None:
    counts = check_counts(COUNT, DESIGN, SCHOOL, "poisson", None, None)
    cells = build_cells(counts, "poisson", SCHOOL // 10)
    at = np.append(_at("poisson"), 0.3)
    assert cluster_information(Laplace(cells), at, np.eye(at.size)) is None
    assert isinstance(in_blocks(cells, Laplace), Laplace)
