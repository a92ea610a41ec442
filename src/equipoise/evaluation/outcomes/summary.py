"""What an analysis set holds, over all arms together."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from equipoise.design.protocol import Outcome, Protocol
from equipoise.evaluation.outcomes.types import (
    AnalysisSet,
    AnalysisSetSummary,
    AuthorityWindow,
    Exceeding,
    PooledOutcome,
    WaveScores,
)
from equipoise.evaluation.outcomes.units import unit_of_mean
from equipoise.evaluation.outcomes.values import outcome_values

__all__ = ["pool", "summarise"]


def summarise(
    protocol: Protocol,
    schools: pl.DataFrame,
    persons: pl.DataFrame,
    roster: pl.DataFrame,
    *,
    source: str,
    authorities: Sequence[AuthorityWindow] = (),
    packs_missing: Sequence[str] = (),
    off_roster: int = 0,
) -> AnalysisSetSummary:
    """Summarise the tables of an analysis set.

    Parameters
    ----------
    protocol
        The trial.
    schools, persons, roster
        The tables, as in `AnalysisSet`.
    source
        ``packs`` or ``table``.
    authorities, packs_missing, off_roster
        What the packs said of themselves.
    """
    windows = tuple(w.id for w in protocol.design.periods.windows) if source == "packs" else ()
    waves = tuple(w.id for w in protocol.design.periods.waves) if persons.width > 9 else ()
    contacts = [f"contacts_{w}" for w in windows if f"contacts_{w}" in schools.columns]
    without = zero = 0
    if contacts:
        counts = schools.select(contacts)
        without = counts.filter(pl.all_horizontal(pl.all().is_null())).height
        zero = counts.filter(
            pl.any_horizontal(pl.all().is_not_null())
            & (pl.sum_horizontal(pl.all().fill_null(0)) == 0)
        ).height
    known = schools["pupils"].drop_nulls()
    bare = AnalysisSetSummary(
        source=source,
        stages=roster["stage"].n_unique(),
        strata=roster.select("stage", "stratum").n_unique(),
        units=roster.height,
        schools=schools["urn"].n_unique(),
        rows=schools.height,
        pupils=int(known.sum()) if known.len() == schools.height else None,
        schools_without_data=without,
        schools_zero_contacts=zero,
        dsls=persons.height,
        windows=windows,
        waves=waves,
        authorities=tuple(sorted(authorities, key=lambda a: (a.la_code, a.window))),
        scores=_scores(protocol, persons),
        exceeding=(),
        outcomes=(),
        packs_missing=tuple(sorted(packs_missing)),
        off_roster=off_roster,
    )
    held = AnalysisSet(schools, persons, roster, bare)
    exceeding = tuple(
        found for o in protocol.design.outcomes if (found := _exceeding(protocol, o, held))
    )
    pooled = tuple(pool(protocol, outcome, held) for outcome in protocol.design.outcomes)
    fields = {name: getattr(bare, name) for name in bare.__dataclass_fields__}
    return AnalysisSetSummary(**{**fields, "exceeding": exceeding, "outcomes": pooled})


def pool(protocol: Protocol, outcome: Outcome, data: AnalysisSet) -> PooledOutcome:
    """Describe one outcome over all arms: sum over sum for rates and shares."""
    table = outcome_values(protocol, outcome, data)
    present = table.filter(pl.col("present"))
    events = members = mean = None
    if outcome.measure.type in ("rate", "share"):
        events = float(present["numerator"].sum())
        members = float(present["denominator"].sum())
        mean = events * (outcome.measure.per or 1) / members if members > 0 else None
    elif present.height:
        mean = _number(present["value"].mean())
    has_baseline = outcome.baseline is not None
    return PooledOutcome(
        outcome=outcome.id,
        title=outcome.title,
        unit=unit_of_mean(outcome, own_table=protocol.brings_table),
        rows=table.height,
        units=table["unit"].n_unique(),
        missing=table.height - present.height,
        missing_baseline=table["baseline"].null_count() if has_baseline else None,
        events=events,
        members=members,
        mean=mean,
        sd=_number(present["value"].std()) if present["value"].drop_nulls().len() > 1 else None,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _scores(protocol: Protocol, persons: pl.DataFrame) -> tuple[WaveScores, ...]:
    found = []
    for wave in protocol.design.periods.waves:
        suffix = f"_{wave.id}"
        for column in sorted(c for c in persons.columns if c.endswith(suffix)):
            scored = persons.filter(pl.col(column).is_not_null())
            found.append(
                WaveScores(
                    column.removesuffix(suffix), wave.id, scored.height, scored["unit"].n_unique()
                )
            )
    return tuple(sorted(found, key=lambda s: (s.instrument, s.wave)))


def _exceeding(protocol: Protocol, outcome: Outcome, data: AnalysisSet) -> Exceeding | None:
    measure = outcome.measure
    if measure.type not in ("rate", "share"):
        return None
    table = outcome_values(protocol, outcome, data)
    schools = table.filter(pl.col("numerator") > pl.col("denominator")).height
    if not schools:
        return None
    return Exceeding(
        outcome=outcome.id,
        numerator=str(measure.numerator),
        denominator=str(measure.denominator),
        schools=schools,
        refused="binomial",
        alternative="poisson-log-roll",
    )
