"""From a file and a specification to a report; a large file is summed while it is read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from equipoise.statistics.models.fit_report import FitReport
from equipoise.statistics.models.fit_rows import FitRows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fit_sums import LINEAR, CountedRows, SummedRows, Summing
from equipoise.statistics.models.fit_table import fit_rows, fit_table
from equipoise.statistics.models.least_squares import RowsNeededError
from equipoise.statistics.models.table_file import LabelsError, TableFile, Tell, open_table

LARGE_ROWS = 1_000_000
"""Rows from which a Parquet file is summed while it is read."""

LARGE_BYTES = 64_000_000
"""Bytes from which a CSV file is."""


def fit_file(
    path: Path,
    spec: FitSpecification,
    *,
    tell: Tell | None = None,
    summed: bool | None = None,
    part: int | None = None,
) -> FitReport:
    """Fit one model to a CSV or Parquet file, as `fit_table` does to a table.

    A large file is read part by part. Linear models take the moments of each cluster from it,
    models of counts the number of equal rows, so that memory does not grow with the rows. Where
    neither is enough (covariates of pupils in models of counts, weights that vary inside a
    cluster, resampling) the rows are used, and a note of the report says why.

    Parameters
    ----------
    path, spec
        File, columns, model and options.
    tell
        Is told what part of a large file was read, from 0 to 1.
    summed
        Whether to sum while reading; None does so for large files.
    part
        About so many rows in a part; None takes what reads fast.

    Raises
    ------
    ProblemsError, EstimationError
        As `read_table` and `fit_table`.
    """
    file = _opened(path, spec)
    if not (_large(file) if summed is None else summed):
        return fit_table(file.whole(), spec)
    try:
        if spec.permutations or spec.bootstrap:
            raise RowsNeededError("permutations and bootstraps draw by rows")
        return fit_rows(_summed_rows(file, spec, tell, part), spec)
    except RowsNeededError as why:
        note = f"The rows themselves were used, since {why}."
    if tell is not None:
        tell(0.0)
    return fit_table(file.whole(), spec, notes=(note,))


def fit_parts(parts: Iterable[pl.DataFrame], spec: FitSpecification) -> FitReport:
    """Fit one model to a table that comes in parts, of which no more than one is ever held.

    Parameters
    ----------
    parts
        Tables of the same columns, their rows in any order.
    spec
        Columns, model and options; without permutations and bootstrap, which need all rows.

    Raises
    ------
    EstimationError
        As `fit_table`.
    RowsNeededError
        Sums are not enough for this model, and the message says why: put the parts together.

    Examples
    --------
    >>> parts = [
    ...     pl.DataFrame({"school": ["a", "a", "b"], "arm": [0, 0, 1], "y": [1.0, 2.0, 4.0]}),
    ...     pl.DataFrame({"school": ["b", "c", "d"], "arm": [1, 0, 1], "y": [5.0, 3.0, 7.0]}),
    ... ]
    >>> report = fit_parts(parts, FitSpecification("y", "arm", "school", "ols"))
    >>> round(report.estimate, 6), report.n, report.clusters
    (3.333333, 6, 4)
    """
    if spec.permutations or spec.bootstrap:
        raise RowsNeededError("permutations and bootstraps draw by rows")
    summing = _summing(spec)
    for part in parts:
        summing.add(part)
    return fit_rows(summing.rows(), spec)


def _opened(path: Path, spec: FitSpecification) -> TableFile:
    """Open a file for the columns of a model: which are numbers, which labels."""
    named = [spec.outcome, spec.trials, spec.weights]
    labels = [spec.cluster, *spec.strata] + ([] if spec.level is None else [spec.level])
    arms = spec.reference is not None or spec.arm is not None
    return open_table(
        path,
        numbers=[name for name in named if name is not None],
        labels=[*labels, *([spec.treatment] if arms else [])],
        either=[*spec.covariates, *([] if arms else [spec.treatment])],
    )


def _large(file: TableFile) -> bool:
    height = file.height
    if height is None:
        return file.path.stat().st_size >= LARGE_BYTES
    return height >= LARGE_ROWS


def _summing(spec: FitSpecification, *, gaussian: bool = False) -> Summing:
    if not (spec.model in LINEAR or gaussian):
        return CountedRows(spec)
    if spec.weights in spec.covariates:
        raise RowsNeededError("the weights are a covariate too, which has moments of its own")
    return SummedRows(spec)


def _summed_rows(
    file: TableFile, spec: FitSpecification, tell: Tell | None, part: int | None
) -> FitRows:
    """Read and sum all parts.

    It is begun again where a column turns out to hold labels, or the outcome of gee to be a
    measurement: its equal rows are too few to be counted, but it has moments.
    """
    labels: list[str] = []
    gaussian = spec.model == "gee" and spec.family == "gaussian"
    while True:
        summing = _summing(spec, gaussian=gaussian)
        try:
            for rows in file.parts(labels=labels, rows=part, tell=tell):
                summing.add(rows)
            return summing.rows()
        except LabelsError as found:
            labels.append(found.column)
        except RowsNeededError:
            if gaussian or spec.model != "gee" or spec.trials is not None or spec.family:
                raise
            gaussian = True
