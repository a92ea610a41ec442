"""Translation: from what is declared to what the statistics floor takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.outcomes import Outcome
from equipoise.design.protocol.plan import Model
from equipoise.design.protocol.study import StratumVariable

if TYPE_CHECKING:
    from equipoise.statistics.models import ModelSpecification
    from equipoise.statistics.schemes import StratifiedScheme

_Kind = Literal["hc2", "hc3", "cr0", "cr1", "cr1s", "cr2", "cr3"]
_ERRORS: tuple[_Kind, ...] = ("hc2", "hc3", "cr0", "cr1", "cr1s", "cr2", "cr3")
#: HC2 and HC3 are CR2 and CR3 with each row its own cluster (rules: errors).
_CLUSTERED: dict[_Kind, _Kind] = {"hc2": "cr2", "hc3": "cr3"}


def scheme_of(protocol: Protocol) -> StratifiedScheme:
    """Return the scheme of the draw: the arms in declared order with whole-number weights.

    Examples
    --------
    >>> from equipoise.design.protocol import load_protocol, template
    >>> scheme_of(load_protocol(template("dsl-primary"))).weights
    (363, 236)
    """
    # Imported here: NumPy must not be loaded to check or show a protocol.
    from equipoise.statistics.schemes import StratifiedScheme

    return StratifiedScheme.from_shares(protocol.whole_shares())


def stratum_labels(protocol: Protocol, rows: Sequence[tuple[str, str, int]]) -> tuple[str, ...]:
    """Return the stratum of each unit of one stage, as declared by the scheme.

    Integers and exact fractions only, so that an outsider gets the same strata.

    Parameters
    ----------
    protocol
        The trial.
    rows
        The units of one stage: authority, phase, pupils.

    Returns
    -------
    tuple of str
        Labels such as ``900/large``, in the order of the rows; ``all`` without strata.

    Raises
    ------
    ProblemsError
        Where the strata come with the trial's own outcome table.
    """
    columns = [_column(variable, rows) for variable in protocol.design.scheme.strata]
    if not columns:
        return ("all",) * len(rows)
    return tuple("/".join(parts) for parts in zip(*columns, strict=True))


def _column(variable: StratumVariable, rows: Sequence[tuple[str, str, int]]) -> list[str]:
    match variable.variable:
        case "la_code":
            return [row[0] for row in rows]
        case "phase":
            return [row[1] for row in rows]
        case "pupils" if variable.at:
            return [_band(row[2], variable.at) for row in rows]
        case "pupils":
            middle = median([row[2] for row in rows])
            return ["large" if row[2] > middle else "small" for row in rows]
    raise ProblemsError(
        [
            Problem(
                "trial.yaml",
                "design.scheme.strata",
                f"the variable {variable.variable}",
                "a column of the register",
                "use la_code, phase or pupils; strata of an outcome table are read from the table",
            )
        ]
    )


def median(values: Sequence[int]) -> Fraction:
    """Return the exact median: the middle value, or the mean of the two middle values.

    Examples
    --------
    >>> median([4, 1, 2])
    Fraction(2, 1)
    """
    ordered = sorted(values)
    half, odd = divmod(len(ordered), 2)
    if odd:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2) if ordered else Fraction(0)


def _band(pupils: int, at: Sequence[int]) -> str:
    edges = [0, *at]
    index = sum(pupils >= edge for edge in at)
    return f"{edges[index]}-{edges[index + 1] - 1}" if index < len(at) else f"{edges[index]}+"


@dataclass(frozen=True)
class ModelColumns:
    """Which columns of an analysis table play which part.

    Attributes
    ----------
    outcome, arm, unit, stratum
        Value, arm's label, what a row is, and the stratum of the draw.
    cluster
        The randomised unit of each row, where a unit has several rows; else None.
    weight
        The roll (pupil-average) or another estimand weight; None where each row counts once.
    baseline
        Covariates that stand for the outcome's baseline (the value, and an indicator).
    stage
        Stage of the draw; None where there was one.
    """

    outcome: str
    arm: str
    unit: str
    stratum: str
    cluster: str | None = None
    weight: str | None = None
    baseline: tuple[str, ...] = ()
    stage: str | None = None


def model_specification(
    protocol: Protocol,
    outcome: Outcome,
    columns: ModelColumns,
    *,
    model: Model | None = None,
    arm: str | None = None,
    seed: int = 0,
) -> ModelSpecification:
    """Return the specification of an outcome's model over an analysis table.

    Parameters
    ----------
    protocol
        Arms, alpha and the plan.
    outcome
        Whose model it is.
    columns
        The columns of the table.
    model
        Another model than the outcome's own, for a sensitivity analysis.
    arm
        The arm compared with the reference, where there are several.
    seed
        Of the permutation draws.

    Returns
    -------
    ModelSpecification
        Where a unit has several rows, hc2 and hc3 become what they are in general, cr2 and cr3.

    Raises
    ------
    ProblemsError
        For a model that this version cannot fit.
    """
    # Imported here: NumPy must not be loaded to check or show a protocol.
    from equipoise.statistics.models import ModelSpecification

    name, planned = protocol.model_of(outcome)
    chosen = planned if model is None else model
    method = next((m for m in ("satterthwaite", "clusters") if m == chosen.df), None)
    kind = next((e for e in _ERRORS if e == chosen.error), None)
    if chosen.model not in ("ols", "wls") or method is None or kind is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    f"plan.models.{name}",
                    f"{chosen.model} with {chosen.error} and {chosen.df} degrees of freedom",
                    "ols or wls with satterthwaite or clusters, which this version fits",
                    "declare such a model",
                )
            ]
        )
    if columns.cluster is not None and kind in _CLUSTERED:
        kind = _CLUSTERED[kind]
    return ModelSpecification(
        outcome=columns.outcome,
        treatment=columns.arm,
        reference=protocol.reference.id,
        strata=(columns.stratum,) if chosen.strata else (),
        covariates=(*(columns.baseline if chosen.baseline else ()), *chosen.covariates),
        unit=columns.unit,
        cluster=columns.cluster,
        estimand_weight=columns.weight if chosen.model == "wls" else None,
        inverse_share=chosen.inverse_share,
        error=kind,
        df=method,
        alpha=protocol.design.alpha,
        permutations=chosen.permutations,
        seed=seed,
        stage=columns.stage,
        arm=arm,
    )
