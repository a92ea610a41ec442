"""One number of ours beside R's."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

ORACLES = Path(__file__).resolve().parents[2] / "tests" / "statistics" / "oracles"

LOGLIK, LINEAR, PARAMETER, COUNTS, ERROR = 1e-8, 1e-8, 1e-5, 1e-4, 1e-4
"""Tolerances of log-likelihoods, of parameters (linear, mixed, of counts), and of errors and
degrees of freedom."""


@dataclass(frozen=True)
class Comparison:
    """A quantity by our code and by R.

    Attributes
    ----------
    data
        Package and data set.
    model
        What was fitted, in the words of the command where there is one.
    quantity
        What is compared.
    ours, theirs
        Values.
    function
        R package, version and function.
    tolerance
        Of `difference`.
    scale
        What the difference is a share of; 1 for an absolute one.
    one_sided
        Whether ours may be greater without limit, as a log-likelihood may.
    """

    data: str
    model: str
    quantity: str
    ours: float
    theirs: float
    function: str
    tolerance: float
    scale: float = 1.0
    one_sided: bool = False

    @property
    def difference(self) -> float:
        """Ours less R's, as a share of `scale`."""
        return (self.ours - self.theirs) / self.scale

    @property
    def passed(self) -> bool:
        """Whether the difference keeps to the tolerance; what is no number does not."""
        if self.one_sided:
            return bool(self.difference >= -self.tolerance)
        return bool(abs(self.difference) <= self.tolerance)


@dataclass(frozen=True)
class Fit:
    """A fit by our code and by an R function; the words of its comparisons."""

    data: str
    model: str
    function: str

    def compare(
        self,
        quantity: str,
        ours: float,
        theirs: float,
        tolerance: float,
        *,
        scale: float = 1.0,
        one_sided: bool = False,
    ) -> Comparison:
        """Compare a quantity."""
        return Comparison(
            self.data,
            self.model,
            quantity,
            float(ours),
            float(theirs),
            self.function,
            tolerance,
            scale,
            one_sided,
        )

    def relative(self, quantity: str, ours: float, theirs: float, tolerance: float) -> Comparison:
        """Compare a quantity by its ratio; one that R finds to be zero as it is."""
        return self.compare(quantity, ours, theirs, tolerance, scale=abs(theirs) or 1.0)

    def by(self, function: str) -> Fit:
        """Give the same fit by another R function."""
        return replace(self, function=function)


@cache
def oracle(name: str) -> dict[str, Any]:
    """Read what R answered."""
    found: dict[str, Any] = json.loads((ORACLES / f"{name}.json").read_text(encoding="utf-8"))
    return found
