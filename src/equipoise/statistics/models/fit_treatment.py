"""The treatment of a table: arms of labels, or a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models.columns import numbers
from equipoise.statistics.models.fit_specification import FitSpecification


@dataclass(frozen=True)
class Treatment:
    """The treatment of every row.

    Attributes
    ----------
    columns
        What enters the model, shape (n, a); the column whose coefficient is wanted is first.
    names
        Of those columns.
    arm
        Position of each row's arm, shape (n,), -1 where it is missing; None where the treatment
        is a number of more than two values.
    arms
        Labels.
    compared, reference
        Positions of the arms compared.
    low, high
        Values of the first column in the reference and in the arm.
    note
        A sentence.
    """

    columns: NDArray[np.float64]
    names: tuple[str, ...]
    arm: NDArray[np.int64] | None
    arms: tuple[str, ...]
    compared: int
    reference: int
    low: float
    high: float
    note: str


def read_treatment(table: pl.DataFrame, spec: FitSpecification) -> Treatment:
    """Read the treatment.

    Raises
    ------
    EstimationError
        One arm, or a reference or an arm that is not there.

    Examples
    --------
    >>> spec = FitSpecification("y", "arm", "school", "ols")
    >>> read_treatment(pl.DataFrame({"arm": ["b", "a"]}), spec).note
    "Control is 'a', the first label in sort order; the effect is that of 'b'."
    """
    column = table[spec.treatment]
    numeric = column.dtype.is_numeric() or column.dtype == pl.Boolean
    if not numeric or spec.reference is not None or spec.arm is not None:
        return _arms(column, spec)
    values = numbers(table, spec.treatment)
    found = np.unique(values[~np.isnan(values)])
    if found.size < 2:
        raise EstimationError(
            f"Treatment {spec.treatment!r} has the same value in every row; two are needed."
        )
    if found.size > 2:
        return Treatment(
            values[:, None],
            (spec.treatment,),
            None,
            (),
            0,
            0,
            0.0,
            1.0,
            f"Treatment {spec.treatment!r} is a number of {found.size} values: its effect is per "
            "unit; to compare its values as arms name --reference.",
        )
    arms = tuple(f"{value:g}" for value in found)
    arm = np.where(np.isnan(values), -1, (values == found[1]).astype(np.int64))
    low, high = float(found[0]), float(found[1])
    per_unit = "" if high - low == 1 else " (per unit)"
    return Treatment(
        values[:, None],
        (spec.treatment,),
        arm.astype(np.int64),
        arms,
        1,
        0,
        low,
        high,
        f"Control is {spec.treatment} = {arms[0]}; the effect is that of {arms[1]}{per_unit}.",
    )


def _arms(column: pl.Series, spec: FitSpecification) -> Treatment:
    """Number the labels of a treatment and make an indicator of each but the control."""
    text = column.cast(pl.String)
    arms = tuple(sorted(str(label) for label in text.drop_nulls().unique().to_list()))
    listed = ", ".join(map(repr, arms))
    if len(arms) < 2:
        raise EstimationError(
            f"All rows of treatment {spec.treatment!r} are in one arm, {listed}; two are needed."
        )
    named = {
        what: label if label is None else _among(label, arms)
        for what, label in (("reference", spec.reference), ("arm", spec.arm))
    }
    for what, label in (("reference", spec.reference), ("arm", spec.arm)):
        if label is not None and named[what] is None:
            raise EstimationError(f"The {what} {label!r} is not among the arms: {listed}.")
    reference = named["reference"] or arms[0]
    others = [label for label in arms if label != reference]
    compared = named["arm"] or others[0]
    if compared == reference:
        raise EstimationError(f"Arm {compared!r} cannot be compared with itself.")
    others = [compared, *(label for label in others if label != compared)]
    position = pl.Series(text.replace_strict(list(arms), list(range(len(arms))), default=-1))
    arm = position.fill_null(-1).cast(pl.Int64).to_numpy().astype(np.int64)
    columns = np.column_stack([(arm == arms.index(label)).astype(np.float64) for label in others])
    columns[arm < 0] = np.nan
    first = ", the first label in sort order" if spec.reference is None else ""
    rest = f"; other arms: {', '.join(map(repr, others[1:]))}" if len(others) > 1 else ""
    return Treatment(
        columns,
        tuple(f"{spec.treatment} = {label}" for label in others),
        arm,
        arms,
        arms.index(compared),
        arms.index(reference),
        0.0,
        1.0,
        f"Control is {reference!r}{first}; the effect is that of {compared!r}{rest}.",
    )


def _among(label: str, arms: tuple[str, ...]) -> str | None:
    """Find an arm by its label, or by its number: 0 is 0.0."""
    if label in arms:
        return label
    try:
        same = [arm for arm in arms if float(arm) == float(label)]
    except ValueError:
        return None
    return same[0] if len(same) == 1 else None
