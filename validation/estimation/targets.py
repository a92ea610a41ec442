"""What each estimator's interval should hold: its own estimand in a cell."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from validation.estimation import linear, models, resampling
from validation.estimation.declared import Cell
from validation.estimation.declared_estimators import ESTIMATORS, Estimator
from validation.estimation.found import Found, Result
from validation.estimation.population import truths
from validation.estimation.trials import Trial, large_trial

Group = Callable[[Cell, Trial], Iterator[tuple[str, Result]]]


def _of_trial(group: Callable[[Trial], Iterator[tuple[str, Result]]]) -> Group:
    return lambda cell, trial: group(trial)


GROUPS: dict[str, Group] = {
    "linear": _of_trial(linear.linear),
    "strata": _of_trial(linear.strata),
    "baseline": _of_trial(linear.baseline),
    "mixed": _of_trial(models.mixed),
    "counts": _of_trial(models.counts),
    "gee": _of_trial(models.gee),
    "negative-binomial": _of_trial(models.negative_binomial),
    "permutation": resampling.permutation,
    "wild": resampling.wild,
    "bootstrap": resampling.bootstrap,
}


def estimators_of(cell: Cell) -> tuple[Estimator, ...]:
    """List the estimators that run in a cell; tests only where the average effects are zero."""
    return tuple(
        estimator
        for estimator in ESTIMATORS
        if estimator.group in cell.groups and (cell.null or estimator.target != "test")
    )


def targets(cell: Cell) -> dict[str, float]:
    """Give the truth of each estimator of a cell, by name."""
    found = {estimator.name: known(cell, estimator) for estimator in estimators_of(cell)}
    unknown = [name for name, value in found.items() if value is None]
    limits = limits_of(cell, unknown) if unknown else {}
    return {name: limits[name] if value is None else value for name, value in found.items()}


def known(cell: Cell, estimator: Estimator) -> float | None:
    """Give an estimator's truth where it has an estimand, else None."""
    of = truths(cell)
    if cell.sharp or estimator.target == "test":
        return 0.0
    if estimator.target == "school":
        return of.school
    if estimator.target == "pupil":
        return of.pupil
    if estimator.target == "log-ratio":
        return of.log_ratio
    if estimator.target == "conditional":
        return of.conditional
    if cell.effect not in ("constant", "variances"):
        return None
    if estimator.target == "marginal":
        return of.marginal
    # Under a constant effect, and where only variances differ, all weights give one difference.
    return of.pupil if estimator.group == "mixed" else None


def limits_of(cell: Cell, names: list[str]) -> dict[str, float]:
    """Give what estimators make of one very large trial.

    Raises
    ------
    RuntimeError
        An estimator without an estimate there.
    """
    trial = large_trial(cell)
    groups = {estimator.group for estimator in ESTIMATORS if estimator.name in names}
    found = {}
    for group in sorted(groups):
        for name, result in GROUPS[group](cell, trial):
            if name in names:
                if not isinstance(result, Found):
                    raise RuntimeError(f"{name} has no limit in cell {cell.name}: {result}.")
                found[name] = result.estimate
    return found
