"""Translation: from a declared scheme to the one that draws, checks, permutes and simulates."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, cast

from equipoise.design.protocol.declared import TRIES, DeclaredScheme, declared_scheme
from equipoise.design.protocol.model import Protocol

if TYPE_CHECKING:
    from equipoise.statistics.schemes import Scheme
    from equipoise.statistics.schemes.balance import Metric
    from equipoise.statistics.schemes.constrained import SharedScheme
    from equipoise.statistics.schemes.minimisation import Imbalance
    from equipoise.statistics.schemes.seats import Remainder


def scheme_of(protocol: Protocol) -> SharedScheme:
    """Return the scheme of the draw: the arms in declared order with whole-number weights.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> scheme_of(load_protocol(template("dsl-primary"))).weights
    (363, 236)
    """
    return build_scheme(declared_scheme(protocol), protocol.whole_shares())


def build_scheme(declared: DeclaredScheme, shares: Mapping[str, int]) -> SharedScheme:
    """Build the scheme that a protocol or a commitment declares.

    Parameters
    ----------
    declared
        Kind and options.
    shares
        Arms in declared order with whole-number shares.

    Returns
    -------
    SharedScheme
        With the names of its covariates as declared; the roster holds their values.

    Raises
    ------
    SchemeError
        Options that the kind of scheme cannot follow.

    Examples
    --------
    >>> build_scheme(DeclaredScheme("pairs"), {"usual": 1, "new": 1}).arms
    ('usual', 'new')
    """
    # Imported here: NumPy must not be loaded to check or show a protocol.
    from equipoise.statistics.schemes import (
        AcceptedShareScheme,
        Balance,
        CompleteScheme,
        ConstrainedScheme,
        MinimisationScheme,
        PairedScheme,
        ReRandomisedScheme,
        SimpleScheme,
        StratifiedScheme,
    )

    weights = {one.name: one.weight for one in declared.covariates}
    match declared.type:
        case "simple":
            return SimpleScheme.from_shares(shares)
        case "complete":
            return CompleteScheme.from_shares(shares, fixed=declared.remainder == "fixed")
        case "pairs":
            return PairedScheme(tuple(shares))
        case "minimisation":
            return MinimisationScheme.from_shares(
                shares,
                weights,
                declared.chance or "1",
                imbalance=cast("Imbalance", declared.imbalance),
                carry=declared.looks_back,
            )
    base = StratifiedScheme.from_shares(shares, remainder=cast("Remainder", declared.remainder))
    if declared.type == "stratified":
        return base
    balance = Balance(weights, cast("Metric", declared.metric))
    part = Fraction(declared.accept) if declared.accept is not None else Fraction(1)
    if declared.type == "constrained":
        return ConstrainedScheme(base, balance, declared.candidates or None, part)
    tries = declared.tries or TRIES
    if declared.threshold is not None:
        return ReRandomisedScheme(base, balance, declared.threshold, tries)
    return AcceptedShareScheme(base, balance, part, tries)


def is_even(scheme: Scheme, declared: DeclaredScheme) -> bool:
    """Say whether every unit's chance of an arm is the same as its neighbours' in its stratum.

    So it is by rule where strata, pairs or single units are drawn each by themselves, and by
    symmetry where the arms have equal shares: exchanging their names changes nothing.

    Parameters
    ----------
    scheme, declared
        The scheme, as built and as declared.
    """
    if declared.type in ("simple", "complete", "stratified", "pairs"):
        return True
    weights = set(getattr(scheme, "weights", ()))
    return len(weights) == 1 and declared.remainder == "systematic"
