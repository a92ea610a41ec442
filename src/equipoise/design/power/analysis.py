"""The declared analysis as plain values, which cross to other processes without the protocol."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from equipoise.design.power.sites import Sites
from equipoise.design.power.worlds import World
from equipoise.design.protocol import (
    Protocol,
    build_scheme,
    counts_events,
    declared_scheme,
    fit_specification,
    is_even,
    linear_specification,
)
from equipoise.statistics.models import FitSpecification, ModelSpecification
from equipoise.statistics.schemes import assignment_probabilities

Array = NDArray[np.float64]

BASELINE = "baseline"
DRAWS = 4_000
"""Draws for the chances of units that do not follow from the rule, as the analysis takes."""


@dataclass(frozen=True, eq=False)
class Analysis:
    """The main analysis of the primary outcome.

    Attributes
    ----------
    arms
        Ids, in declared order.
    compared, reference
        Positions of the arms compared.
    treated
        Whether each arm has the intervention.
    linear
        Least squares, with its error, degrees of freedom and shares; the level of the interval.
    fit
        A model of another kind, or None.
    share
        Whether sums over sums are compared.
    strata, baseline
        Whether the model has them.
    weight
        By what rows count: ``one``, ``members``, or ``unit`` (one over the unit's rows).
    per
        What turns a model's rates into the unit of the outcome.
    chance
        Each unit's chance of each arm, (U, K), where units of a stratum differ; else None.
    """

    arms: tuple[str, ...]
    compared: int
    reference: int
    treated: tuple[bool, ...]
    linear: ModelSpecification
    fit: FitSpecification | None
    share: bool
    strata: bool
    baseline: bool
    weight: Literal["one", "members", "unit"]
    per: float
    chance: Array | None

    @property
    def indicated(self) -> tuple[int, ...]:
        """Positions of the arms that have an indicator, the compared one first."""
        rest = [k for k in range(len(self.arms)) if k not in (self.compared, self.reference)]
        return (self.compared, *rest)

    @property
    def words(self) -> str:
        """The model in a few words.

        Examples
        --------
        >>> from equipoise.design.power.sites import sites_of
        >>> from equipoise.design.power.worlds import World
        >>> from equipoise.design.protocol import load_protocol, template
        >>> protocol = load_protocol(template("dsl-primary"))
        >>> analysis_of(protocol, sites_of(protocol), World("values", baseline=True)).words
        'weighted least squares with hc2 errors, strata and baseline'
        """
        right = [
            *(["strata"] if self.strata else []),
            *([BASELINE] if self.baseline else []),
        ]
        beside = f", {' and '.join(right)}" if right else ""
        if self.share:
            return "sum over sum with a linearised error"
        if self.fit is None:
            return f"weighted least squares with {self.linear.error} errors{beside}"
        return f"{self.fit.model}{beside}"


def analysis_of(protocol: Protocol, sites: Sites, world: World) -> Analysis:
    """Translate the main model of the primary outcome.

    Parameters
    ----------
    protocol
        Declares it.
    sites
        Whether rows share units decides between HC2 and CR2.
    world
        What rows are.
    """
    outcome = protocol.primary
    _, model = protocol.model_of(outcome)
    arms = tuple(arm.id for arm in protocol.design.arms)
    named = outcome.estimand.arms or arms[1:]
    baseline = world.baseline
    covariates = (BASELINE,) if baseline else ()
    average = outcome.estimand.average
    share = outcome.measure.type == "share" and world.kind == "counts"
    weight = _weight(protocol, sites, world)
    linear = linear_specification(
        protocol,
        model,
        arm=named[0],
        covariates=covariates,
        clustered=world.kind == "members" or not sites.single,
        weighted=weight != "one",
        averaged=average != "precision-weighted" or not model.is_linear,
    )
    fit = None
    if not (model.is_linear or share):
        fit = fit_specification(
            protocol, outcome, model, arm=named[0], covariates=covariates, average=average
        )
    return Analysis(
        arms=arms,
        compared=arms.index(named[0]),
        reference=0,
        treated=tuple(arm.intervention for arm in protocol.design.arms),
        linear=linear,
        fit=fit,
        share=share,
        strata=model.strata,
        baseline=baseline,
        weight=weight,
        per=world.per if counts_events(model, outcome) or share else 1.0,
        chance=_chances(protocol, sites) if linear.inverse_share else None,
    )


def _weight(protocol: Protocol, sites: Sites, world: World) -> Literal["one", "members", "unit"]:
    """Say by what rows count, as the analysis weighs them."""
    outcome = protocol.primary
    average = outcome.estimand.average
    if outcome.measure.type == "share" and world.kind == "counts":
        return "one"
    if average == "unit-average":
        return "unit"
    if average not in ("pupil-average", "contact-average") or world.kind == "members":
        return "one"
    if outcome.level in ("pupil", "dsl") or not sites.known:
        return "one"
    return "members"


def _chances(protocol: Protocol, sites: Sites) -> Array | None:
    declared = declared_scheme(protocol)
    scheme = build_scheme(declared, protocol.whole_shares())
    if is_even(scheme, declared):
        return None
    return assignment_probabilities(scheme, sites.roster, draws=DRAWS).probability
