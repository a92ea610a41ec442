"""The flow of clusters and members through the trial, with every sum checked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

import polars as pl

from equipoise.core.base import Problems
from equipoise.design.protocol import Protocol
from equipoise.evaluation.analysis.allocation import checked_allocation
from equipoise.evaluation.analysis.frames import model_frame
from equipoise.evaluation.analysis.rows import lone_units, settled, with_arms
from equipoise.evaluation.analysis.types import (
    Box,
    FlowArm,
    FlowCheck,
    FlowEnrolment,
    FlowReason,
    FlowResult,
)
from equipoise.evaluation.analysis.variants import main_variant
from equipoise.evaluation.outcomes import AnalysisSet, Corrected, corrected, set_aside_by

__all__ = ["Received", "check_flow", "flow"]

Sums = list[FlowCheck]

#: Why a correction took a school's row out of the analysis, in words.
SET_ASIDE = {
    "enrolled-twice": "drawn twice, and another draw counts",
    "merged": "merged with another school",
    "ineligible": "found not to have been eligible",
}


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
    corrections: Sequence[Corrected] = (),
    enrolment: FlowEnrolment | None = None,
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
    corrections
        What was signed about drawn schools; ``data`` is the analysis set without them.
    enrolment
        What the enrolment desk knows of the schools that were approached; ``excluded`` then holds
        those of them that are not eligible.

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
    rows = settled(with_arms(_followed(protocol, data, received, corrections), arms), lone)
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
        assessed=enrolment.approached
        if enrolment is not None
        else Box(None, randomised.schools + sum(r.box.schools for r in before), None),
        excluded=before,
        randomised=Box(data.roster.height, randomised.schools, randomised.pupils),
        arms=columns,
        analysed=_box(rows, "analysed"),
        checks=(),
        enrolment=enrolment,
    )
    return replace(bare, checks=check_flow(bare))


def _followed(
    protocol: Protocol,
    data: AnalysisSet,
    received: Received | None,
    corrections: Sequence[Corrected],
) -> pl.DataFrame:
    """Give a row per school (or member of an own table) with what became of it.

    Columns ``unit, urn, members`` (null where unknown), ``aside`` (the kind of correction by which
    it was set aside, or null) and the flags ``present, analysed, any, intended``.
    """
    primary = protocol.primary
    counted = corrected(data, corrections)
    table = model_frame(protocol, primary, counted, main_variant(protocol, primary)).table
    aside = set_aside_by(corrections, people=primary.level == "dsl")
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
        pl.Series("aside", [aside.get(urn) for urn in rows["urn"]], dtype=pl.String),
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
    corrections, kept = _set_aside(rows)
    return FlowArm(
        arm=name,
        title=title,
        intervention=intervention,
        assigned=_box(rows),
        received=got,
        received_intended=intended,
        not_received=not_received,
        lost=_gone("no outcome data", kept, None, "present"),
        excluded=(
            *corrections,
            *_gone("in a stratum without both arms", kept.with_columns(both), "present", "both"),
            *_gone("baseline or covariate missing", kept.filter(both), "present", "analysed"),
        ),
        analysed=_box(rows, "analysed"),
    )


def _set_aside(rows: pl.DataFrame) -> tuple[tuple[FlowReason, ...], pl.DataFrame]:
    """Count what corrections set aside, by kind; return the rows that stay."""
    found: list[FlowReason] = []
    for kind, reason in SET_ASIDE.items():
        stays = pl.col("aside").ne_missing(kind)
        found += _gone(reason, rows.with_columns(stays.alias("stays")), None, "stays")
        rows = rows.filter(stays)
    return tuple(found), rows


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
    of_units, of_schools, of_pupils = map(attrgetter, ("units", "schools", "pupils"))
    _check_before(checks, result, of_schools)
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


def _check_before(
    checks: Sums, result: FlowResult, of_schools: Callable[[Box], int | None]
) -> None:
    """Check the upper half: what became of the schools before the draw."""
    out = [reason.box for reason in result.excluded]
    desk = result.enrolment
    if desk is None:
        words = "schools assessed = excluded + randomised"
        _check(checks, words, of_schools, [result.assessed], [*out, result.randomised])
        return
    left = (*desk.declined, *desk.incomplete, *desk.not_drawn)
    words = "schools approached = not eligible + declined + incomplete + not drawn + committed"
    parts = [*out, *(reason.box for reason in left), desk.committed]
    _check(checks, words, of_schools, [desk.approached], parts)
    words = "schools committed = randomised"
    _check(checks, words, of_schools, [desk.committed], [result.randomised])


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
