"""Baseline by arm: how alike the arms were before the start (CONSORT 2012 cluster, item 15)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from typing import Protocol as Structure

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.core.results import result
from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.drawing import unit_chances
from equipoise.evaluation.outcomes import AnalysisSet, outcome_values, unit_of_mean

__all__ = [
    "ArmCharacteristic",
    "Characteristic",
    "CharacteristicsResult",
    "Known",
    "characteristics",
]

Numbers = NDArray[np.float64]


class Known(Structure):
    """A number of each school that was known before the draw."""

    @property
    def id(self) -> str:
        """Its name."""
        ...

    @property
    def title(self) -> str:
        """Its name in words."""
        ...

    @property
    def values(self) -> Mapping[str, float]:
        """By URN."""
        ...


@dataclass(frozen=True)
class ArmCharacteristic:
    """One measure in one arm.

    Attributes
    ----------
    arm, title
        The arm.
    mean, sd
        Over schools, or persons where the measure is of persons; weighted by the inverse chance
        or realised share of the arm in its stratum. None where nothing is known.
    difference
        Standardised difference from the reference, with its sign; None for the reference, and
        where an arm has fewer than two values or nothing varies.
    rows, missing
        Schools or persons with and without a value.
    events
        Children or events counted before the start, of a rate or share; None for others.
    """

    arm: str
    title: str
    mean: float | None
    sd: float | None
    difference: float | None
    rows: int
    missing: int
    events: float | None


@dataclass(frozen=True)
class Characteristic:
    """One measure.

    Attributes
    ----------
    id, title
        Its names.
    unit
        That of an outcome's baseline; empty for what registers hold.
    of
        What has the measure: schools, or persons.
    arms
        One entry per arm, in declared order.
    """

    id: str
    title: str
    unit: str
    of: Literal["schools", "persons"]
    arms: tuple[ArmCharacteristic, ...]


@result("analysis.characteristics", version=1)
@dataclass(frozen=True)
class CharacteristicsResult:
    """Every measure that is known from before the start, by arm; exists only after unblinding.

    Attributes
    ----------
    trial
        Its id.
    rows
        What registers hold, then the baselines of outcomes, in declared order.
    largest
        The largest standardised difference without its sign; None where there is none.
    """

    trial: str
    rows: tuple[Characteristic, ...]
    largest: float | None


@dataclass(frozen=True)
class _Measured:
    """A measure with a row per school or person: unit, value, and events where it counts some."""

    id: str
    title: str
    unit: str
    of: Literal["schools", "persons"]
    table: pl.DataFrame


def characteristics(
    protocol: Protocol,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    known: Sequence[Known] = (),
) -> CharacteristicsResult:
    """Describe every arm as it was before the start.

    Parameters
    ----------
    protocol
        The trial.
    data
        The frozen analysis set: all that was randomised.
    allocation
        The opened arms.
    known
        What registers hold of schools.

    Raises
    ------
    ProblemsError
        An allocation that does not fit the roster.

    References
    ----------
    Austin, P. C. (2009). Using the standardized difference to compare the prevalence of a binary
    variable between two groups. Communications in Statistics 38(6), 1228-1234.
    """
    arms = checked_allocation(protocol, data, allocation)
    weights = _weights(protocol, data.roster, arms)
    measured = [*_registered(data, known), *_baselines(protocol, data)]
    rows = tuple(_described(protocol, one, arms, weights) for one in measured)
    found = [abs(a.difference) for row in rows for a in row.arms if a.difference is not None]
    return CharacteristicsResult(protocol.trial.id, rows, max(found, default=None))


def _registered(data: AnalysisSet, known: Sequence[Known]) -> list[_Measured]:
    schools = data.schools.filter(pl.col("urn").is_not_null()).unique("urn").sort("urn")
    urns = schools["urn"].to_list()
    return [
        _Measured(
            one.id,
            one.title,
            "",
            "schools",
            pl.DataFrame(
                {
                    "unit": schools["unit"],
                    "value": pl.Series([one.values.get(u) for u in urns], dtype=pl.Float64),
                    "events": pl.Series([None] * len(urns), dtype=pl.Float64),
                }
            ),
        )
        for one in known
    ]


def _baselines(protocol: Protocol, data: AnalysisSet) -> list[_Measured]:
    """Give the baseline of every outcome that has one."""
    found = []
    for outcome in protocol.design.outcomes:
        if outcome.baseline is None:
            continue
        then = _before(outcome)
        values = outcome_values(protocol, outcome if then is None else then, data)
        column = "baseline" if then is None else "value"
        table = values.select(
            "unit",
            pl.col(column).cast(pl.Float64).alias("value"),
            pl.col("numerator").cast(pl.Float64).alias("events"),
        )
        if table["value"].drop_nulls().len():
            title = f"{outcome.title}, before the start"
            unit = unit_of_mean(outcome, own_table=protocol.brings_table)
            of: Literal["schools", "persons"] = (
                "schools" if outcome.level == "school" else "persons"
            )
            found.append(_Measured(f"baseline-{outcome.id}", title, unit, of, table))
    return found


def _before(outcome: Outcome) -> Outcome | None:
    """Return the outcome as counted in the window of its baseline; None where it counts nothing."""
    declared = outcome.baseline
    if outcome.measure.type not in ("rate", "share") or declared is None or declared.window is None:
        return None
    measure = outcome.measure.model_copy(update={"window": declared.window})
    return outcome.model_copy(update={"measure": measure, "baseline": None})


def _weights(protocol: Protocol, roster: pl.DataFrame, arms: Mapping[str, str]) -> dict[str, float]:
    """Weigh each unit by the inverse of the chance, or of the realised share, of its arm."""
    position = {arm.id: k for k, arm in enumerate(protocol.design.arms)}
    chances = unit_chances(protocol, roster)
    if chances is not None:
        return {unit: 1 / chances[unit][position[arm]] for unit, arm in arms.items()}
    drawn = roster.select("unit", "stage", "stratum").with_columns(
        pl.Series("arm", [arms[unit] for unit in roster["unit"].to_list()], dtype=pl.String)
    )
    inverse = pl.len().over("stage", "stratum") / pl.len().over("stage", "stratum", "arm")
    return dict(drawn.select("unit", inverse.alias("weight")).iter_rows())


def _described(
    protocol: Protocol, one: _Measured, arms: Mapping[str, str], weights: Mapping[str, float]
) -> Characteristic:
    rows = one.table.filter(pl.col("unit").is_in(list(arms)))
    units = rows["unit"].to_list()
    arm_of = np.asarray([arms[unit] for unit in units])
    weight = np.asarray([weights[unit] for unit in units], dtype=np.float64)
    value = rows["value"].to_numpy().astype(np.float64)
    events = rows["events"].to_numpy().astype(np.float64)
    moments = {
        arm.id: _moments(value[arm_of == arm.id], weight[arm_of == arm.id])
        for arm in protocol.design.arms
    }
    reference = protocol.reference.id
    found = []
    for arm in protocol.design.arms:
        here = arm_of == arm.id
        mean, variance = moments[arm.id]
        counted = events[here & ~np.isnan(events)]
        found.append(
            ArmCharacteristic(
                arm=arm.id,
                title=arm.title,
                mean=mean,
                sd=None if variance is None else float(np.sqrt(variance)),
                difference=None
                if arm.id == reference
                else _difference(moments[arm.id], moments[reference]),
                rows=int((~np.isnan(value[here])).sum()),
                missing=int(np.isnan(value[here]).sum()),
                events=float(counted.sum()) if counted.size else None,
            )
        )
    return Characteristic(one.id, one.title, one.unit, one.of, tuple(found))


Moments = tuple[float | None, float | None]


def _moments(value: Numbers, weight: Numbers) -> Moments:
    """Give the weighted mean and variance of what is known."""
    kept = ~np.isnan(value)
    x, w = value[kept], weight[kept]
    if not x.size:
        return None, None
    mean = float(np.average(x, weights=w))
    if x.size < 2:
        return mean, None
    return mean, float(np.average((x - mean) ** 2, weights=w)) * x.size / (x.size - 1)


def _difference(one: Moments, other: Moments) -> float | None:
    (mean, variance), (base, spread) = one, other
    if mean is None or base is None or variance is None or spread is None:
        return None
    pooled = (variance + spread) / 2
    return float((mean - base) / np.sqrt(pooled)) if pooled > 0 else None
