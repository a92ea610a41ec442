"""A trial that brings its own outcome table: read, checked, and its arm column taken off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from equipoise.core.base import Column, Problem, Problems, ProblemsError, Table, read_csv
from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.summary import summarise
from equipoise.evaluation.outcomes.types import AnalysisSet

__all__ = ["outcome_table"]

FILE = "outcomes/outcomes.csv"
ONE_STAGE = "all"


def outcome_table(
    data: bytes, protocol: Protocol, *, file: str = FILE
) -> tuple[AnalysisSet, tuple[tuple[str, str], ...] | None]:
    """Read the trial's own outcome table and part it from its arms.

    Parameters
    ----------
    data
        CSV: ``unit``, ``stratum``, the columns of the declared measures (``value``, or
        ``numerator`` and ``denominator``, or other declared names), declared baselines and
        covariates; optionally ``arm``, ``stage``, ``pupils`` and the declared cluster. An empty
        cell of a number is a missing value.
    protocol
        Declares the table (``design.table``) and the outcomes.
    file
        Its name in messages.

    Returns
    -------
    AnalysisSet, arms
        The tables without arm; and (unit, arm) for every unit, sorted, or None where the table has
        no arm column (the arms are sealed already).

    Raises
    ------
    ProblemsError
        With every problem of the table: unknown or absent columns, blank units or strata, an arm
        that is not declared or that is given in part, a unit in two arms, strata or stages, a
        cluster in two strata or stages, a unit twice in a table of units, values that are not
        numbers, a denominator of zero under a rate, events beside a denominator of zero.
    """
    declared = protocol.design.table
    if declared is None:
        raise ProblemsError(
            [
                Problem(
                    "trial.yaml",
                    "design.table",
                    "nothing",
                    "the declaration of the trial's own outcome table",
                    "declare design.table, or bring authority files and not an outcome table",
                )
            ]
        )
    numbers = _number_columns(protocol)
    place = [Column("unit"), Column("stratum"), Column("stage", required=False)]
    arms = Column("arm", required=False, values=tuple(arm.id for arm in protocol.design.arms))
    cluster = [] if declared.cluster is None else [Column(declared.cluster)]
    columns = [
        *place,
        arms,
        *cluster,
        *(Column(name, "number", blank=True, minimum=low) for name, low in numbers.items()),
        Column("pupils", "integer", required=False, minimum=1),
        *(Column(name, blank=True) for name in declared.covariates if name not in numbers),
    ]
    kept = {column.name: column for column in columns}
    table = read_csv(data, tuple(kept.values()), file=file, private=declared.rows == "member")
    _check(table, protocol, file)
    frame = _frame(table, protocol, tuple(numbers))
    given = None
    if "arm" in table.columns:
        given = tuple(sorted({(row["unit"], row["arm"]) for row in table.rows}))
    roster = _roster(frame)
    persons = _no_persons()
    summary = summarise(protocol, frame, persons, roster, source="table")
    return AnalysisSet(frame, persons, roster, summary), given


def _number_columns(protocol: Protocol) -> dict[str, float | None]:
    """Name the numeric columns that the outcomes need, with their least value."""
    needed: dict[str, float | None] = {}
    for outcome in protocol.design.outcomes:
        measure = outcome.measure
        if measure.type in ("rate", "share"):
            shown = [also.numerator for also in outcome.also_shown]
            for name in (measure.numerator, measure.denominator, *shown):
                if name is not None and name != "pupils":
                    needed[name] = 0
        else:
            needed.setdefault(measure.column, None)
        if outcome.baseline is not None and outcome.baseline.column is not None:
            needed.setdefault(outcome.baseline.column, None)
    return needed


def _check(table: Table, protocol: Protocol, file: str) -> None:
    """Note every problem between cells."""
    declared = protocol.design.table
    assert declared is not None
    problems = Problems()
    if not table.rows:
        problems.add(
            file=file,
            place="whole file",
            found="no rows",
            expected="a row for every unit or member",
            remedy="export the table again",
        )
    _check_constant(table, problems, file, "unit", ("stratum", "stage", "arm"))
    if declared.cluster is not None and declared.cluster != "unit":
        _check_constant(table, problems, file, declared.cluster, ("stratum", "stage"))
    if declared.rows == "unit":
        _check_once(table, problems, file)
    for outcome in protocol.design.outcomes:
        above, below = outcome.measure.numerator, outcome.measure.denominator
        if outcome.measure.type not in ("rate", "share") or above is None or below is None:
            continue
        for row, line in zip(table.rows, table.lines, strict=True):
            _check_ratio(row, line, above, below, outcome.measure.type, problems, file)
    problems.raise_if_any()


def _check_constant(
    table: Table, problems: Problems, file: str, key: str, columns: tuple[str, ...]
) -> None:
    for column in (name for name in columns if name in table.columns):
        first: dict[str, tuple[Any, int]] = {}
        for row, line in zip(table.rows, table.lines, strict=True):
            value, at = first.setdefault(row[key], (row[column], line))
            if value != row[column]:
                problems.add(
                    file=file,
                    place=f"line {line}, column {column}",
                    found=f"another {column} than on line {at} for the same {key}",
                    expected=f"each {key} in one {column}",
                    remedy=f"correct the {column}, or give the two rows different {key}s",
                )


def _check_once(table: Table, problems: Problems, file: str) -> None:
    first: dict[str, int] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        if row["unit"] in first:
            problems.add(
                file=file,
                place=f"line {line}, column unit",
                found=f"the unit of line {first[row['unit']]} again",
                expected="one row for each unit, as design.table.rows declares",
                remedy="remove the row, or declare rows: member",
            )
        first.setdefault(row["unit"], line)


def _check_ratio(
    row: Mapping[str, Any],
    line: int,
    above: str,
    below: str,
    kind: str,
    problems: Problems,
    file: str,
) -> None:
    numerator, denominator = row.get(above), row.get(below)
    if denominator == 0 and kind == "rate":
        problems.add(
            file=file,
            place=f"line {line}, column {below}",
            found="a denominator of zero",
            expected="a number above zero",
            remedy="correct it, or leave numerator and denominator empty where they are missing",
        )
    elif denominator == 0 and numerator:
        problems.add(
            file=file,
            place=f"line {line}, column {above}",
            found="events without a denominator",
            expected="a numerator of zero beside a denominator of zero",
            remedy="correct one of the two",
        )


def _frame(table: Table, protocol: Protocol, numbers: tuple[str, ...]) -> pl.DataFrame:
    """Type the columns; the arm column is left behind."""
    declared = protocol.design.table
    assert declared is not None
    order = sorted(
        range(len(table.rows)),
        key=lambda i: (table.rows[i].get("stage") or ONE_STAGE, table.rows[i]["unit"], i),
    )
    rows = [table.rows[i] for i in order]
    width = len(str(len(rows)))
    cluster = declared.cluster or "unit"
    columns: dict[str, pl.Series] = {
        "key": _text([str(i + 1).zfill(width) for i in range(len(rows))]),
        "urn": _text([row["unit"] for row in rows]),
        "unit": _text([row["unit"] for row in rows]),
        "cluster": _text([row[cluster] for row in rows]),
        "stage": _text([row.get("stage") or ONE_STAGE for row in rows]),
        "stratum": _text([row["stratum"] for row in rows]),
        "la_code": _text([None for _ in rows]),
        "phase": _text([None for _ in rows]),
        "pupils": pl.Series([row.get("pupils") for row in rows], dtype=pl.Int64),
    }
    for name in numbers:
        columns[name] = pl.Series([row.get(name) for row in rows], dtype=pl.Float64)
    for name in declared.covariates:
        if name not in columns:
            columns[name] = _covariate([row.get(name) for row in rows])
    return pl.DataFrame(columns)


def _text(values: Sequence[str | None]) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


def _covariate(values: list[str | None]) -> pl.Series:
    """Read a covariate as numbers where every value is one, else as labels."""
    try:
        return pl.Series(
            [None if value is None else float(value) for value in values], dtype=pl.Float64
        )
    except ValueError:
        return _text(values)


def _roster(frame: pl.DataFrame) -> pl.DataFrame:
    return (
        frame.group_by("unit")
        .agg(
            pl.col("stage").first(),
            pl.col("stratum").first(),
            pl.lit(1, dtype=pl.Int64).alias("urns"),
            pl.col("pupils").sum(),
        )
        .sort("stage", "unit")
    )


def _no_persons() -> pl.DataFrame:
    names = ("key", "urn", "unit", "cluster", "stage", "stratum", "la_code", "phase")
    return pl.DataFrame(schema={**dict.fromkeys(names, pl.String), "pupils": pl.Int64})
