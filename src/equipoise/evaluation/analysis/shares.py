"""A share of a count: sum over sum in each arm, schools without the count kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from equipoise.statistics.estimation import EstimationError, randomisation_test, t_interval
from equipoise.statistics.estimation.ratio import StudentisedRatio, ratio_difference
from equipoise.statistics.models import ModelSpecification
from equipoise.statistics.schemes import RealisedScheme, Roster, Scheme, iterate_draws

__all__ = ["ShareFit", "fit_share", "share_statistic"]


@dataclass(frozen=True)
class ShareFit:
    """The difference of two shares, in the unit of the outcome (percentage points per 100).

    Attributes
    ----------
    estimate, se, lower, upper
        Arm less reference.
    df, df_method, df_design
        Used, Welch's, of the design (units - strata - (arms - 1)).
    p, p_permutation, permutations
        As in `OutcomeResult`.
    means
        Share of each arm; None for an arm without a denominator.
    clusters
        Randomised units analysed.
    notes
        Sentences.
    """

    estimate: float
    se: float
    lower: float
    upper: float
    df: float
    df_method: float
    df_design: float
    p: float
    p_permutation: float | None
    permutations: int
    means: dict[str, float | None]
    clusters: int
    notes: tuple[str, ...]


def fit_share(
    rows: pl.DataFrame,
    spec: ModelSpecification,
    scheme: Scheme | None,
    arms: tuple[str, ...],
    *,
    per: int,
) -> ShareFit:
    """Compare a share between an arm and the reference.

    Parameters
    ----------
    rows
        ``numerator, denominator, cluster, stage, stratum, arm, present``, a row per school.
    spec
        Strata, weights, level and permutations; its covariates and error are not used.
    scheme
        What drew the arms; None holds the realised numbers.
    arms
        Ids of all arms, in declared order.
    per
        Multiplier, 100 for per cent.

    Raises
    ------
    EstimationError
        As `ratio_difference`, an arm that varies within clusters, or no degrees of freedom.
    """
    units = _units(rows)
    held = units.filter(pl.col("held") > 0)
    cells = _codes(held, bool(spec.strata))
    position = np.asarray([arms.index(arm) for arm in held["arm"].to_list()], dtype=np.int64)
    y, x = (held[name].to_numpy().astype(np.float64) for name in ("numerator", "denominator"))
    weight = _inverse_share(cells, position) if spec.inverse_share else np.ones(y.size)
    if spec.inverse_share and spec.chance is not None:
        weight = weight * _relative(cells, position, held[spec.chance].to_numpy())
    compared, reference = arms.index(str(spec.arm)), arms.index(spec.reference)
    pair = np.isin(position, [compared, reference])
    within = _varies_within(cells[pair], position[pair])
    found = ratio_difference(
        y[pair],
        x[pair],
        (position[pair] == compared).astype(np.int64),
        weights=weight[pair],
        strata=cells[pair] if within else np.zeros_like(cells[pair]),
    )
    df_design = float(y.size - (int(cells.max()) + 1) - (len(arms) - 1))
    if df_design < 1:
        raise EstimationError("The design leaves no degrees of freedom for the share.")
    df = min(found.df, df_design)
    interval = t_interval(found.estimate, found.se, df, spec.alpha)
    notes = []
    if not within:
        notes.append(
            "Units of an arm are alone in their strata, as in pairs; the error of the share is "
            "taken over all units of an arm, which is too large rather than too small."
        )
    elif found.lonely:
        notes.append(
            f"{found.lonely} units are alone in their stratum and arm; their variance is taken "
            "about the arm's mean."
        )
    test = None
    if spec.permutations:
        statistic = StudentisedRatio(
            y, x, cells, len(arms), compared, reference, spec.inverse_share
        )
        test = _permute(units, arms, spec, scheme, statistic)
    return ShareFit(
        estimate=found.estimate * per,
        se=found.se * per,
        lower=interval.lower * per,
        upper=interval.upper * per,
        df=df,
        df_method=found.df,
        df_design=df_design,
        p=interval.p,
        p_permutation=test,
        permutations=spec.permutations if test is not None else 0,
        means=_means(arms, position, y, x, weight, per),
        clusters=int(y.size),
        notes=tuple(notes),
    )


def share_statistic(
    rows: pl.DataFrame, spec: ModelSpecification, arms: tuple[str, ...]
) -> tuple[list[str], StudentisedRatio]:
    """Give the units that are analysed, and the studentised difference of their shares.

    Parameters
    ----------
    rows, spec, arms
        As in `fit_share`.

    Returns
    -------
    list of str, StudentisedRatio
        A function of allocations of these units, in their order.
    """
    held = _units(rows).filter(pl.col("held") > 0)
    y, x = (held[name].to_numpy().astype(np.float64) for name in ("numerator", "denominator"))
    statistic = StudentisedRatio(
        y,
        x,
        _codes(held, bool(spec.strata)),
        len(arms),
        arms.index(str(spec.arm)),
        arms.index(spec.reference),
        spec.inverse_share,
    )
    return held["cluster"].to_list(), statistic


def _units(rows: pl.DataFrame) -> pl.DataFrame:
    """Sum rows within randomised units, in order of their identifiers."""
    present = pl.col("present")
    units = (
        rows.group_by("cluster")
        .agg(
            pl.col("stage").first(),
            pl.col("stratum").first(),
            pl.col("arm").first(),
            pl.col("arm").n_unique().alias("several"),
            pl.col("numerator").filter(present).sum(),
            pl.col("denominator").filter(present).sum(),
            present.sum().alias("held"),
            *([pl.col("chance").first()] if "chance" in rows.columns else []),
        )
        .sort("cluster")
    )
    if units.filter(pl.col("several") > 1).height:
        raise EstimationError("Arms vary within clusters, so a share has no error between them.")
    return units


def _varies_within(cells: np.ndarray, position: np.ndarray) -> bool:
    """Say whether each arm has two units in some stratum, so that something varies within them."""
    held, counts = np.unique(np.column_stack([cells, position]), axis=0, return_counts=True)
    return set(held[counts > 1, 1]) == set(held[:, 1])


def _codes(units: pl.DataFrame, strata: bool) -> np.ndarray:
    if not strata:
        return np.zeros(units.height, dtype=np.int64)
    labels = [f"{a} / {b}" for a, b in units.select("stage", "stratum").iter_rows()]
    return np.unique(labels, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _inverse_share(cells: np.ndarray, position: np.ndarray) -> np.ndarray:
    counts = np.zeros((int(cells.max()) + 1, int(position.max()) + 1))
    np.add.at(counts, (cells, position), 1.0)
    return np.asarray(counts.sum(axis=1)[cells] / counts[cells, position])


def _relative(cells: np.ndarray, position: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """Give inverse chances over their mean in the arm of the stratum."""
    shape = (int(cells.max()) + 1, int(position.max()) + 1)
    inverse, counts = np.zeros(shape), np.zeros(shape)
    np.add.at(inverse, (cells, position), 1 / chance)
    np.add.at(counts, (cells, position), 1.0)
    return np.asarray((1 / chance) / (inverse / np.maximum(counts, 1.0))[cells, position])


def _means(
    arms: tuple[str, ...],
    position: np.ndarray,
    y: np.ndarray,
    x: np.ndarray,
    weight: np.ndarray,
    per: int,
) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for k, arm in enumerate(arms):
        inside = position == k
        members = float(np.sum(weight[inside] * x[inside]))
        events = float(np.sum(weight[inside] * y[inside]))
        found[arm] = events / members * per if members > 0 else None
    return found


def _permute(
    units: pl.DataFrame,
    arms: tuple[str, ...],
    spec: ModelSpecification,
    scheme: Scheme | None,
    statistic: StudentisedRatio,
) -> float:
    """Permute all randomised units by the scheme, stage by stage; look at those analysed."""
    roster = Roster.build(
        units["cluster"].to_list(),
        [f"{a} / {b}" for a, b in units.select("stage", "stratum").iter_rows()],
        stages=units["stage"].to_list(),
    )
    given = np.asarray([arms.index(arm) for arm in units["arm"].to_list()], dtype=np.int64)
    used: Scheme = RealisedScheme.of(roster, given, arms) if scheme is None else scheme
    held = np.flatnonzero(units["held"].to_numpy() > 0)
    draws = iterate_draws(used, roster, spec.seed, spec.permutations)
    return randomisation_test(given[held], (block[:, held] for block in draws), statistic).p
