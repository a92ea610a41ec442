"""What no model of counts can be fitted to, refused in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import group_rows
from equipoise.statistics.estimation.linear import refuse_collinear

CountFamily = Literal["binomial", "poisson", "negative-binomial"]

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class CheckedCounts:
    """Checked rows.

    Attributes
    ----------
    events, trials, offset
        Shape (n,); trials are one for counts without trials.
    design
        Shape (n, p).
    cluster
        Cluster number, 0 to G - 1, shape (n,).
    copies
        Rows that each stands for, shape (n,).
    """

    events: Array
    trials: Array
    offset: Array
    design: Array
    cluster: Whole
    copies: Array

    @property
    def rows(self) -> int:
        """Rows, each counted as often as it stands."""
        return int(self.copies.sum())


def check_counts(
    y: ArrayLike,
    design: ArrayLike,
    clusters: ArrayLike,
    family: CountFamily,
    trials: ArrayLike | None,
    offset: ArrayLike | None,
    copies: ArrayLike | None = None,
) -> CheckedCounts:
    """Check counts for what no count model can be fitted to.

    Parameters
    ----------
    y, design, clusters, family, trials, offset, copies
        As in `equipoise.statistics.estimation.fit_generalised_mixed`.

    Raises
    ------
    EstimationError
        Lengths that differ; values that are missing, infinite or no counts; more events than
        trials; no event at all; one cluster.
    """
    events = np.asarray(y, dtype=np.float64)
    regressors = np.asarray(design, dtype=np.float64)
    n = events.size
    if events.ndim != 1 or regressors.ndim != 2 or regressors.shape[0] != n:
        raise EstimationError(
            f"The outcome (shape {events.shape}) and the design (shape {regressors.shape}) do not "
            "have the same number of rows."
        )
    out_of = np.ones(n) if trials is None else np.asarray(trials, dtype=np.float64)
    known = np.zeros(n) if offset is None else np.asarray(offset, dtype=np.float64)
    labels = np.asarray(clusters)
    for name, shape in (
        ("trials", out_of.shape),
        ("offset", known.shape),
        ("clusters", labels.shape),
    ):
        if shape != (n,):
            raise EstimationError(f"The {name} must be one per row.")
    named = (("outcome", events), ("design", regressors), ("trials", out_of), ("offset", known))
    for name, values in named:
        if not np.isfinite(values).all():
            raise EstimationError(f"There are missing or infinite values in the {name}.")
    if (events < 0).any() or (events != np.floor(events)).any():
        raise EstimationError("The outcome must be whole numbers that are not below zero.")
    if family == "binomial":
        _check_trials(events, out_of, given=trials is not None)
    elif trials is not None:
        raise EstimationError("Trials are for the binomial family; a count takes a log offset.")
    if not events.any():
        raise EstimationError("There is not one event in the outcome, so there is no effect.")
    times = check_copies(copies, n)
    return CheckedCounts(events, out_of, known, regressors, number_clusters(labels), times)


def check_copies(copies: ArrayLike | None, n: int) -> Array:
    """Give how many rows each row stands for; one where nothing is said.

    Raises
    ------
    EstimationError
        They are not whole numbers above zero, one for each of the n rows.
    """
    if copies is None:
        return np.ones(n)
    times = np.asarray(copies, dtype=np.float64)
    if times.shape != (n,) or not (times >= 1).all() or (times != np.floor(times)).any():
        raise EstimationError("Copies must be whole numbers above zero, one for each row.")
    return times


def _check_trials(events: Array, trials: Array, *, given: bool) -> None:
    if (trials < 1).any() or (trials != np.floor(trials)).any():
        raise EstimationError("Trials must be whole numbers above zero; leave other rows out.")
    over = int((events > trials).sum())
    if over and given:
        raise EstimationError(f"Rows with more events than trials: {over}.")
    if over:
        raise EstimationError(
            f"Without trials the outcome must be 0 or 1; rows with more: {over}. A count of "
            "events out of a number takes trials."
        )
    if (events == trials).all():
        raise EstimationError("Every trial is an event, so there is nothing to compare.")


def number_clusters(labels: NDArray[np.generic]) -> Whole:
    """Number the clusters of rows, 0 to G - 1.

    Raises
    ------
    EstimationError
        There is one.
    """
    groups = group_rows(labels)
    if groups.labels.size < 2:
        raise EstimationError("There is only one cluster; this model needs at least two.")
    return groups.number()


def refuse_collinear_columns(design: Array) -> None:
    """Name the columns whose own part, beside the columns before them, is next to nothing."""
    triangle = np.asarray(np.linalg.qr(design, mode="r"))
    lengths = np.sqrt(np.sum(design**2, axis=0))
    own = np.zeros(design.shape[1])
    own[: triangle.shape[0]] = np.abs(np.diag(triangle))
    refuse_collinear(own, lengths)
