"""Inverse chances as weights: in the proportion of the chances, summing to the stratum."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models import ModelSpecification, TrialArrays, fit

ARM = np.array([0, 0, 0, 1, 1, 0, 1, 1])
CELLS = np.array([0, 0, 0, 0, 0, 1, 1, 1])
CHANCE = np.array([0.5, 0.25, 0.5, 0.4, 0.8, 0.3, 0.6, 0.2])


def arrays(chance=None, units=None) -> TrialArrays:
    y = np.arange(8.0)
    none = np.empty((8, 0))
    return TrialArrays(y, ARM, 2, 1, 0, CELLS, none, np.ones(8), units, chance)


def test_by_hand() -> None:
    """In stratum 0 the arm 0 has inverse chances 2, 4, 2: of five units 1.25, 2.5 and 1.25."""
    weights = 1 / arrays(CHANCE).shares()
    assert weights[:3] == pytest.approx([1.25, 2.5, 1.25])
    # Arm 1: 2.5 and 1.25 of five units; stratum 1: arm 0 alone, arm 1 5/3 and 5 of three.
    assert weights[3:5] == pytest.approx([10 / 3, 5 / 3])
    assert weights[5:] == pytest.approx([3.0, 0.75, 2.25])
    for cell in (0, 1):
        for arm in (0, 1):
            inside = (cell == CELLS) & (arm == ARM)
            assert weights[inside].sum() == pytest.approx((cell == CELLS).sum())


def test_one_chance_for_all_is_the_realised_share() -> None:
    assert arrays(np.full(8, 0.37)).shares() == pytest.approx(arrays().shares())


def test_members_of_a_unit_share_its_chance() -> None:
    units = np.array([0, 0, 1, 2, 3, 4, 5, 6])
    chance = np.array([0.5, 0.5, 0.25, 0.4, 0.8, 0.3, 0.6, 0.2])
    weights = 1 / arrays(chance, units).shares()
    # Two units of arm 0 in stratum 0 of four units: inverse chances 2 and 4.
    assert weights[:3] == pytest.approx([4 / 3, 4 / 3, 8 / 3])


def test_a_column_of_chances_is_read_and_checked() -> None:
    table = pl.DataFrame({
        "unit": list("abcdefgh"), "arm": [("usual", "new")[k] for k in ARM],
        "stratum": [str(c) for c in CELLS], "y": [1.0, 3.0, 2.0, 5.0, 4.0, 2.0, 6.0, 5.0],
        "chance": CHANCE,
    })  # fmt: skip
    spec = ModelSpecification("y", "arm", "usual", ("stratum",), unit="unit", chance="chance")
    found = fit(table, spec)
    w = np.sqrt(1 / arrays(CHANCE).shares())
    x = np.column_stack([ARM, CELLS == 0, CELLS == 1]).astype(float)
    beta = np.linalg.lstsq(x * w[:, None], table["y"].to_numpy() * w, rcond=None)[0]
    assert found.estimate == pytest.approx(beta[0])
    with pytest.raises(EstimationError, match="must hold probabilities above zero"):
        fit(table.with_columns(pl.lit(0.0).alias("chance")), spec)
