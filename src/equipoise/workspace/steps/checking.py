"""Checking: a draft looked at whole, before anything is fixed."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.power import assumptions_of, break_even_of
from equipoise.design.protocol import lock_notes, lock_problems
from equipoise.design.randomisation import draw_problems, lone_strata, tight_stages
from equipoise.evaluation.outcomes import outcome_table
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.enrolled import eligible_of
from equipoise.workspace.steps.stages import OUTCOMES, is_external, registers_in


@dataclass(frozen=True)
class Checked:
    """What a sound draft holds.

    Attributes
    ----------
    schools, units, authorities, excluded
        Eligible schools, units of the draw, their authorities, schools not eligible; None
        without a register.
    reasons
        Why schools are not eligible, with how many.
    notes
        What is assumed, and what should be known before the lock.
    before_lock
        What must be settled before the protocol can be locked.
    """

    schools: int | None
    units: int | None
    authorities: int | None
    excluded: int | None
    reasons: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    before_lock: tuple[Problem, ...]

    def plain(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


def checked(folder: TrialFolder) -> Checked:
    """Check protocol, registers and the trial's own outcome table.

    Raises
    ------
    ProblemsError
        With every problem of the first file that has any.
    """
    protocol = folder.protocol
    notes = lock_notes(protocol)
    if protocol.brings_table:
        path = folder.path / OUTCOMES
        if path.is_file():
            outcome_table(path.read_bytes(), protocol, file=OUTCOMES)
        else:
            notes = (*notes, f"{OUTCOMES} is not there yet")
        return Checked(None, None, None, None, (), notes, lock_problems(protocol))
    registers = registers_in(folder)
    enrolment = eligible_of(folder, registers)
    if not is_external(folder):
        problems = draw_problems(protocol, enrolment)
        if problems:
            raise ProblemsError(problems)
        notes = (*notes, *_lone(lone_strata(protocol, enrolment)))
        notes = (*notes, *tight_stages(protocol, enrolment))
    paid = break_even_of(protocol, assumptions_of(protocol, enrolment))
    if paid is not None:
        notes = (*notes, paid.sentence())
    reasons = Counter(reason for _, reason in enrolment.excluded)
    across = [group for group in enrolment.shared if group.across]
    for group in across:
        schools = ", ".join(group.urns)
        places = ", ".join(group.la_codes)
        notes = (*notes, f"schools {schools} share a lead over authorities {places}")
    return Checked(
        schools=len(enrolment.schools),
        units=len(enrolment.units),
        authorities=len({school.la_code for school in enrolment.schools}),
        excluded=len(enrolment.excluded),
        reasons=tuple(sorted(reasons.items())),
        notes=notes,
        before_lock=lock_problems(protocol, [school.urn for school in registers.schools]),
    )


def _lone(strata: tuple[str, ...]) -> tuple[str, ...]:
    """Say which strata hold one unit."""
    if not strata:
        return ()
    more = f" and {len(strata) - 3} more" if len(strata) > 3 else ""
    return (
        f"one unit alone in stratum {', '.join(strata[:3])}{more}: it is drawn by chance, tells "
        "nothing of the effect, and will be set aside in the analysis",
    )
