"""What is said after a stage was committed or drawn: chances, late joiners, balance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from equipoise.workspace.folder import TrialFolder


def committed_notes(trial: TrialFolder, stage: str) -> Iterator[str]:
    """Say what the scheme does to chances, who was given an arm, and who could come later."""
    from equipoise.workspace.steps.drawing import drawn_elsewhere, joined_in, stage_chances

    chances = stage_chances(trial, stage)
    if chances is not None:
        yield f"Chances: {chances.words()}."
        yield from (f"Note: {words}." for words in chances.warnings())
    for school in joined_in(trial, stage):
        yield (
            f"Note: school {school.urn} shares a lead with {school.unit}, drawn before: it is "
            "given its arm, is not randomised and not analysed."
        )
    for urn, other in drawn_elsewhere(trial, stage).items():
        yield f"Note: school {urn} stands in stage {other} already and is not drawn again."
    yield from late_notes(trial)


def late_notes(trial: TrialFolder) -> Iterator[str]:
    """Say which schools stand in no stage although their own stage is committed."""
    from equipoise.workspace.steps.drawing import late_schools

    for stage, urns in late_schools(trial).items():
        more = f" and {len(urns) - 3} more" if len(urns) > 3 else ""
        stand = "schools {} stand" if len(urns) > 1 else "school {} stands"
        who = stand.format(", ".join(urns[:3]) + more)
        yield f"Note: {who} in no stage yet, and could be drawn as stage {stage}."


def drawn_notes(trial: TrialFolder) -> Iterator[str]:
    """Say how alike the arms are over all that was drawn; it tells nobody an arm."""
    from equipoise.workspace.steps.drawing import balance_in

    found = balance_in(trial)
    if found.largest is not None:
        row = max(found.rows, key=lambda one: one.difference or 0.0)
        yield (
            f"Balance over {found.units} units in {found.stages} "
            f"stage{'s' * (found.stages != 1)}: largest standardised difference "
            f"{found.largest:.2f} ({row.title}), of {len(found.rows)} "
            f"covariate{'s' * (len(found.rows) != 1)}."
        )
