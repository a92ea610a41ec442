"""Every estimator against R on public data: `python -m validation --part numbers`."""

from __future__ import annotations

import math
from collections.abc import Iterator

from validation.numbers.comparison import Comparison
from validation.numbers.fits import cases, compare
from validation.numbers.further import FURTHER
from validation.numbers.page import section

__all__ = ["Comparison", "comparisons", "part"]


def comparisons(fraction: float = 1.0) -> Iterator[Comparison]:
    """Compare, or compare an even share of the fits."""
    step = max(1, math.floor(1 / fraction))
    for case in cases()[::step]:
        yield from compare(case)
    for estimator in FURTHER:
        yield from estimator()


def part(fraction: float) -> tuple[str, bool]:
    """Give the section of docs/validation.md, and whether every comparison passed."""
    return section(comparisons(fraction))
