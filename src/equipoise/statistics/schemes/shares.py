"""Shares of the arms: whole-number weights without a common divisor."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import gcd

from equipoise.statistics.schemes.roster import SchemeError


def whole_shares(shares: Mapping[str, int]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Read shares such as ``{"supervision": 2, "usual": 3}``: arms and weights.

    Raises
    ------
    SchemeError
        Fewer than two arms, or a share that is not a positive whole number.

    Examples
    --------
    >>> whole_shares({"supervision": 40, "usual": 60})
    (('supervision', 'usual'), (2, 3))
    """
    if len(shares) < 2:
        raise SchemeError("A scheme needs at least two arms.")
    for arm, share in shares.items():
        if isinstance(share, bool) or not isinstance(share, int) or share < 1:
            raise SchemeError(f"The share of arm {arm!r} must be a whole number above zero.")
    if sum(shares.values()) >= 1 << 31:
        raise SchemeError("The shares must sum to less than 2 147 483 648.")
    divisor = gcd(*shares.values())
    return tuple(shares), tuple(share // divisor for share in shares.values())


def fractions(weights: tuple[int, ...]) -> tuple[Fraction, ...]:
    """Give each arm's exact share.

    Examples
    --------
    >>> fractions((1, 2))
    (Fraction(1, 3), Fraction(2, 3))
    """
    return tuple(Fraction(weight, sum(weights)) for weight in weights)
