"""Several trials together: side by side, pooled where they may be, and decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from equipoise.core.base import Problems
from equipoise.design.protocol import Programme
from equipoise.evaluation.synthesis.common_outcome import CommonOutcomeRows, common_outcome
from equipoise.evaluation.synthesis.cumulative import beliefs
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.panels import panels
from equipoise.evaluation.synthesis.pooling import pool_common
from equipoise.evaluation.synthesis.programme_decision import Rule, decide_programme
from equipoise.evaluation.synthesis.programme_types import ProgrammeResult, ProgrammeTotals
from equipoise.evaluation.synthesis.quoted import quoted_findings
from equipoise.evaluation.synthesis.side_by_side import costs_by_mode, side_by_side, totals

__all__ = ["synthesise"]

ALL = "all"


def synthesise(programme: Programme, trials: Sequence[TrialEvidence]) -> ProgrammeResult:
    """Put the trials of a programme together.

    Parameters
    ----------
    programme
        As declared in programme.yaml.
    trials
        The evidence of each of its trials, in any order.

    Returns
    -------
    ProgrammeResult

    Raises
    ------
    ProblemsError
        A trial of the programme without evidence, one twice or one too many; simulated trials
        beside real ones (all of these at once); then a panel that names an outcome that is not
        there, or an allocation that does not fit its trial's roster.

    Notes
    -----
    That trials define a common outcome differently is no error: each is then kept out of the pool
    by name, with every reason, and stands in a panel.
    """
    _check(programme, trials)
    ordered = _ordered(programme, trials)
    alpha = round(1 - programme.method.level, 12)
    rule = Rule(
        programme.decision.continue_if, programme.decision.stop_if, programme.decision.otherwise
    )
    found = {common.id: common_outcome(common, ordered) for common in programme.pools}
    made = {name: pool_common(rows, alpha=alpha) for name, rows in found.items()}
    deciding = programme.decision.pool
    return ProgrammeResult(
        programme=programme.programme.id,
        title=programme.programme.title,
        question=programme.programme.question,
        simulated=any(trial.protocol.trial.simulated for trial in ordered),
        trials=tuple(side_by_side(trial, programme.member(trial.id).stage) for trial in ordered),
        totals=_totals(programme, ordered),
        panels=panels(programme, ordered),
        pools=tuple(pool for pool in made.values() if pool is not None),
        not_pooled=tuple(entry for rows in found.values() for entry in rows.not_pooled),
        cumulative=beliefs(ordered, found[programme.sequence.pool], rule, alpha=alpha),
        costs=costs_by_mode(programme, ordered),
        decision=decide_programme(ordered, made[deciding], found[deciding].not_pooled, rule),
        quoted=quoted_findings(programme),
        interval=programme.method.level,
        warnings=tuple(_warnings(ordered, tuple(found.values()))),
    )


def _ordered(programme: Programme, trials: Sequence[TrialEvidence]) -> list[TrialEvidence]:
    """Put trials in order of date, those of one day as they are declared, with short titles."""
    by_id = {trial.id: trial for trial in trials}
    named = [replace(by_id[member.id], label=member.title) for member in programme.trials]
    return sorted(named, key=lambda trial: trial.ends)


def _totals(programme: Programme, trials: Sequence[TrialEvidence]) -> tuple[ProgrammeTotals, ...]:
    groups = [
        totals(group.id, group.title, [trial for trial in trials if trial.id in group.trials])
        for group in programme.groups
    ]
    return (*groups, totals(ALL, "all trials", trials))


def _check(programme: Programme, trials: Sequence[TrialEvidence]) -> None:
    problems = Problems()

    def add(place: str, found: str, expected: str, remedy: str) -> None:
        problems.add(
            file="programme.yaml", place=place, found=found, expected=expected, remedy=remedy
        )

    ids = [trial.id for trial in trials]
    named = [member.id for member in programme.trials]
    for name in named:
        if ids.count(name) != 1:
            found = f"{ids.count(name)} trials" if name in ids else "no analysed trial"
            add(f"trial {name}", found, "one analysed trial of that id", "correct its folder")
    for name in sorted(set(ids) - set(named)):
        add(f"trial {name}", "a trial that is not named", "trials of the programme", "name it")
    kinds = ("real", "simulated")
    for trial in trials:
        if trial.protocol.trial.simulated != programme.programme.simulated:
            add(
                f"trial {trial.id}",
                f"a {kinds[trial.protocol.trial.simulated]} trial",
                f"{kinds[programme.programme.simulated]} trials alone",
                "never put simulated and real trials together",
            )
    problems.raise_if_any()


def _warnings(trials: Sequence[TrialEvidence], found: Sequence[CommonOutcomeRows]) -> list[str]:
    """Say what a reader must know beside the numbers."""
    said = []
    for rows in found:
        if len(rows.rows) < 2:
            said.append(
                f"Counted alike in {len(rows.rows)} of {len(trials)} trials, so not pooled: "
                f"{rows.common.title}."
            )
        said += [f"{row.evidence.title}: {note}" for row in rows.rows for note in row.effect.notes]
    several = [trial.title for trial in trials if len(trial.impact.arms) > 2]
    if several:
        said.append(f"Of several arms only the first compared is pooled: {', '.join(several)}.")
    every = totals(ALL, "", trials)
    if every.schools_in_several:
        said.append(
            f"Schools in more than one trial: {every.schools_in_several}; trials are pooled as "
            "independent, and schools added up by trial."
        )
    if every.authorities_in_several:
        said.append(
            f"Authorities in more than one trial: {every.authorities_in_several}; trials are "
            "pooled as independent."
        )
    return said
