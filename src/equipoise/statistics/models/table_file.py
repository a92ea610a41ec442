"""A data file as a table: CSV or Parquet, the columns that are named and no others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from equipoise.core.base import Problem, Problems, ProblemsError, shape_of

MISSING = ("", "NA")
"""What stands for a missing value in a CSV file."""

SHOWN = 20
"""So many columns of a file are named in a problem."""


def read_table(
    path: Path, *, numbers: Iterable[str], labels: Iterable[str], either: Iterable[str] = ()
) -> pl.DataFrame:
    """Read named columns of a CSV or Parquet file.

    Parameters
    ----------
    path
        A file that ends in ``.parquet``, or else a CSV file in UTF-8 with commas.
    numbers
        Columns that must be numbers.
    labels
        Columns that are kept as they are written: ``007`` is not ``7``.
    either
        Columns that are numbers if every value is one, and labels if not.

    Raises
    ------
    ProblemsError
        Every problem at once: a file that cannot be read, columns that are absent, values that
        are no numbers (their shape is shown, never the value).
    """
    wanted = {**dict.fromkeys(either, "either"), **dict.fromkeys(labels, "label")}
    wanted |= dict.fromkeys(numbers, "number")
    file = path.name
    parquet = path.suffix.lower() == ".parquet"
    found = _columns(path, parquet)
    problems = Problems()
    absent = [name for name in wanted if name not in found]
    for name in absent:
        shown = ", ".join(found[:SHOWN]) + (", ..." if len(found) > SHOWN else "")
        problems.add(
            file=file,
            place="the first line" if not parquet else "the schema",
            found=f"no column {name!r}; the columns are: {shown}",
            expected=f"a column {name!r}",
            remedy="correct the name in the command or in the file; CSV files have commas",
        )
    problems.raise_if_any()
    table = _read(path, parquet, list(wanted))
    columns = []
    for name, kind in wanted.items():
        column = table[name]
        if column.dtype in (pl.String, pl.Categorical, pl.Enum):
            column = column.cast(pl.String)
            if kind != "label":
                column = _as_number(column, kind, file, problems)
        columns.append(column)
    problems.raise_if_any()
    return pl.DataFrame(columns)


def _columns(path: Path, parquet: bool) -> list[str]:
    try:
        if parquet:
            return list(pl.read_parquet_schema(path))
        return pl.read_csv(path, infer_schema=False, n_rows=0).columns
    except (pl.exceptions.PolarsError, UnicodeError) as error:
        raise _unreadable(path, parquet, error) from error


def _read(path: Path, parquet: bool, names: list[str]) -> pl.DataFrame:
    try:
        if parquet:
            return pl.read_parquet(path, columns=names)
        return pl.read_csv(path, infer_schema=False, columns=names, null_values=list(MISSING))
    except (pl.exceptions.PolarsError, UnicodeError) as error:
        raise _unreadable(path, parquet, error) from error


def _unreadable(path: Path, parquet: bool, error: Exception) -> ProblemsError:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    expected = "a Parquet file" if parquet else "a CSV file in UTF-8, values separated by commas"
    return ProblemsError(
        [
            Problem(
                file=path.name,
                place="the file as a whole",
                found=f"it cannot be read: {said}",
                expected=expected,
                remedy="save it again in that form",
            )
        ]
    )


def _as_number(column: pl.Series, kind: str, file: str, problems: Problems) -> pl.Series:
    """Turn text into numbers; a column that may be labels stays as it is where one is not."""
    stripped = column.str.strip_chars()
    values = stripped.cast(pl.Float64, strict=False)
    wrong = (values.is_null() & column.is_not_null()).arg_true()
    if wrong.len() == 0:
        return values
    if kind == "either":
        return column
    row = int(wrong[0])
    problems.add(
        file=file,
        place=f"row {row + 1} below the heads, column {column.name}",
        found=f"{wrong.len()} values that are no numbers; the first looks like "
        f"{shape_of(str(column[row]))}",
        expected="numbers with a decimal point, or nothing where a value is missing (or NA)",
        remedy="correct or empty them, or name another column",
    )
    return column
