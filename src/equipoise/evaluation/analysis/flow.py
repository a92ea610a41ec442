"""The flow of clusters and members through the trial, with every sum checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.frames import model_frame
from equipoise.evaluation.analysis.rows import lone_units, settled, with_arms
from equipoise.evaluation.analysis.types import Box, FlowArm, FlowCheck, FlowReason, FlowResult
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import AnalysisSet

__all__ = ["Received", "check_flow", "flow"]

Sums = list[FlowCheck]


@dataclass(frozen=True)
class Received:
    """Which schools had supervision, as the delivery records say.

    Attributes
    ----------
    any
        URNs of schools at or above the least level.
    intended
        URNs of schools at or above the intended level; part of ``any``.
    """

    any: Collection[str]
    intended: Collection[str]


def flow(
    protocol: Protocol,
    data: AnalysisSet,
    allocation: Mapping[str, str],
    *,
    excluded: Mapping[str, int] | None = None,
    received: Received | None = None,
) -> FlowResult:
    """Follow schools and members from assessment to the primary analysis.

    Parameters
    ----------
    protocol
        The trial; its primary outcome says who is analysed.
    data
        The frozen analysis set.
    allocation
        The opened arms, from unit (or school) to arm.
    excluded
        Schools that were assessed and not randomised, by reason.
    received
        Who had supervision; None without delivery records.

    Returns
    -------
    FlowResult

    Raises
    ------
    ProblemsError
        An allocation that does not fit the roster, or a sum that does not hold, named with both
        numbers.
    """
    arms = checked_allocation(protocol, data, allocation)
    stratified = main_variant(protocol, protocol.primary).model.strata
    lone = lone_units(data.roster, arms) if stratified else frozenset()
    rows = settled(with_arms(_followed(protocol, data, received), arms), lone)
    columns = tuple(
        _arm(arm.id, arm.title, arm.intervention, rows, received is not None)
        for arm in protocol.design.arms
    )
    before = tuple(
        FlowReason(reason, Box(None, schools, None))
        for reason, schools in sorted((excluded or {}).items())
    )
    randomised = _box(rows)
    bare = FlowResult(
        trial=protocol.trial.id,
        outcome=protocol.primary.id,
        assessed=Box(None, randomised.schools + sum(r.box.schools for r in before), None),
        excluded=before,
        randomised=Box(data.roster.height, randomised.schools, randomised.pupils),
        arms=columns,
        analysed=_box(rows, "analysed"),
        checks=(),
    )
    return replace(bare, checks=check_flow(bare))


def _followed(protocol: Protocol, data: AnalysisSet, received: Received | None) -> pl.DataFrame:
    """Give a row per school (or member of an own table) with what became of it.

    Columns ``unit, urn, members`` (null where unknown) and the flags ``present, analysed, any,
    intended``.
    """
    primary = protocol.primary
    table = model_frame(protocol, primary, data, main_variant(protocol, primary)).table
    own = protocol.design.table
    if own is not None and own.rows == "member":
        rows = table.select("unit", "urn", "present", "analysed").with_columns(
            pl.lit(1, dtype=pl.Int64).alias("members")
        )
    else:
        # How many persons an unanswered survey should have reached is not known.
        known = pl.lit(None, dtype=pl.Int64) if primary.level == "dsl" else pl.col("pupils")
        flags = table.group_by("urn").agg(pl.col("present").any(), pl.col("analysed").any())
        rows = (
            data.schools.select("unit", "urn", known.alias("members"))
            .join(flags, on="urn", how="left")
            .with_columns(pl.col("present", "analysed").fill_null(False))
        )
    had = set() if received is None else set(received.any)
    reached = set() if received is None else set(received.intended)
    return rows.with_columns(
        pl.Series("any", [urn in had for urn in rows["urn"]], dtype=pl.Boolean),
        pl.Series("intended", [urn in reached for urn in rows["urn"]], dtype=pl.Boolean),
    )


def _box(rows: pl.DataFrame, flag: str | None = None) -> Box:
    """Count units and schools with any row that has the flag, and the members of such rows."""
    kept = rows if flag is None else rows.filter(pl.col(flag))
    unknown = rows["members"].null_count() > 0
    return Box(
        units=kept["unit"].n_unique(),
        schools=kept["urn"].n_unique(),
        pupils=None if unknown else int(kept["members"].sum()),
    )


def _gone(
    reason: str, rows: pl.DataFrame, having: str | None, lacking: str
) -> tuple[FlowReason, ...]:
    """Count what has one flag (any row) and lacks another (every row): it left the flow here."""
    start = pl.lit(True) if having is None else pl.col(having)

    def left(key: str) -> int:
        found = rows.group_by(key).agg(start.any().alias("had"), pl.col(lacking).any().alias("has"))
        return found.filter(pl.col("had") & ~pl.col("has")).height

    unknown = rows["members"].null_count() > 0
    here = rows.filter(start & ~pl.col(lacking))
    box = Box(left("unit"), left("urn"), None if unknown else int(here["members"].sum()))
    return (FlowReason(reason, box),) if any((box.units, box.schools, box.pupils)) else ()


def _arm(
    name: str, title: str, intervention: bool, everyone: pl.DataFrame, recorded: bool
) -> FlowArm:
    rows = everyone.filter(pl.col("arm") == name)
    got = intended = None
    not_received: tuple[FlowReason, ...] = ()
    if recorded and intervention:
        got, intended = _box(rows, "any"), _box(rows, "intended")
        not_received = _gone("no session held", rows, None, "any")
    elif recorded:
        spared = rows.with_columns((~pl.col("any").any().over("unit")).alias("spared"))
        got = _box(spared, "spared")
        not_received = _gone("had supervision", spared, None, "spared")
    both = (~pl.col("lone")).alias("both")
    return FlowArm(
        arm=name,
        title=title,
        intervention=intervention,
        assigned=_box(rows),
        received=got,
        received_intended=intended,
        not_received=not_received,
        lost=_gone("no outcome data", rows, None, "present"),
        excluded=(
            *_gone("in a stratum without both arms", rows.with_columns(both), "present", "both"),
            *_gone("baseline or covariate missing", rows.filter(both), "present", "analysed"),
        ),
        analysed=_box(rows, "analysed"),
    )


def check_flow(result: FlowResult) -> tuple[FlowCheck, ...]:
    """Check every sum of a flow, for units, schools and pupils where they are known.

    Returns
    -------
    tuple of FlowCheck
        All that were verified.

    Raises
    ------
    ProblemsError
        Every sum that does not hold.
    """
    checks: Sums = []
    of_units: Callable[[Box], int | None] = lambda box: box.units  # noqa: E731
    of_schools: Callable[[Box], int | None] = lambda box: box.schools  # noqa: E731
    of_pupils: Callable[[Box], int | None] = lambda box: box.pupils  # noqa: E731
    _check(
        checks,
        "schools assessed = excluded + randomised",
        of_schools,
        [result.assessed],
        [*(r.box for r in result.excluded), result.randomised],
    )
    for what, pick in (("units", of_units), ("schools", of_schools), ("pupils", of_pupils)):
        _check(
            checks,
            f"{what} randomised = sum of arms",
            pick,
            [result.randomised],
            [arm.assigned for arm in result.arms],
        )
        _check(
            checks,
            f"{what} analysed = sum of arms",
            pick,
            [result.analysed],
            [arm.analysed for arm in result.arms],
        )
        for arm in result.arms:
            gone = [r.box for r in (*arm.lost, *arm.excluded)]
            _check(
                checks,
                f"{what} assigned = analysed + lost + excluded, {arm.arm}",
                pick,
                [arm.assigned],
                [arm.analysed, *gone],
            )
            if arm.received is not None:
                _check(
                    checks,
                    f"{what} assigned = received + not received, {arm.arm}",
                    pick,
                    [arm.assigned],
                    [arm.received, *(r.box for r in arm.not_received)],
                )
    problems = Problems()
    for check in checks:
        if check.left != check.right:
            problems.add(
                file="the flow of participants",
                place=check.check,
                found=f"{check.left} on the left and {check.right} on the right",
                expected="the same number on both sides",
                remedy="compare the roster, the allocation and the analysis set",
            )
    problems.raise_if_any()
    return tuple(checks)


def _check(
    checks: Sums,
    words: str,
    pick: Callable[[Box], int | None],
    left: list[Box],
    right: list[Box],
) -> None:
    numbers = [pick(box) for box in (*left, *right)]
    known = [number for number in numbers if number is not None]
    if len(known) == len(numbers):
        cut = len(left)
        checks.append(FlowCheck(words, sum(known[:cut]), sum(known[cut:])))
