"""Parts of a table, summed to what a model needs, so that no more is ever held.

Models of counts are told of equal rows once, with their number. Linear models are told of the rows
of a cluster that share everything but numbers once, with the moments of these numbers. Both are
exact, and both are read by `read_rows` as a small table is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.statistics.estimation import ClusterMoments, EstimationError
from equipoise.statistics.models.fit_rows import FitRows, read_rows
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fit_tally import COPIES, HELD, Tally, Wrongs
from equipoise.statistics.models.least_squares import RowsNeededError

Whole = NDArray[np.int64]

MANY = 300_000
"""From so many rows after summing it is asked whether summing is worth it: if fewer than
`WORTH` rows are summed to one, the rows themselves take no more room."""

WORTH = 4

LINEAR = ("ols", "lmm")


class Summing(Protocol):
    """Takes parts, and gives rows."""

    def add(self, part: pl.DataFrame) -> None:
        """Sum a part."""

    def rows(self) -> FitRows:
        """Give the rows of all parts."""


def refuse_if_not_worth(summed: int, read: int, why: str) -> None:
    """Say that the rows themselves are needed where sums are hardly fewer.

    Raises
    ------
    RowsNeededError
        With `why`.
    """
    if summed > MANY and summed * WORTH > read:
        raise RowsNeededError(why)


class CountedRows:
    """Rows that are equal in every column that is used, counted.

    Raises
    ------
    RowsNeededError
        Few are equal: covariates of pupils, or an outcome of many values.
    """

    def __init__(self, spec: FitSpecification) -> None:
        self._spec, self._wrong, self._tally = spec, Wrongs(spec), Tally()
        self._read = 0

    def add(self, part: pl.DataFrame) -> None:
        """Count the rows of a part."""
        self._wrong.all_good(part)
        self._read += part.height
        if self._tally.add(part.select(self._spec.columns)):
            self._judge()

    def rows(self) -> FitRows:
        """Give the different rows, each with its number."""
        self._wrong.refuse()
        table = self._tally.pooled
        self._judge()
        copies = table[COPIES].to_numpy().astype(np.int64)
        return read_rows(table.drop(COPIES), self._spec, copies=copies)

    def _judge(self) -> None:
        refuse_if_not_worth(
            self._tally.pooled.height,
            self._read,
            "few rows are equal in outcome and covariates, and this model is told more by a "
            "pupil's values than by a cluster's sums",
        )


@dataclass(frozen=True)
class _Cells:
    """Keys, a row each, and the moments of the rows that have them."""

    keys: pl.DataFrame
    moments: ClusterMoments

    @classmethod
    def pool(cls, parts: list[_Cells]) -> _Cells:
        """Pool equal keys, in sort order."""
        keys = pl.concat([part.keys for part in parts], how="vertical_relaxed")
        placed = keys.with_row_index(COPIES).sort(keys.columns, maintain_order=True)
        ordered = placed.drop(COPIES)
        new = _changes(ordered)
        codes = np.empty(keys.height, dtype=np.int64)
        codes[placed[COPIES].to_numpy()] = np.cumsum(new) - 1
        ends = np.cumsum([part.keys.height for part in parts])[:-1]
        pooled = ClusterMoments.pool(
            replace(part.moments, clusters=own)
            for part, own in zip(parts, np.split(codes, ends), strict=True)
        )
        return cls(ordered.filter(pl.Series(new)), pooled)


def _changes(keys: pl.DataFrame) -> NDArray[np.bool_]:
    """Say of each row whether it differs from the one before."""
    found = np.ones(keys.height, dtype=np.bool_)
    if keys.height > 1:
        change = pl.any_horizontal(
            pl.col(name).ne_missing(pl.col(name).shift()) for name in keys.columns
        )
        found[1:] = keys.select(change).to_series().to_numpy()[1:]
    return found


class SummedRows:
    """Rows of a cluster that share all but numbers, as the moments of these numbers.

    Raises
    ------
    RowsNeededError
        Few share a cluster.
    """

    def __init__(self, spec: FitSpecification) -> None:
        self._spec, self._wrong, self._lacking = spec, Wrongs(spec), Tally()
        self._cells: list[_Cells] = []
        self._keys: list[str] = []
        self._numbers: list[str] = []
        self._read, self._trials = 0, 0.0

    def add(self, part: pl.DataFrame) -> None:
        """Sum a part."""
        if not self._keys:
            self._sort_columns(part)
        self._read += part.height
        if not self._wrong.all_good(part):
            return
        part = part.select(self._spec.columns)
        whole = part.select(pl.all_horizontal(pl.all().is_not_null())).to_series()
        if not whole.all():
            self._add_lacking(part.filter(~whole))
            part = part.filter(whole)
        if part.height:
            self._cells.append(self._summed(part))
        held = sum(cells.keys.height for cells in self._cells[1:])
        if held > max(HELD, self._cells[0].keys.height if self._cells else 0):
            self._pool()

    def rows(self) -> FitRows:
        """Give a row for each cell, with its moments."""
        self._wrong.refuse()
        if not self._cells:
            raise EstimationError("No row has a value in every column that is used.")
        cells = self._pool()
        moments = cells.moments
        spec = self._spec
        columns = dict(zip(moments.columns, moments.mean.T, strict=True))
        out_of = None
        if spec.trials in self._keys:
            rate = columns[spec.outcome]
            columns[spec.outcome] = rate * cells.keys[spec.trials].cast(pl.Float64).to_numpy()
        elif spec.trials is not None:
            out_of = self._trials
        # No linear model looks at the trials and weights of a cell but through its moments.
        for name in (spec.trials, spec.weights):
            if name is not None and name not in self._keys:
                columns.setdefault(name, np.ones(moments.rows.size))
        table = cells.keys.with_columns(pl.Series(name, given) for name, given in columns.items())
        copies = moments.rows
        if not self._lacking.empty:
            lacking = self._lacking.pooled
            others = lacking.select(table.columns)
            table = pl.concat([table, others], how="vertical_relaxed")
            copies = np.concatenate([copies, lacking[COPIES].to_numpy().astype(np.int64)])
        return replace(read_rows(table, spec, copies=copies, moments=moments), out_of=out_of)

    def _sort_columns(self, part: pl.DataFrame) -> None:
        """Tell keys from numbers: what makes cells, and what is summed in them."""
        spec = self._spec
        self._numbers = [spec.outcome]
        if spec.model in LINEAR:
            self._numbers += [
                name
                for name in spec.covariates
                if part[name].dtype.is_numeric() or part[name].dtype in (pl.Boolean, pl.Null)
            ]
        aside = set(self._numbers)
        if spec.model in LINEAR:
            sizes = {name for name in (spec.trials, spec.weights) if name is not None}
            aside |= sizes - {*spec.strata}
        self._keys = [name for name in spec.columns if name not in aside]

    def _add_lacking(self, rows: pl.DataFrame) -> None:
        """Count incomplete rows by their keys and by what they lack."""
        others = [name for name in rows.columns if name not in self._keys]
        self._lacking.add(
            rows.with_columns(
                pl.when(pl.col(name).is_null()).then(None).otherwise(pl.lit(1.0)).alias(name)
                for name in others
            )
        )

    def _summed(self, part: pl.DataFrame) -> _Cells:
        """Sum complete rows within runs of equal keys; if runs are short, put like to like."""
        spec, keys = self._spec, part.select(self._keys)
        new = _changes(keys)
        if new.sum() * WORTH > part.height:
            groups = keys.with_row_index(COPIES).group_by(self._keys, maintain_order=True)
            together = groups.agg(COPIES)
            part = part[together[COPIES].explode()]
            keys = together.drop(COPIES)
            number = np.repeat(np.arange(keys.height), together[COPIES].list.len().to_numpy())
        else:
            keys, number = keys.filter(pl.Series(new)), np.cumsum(new)
        values = {name: part[name].cast(pl.Float64).to_numpy() for name in self._numbers}
        weights = None if spec.weights is None else part[spec.weights].cast(pl.Float64).to_numpy()
        if spec.trials is not None:
            trials = part[spec.trials].cast(pl.Float64).to_numpy()
            values[spec.outcome] = values[spec.outcome] / trials
            if spec.model in LINEAR:
                self._trials += float(trials.sum())
                if _weighs_trials(spec):
                    weights = trials if weights is None else weights * trials
        if spec.weights in self._keys:
            weights = None
        return _Cells(keys, ClusterMoments.from_rows(values, number, weights=weights))

    def _pool(self) -> _Cells:
        self._cells = [_Cells.pool(self._cells)]
        refuse_if_not_worth(
            self._cells[0].keys.height, self._read, "clusters hold too few rows to be summed"
        )
        return self._cells[0]


def _weighs_trials(spec: FitSpecification) -> bool:
    """Whether rows weigh as many trials as they hold."""
    if spec.model == "lmm":
        return spec.estimand == "pupil-average"
    return spec.estimand is not None
