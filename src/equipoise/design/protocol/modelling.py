"""Modelling: from a declared model to specifications of the statistics floor, without any frame.

What is declared is translated here and nowhere else: the analysis adds what its rows are like
(whether they share clusters, which covariates came out of the declared handling), a simulation of
power adds what it simulates.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.names import FREEDOMS
from equipoise.design.protocol.outcomes import Outcome
from equipoise.design.protocol.plan import Model

if TYPE_CHECKING:
    from equipoise.statistics.estimation import DegreesOfFreedom, ErrorKind
    from equipoise.statistics.models import FitModel, FitSpecification, ModelSpecification

#: The same error where several rows share a randomised unit.
WITH_CLUSTERS = {"hc2": "cr2", "hc3": "cr3"}
#: The columns of a table of one outcome.
VALUE, EVENTS, ROLL = "value", "numerator", "denominator"


def freedom_of(model: Model) -> str:
    """Return the degrees of freedom of a model's method, the default put in (rules 6).

    Examples
    --------
    >>> freedom_of(Model(model="gee", error="kc"))
    'g-p'
    """
    if model.df is not None:
        return model.df
    if model.model == "gee" and model.error != "robust":
        return "g-p"
    return FREEDOMS[model.model][0]


def counts_events(model: Model, outcome: Outcome) -> bool:
    """Say whether a model is of events out of the roll, and not of each row's value."""
    if outcome.measure.type != "rate" or model.model in ("ols", "wls", "lmm"):
        return False
    return model.model != "gee" or model.family != "gaussian"


def linear_specification(
    protocol: Protocol,
    model: Model,
    *,
    arm: str,
    covariates: Sequence[str] = (),
    clustered: bool = False,
    weighted: bool = False,
    averaged: bool = True,
    permutations: int = 0,
    seed: int = 0,
    chance: str | None = None,
) -> ModelSpecification:
    """Translate a declared model into least squares.

    A model of another kind has a companion in least squares: it describes the arms, and its
    studentised effect is what is compared over re-drawn allocations.

    Parameters
    ----------
    protocol, model
        As declared.
    arm
        The arm that is compared with the reference.
    covariates
        Columns beside arm and strata.
    clustered
        Whether rows share the clusters of column ``cluster``.
    weighted
        Whether column ``weight`` holds the estimand's weights.
    averaged
        Whether an average is estimated, for which inverse shares may be weights.
    permutations, seed
        Draws of the permutation test.
    chance
        Column of the probability of a row's own arm, where it differs between units.
    """
    from equipoise.statistics.models import ModelSpecification

    error = str(model.error) if model.is_linear else "hc2"
    if clustered:
        error = WITH_CLUSTERS.get(error, error)
    freedom = freedom_of(model) if model.is_linear else "satterthwaite"
    inverse = model.inverse_share and averaged
    return ModelSpecification(
        outcome=VALUE,
        treatment="arm",
        reference=protocol.reference.id,
        arm=arm,
        strata=("stage", "stratum") if model.strata else (),
        stage="stage",
        covariates=tuple(covariates),
        unit=None if clustered else "cluster",
        cluster="cluster" if clustered else None,
        estimand_weight="weight" if weighted else None,
        inverse_share=inverse,
        error=cast("ErrorKind", error),
        # The design's degrees of freedom are the ceiling, so that z comes down to them.
        df=cast("DegreesOfFreedom", "z" if freedom == "design" else freedom),
        alpha=round(1 - protocol.design.interval, 12),
        permutations=permutations,
        seed=seed,
        one_arm_strata="set_aside",
        chance=chance if inverse else None,
    )


def fit_specification(
    protocol: Protocol,
    outcome: Outcome,
    model: Model,
    *,
    arm: str,
    covariates: Sequence[str] = (),
    average: str = "precision-weighted",
) -> FitSpecification:
    """Translate a declared mixed model, model of counts or estimating equation.

    Parameters
    ----------
    protocol, outcome, model
        As declared.
    arm, covariates
        As in `linear_specification`.
    average
        Over whom the arms are standardised: schools where it is ``school-average``, else pupils.
    """
    from equipoise.statistics.models import FitSpecification

    counted = counts_events(model, outcome)
    family = model.family
    if model.model == "gee" and family is None:
        family = "poisson" if counted else "gaussian"
    return FitSpecification(
        outcome=EVENTS if counted else VALUE,
        trials=ROLL if counted else None,
        treatment="arm",
        cluster="cluster",
        model=cast("FitModel", model.model),
        strata=("stage", "stratum") if model.strata else (),
        covariates=tuple(covariates),
        reference=protocol.reference.id,
        arm=arm,
        estimand="school-average" if counted and average == "school-average" else None,
        family=family,
        error=str(model.error) if model.model == "gee" else None,
        df=freedom_of(model),
        quadrature=model.quadrature,
        alpha=round(1 - protocol.design.interval, 12),
    )
