"""What the programme did for those who took it up: assignment as instrument (rules 10)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from equipoise.design.protocol import Compliance, Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.rows import main_rows
from equipoise.evaluation.analysis.types import ArmCompliance, ComplianceResult, ComplierEffect
from equipoise.evaluation.outcomes import AnalysisSet, unit_of_difference
from equipoise.statistics.estimation import EstimationError, InstrumentalFit, fit_instrumental

__all__ = ["Taken", "complier_effects"]

ASSUMPTION = (
    "Assignment changes the outcome through supervision alone, and no school has less of it "
    "because it was assigned to it. Neither can be tested here. Schools of the other arm may have "
    "bought supervision; what they had counts as their dose only where it was recorded."
)


@dataclass(frozen=True)
class Taken:
    """What each school had, as the delivery records say; a school that is not named had nothing.

    Attributes
    ----------
    amount
        Dose by URN, in the declared unit.
    """

    amount: Mapping[str, float]


def complier_effects(
    protocol: Protocol, data: AnalysisSet, allocation: Mapping[str, str], taken: Taken
) -> ComplianceResult | None:
    """Estimate the effect of any supervision, of the intended level, and per unit of dose.

    Two-stage least squares of the primary outcome's main analysis: its rows, weights, strata,
    covariates and error, the arm as the one instrument. Rows of further arms are left out.

    Parameters
    ----------
    protocol
        Declares the levels (`design.compliance`).
    data, allocation
        The frozen analysis set and the opened arms.
    taken
        What schools had.

    Returns
    -------
    ComplianceResult or None
        None where no level is declared, or the primary outcome is not a rate, score or value of
        schools.

    Raises
    ------
    ProblemsError
        An allocation that does not fit the roster.
    """
    levels, outcome = protocol.design.compliance, protocol.primary
    if levels is None or outcome.level != "school" or outcome.measure.type == "share":
        return None
    arms = checked_allocation(protocol, data, allocation)
    others = [arm.id for arm in protocol.design.arms if arm.id != protocol.reference.id]
    named = [arm for arm in others if arm in outcome.estimand.arms] or others
    return ComplianceResult(
        outcome=outcome.id,
        title=outcome.title,
        unit_difference=unit_of_difference(outcome, own_table=protocol.brings_table),
        any_level=levels.any,
        intended_level=levels.intended,
        unit=levels.unit,
        arms=tuple(_of_arm(protocol, data, arms, taken, levels, arm) for arm in named),
        assumption=ASSUMPTION,
        interval=protocol.design.interval,
    )


def _of_arm(
    protocol: Protocol,
    data: AnalysisSet,
    arms: Mapping[str, str],
    taken: Taken,
    levels: Compliance,
    arm: str,
) -> ArmCompliance:
    main = main_rows(protocol, protocol.primary, data, arms, arm=arm)
    ready = main.ready()
    arrays = ready.arrays
    kept = ~(ready.set_aside | ready.no_outcome | ready.no_covariate)
    analysed = main.padded["urn"].filter(pl.Series(kept)).to_list()
    dose = np.asarray([float(taken.amount.get(urn, 0.0)) for urn in analysed])
    pair = np.isin(arrays.arm, [arrays.compared, arrays.reference])
    shares = arrays.shares() if main.spec.inverse_share else np.ones(dose.size)
    cells = np.unique(arrays.cells[pair], return_inverse=True)[1].reshape(-1)
    controls = np.hstack([np.eye(int(cells.max()) + 1)[cells], arrays.covariates[pair]])
    effects: list[ComplierEffect] = []
    notes: list[str] = []
    for name, values in (
        ("any", (dose >= levels.any).astype(np.float64)),
        ("intended", (dose >= levels.intended).astype(np.float64)),
        ("per unit", dose),
    ):
        try:
            fit = fit_instrumental(
                arrays.y[pair],
                values[pair],
                (arrays.arm[pair] == arrays.compared).astype(np.float64),
                controls,
                weights=(arrays.weights / shares)[pair],
                clusters=None if arrays.units is None else arrays.units[pair],
                error=main.spec.error,
                df=main.spec.df,
                alpha=main.spec.alpha,
            )
        except EstimationError as error:
            notes.append(f"No effect of the dose “{name}”: {error}")
            continue
        effects.append(_effect(name, fit))
    units = np.arange(arrays.arm.size) if arrays.units is None else arrays.units
    return ArmCompliance(
        arm=arm,
        effects=tuple(effects),
        notes=tuple(notes),
        rows=int(pair.sum()),
        clusters=int(np.unique(units[pair]).size),
    )


CERTAIN = 1e-9
"""An error below this part of the change is what rounding leaves."""


def _effect(name: str, fit: InstrumentalFit) -> ComplierEffect:
    certain = fit.first_stage_se <= CERTAIN * abs(fit.first_stage)
    return ComplierEffect(
        dose=name,
        estimate=fit.estimate,
        se=fit.se,
        df=fit.df,
        lower=fit.interval.lower,
        upper=fit.interval.upper,
        moved=fit.first_stage,
        moved_se=0.0 if certain else fit.first_stage_se,
        f=None if certain else fit.f,
        set_words=fit.anderson_rubin.words,
    )
