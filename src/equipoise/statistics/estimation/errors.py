"""What estimation refuses, in one sentence that a user can act on."""

from __future__ import annotations


class EstimationError(ValueError):
    """Data or options from which the estimate cannot be made."""


class ConvergenceError(EstimationError):
    """A fit that did not converge; it is never returned as if it had."""


class CollinearError(EstimationError):
    """Columns of a design that are combinations of the columns before them.

    Attributes
    ----------
    columns
        Their positions in the design, in ascending order.
    """

    def __init__(self, columns: tuple[int, ...]) -> None:
        self.columns = columns
        named = ", ".join(str(column) for column in columns)
        super().__init__(
            f"Design columns {named} are combinations of the columns before them; leave them out."
        )
