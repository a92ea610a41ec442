"""Inverse shares and interactions: what they average over."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import (
    ClusterMoments,
    EstimationError,
    fit_linear,
    interacted,
    interacted_moments,
    inverse_shares,
)

STRATA = np.repeat([0, 1, 2], [10, 20, 6])
ARM = np.concatenate([np.arange(10) < 5, np.arange(20) < 4, np.arange(6) < 4]).astype(float)
EFFECT = np.array([1.0, 5.0, -2.0])
Y = 3.0 * STRATA + EFFECT[STRATA] * ARM
AVERAGE = float(EFFECT @ [10, 20, 6]) / 36


def test_inverse_shares_weight_strata_by_what_they_hold() -> None:
    fit = fit_linear(
        Y + 1e-9 * np.arange(36),
        ARM[:, None],
        weights=inverse_shares(ARM, STRATA),
        strata=STRATA,
    )
    assert fit.coefficients[0] == pytest.approx(AVERAGE, abs=1e-6)


def test_interacting_with_strata_does_too() -> None:
    indicators = np.eye(3)[STRATA][:, 1:]
    design = np.column_stack([np.ones(36), interacted(ARM, indicators)])
    fit = fit_linear(Y + 1e-9 * np.arange(36), design, df="z")
    assert fit.coefficients[1] == pytest.approx(AVERAGE, abs=1e-6)


def test_shares_are_counted_in_units() -> None:
    units = np.repeat([0, 1, 2], [5, 1, 2])
    found = inverse_shares(np.repeat([1, 0, 0], [5, 1, 2]), units=units)
    np.testing.assert_allclose(found, np.repeat([3.0, 1.5, 1.5], [5, 1, 2]))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([0, 1, 0], ["n", "n", "s"]), "There is no 1 in the stratum s"),
        (([0, 1, 0], None, [1, 1, 2]), "one arm and one stratum"),
        (([0, 1], ["n"]), "one label per row"),
    ],
)
def test_what_is_refused_is_said_in_a_sentence(arguments: Any, sentence: str) -> None:
    with pytest.raises(EstimationError, match=sentence):
        inverse_shares(*arguments)


def test_interactions_need_a_treatment_of_zero_or_one() -> None:
    with pytest.raises(EstimationError, match="0 or 1"):
        interacted([1, 2], [[0.0], [1.0]])
    moments = ClusterMoments.from_rows({"y": [1.0, 2.0], "arm": [0, 1], "x": [0, 1]}, [1, 1])
    with pytest.raises(EstimationError, match="the same in all rows of a cluster"):
        interacted_moments(moments, "arm", ["x"])
