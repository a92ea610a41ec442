"""The rows of a table that a model is fitted to, with what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.statistics.estimation import ClusterMoments, EstimationError
from equipoise.statistics.models.columns import covariate, not_above_zero, numbers, require
from equipoise.statistics.models.fit_specification import FitSpecification
from equipoise.statistics.models.fit_treatment import Treatment, read_treatment

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class FitRows:
    """The analysed rows, and everyone who was randomised.

    Attributes
    ----------
    y
        Outcome as it stands in the table, shape (n,).
    treated
        Treatment columns, shape (n, a), the wanted one first.
    covariates, covariate_names
        Shape (n, k), and their names.
    stratum, strata
        Stratum number of each row, 0 to S - 1 without gaps, and labels; zeros and one empty
        label where there are no strata.
    clusters, level
        Numbers of cluster and outer unit of each row; level None where there is none.
    trials, weights
        Shape (n,), or None.
    treatment
        Labels and notes; its arrays are of all rows of the table.
    arm
        Arm of each row; None where the treatment has none.
    unit
        Position of each row's cluster among the randomised ones, shape (n,).
    unit_arm, unit_stratum
        Of the randomised clusters; None where arms or strata vary in clusters.
    rows_read, missing
        Rows of the table; rows left out for a missing value, by arm.
    words
        Sentences on what was left out.
    copies
        Rows of the table that each stands for, shape (n,); None where each is one.
    moments
        Where rows were summed: of each, the moments of the outcome and of covariates of numbers
        in it, by name; `y`, `covariates`, `trials` and `weights` then hold means. Else None.
    out_of
        Sum of the trials of all rows, where rows were summed; else None.
    """

    y: Array
    treated: Array
    covariates: Array
    covariate_names: tuple[str, ...]
    stratum: Whole
    strata: tuple[str, ...]
    clusters: Whole
    level: Whole | None
    trials: Array | None
    weights: Array | None
    treatment: Treatment
    arm: Whole | None
    unit: Whole
    unit_arm: Whole | None
    unit_stratum: Whole | None
    rows_read: int
    missing: dict[str, int]
    words: tuple[str, ...]
    copies: Whole | None = None
    moments: ClusterMoments | None = None
    out_of: float | None = None

    @property
    def n_trials(self) -> int | None:
        """Trials of all rows; None where there are none."""
        if self.trials is None:
            return None
        return int(np.rint(self.each @ self.trials if self.out_of is None else self.out_of))

    @property
    def each(self) -> Array:
        """Rows of the table that each stands for, shape (n,)."""
        return np.ones(self.y.size) if self.copies is None else self.copies.astype(np.float64)

    @property
    def analysed(self) -> int:
        """Rows of the table that are analysed."""
        return self.y.size if self.copies is None else int(self.copies.sum())

    @property
    def number(self) -> int:
        """Clusters."""
        return int(self.clusters.max()) + 1

    @property
    def row_per_cluster(self) -> bool:
        """Whether each row is a cluster."""
        return self.number == self.analysed

    def constant(self, columns: Array) -> NDArray[np.bool_]:
        """Say of each column, shape (n, k), whether it is constant in every cluster."""
        first = np.empty((self.number, columns.shape[1]))
        first[self.clusters] = columns
        return np.asarray((first[self.clusters] == columns).all(axis=0))

    def indicators(self) -> Array:
        """Give stratum indicators, or a constant, shape (n, S)."""
        return np.eye(len(self.strata))[self.stratum]

    def design(self) -> Array:
        """Give strata or constant, treatment, covariates, shape (n, S + a + k)."""
        return np.hstack([self.indicators(), self.treated, self.covariates])

    def names(self) -> list[str]:
        """Name the columns of `design`."""
        base = ["constant"] if len(self.strata) == 1 else [f"stratum {s}" for s in self.strata]
        return [*base, *self.treatment.names, *self.covariate_names]

    def design_df(self) -> int | None:
        """Count clusters less cluster-level columns; None where the treatment varies in them."""
        if not self.constant(self.treated).all():
            return None
        if self.constant(self.stratum[:, None].astype(np.float64)).all():
            strata = len(self.strata)
        else:
            strata = 1 + int(self.constant(self.indicators()).sum())
        level = int(self._constant_covariates().sum()) + self.treated.shape[1]
        return int(self.number - strata - level)

    def _constant_covariates(self) -> NDArray[np.bool_]:
        constant = self.constant(self.covariates)
        if self.moments is not None:
            varying = {
                name
                for name, varies in zip(self.moments.columns, self.moments.varies, strict=True)
                if varies
            }
            constant &= np.asarray([name not in varying for name in self.covariate_names], np.bool_)
        return constant


def read_rows(
    table: pl.DataFrame,
    spec: FitSpecification,
    *,
    copies: Whole | None = None,
    moments: ClusterMoments | None = None,
) -> FitRows:
    """Read the rows of a table.

    Parameters
    ----------
    table, spec
        As in `equipoise.statistics.models.fit_table`.
    copies, moments
        As in `FitRows`, for a table whose rows stand for several each: copies of all its rows,
        moments of those without a missing value, in their order.

    Raises
    ------
    EstimationError
        Columns that are absent or not numbers, infinite values, weights or trials not above
        zero, one cluster, one arm, an arm with one cluster, a stratum with one arm, no
        complete row.

    Examples
    --------
    >>> table = pl.DataFrame({"y": [1.0, 2.0, 4.0, 3.0, None], "t": [0, 0, 1, 1, 1]})
    >>> table = table.with_columns(s=pl.Series(["a", "b", "c", "d", "e"]))
    >>> read_rows(table, FitSpecification("y", "t", "s", "ols")).missing
    {'0': 0, '1': 1}
    """
    require(table, spec.columns)
    treatment = read_treatment(table, spec)
    y = numbers(table, spec.outcome)
    blocks = [covariate(table, name) for name in spec.covariates]
    covariates = np.hstack([np.empty((table.height, 0)), *(block for block, _ in blocks)])
    whole = _complete(table, spec.columns)
    if not whole.any():
        raise EstimationError("No row has a value in every column that is used.")
    stratum, strata = _strata(table, spec)
    drawn = _complete(table, (spec.treatment, spec.cluster, *spec.strata))
    _refuse_one_arm_strata(stratum[drawn], strata, treatment, drawn)
    if drawn.all():
        unit_of_row = _codes(table[spec.cluster])
    else:
        unit_of_row = np.full(table.height, -1, dtype=np.int64)
        unit_of_row[drawn] = _codes(table[spec.cluster].filter(pl.Series(drawn)))
    units = int(unit_of_row.max()) + 1
    # A slice copies nothing where every row is complete, which matters for millions of them.
    keep = slice(None) if whole.all() else whole
    unit = unit_of_row[keep]
    kept, clusters = _without_gaps(unit, units)
    if kept.size < 2:
        raise EstimationError(
            f"There is only one cluster in column {spec.cluster!r}; at least two are needed."
        )
    present, codes = _without_gaps(stratum[keep], len(strata))
    arm = None if treatment.arm is None else treatment.arm[keep]
    times = np.ones(table.height, dtype=np.int64) if copies is None else copies
    missing, words = _missing(table, spec, treatment, whole, times)
    rows = FitRows(
        y=y[keep],
        treated=treatment.columns[keep],
        covariates=covariates[keep],
        covariate_names=tuple(name for _, names in blocks for name in names),
        stratum=codes,
        strata=tuple(strata[s] for s in present),
        clusters=clusters,
        level=None if spec.level is None else _codes(table[spec.level].filter(pl.Series(whole))),
        trials=_above_zero(table, spec.trials, whole, times, "Trials"),
        weights=_above_zero(table, spec.weights, whole, times, "Weight"),
        treatment=treatment,
        arm=arm,
        unit=unit,
        unit_arm=None
        if treatment.arm is None
        else _of_units(treatment.arm[drawn], unit_of_row[drawn], units),
        unit_stratum=_of_units(stratum[drawn], unit_of_row[drawn], units),
        rows_read=int(times.sum()),
        missing=missing,
        words=words,
        copies=None if copies is None else copies[keep],
        moments=moments,
    )
    _check_arms(rows, spec)
    _refuse_crossed(rows, table, spec, whole)
    return rows


def _without_gaps(codes: Whole, number: int) -> tuple[Whole, Whole]:
    """Give the codes under `number` that are there, and each row's position among them."""
    present = np.bincount(codes, minlength=number) > 0
    if present.all():
        return np.arange(number), codes
    return np.flatnonzero(present), (np.cumsum(present) - 1)[codes]


def _complete(table: pl.DataFrame, names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Say of each row whether no value of the columns is missing."""
    found = table.select(pl.all_horizontal(pl.col(list(names)).is_not_null()))
    return found.to_series().to_numpy().astype(np.bool_)


def _codes(column: pl.Series) -> Whole:
    """Number the values of a column in sort order."""
    codes = column.rank("dense").to_numpy().astype(np.int64)
    codes -= 1
    return codes


def _strata(table: pl.DataFrame, spec: FitSpecification) -> tuple[Whole, list[str]]:
    """Number the strata of rows, in sort order; -1 where one is missing."""
    if not spec.strata:
        return np.zeros(table.height, dtype=np.int64), [""]
    text = table.select(
        pl.concat_str([pl.col(name).cast(pl.String) for name in spec.strata], separator=" / ")
    ).to_series()
    labels = sorted(str(label) for label in text.drop_nulls().unique().to_list())
    if not labels:
        return np.full(table.height, -1, dtype=np.int64), [""]
    codes = text.replace_strict(labels, list(range(len(labels))), default=-1).fill_null(-1)
    return codes.cast(pl.Int64).to_numpy().astype(np.int64), labels


def _above_zero(
    table: pl.DataFrame, name: str | None, whole: NDArray[np.bool_], times: Whole, what: str
) -> Array | None:
    if name is None:
        return None
    values = numbers(table, name)[whole]
    wrong = int(times[whole][~(values > 0)].sum())
    if wrong:
        raise not_above_zero(what, name, wrong)
    return values


def _refuse_crossed(
    rows: FitRows, table: pl.DataFrame, spec: FitSpecification, whole: NDArray[np.bool_]
) -> None:
    """Refuse a cluster that lies in several outer units, by its label."""
    if rows.level is None:
        return
    first = np.empty(rows.number, dtype=np.int64)
    first[rows.clusters] = rows.level
    wrong = np.flatnonzero(first[rows.clusters] != rows.level)
    if wrong.size:
        label = table[spec.cluster].filter(pl.Series(whole))[int(wrong[0])]
        raise EstimationError(
            f"{spec.cluster} {str(label)!r} lies in more than one {spec.level}; each must lie in "
            f"one. Where numbers begin anew in each {spec.level}, give every {spec.cluster} a "
            "label of its own."
        )


def _of_units(values: Whole, unit: Whole, units: int) -> Whole | None:
    """Give the value of each unit; None where it varies within one."""
    found = np.empty(units, dtype=np.int64)
    found[unit] = values
    return found if (found[unit] == values).all() else None


def _refuse_one_arm_strata(
    stratum: Whole, strata: list[str], treatment: Treatment, drawn: NDArray[np.bool_]
) -> None:
    if treatment.arm is None or len(strata) == 1:
        return
    held = np.zeros((len(strata), len(treatment.arms)), dtype=np.bool_)
    held[stratum, treatment.arm[drawn]] = True
    alone = [strata[s] for s in np.flatnonzero(held.sum(axis=1) == 1)]
    if alone:
        raise EstimationError(
            f"All rows of stratum {', '.join(map(repr, alone))} are in one arm, which tells "
            "nothing of the effect; merge it with another stratum or leave its rows out."
        )


def _missing(
    table: pl.DataFrame,
    spec: FitSpecification,
    treatment: Treatment,
    whole: NDArray[np.bool_],
    times: Whole,
) -> tuple[dict[str, int], tuple[str, ...]]:
    """Count the rows left out, by arm and by column."""
    out = ~whole
    if treatment.arm is None:
        by_arm = {"all": int(times[out].sum())}
    else:
        by_arm = {
            arm: int(times[out & (treatment.arm == k)].sum())
            for k, arm in enumerate(treatment.arms)
        }
        unknown = int(times[out & (treatment.arm < 0)].sum())
        if unknown:
            by_arm["without treatment"] = unknown
    if not out.any():
        return by_arm, ()
    empty = {name: int(times[table[name].is_null().to_numpy()].sum()) for name in spec.columns}
    columns = ", ".join(f"{name} {count}" for name, count in empty.items() if count)
    parts = ", ".join(f"{count} in {arm!r}" for arm, count in by_arm.items())
    said = f"Rows with a missing value were left out: {parts} (missing: {columns})."
    return by_arm, (said,)


def _check_arms(rows: FitRows, spec: FitSpecification) -> None:
    """Refuse arms without rows and, where clusters lie in one arm, arms of one cluster."""
    if rows.arm is None:
        return
    whole = rows.constant(rows.treated).all()
    for k, label in enumerate(rows.treatment.arms):
        inside = rows.clusters[rows.arm == k]
        if inside.size == 0:
            raise EstimationError(f"Arm {label!r} has no row with a value in every column.")
        if whole and np.unique(inside).size == 1:
            raise EstimationError(
                f"Arm {label!r} has only one cluster in column {spec.cluster!r}; an error needs "
                "at least two in each arm."
            )
