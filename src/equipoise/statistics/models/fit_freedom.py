"""Degrees of freedom of an analysis: the method's, under the ceiling of the design's."""

from __future__ import annotations

import math

from equipoise.statistics.estimation import EstimationError


def ceiled_freedom(
    method: float | None, design: int | None, *, boundary: bool = False
) -> tuple[float, bool]:
    """Give the smaller of the method's and the design's degrees of freedom (rules 6).

    Parameters
    ----------
    method
        None for z.
    design
        None where arms vary within clusters.
    boundary
        Whether the variance between clusters is estimated as zero: the design's are then used.

    Returns
    -------
    tuple of float and bool
        And whether the design's are used where the method's differ.

    Raises
    ------
    EstimationError
        The design leaves none, or has none where the method's are infinite.

    Examples
    --------
    >>> ceiled_freedom(34.2, 30), ceiled_freedom(12.5, 30), ceiled_freedom(None, 30)
    ((30.0, True), (12.5, False), (30.0, True))
    """
    given = math.inf if method is None else float(method)
    if design is None:
        if math.isinf(given):
            raise EstimationError(
                "Arms vary within clusters, so the design gives no degrees of freedom and z would "
                "be used; declare others."
            )
        return given, False
    if design < 1:
        raise EstimationError(f"The design leaves {design} degrees of freedom.")
    ceiling = float(design)
    if boundary:
        return ceiling, ceiling != given
    return min(given, ceiling), ceiling < given
