"""What every kind of model hands to the report, and how collinear columns are named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation import (
    CollinearError,
    EstimationError,
    MarginalEffect,
    SeparationError,
)

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """A fitted model.

    Attributes
    ----------
    names, coefficients, se, df
        Of the coefficients; df infinite for z.
    wanted
        Position of the treatment's coefficient.
    error, family, estimand
        As in `equipoise.statistics.models.FitReport`.
    marginal, marginal_average
        Both arms standardised, and over whom; None where the treatment has no arms or the model
        no predictions.
    icc, icc_scale, variance, dispersion, loglik, n_trials, warnings
        As in the report.
    """

    names: tuple[str, ...]
    coefficients: Array
    se: Array
    df: Array
    wanted: int
    error: str
    family: str
    estimand: str
    marginal: MarginalEffect | None
    marginal_average: str
    icc: float | None
    icc_scale: str | None
    variance: dict[str, float | None]
    dispersion: float | None
    loglik: float | None
    n_trials: int | None
    warnings: tuple[str, ...]


def identity_effect(
    at_reference: float, coefficient: float, se: float, step: float
) -> MarginalEffect:
    """Give both arms on the identity scale, where the difference is the coefficient."""
    difference = float(coefficient) * step
    return MarginalEffect(
        reference=at_reference,
        arm=at_reference + difference,
        reference_se=np.nan,
        arm_se=np.nan,
        difference=difference,
        difference_se=float(se) * abs(step),
        log_ratio=np.nan,
        log_ratio_se=np.nan,
    )


@contextmanager
def named(names: Sequence[str]) -> Iterator[None]:
    """Name the columns of a design in what is refused."""
    try:
        yield
    except CollinearError as problem:
        raise EstimationError(
            f"In the model {_listed(names, problem.columns)} can be computed from the columns "
            "before it (strata, treatment, covariates); leave it out."
        ) from problem
    except SeparationError as problem:
        # The constant runs off with what it is the control of.
        apart = [column for column in problem.columns if names[column] != "constant"]
        listed = _listed(names, apart or problem.columns)
        raise EstimationError(
            f"Separation: {listed} sets rows with events apart from rows without (an arm, a "
            "stratum or a covariate without any event, or with nothing else), so that its effect "
            "has no finite estimate; leave it out or merge its groups."
        ) from problem


def _listed(names: Sequence[str], columns: Sequence[int]) -> str:
    return ", ".join(repr(names[column]) for column in columns)
