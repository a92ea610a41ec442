"""Changing: one assumption at a time, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from statistics import fmean

from equipoise.core.base import ProblemsError
from equipoise.design.power.assumptions import Assumptions
from equipoise.design.power.refusing import refused
from equipoise.statistics.estimation import EstimationError


def _schools(assumed: Assumptions, value: float) -> Assumptions:
    if value != round(value) or value < 2:
        raise EstimationError("Schools are a whole number, 2 or more.")
    return replace(assumed, size=int(value))


def _sd(assumed: Assumptions, value: float) -> Assumptions:
    if value <= 0:
        raise EstimationError("A standard deviation is above zero.")
    return replace(assumed, school_sd=value, icc=None, cv=None)


def _r2(assumed: Assumptions, value: float) -> Assumptions:
    if not 0 <= value < 1:
        raise EstimationError("The variance explained lies from 0 to under 1.")
    return replace(assumed, r2=value)


def _icc(assumed: Assumptions, value: float) -> Assumptions:
    if not 0 <= value < 1:
        raise EstimationError("A correlation lies from 0 to under 1.")
    return assumed.with_icc(value)


def _cv(assumed: Assumptions, value: float) -> Assumptions:
    if value < 0:
        raise EstimationError("A coefficient of variation is not below zero.")
    return assumed.with_cv(value)


def _members(assumed: Assumptions, value: float) -> Assumptions:
    """Stretch every roll alike, what lies between units kept."""
    if value <= 0:
        raise EstimationError("Members are above zero.")
    if not assumed.members:
        raise _changes_nothing("members", "members, and icc or mean")
    kept = assumed.implied_cv()
    if assumed.school_sd is not None and kept is None:
        raise _changes_nothing("members", "the mean of a rate")
    factor = value / fmean(assumed.members)
    stretched = replace(assumed, members=tuple(n * factor for n in assumed.members))
    return stretched if kept is None else stretched.with_cv(kept)


def _mean(assumed: Assumptions, value: float) -> Assumptions:
    """Another mean, the variation of the true rates kept."""
    if value <= 0 or (assumed.kind == "rate" and value >= assumed.per):
        raise EstimationError("A mean rate lies above zero and below every member.")
    if assumed.school_sd is None and assumed.cv is not None:
        return replace(assumed, mean=value)
    kept = assumed.implied_cv()
    if kept is None:
        raise _changes_nothing("mean", "the mean of a rate, and members")
    return replace(assumed, mean=value).with_cv(kept)


def _changes_nothing(name: str, needed: str) -> ProblemsError:
    return refused(
        f"design.power.{name}",
        f"a size on which {name} have no bearing" if name == "members" else "no mean to vary from",
        needed,
        "add it to design.power, or vary something else",
    )


def _share(assumed: Assumptions, value: float) -> Assumptions:
    return replace(assumed, share=_between("A share", value, 0, 1))


def _power(assumed: Assumptions, value: float) -> Assumptions:
    return replace(assumed, power=_between("Power", value, 0.5, 1))


def _alpha(assumed: Assumptions, value: float) -> Assumptions:
    return replace(assumed, alpha=_between("Alpha", value, 0, 0.5))


def _between(name: str, value: float, low: float, high: float) -> float:
    if not low < value < high:
        raise EstimationError(f"{name} lies between {low:g} and {high:g}.")
    return value


#: What may vary, and how it is put in.
CHANGES: dict[str, Callable[[Assumptions, float], Assumptions]] = {
    "schools": _schools,
    "units": _schools,
    "icc": _icc,
    "cv": _cv,
    "sd": _sd,
    "r2": _r2,
    "mean": _mean,
    "members": _members,
    "share": _share,
    "power": _power,
    "alpha": _alpha,
}
#: What comes in whole numbers.
WHOLE = ("schools", "units", "members")
#: A range of each, for a message.
EXAMPLES = {
    "schools": "50:400", "units": "50:400", "icc": "0.01:0.1", "cv": "0.2:0.8", "sd": "8:20",
    "r2": "0:0.6", "mean": "10:40", "members": "100:500", "share": "0.3/0.4/0.5",
    "power": "0.8/0.9", "alpha": "0.01/0.05",
}  # fmt: skip
