"""The planned analysis on made-up arms: everything runs, nothing is found, no key is needed."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from equipoise.core.base import ProblemsError, sha256_hex
from equipoise.design.protocol import Check, Outcome, Protocol, scheme_of
from equipoise.evaluation.analysis.checks import run_check
from equipoise.evaluation.analysis.contacts import contact_variants
from equipoise.evaluation.analysis.drawing import drawing_scheme
from equipoise.evaluation.analysis.frames import model_frame
from equipoise.evaluation.analysis.impact import compared_arms
from equipoise.evaluation.analysis.models import estimate
from equipoise.evaluation.analysis.subgroups import subgroup_effects
from equipoise.evaluation.analysis.types import BlindModel, BlindOutcome, BlindResult
from equipoise.evaluation.analysis.variants import check_plan, main_variant, variants
from equipoise.evaluation.outcomes import AnalysisSet, pool
from equipoise.statistics.estimation import EstimationError
from equipoise.statistics.models import ModelSpecification, draw_blind

__all__ = ["analyse_blind"]


def analyse_blind(protocol: Protocol, data: AnalysisSet) -> BlindResult:
    """Run every planned model on arms drawn afresh from the declared scheme.

    The allocation is no parameter: neither it nor its key is needed. The made-up arms follow from
    what `lock` fixed, so that the blind run repeats.

    Parameters
    ----------
    protocol
        The trial.
    data
        The frozen analysis set.

    Returns
    -------
    BlindResult
        Its pseudo-estimates belong to made-up arms and are no findings.

    Raises
    ------
    ProblemsError
        A plan that this version cannot run.
    """
    check_plan(protocol)
    digest = sha256_hex(protocol.meaning("design") + b"\nblind")
    place = ModelSpecification(
        outcome="pupils",
        treatment="arm",
        reference=protocol.reference.id,
        arm=compared_arms(protocol, protocol.primary)[0],
        strata=("stage", "stratum"),
        unit="unit",
        stage="stage",
    )
    scheme = drawing_scheme(protocol, data.roster) or scheme_of(protocol)
    drawn = draw_blind(data.roster, place, scheme, int(digest[:16], 16))
    arms = dict(drawn.select("unit", "arm").iter_rows())
    outcomes = tuple(_outcome(protocol, o, data, arms) for o in protocol.design.outcomes)
    models = [model for outcome in outcomes for model in outcome.models]
    weights = ":".join(str(weight) for weight in protocol.whole_shares().values())
    return BlindResult(
        trial=protocol.trial.id,
        scheme=f"{protocol.design.scheme.type}, {' : '.join(scheme.arms)} as {weights}",
        seed_digest=sha256_hex(digest.encode()),
        outcomes=outcomes,
        models=len(models),
        ran=sum(model.ran for model in models),
    )


def _outcome(
    protocol: Protocol, outcome: Outcome, data: AnalysisSet, arms: Mapping[str, str]
) -> BlindOutcome:
    pooled = pool(protocol, outcome, data)
    main = main_variant(protocol, outcome)
    frame = model_frame(protocol, outcome, data, main)
    analysed = frame.table.filter(pl.col("analysed"))
    models = []
    design: float | None = None
    for arm in compared_arms(protocol, outcome):
        suffix = "" if arm == compared_arms(protocol, outcome)[0] else f", {arm}"
        planned = (*variants(protocol, outcome), *contact_variants(protocol, outcome))
        for variant in (main, *planned):
            try:
                found = estimate(protocol, outcome, data, variant, arms, arm=arm)
            except (EstimationError, ProblemsError) as error:
                models.append(_failed(variant.id + suffix, error))
                continue
            design = found.df_design if variant is main else design
            models.append(
                BlindModel(
                    variant.id + suffix, True, None, found.rows, found.df, found.estimate, found.se
                )
            )
        for subgroup in protocol.design.subgroups:
            if subgroup.outcome != outcome.id:
                continue
            name = f"subgroup {subgroup.id}{suffix}"
            try:
                effect = subgroup_effects(protocol, subgroup, data, arms, arm=arm)
            except (EstimationError, ProblemsError) as error:
                models.append(_failed(name, error))
                continue
            rows = sum(level.rows for level in effect.levels)
            models.append(
                BlindModel(name, True, None, rows, effect.df, effect.interaction, effect.se)
            )
        for check in protocol.plan.checks:
            if check.outcome == outcome.id:
                models.append(_check(protocol, check, data, arms, arm, suffix))
    return BlindOutcome(
        outcome=outcome.id,
        title=outcome.title,
        level=outcome.level,
        unit=pooled.unit,
        rows=pooled.rows,
        units=pooled.units,
        missing=pooled.missing,
        missing_baseline=pooled.missing_baseline,
        mean=pooled.mean,
        sd=pooled.sd,
        events=pooled.events,
        members=pooled.members,
        baseline_correlation=_correlation(analysed),
        largest_weight=_largest(analysed),
        df_design=design,
        models=tuple(models),
    )


def _check(
    protocol: Protocol,
    check: Check,
    data: AnalysisSet,
    arms: Mapping[str, str],
    arm: str,
    suffix: str,
) -> BlindModel:
    """Run a check; its bounds stand in no blind result."""
    name = f"check {check.id}{suffix}"
    try:
        found = run_check(protocol, check, data, arms, arm=arm)
    except (EstimationError, ProblemsError) as error:
        return _failed(name, error)
    return BlindModel(name, True, None, found.missing, None, found.estimate, None)


def _failed(name: str, error: Exception) -> BlindModel:
    return BlindModel(name, False, str(error), 0, None, None, None)


def _correlation(rows: pl.DataFrame) -> float | None:
    both = rows.drop_nulls(["value", "baseline"])
    y, x = both["value"].to_numpy(), both["baseline"].to_numpy()
    if y.size < 3 or np.ptp(y) == 0 or np.ptp(x) == 0:
        return None
    return float(np.corrcoef(y, x)[0, 1])


def _largest(rows: pl.DataFrame) -> float | None:
    total = float(rows["weight"].sum())
    return float(rows["weight"].to_numpy().max()) / total if total > 0 else None
