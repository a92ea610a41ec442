"""A mixed model laid over clusters' moments: groups in order, effects in place, components."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.estimation.errors import EstimationError
from equipoise.statistics.estimation.grouping import group_rows
from equipoise.statistics.estimation.linear_moments import CONSTANT
from equipoise.statistics.estimation.mixed_columns import ModelColumns, model_columns
from equipoise.statistics.estimation.mixed_model import MixedModel, RandomTerm
from equipoise.statistics.estimation.moments import ClusterMoments

Array = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Component:
    """A number of the covariance: a residual variance, or an entry of a term's G.

    Attributes
    ----------
    name, level
        As in `VarianceComponent`.
    factor
        What turns it from scaled units into the outcome's.
    """

    name: str
    level: str
    factor: float


@dataclass(frozen=True)
class Effect:
    """A random term in place.

    Attributes
    ----------
    columns
        Positions of its q columns.
    components
        Numbers of its components: G's lower triangle by rows, or a variance for each class.
    classes
        Class of each group, where there is a variance for each; else None.
    """

    columns: list[int]
    components: tuple[int, ...]
    classes: Whole | None


@dataclass(frozen=True)
class Stage:
    """Groups of one level.

    Attributes
    ----------
    effects
        Added to each group's covariance, in order.
    strata
        Whether each group's constant is then taken out, as a fixed effect.
    starts
        First group of each group of the next stage; of all, in the last.
    """

    effects: tuple[Effect, ...]
    strata: bool
    starts: Whole


@dataclass(frozen=True)
class Layout:
    """What the likelihood is computed from; clusters are sorted so that groups stand together.

    Attributes
    ----------
    columns
        Scaled, clusters in the sorted order.
    rows, weight
        Of each cluster, shape (J,).
    log_weight
        Sum of the logarithms of all weights.
    starts
        First cluster of each group of the first stage.
    residuals, intercepts
        Number of each cluster's residual variance, and of its intercept's (-1: none), (J,).
    stages
        From the smallest groups to the largest.
    components
        Residual variances, clusters' intercepts, then the terms' in order of stages.
    blocks
        Numbers of the components of each covariance matrix, residual variances first.
    fixed
        Positions of the fixed columns that remain after the strata.
    absorbed
        Strata taken out.
    reported
        Names of the p coefficients.
    groups
        Name and number of groups of each level.
    """

    columns: ModelColumns
    rows: Whole
    weight: Array
    log_weight: float
    starts: Whole
    residuals: Whole
    intercepts: Whole
    stages: tuple[Stage, ...]
    components: tuple[Component, ...]
    blocks: tuple[tuple[int, ...], ...]
    fixed: list[int]
    absorbed: int
    reported: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.rows.sum())

    @property
    def parameters(self) -> int:
        """Fixed effects, strata included."""
        return len(self.fixed) + self.absorbed

    @property
    def residual_variances(self) -> int:
        """Number of residual variances."""
        return int(self.residuals.max()) + 1


@dataclass(frozen=True)
class _Placed:
    """A term with its groups of clusters, and the classes of its variances."""

    term: RandomTerm
    name: str
    codes: Whole
    number: int
    classes: Whole | None
    labels: tuple[str, ...]


def lay_out(moments: ClusterMoments, model: MixedModel) -> Layout:
    """Lay a model over moments.

    Raises
    ------
    EstimationError
        Columns or levels that are not there, groups that are not nested, one group only,
        effects that cannot be told apart, an outcome without variation; `CollinearError` names
        positions among the regressors.
    """
    placed = [_place(moments, model, term) for term in model.random]
    placed.sort(key=lambda one: -int(one.codes.max()))
    for inner, outer in itertools.pairwise(placed):
        if not _nested(inner.codes, outer.codes):
            raise EstimationError(
                f"The groups of {inner.name} do not lie each in one group of {outer.name}; only "
                "nested random effects can be fitted."
            )
    strata = None if model.strata is None else moments.level(model.strata)
    codes = None if strata is None else strata.number()
    absorbed = codes is not None and (not placed or _nested(placed[-1].codes, codes))
    columns = model_columns(moments, model, None if absorbed else strata)
    residuals, labels = _classes(moments, model.residual_by)
    keys = [residuals, *(one.codes for one in placed)]
    if absorbed and codes is not None:
        keys.append(codes)
    order = np.lexsort(keys)
    unit = float(columns.scale[columns.outcome] ** 2)
    components = [Component(f"residual{label}", "residual", unit) for label in labels]
    blocks: list[tuple[int, ...]] = [(c,) for c in range(len(components))]
    intercepts = np.full(order.size, -1, dtype=np.int64)
    rest: list[tuple[_Placed, tuple[int, ...]]] = []
    for one in placed:
        first = len(components)
        components += _components(one, columns)
        own = tuple(range(first, len(components)))
        blocks += [own] if one.classes is None else [(c,) for c in own]
        if one.term.level is None and one.term.columns == (CONSTANT,):
            intercepts[:] = first if one.classes is None else first + one.classes
        else:
            rest.append((one, own))
    _refuse_confounded(moments, model, placed, codes if absorbed else None)
    starts, stages = _stages(rest, columns, codes if absorbed else None, order)
    fixed = list(range(1 if absorbed else 0, columns.outcome))
    sorted_columns = replace(columns, means=columns.means[order], scatter=columns.scatter[order])
    layout = Layout(
        columns=sorted_columns,
        rows=moments.rows[order],
        weight=moments.weight[order],
        log_weight=float(moments.log_weight.sum()),
        starts=starts,
        residuals=residuals[order],
        intercepts=intercepts[order],
        stages=stages,
        components=tuple(components),
        blocks=tuple(blocks),
        fixed=fixed,
        absorbed=strata.rows.size if absorbed and strata is not None else 0,
        reported=(*((CONSTANT,) if strata is None else ()), *model.regressors),
        groups=tuple(dict((one.name, one.number) for one in placed).items()),
    )
    if layout.n <= layout.parameters + 1:
        raise EstimationError(
            f"{layout.n} rows cannot carry a mixed model of {layout.parameters} fixed effects."
        )
    return layout


def _place(moments: ClusterMoments, model: MixedModel, term: RandomTerm) -> _Placed:
    """Number a term's groups; clusters in which its columns are zero stand alone."""
    j = moments.weight.size
    name = term.level or model.cluster
    codes = np.arange(j) if term.level is None else moments.level(term.level).number()
    present = np.ones(j, dtype=bool)
    if CONSTANT not in term.columns:
        at = [moments.position(column) for column in term.columns]
        own = np.einsum("jaa->ja", moments.scatter)[:, at]
        present = (moments.mean[:, at] != 0).any(axis=1) | (own > 0).any(axis=1)
    number = int(np.unique(codes[present]).size)
    if number < 2:
        raise EstimationError(
            f"There is only one {name}, so a variance between groups cannot be estimated."
            if number
            else f"The columns of the random effect of {name} are zero in every row."
        )
    if not present.all():
        codes = np.where(present, codes, j + np.arange(j))
        codes = np.unique(codes, return_inverse=True)[1].reshape(-1)
    classes: Whole | None = None
    labels: tuple[str, ...] = ("",)
    if term.by is not None:
        if len(term.columns) > 1:
            raise EstimationError("Variances that differ by arm are for terms of one column.")
        classes, labels = _classes(moments, term.by)
        if not _nested(codes, classes):
            raise EstimationError(f"The groups of {name} do not lie each in one {term.by}.")
    return _Placed(term, name, codes.astype(np.int64), number, classes, labels)


def _nested(inner: Whole, outer: Whole) -> bool:
    """Whether each inner group lies in one outer group."""
    found = np.empty(int(inner.max()) + 1, dtype=np.int64)
    found[inner] = outer
    return bool((found[inner] == outer).all())


def _classes(moments: ClusterMoments, level: str | None) -> tuple[Whole, tuple[str, ...]]:
    """Give each cluster's class and the classes' labels in brackets."""
    if level is None:
        return np.zeros(moments.weight.size, dtype=np.int64), ("",)
    grouping = group_rows(moments.level(level).spread(moments.level(level).labels), level)
    return grouping.number(), tuple(f"[{label}]" for label in grouping.labels)


def _components(one: _Placed, columns: ModelColumns) -> list[Component]:
    """Name the components of a term."""
    unit = columns.scale[columns.outcome]
    at = [columns.names.index(column) for column in one.term.columns]
    found = []
    for row, a in enumerate(at):
        for b in at[: row + 1]:
            names = [columns.names[k] for k in dict.fromkeys((b, a))]
            short = "" if names == [CONSTANT] else ":" + ",".join(names)
            factor = float(unit**2 / (columns.scale[a] * columns.scale[b]))
            found += [Component(one.name + short + label, one.name, factor) for label in one.labels]
    return found


def _refuse_confounded(
    moments: ClusterMoments, model: MixedModel, placed: list[_Placed], strata: Whole | None
) -> None:
    """Refuse random intercepts that are fixed effects, residuals or another random intercept."""
    seen: list[_Placed] = []
    for one in (one for one in placed if CONSTANT in one.term.columns):
        groups = int(one.codes.max()) + 1
        if strata is not None and groups == int(strata.max()) + 1:
            raise EstimationError(
                f"Each {one.name} is a stratum of its own, so that the variance between them "
                "cannot be told from the strata's effects."
            )
        if groups == int(moments.rows.sum()):
            raise EstimationError(
                f"Each {one.name} has one row, so that the variance between them cannot be told "
                "from the residual variance."
            )
        if any(groups == int(other.codes.max()) + 1 for other in seen):
            raise EstimationError(f"The groups of {one.name} are those of another level.")
        seen.append(one)
    within = moments.scatter[:, moments.position(model.outcome), moments.position(model.outcome)]
    if not within.any() and any(
        one.term.level is None and CONSTANT in one.term.columns for one in placed
    ):
        raise EstimationError(f"The outcome does not vary inside any {model.cluster}.")


def _stages(
    rest: list[tuple[_Placed, tuple[int, ...]]],
    columns: ModelColumns,
    strata: Whole | None,
    order: Whole,
) -> tuple[Whole, tuple[Stage, ...]]:
    """Put terms and strata on their groups, from the smallest to the largest."""
    whole = np.zeros(1, dtype=np.int64)
    firsts: list[Whole] = []
    effects: list[list[Effect]] = []
    fixed: list[bool] = []

    def stage(codes: Whole) -> int:
        inside = codes[order]
        first = np.concatenate([[0], np.flatnonzero(inside[1:] != inside[:-1]) + 1])
        if not firsts or firsts[-1].size != first.size:
            firsts.append(first)
            effects.append([])
            fixed.append(False)
        return len(firsts) - 1

    for one, own in rest:
        number = stage(one.codes)
        at = [columns.names.index(column) for column in one.term.columns]
        classes = None if one.classes is None else one.classes[order][firsts[number]]
        effects[number].append(Effect(at, own, classes))
    if strata is not None:
        fixed[stage(strata)] = True
    if not firsts:
        return whole, ()
    nexts = [*firsts[1:], whole]
    stages = [
        Stage(tuple(added), out, np.searchsorted(first, following))
        for added, out, first, following in zip(effects, fixed, firsts, nexts, strict=True)
    ]
    return firsts[0], tuple(stages)
