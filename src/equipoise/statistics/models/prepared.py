"""A table made ready for its model: everyone who was randomised, and the rows that are analysed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models.arrays import TrialArrays
from equipoise.statistics.models.columns import (
    covariate,
    crossed,
    labels,
    numbered,
    numbers,
    require,
)
from equipoise.statistics.models.specification import ModelSpecification
from equipoise.statistics.schemes import Roster

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Randomised:
    """The randomised units of a table, in order of their identifiers.

    Attributes
    ----------
    roster
        The units, with strata and stages.
    unit
        Position in the roster of each row of the table.
    strata
        Stratum label of each row of the table.
    """

    roster: Roster
    unit: Whole
    strata: list[str]


def randomised_units(table: pl.DataFrame, spec: ModelSpecification) -> Randomised:
    """Read the randomised units of a table; the arm column is not looked at.

    Raises
    ------
    EstimationError
        A column that is absent or incomplete, a unit on two rows without `cluster`, or a unit
        in two strata or stages.

    Examples
    --------
    >>> spec = ModelSpecification("rate", "arm", "usual", strata=("la",), unit="urn")
    >>> table = pl.DataFrame({"urn": [2, 1], "la": ["x", "y"]})
    >>> randomised_units(table, spec).roster.units
    ('1', '2')
    """
    name = spec.cluster if spec.cluster is not None else spec.unit
    placed = [*spec.strata, *([] if spec.stage is None else [spec.stage])]
    require(table, placed if name is None else [name, *placed])
    names = [f"{i:012d}" for i in range(table.height)] if name is None else labels(table, name)
    units, unit = numbered(names)
    if spec.cluster is None and len(units) < table.height:
        raise EstimationError(
            f"Units appear on more than one row of column {name!r}; name it as the cluster if "
            "they should."
        )
    strata = crossed(table, spec.strata)
    stages = crossed(table, [] if spec.stage is None else [spec.stage])
    places = [f"{stage} / {stratum}" for stage, stratum in zip(stages, strata, strict=True)]
    first = _first_rows(unit, len(units))
    for row, place in enumerate(places):
        if place != places[first[unit[row]]]:
            raise EstimationError(
                f"Unit {names[row]!r} lies in more than one stratum or stage of the draw."
            )
    roster = Roster.build(
        units, [strata[row] for row in first], stages=[stages[row] for row in first]
    )
    return Randomised(roster, unit, strata)


@dataclass(frozen=True)
class Prepared:
    """The analysed rows, with what was left out and the names of what is in.

    Attributes
    ----------
    arrays
        The analysed rows.
    arms
        Arm labels, by position.
    strata
        Stratum labels, by number.
    columns
        Names of the covariate columns.
    randomised
        Everyone.
    analysed_units
        Positions in the roster of the analysed units, in their order in `arrays`.
    unit_arms
        Arm position of each randomised unit; None where arms vary within units.
    row_arms
        Arm position of each row of the table.
    set_aside
        Rows of the table in strata of one arm, left out.
    no_outcome, no_covariate
        Other rows without an outcome, and with one but without a covariate.
    """

    arrays: TrialArrays
    arms: tuple[str, ...]
    strata: tuple[str, ...]
    columns: tuple[str, ...]
    randomised: Randomised
    analysed_units: Whole
    unit_arms: Whole | None
    row_arms: Whole
    set_aside: NDArray[np.bool_]
    no_outcome: NDArray[np.bool_]
    no_covariate: NDArray[np.bool_]


def prepare(
    table: pl.DataFrame, spec: ModelSpecification, arms: tuple[str, ...] | None = None
) -> Prepared:
    """Turn a table into arrays.

    Parameters
    ----------
    table
        A row per unit, or per member of a unit; every randomised unit is in it, with an empty
        outcome where that is missing.
    spec
        Which column plays which part.
    arms
        Labels in the order of the scheme; None reads them from the table.

    Raises
    ------
    EstimationError
        As the sentences say: absent, incomplete or non-numeric columns, arms that are not
        declared, one arm, an arm with one unit, a stratum with one arm.

    Examples
    --------
    >>> spec = ModelSpecification("rate", "arm", "usual")
    >>> table = pl.DataFrame(
    ...     {"arm": ["usual", "usual", "new", "new", "new"], "rate": [1.0, 2.0, 3.0, 5.0, None]}
    ... )
    >>> prepare(table, spec).arrays.y.tolist()
    [1.0, 2.0, 3.0, 5.0]
    """
    weight_names = [] if spec.estimand_weight is None else [spec.estimand_weight]
    require(table, [spec.outcome, spec.treatment, *spec.covariates, *weight_names])
    randomised = randomised_units(table, spec)
    known, row_arms = _arms(labels(table, spec.treatment), spec, arms)
    outcome = numbers(table, spec.outcome)
    blocks = [covariate(table, name) for name in spec.covariates]
    covariates = np.hstack([np.empty((table.height, 0)), *(block for block, _ in blocks)])
    set_aside = _one_arm_strata(randomised, row_arms, spec)
    no_outcome = ~set_aside & np.isnan(outcome)
    no_covariate = ~set_aside & ~no_outcome & np.isnan(covariates).any(axis=1)
    rows = np.flatnonzero(~set_aside & ~no_outcome & ~no_covariate)
    if rows.size == 0:
        raise EstimationError(f"No row has outcome {spec.outcome!r} and all covariates.")
    strata, cells = numbered([randomised.strata[row] for row in rows])
    analysed, units = np.unique(randomised.unit[rows], return_inverse=True)
    compared = _compared(known, spec)
    arrays = TrialArrays(
        y=outcome[rows],
        arm=row_arms[rows],
        arms=len(known),
        compared=known.index(compared),
        reference=known.index(spec.reference),
        cells=cells,
        covariates=covariates[rows],
        weights=_weights(table, spec)[rows],
        units=None if spec.cluster is None else units.reshape(-1).astype(np.int64),
        chance=None if spec.chance is None else _chance(table, spec.chance)[rows],
    )
    unit_arms = row_arms[_first_rows(randomised.unit, randomised.roster.size)]
    constant = bool((unit_arms[randomised.unit] == row_arms).all())
    _check_arms(arrays, known, compared, spec)
    if spec.cluster is None:
        # Rows of the arrays stay in table order; their units must be named in that order.
        analysed = randomised.unit[rows]
    return Prepared(
        arrays=arrays,
        arms=known,
        strata=tuple(strata),
        columns=tuple(name for _, names in blocks for name in names),
        randomised=randomised,
        analysed_units=analysed,
        unit_arms=unit_arms if constant else None,
        row_arms=row_arms,
        set_aside=set_aside,
        no_outcome=no_outcome,
        no_covariate=no_covariate,
    )


def _first_rows(unit: Whole, number: int) -> Whole:
    """Give the first row of each unit."""
    first = np.empty(number, dtype=np.int64)
    first[unit[::-1]] = np.arange(unit.size)[::-1]
    return first


def _arms(
    given: list[str], spec: ModelSpecification, declared: tuple[str, ...] | None
) -> tuple[tuple[str, ...], Whole]:
    """Number the arms, in declared order or else in sort order."""
    found = sorted(set(given))
    known = tuple(found) if declared is None else declared
    strange = [arm for arm in found if arm not in known]
    if strange:
        raise EstimationError(
            f"Column {spec.treatment!r} holds arms that the scheme does not declare: "
            f"{', '.join(map(repr, strange))}."
        )
    if spec.reference not in known:
        raise EstimationError(
            f"Reference arm {spec.reference!r} is not among the arms: "
            f"{', '.join(map(repr, known))}."
        )
    if len(found) < 2:
        raise EstimationError(f"All rows are in one arm, {found[0]!r}; two are needed.")
    position = {arm: i for i, arm in enumerate(known)}
    return known, np.asarray([position[arm] for arm in given], dtype=np.int64)


def _compared(known: tuple[str, ...], spec: ModelSpecification) -> str:
    """Name the arm that is compared with the reference."""
    others = [arm for arm in known if arm != spec.reference]
    if spec.arm is None:
        if len(others) > 1:
            raise EstimationError(
                f"There are several arms beside {spec.reference!r}; say which is compared: "
                f"{', '.join(map(repr, others))}."
            )
        return others[0]
    if spec.arm not in others:
        raise EstimationError(f"Arm {spec.arm!r} is not among {', '.join(map(repr, others))}.")
    return spec.arm


def _weights(table: pl.DataFrame, spec: ModelSpecification) -> NDArray[np.float64]:
    """Read the estimand weights; one for every row where none is named."""
    if spec.estimand_weight is None:
        return np.ones(table.height)
    weights = numbers(table, spec.estimand_weight)
    wrong = int((~(weights > 0)).sum())
    if wrong:
        raise EstimationError(
            f"Weight {spec.estimand_weight!r} is missing, zero or negative in {wrong} rows."
        )
    return weights


def _chance(table: pl.DataFrame, name: str) -> NDArray[np.float64]:
    """Read the probability of each row's arm; missing where a row is not analysed."""
    require(table, [name])
    chance = numbers(table, name)
    if ((chance <= 0) | (chance > 1)).any():
        raise EstimationError(f"Column {name!r} must hold probabilities above zero.")
    return chance


def _check_arms(
    arrays: TrialArrays, known: tuple[str, ...], compared: str, spec: ModelSpecification
) -> None:
    """Refuse an arm without two analysed units."""
    units = np.arange(arrays.arm.size) if arrays.units is None else arrays.units
    for arm in known:
        number = np.unique(units[arrays.arm == known.index(arm)]).size
        if number == 0:
            raise EstimationError(f"Arm {arm!r} has no row with outcome {spec.outcome!r}.")
        if number == 1 and arm in (compared, spec.reference):
            raise EstimationError(
                f"Arm {arm!r} has only one unit with outcome {spec.outcome!r}; an error needs "
                "at least two."
            )


def _one_arm_strata(
    randomised: Randomised, row_arms: Whole, spec: ModelSpecification
) -> NDArray[np.bool_]:
    """Find the rows of strata that were drawn into one arm, and refuse them unless told not to."""
    arms: dict[str, set[int]] = {}
    for stratum, arm in zip(randomised.strata, row_arms, strict=True):
        arms.setdefault(stratum, set()).add(int(arm))
    alone = sorted(stratum for stratum, found in arms.items() if len(found) < 2)
    if alone and spec.one_arm_strata == "refuse":
        raise EstimationError(
            f"All units of stratum {', '.join(map(repr, alone))} are in one arm; merge it with "
            "another stratum, or declare that such strata are set aside."
        )
    return np.asarray([stratum in alone for stratum in randomised.strata], dtype=np.bool_)
