"""Maxima: found and certified, or refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from equipoise.statistics.estimation import ConvergenceError
from equipoise.statistics.estimation.maximise import certify, climb


def _rosenbrock(x: Any) -> tuple[float, Any]:
    a, b = 1 - x[0], x[1] - x[0] ** 2
    return -float(a**2 + 5 * b**2), np.array([2 * a + 20 * x[0] * b, -10 * b])


def test_a_curved_ridge_is_climbed_to_its_top() -> None:
    top = climb(_rosenbrock, np.array([-1.0, 2.0]), np.eye(2))
    found = certify(_rosenbrock, top, np.eye(2))
    np.testing.assert_allclose(found.parameters, [1, 1], atol=1e-9)
    # The Hessian of a^2 + 5 b^2 at (1, 1).
    hessian = np.array([[2 + 40.0, -20], [-20, 10]])
    np.testing.assert_allclose(found.covariance, np.linalg.inv(hessian), rtol=1e-4)


@pytest.mark.parametrize(
    "function",
    [
        pytest.param(lambda x: (float(x @ x), 2 * x), id="minimum"),
        pytest.param(
            lambda x: (float(x[1] ** 2 - x[0] ** 2), np.array([-2 * x[0], 2 * x[1]])), id="saddle"
        ),
        pytest.param(lambda x: (float(-(x[0] ** 2)), np.array([-2 * x[0], 0.0])), id="ridge"),
        pytest.param(lambda x: (float(np.sum(x)), np.ones(2)), id="slope"),
    ],
)
def test_what_is_no_maximum_is_refused(function: Any) -> None:
    with pytest.raises(ConvergenceError, match="no proper maximum"):
        certify(function, np.array([1e-4, 1e-4]), np.eye(2))
