"""Panels: outcomes trial by trial, without a diamond."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol import Pool, Programme
from equipoise.evaluation.analysis import ArmMean, OutcomeResult
from equipoise.evaluation.synthesis.evidence import TrialEvidence
from equipoise.evaluation.synthesis.trial_types import PanelRow, ProgrammePanel

__all__ = ["panels"]

Entry = tuple[TrialEvidence, OutcomeResult]


def panels(programme: Programme, trials: Sequence[TrialEvidence]) -> tuple[ProgrammePanel, ...]:
    """Give the declared panels, then the trials' own estimates of each common outcome.

    Parameters
    ----------
    programme
        Declares panels and common outcomes.
    trials
        In order of date.

    Raises
    ------
    ProblemsError
        A panel that names a trial or an outcome that is not there.
    """
    by_id = {trial.id: trial for trial in trials}
    declared = []
    for panel in programme.panels:
        entries = [
            entry
            for member in panel.members
            for entry in _named(by_id, panel.id, member.trial, member.outcome)
        ]
        declared.append(_panel(panel.id, panel.title, "declared", panel.reason, entries))
    own = [_own(common, trials) for common in programme.pools]
    return (*declared, *(panel for panel in own if panel is not None))


def _named(
    trials: Mapping[str, TrialEvidence], panel: str, trial: str, outcome: str
) -> list[Entry]:
    known = trials[trial].impact.outcomes if trial in trials else ()
    found = [(trials[trial], result) for result in known if result.outcome == outcome]
    if not found:
        raise ProblemsError(
            [
                Problem(
                    "programme.yaml",
                    f"panel {panel}",
                    f"outcome {outcome} of trial {trial}",
                    "an outcome that this trial has analysed",
                    "correct the name, or analyse the trial again",
                )
            ]
        )
    return found


def _own(common: Pool, trials: Sequence[TrialEvidence]) -> ProgrammePanel | None:
    """Give what the trials themselves estimated from the counts of a common outcome."""
    wanted = ("rate", common.measure.numerator, common.measure.denominator, common.measure.per)
    entries = []
    for trial in trials:
        for result in trial.impact.outcomes:
            measure = trial.protocol.outcome(result.outcome).measure
            if (measure.type, measure.numerator, measure.denominator, measure.per) == wanted:
                entries.append((trial, result))
    if not entries:
        return None
    return _panel(common.id, common.title, "own-estimates", None, entries)


def _panel(
    name: str, title: str, kind: str, reason: str | None, entries: Sequence[Entry]
) -> ProgrammePanel:
    units = {result.unit_difference for _, result in entries}
    directions = {result.direction for _, result in entries}
    return ProgrammePanel(
        panel=name,
        title=title,
        kind=kind,
        reason=reason,
        unit_difference=units.pop() if len(units) == 1 else None,
        direction=directions.pop() if len(directions) == 1 else "differs",
        rows=tuple(_row(trial, result) for trial, result in entries),
    )


def _row(trial: TrialEvidence, result: OutcomeResult) -> PanelRow:
    means: dict[str, ArmMean] = {mean.arm: mean for mean in result.means}
    return PanelRow(
        trial=trial.id,
        title=trial.title,
        outcome=result.outcome,
        outcome_title=result.title,
        role=result.role,
        arm=result.arm,
        unit_difference=result.unit_difference,
        estimate=result.estimate,
        se=result.se,
        lower=result.lower,
        upper=result.upper,
        interval=result.interval,
        p=result.p,
        reference_mean=means[result.reference].mean,
        intervention_mean=means[result.arm].mean,
        conclusion=result.conclusion,
    )
