"""Inverses of many small matrices at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

COLLINEAR = 1e-14
"""Determinant of the columns' correlations at or under which they cannot be told apart."""


def many_inverses(square: Array) -> tuple[Array, NDArray[np.bool_]]:
    """Invert cross-products of columns, some of which may be collinear.

    Parameters
    ----------
    square
        Shape (T, k, k), symmetric.

    Returns
    -------
    tuple of ndarray
        The inverses, (T, k, k), and where they are to be used, (T,): elsewhere a column is zero,
        not finite, or can be computed from the others.

    Examples
    --------
    >>> square = np.array([[[2.0, 0.0], [0.0, 4.0]], [[1.0, 1.0], [1.0, 1.0]]])
    >>> inverse, sound = many_inverses(square)
    >>> inverse[0].tolist(), sound.tolist()
    ([[0.5, 0.0], [0.0, 0.25]], [True, False])
    """
    own = np.einsum("taa->ta", square)
    scale = np.sqrt(np.where(own > 0, own, 1.0))
    unit = square / (scale[:, :, None] * scale[:, None, :])
    sound = np.isfinite(unit).all(axis=(1, 2)) & (own > 0).all(axis=1)
    unit = np.where(sound[:, None, None], unit, np.eye(square.shape[1]))
    sound &= np.linalg.det(unit) > COLLINEAR
    unit = np.where(sound[:, None, None], unit, np.eye(square.shape[1]))
    return np.linalg.inv(unit) / (scale[:, :, None] * scale[:, None, :]), sound
