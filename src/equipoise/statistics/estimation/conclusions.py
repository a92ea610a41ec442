"""What an interval allows one to say: a total function, decided before the data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from equipoise.statistics.estimation.errors import EstimationError

ConclusionCode = Literal[
    "worthwhile_benefit",
    "benefit_size_unclear",
    "benefit_too_small",
    "no_worthwhile_effect",
    "no_worthwhile_benefit_harm_not_ruled_out",
    "cannot_tell",
    "harm_that_matters",
    "harm_size_unclear",
    "harm_too_small",
    "no_worthwhile_difference",
    "higher",
    "lower",
    "cannot_tell_records_incomplete",
    "fewer_contacts_safety_not_shown",
]
"""Codes; the words come from reporting."""

Direction = Literal["benefit", "none"]
RecordsStatus = Literal["held", "not_held", "not_analysed", "not_needed"]

BENEFIT: frozenset[ConclusionCode] = frozenset(
    {"worthwhile_benefit", "benefit_size_unclear", "benefit_too_small"}
)
"""The classes that claim benefit, and so need safety to be shown."""


@dataclass(frozen=True)
class Conclusion:
    """The class of an interval.

    Attributes
    ----------
    code
        What may be said.
    interval_code
        What the interval alone would say, before safety and records.
    records
        ``held``: the class also holds over the declared range of linkage and
        misclassification; ``not_held``; ``not_analysed``: it needs that and none was analysed,
        so the sentence says "not corrected for incomplete records"; ``not_needed``.
    """

    code: ConclusionCode
    interval_code: ConclusionCode
    records: RecordsStatus


def oriented(lower: float, upper: float, *, higher_is_better: bool) -> tuple[float, float]:
    """Turn an interval so that benefit is positive.

    Examples
    --------
    >>> oriented(-3.0, 1.0, higher_is_better=False)
    (-1.0, 3.0)
    """
    return (lower, upper) if higher_is_better else (-upper, -lower)


def conclude(
    lower: float,
    upper: float,
    margin: float,
    harm: float,
    *,
    direction: Direction = "benefit",
    safe: bool | None = None,
    records_hold: bool | None = None,
) -> Conclusion:
    """Class an interval.

    Parameters
    ----------
    lower, upper
        The declared interval, benefit positive (see `oriented`); as it is without direction.
        Infinite bounds are allowed.
    margin, harm
        M, the smallest worthwhile benefit (or difference), and H, the smallest worrying harm;
        both above zero, in the interval's units. H is not used without direction.
    direction
        ``benefit``, or ``none`` for an outcome of which neither more nor less is better.
    safe
        Whether every safety outcome keeps within its declared margin. None where no safety
        condition was declared for this outcome; where one was declared and is not yet
        analysed, pass False.
    records_hold
        Whether the class also holds over the declared range of linkage and misclassification;
        None where no range was analysed.

    Returns
    -------
    Conclusion

    Raises
    ------
    EstimationError
        A bound that is not a number, bounds out of order, or a margin not above zero.

    Notes
    -----
    Incomplete records pull an effect towards zero, so every class whose upper bound lies from 0
    up to M, and every "no worthwhile difference", must hold over the range of records. That
    rule comes before safety: what cannot be told is not called fewer contacts either.

    Examples
    --------
    >>> conclude(-0.2, 0.4, margin=1.0, harm=0.5).code
    'no_worthwhile_effect'
    >>> conclude(-0.2, 0.4, margin=1.0, harm=0.5, records_hold=False).code
    'cannot_tell_records_incomplete'
    >>> conclude(1.1, 2.0, margin=1.0, harm=0.5, safe=False).code
    'fewer_contacts_safety_not_shown'
    """
    if math.isnan(lower) or math.isnan(upper) or lower > upper:
        raise EstimationError("An interval needs a lower bound that is not above its upper bound.")
    if not (margin > 0 and (harm > 0 or direction == "none")):
        raise EstimationError("The margins of worthwhile benefit and of harm must be above zero.")
    if direction == "benefit":
        code = _directed(lower, upper, margin, harm)
    else:
        code = _undirected(lower, upper, margin)
    if not (0 <= upper < margin or code == "no_worthwhile_difference"):
        records: RecordsStatus = "not_needed"
    elif records_hold is None:
        records = "not_analysed"
    else:
        records = "held" if records_hold else "not_held"
    final = code
    if records == "not_held":
        final = "cannot_tell_records_incomplete"
    elif safe is False and code in BENEFIT:
        final = "fewer_contacts_safety_not_shown"
    return Conclusion(final, code, records)


def _directed(lower: float, upper: float, margin: float, harm: float) -> ConclusionCode:
    if upper < 0:
        if upper <= -harm:
            return "harm_that_matters"
        return "harm_size_unclear" if lower <= -harm else "harm_too_small"
    if lower >= margin:
        return "worthwhile_benefit"
    if lower > 0:
        return "benefit_size_unclear" if upper >= margin else "benefit_too_small"
    if upper >= margin:
        return "cannot_tell"
    return "no_worthwhile_effect" if lower > -harm else "no_worthwhile_benefit_harm_not_ruled_out"


def _undirected(lower: float, upper: float, margin: float) -> ConclusionCode:
    if -margin < lower and upper < margin:
        return "no_worthwhile_difference"
    if lower > 0:
        return "higher"
    return "lower" if upper < 0 else "cannot_tell"
