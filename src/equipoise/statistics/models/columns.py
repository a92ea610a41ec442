"""Columns of a table, checked and turned into arrays and labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.statistics.estimation import EstimationError

Array = NDArray[np.float64]

LARGEST = 1e50
"""Beyond it, and under its inverse, fourth powers leave what a number can hold."""


def require(table: pl.DataFrame, names: Iterable[str]) -> None:
    """Refuse a table that lacks a column or has no row."""
    absent = [name for name in names if name not in table.columns]
    if absent:
        raise EstimationError(f"The table has no column {', '.join(map(repr, absent))}.")
    if table.height == 0:
        raise EstimationError("The table has no row.")


def labels(table: pl.DataFrame, name: str) -> list[str]:
    """Read a column of labels as text; none may be missing."""
    missing = table[name].null_count()
    if missing:
        raise EstimationError(f"Column {name!r} is missing in {missing} rows; every row needs it.")
    return [str(value) for value in table[name].cast(pl.String).to_list()]


def crossed(table: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Join the labels of several columns, row by row; one empty label where there is none."""
    if not names:
        return [""] * table.height
    columns = [labels(table, name) for name in names]
    return [" / ".join(parts) for parts in zip(*columns, strict=True)]


def not_finite(name: str, count: int) -> EstimationError:
    """Say that values of a column are infinite or not a number."""
    values = "1 value that is" if count == 1 else f"{count} values that are"
    return EstimationError(
        f"Column {name!r} holds {values} infinite or not a number; leave a value empty where it "
        "is missing."
    )


def not_above_zero(what: str, name: str, count: int) -> EstimationError:
    """Say that trials or weights are zero or negative."""
    rows = "1 row; leave it out" if count == 1 else f"{count} rows; leave them out"
    return EstimationError(f"{what} {name!r}: zero or negative in {rows}.")


def numbers(table: pl.DataFrame, name: str) -> Array:
    """Read a numeric column, missing values as NaN; NaN or infinity in it are refused."""
    column = table[name]
    if not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)):
        raise EstimationError(f"Column {name!r} must be numeric; it is {column.dtype}.")
    values = column.cast(pl.Float64)
    wrong = int((~values.is_finite()).sum())
    if wrong:
        raise not_finite(name, wrong)
    largest = values.abs().max()
    if isinstance(largest, float) and largest and not 1 / LARGEST <= largest <= LARGEST:
        found = "values beyond" if largest > LARGEST else "no value above"
        bound, unit = (LARGEST, "larger") if largest > LARGEST else (1 / LARGEST, "smaller")
        raise EstimationError(
            f"Column {name!r} holds {found} {bound:g}, too far from 1 to be computed with; give "
            f"it in a {unit} unit."
        )
    return values.fill_null(float("nan")).to_numpy().astype(np.float64, copy=False)


def covariate(table: pl.DataFrame, name: str) -> tuple[Array, list[str]]:
    """Read a covariate as columns, shape (n, k), with their names; missing values as NaN.

    Labels become indicators, the first in sort order left out.
    """
    column = table[name]
    if column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null):
        return numbers(table, name)[:, None], [name]
    text = column.cast(pl.String)
    levels = sorted(str(level) for level in text.drop_nulls().unique().to_list())
    if len(levels) < 2:
        raise EstimationError(f"Covariate {name!r} has the same value in every row.")
    indicators = np.column_stack(
        [(text == level).cast(pl.Float64).to_numpy() for level in levels[1:]]
    )
    indicators[text.is_null().to_numpy()] = np.nan
    return indicators, [f"{name} = {level}" for level in levels[1:]]


def numbered(values: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Number labels in sort order: the labels, and the number of each row."""
    known = sorted(set(values))
    position = {value: i for i, value in enumerate(known)}
    return known, np.asarray([position[value] for value in values], dtype=np.int64)
