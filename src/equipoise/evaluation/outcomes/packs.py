"""From what other rooms hand on (registers, packs, scores) to the analysis set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from equipoise.design.protocol import Protocol
from equipoise.evaluation.outcomes.assembly import assemble
from equipoise.evaluation.outcomes.counts import AuthorityCounts, SchoolCounts
from equipoise.evaluation.outcomes.persons import Scored
from equipoise.evaluation.outcomes.places import SchoolFacts
from equipoise.evaluation.outcomes.roster import StageRoster, school_places
from equipoise.evaluation.outcomes.types import AnalysisSet

if TYPE_CHECKING:
    from equipoise.authority.pack import OtherCounts, Pack
    from equipoise.authority.rules import SchoolCount
    from equipoise.design.registers import Registers

__all__ = ["analysis_set"]


def analysis_set(
    protocol: Protocol,
    stages: Sequence[StageRoster],
    registers: Registers,
    packs: Sequence[Pack],
    scores: Sequence[Scored] = (),
    others: Mapping[str, Sequence[OtherCounts]] | None = None,
) -> AnalysisSet:
    """Put the analysis set of a trial with authorities together.

    Parameters
    ----------
    protocol
        The trial.
    stages
        The commitments of all stages; only ``stage`` and ``roster`` are read.
    registers
        The registers as committed.
    packs
        The pack of each authority.
    scores
        The scores of each instrument and wave.
    others
        By authority, its counts under other declared definitions of a new contact; one that it
        left out has no values in the tables.

    Returns
    -------
    AnalysisSet
        Tables without arm, and their summary.

    Raises
    ------
    ProblemsError
        As `equipoise.evaluation.outcomes.assembly.assemble`.
    """
    facts = []
    for urn in sorted(school_places(stages)):
        if urn in registers:
            school = registers.school(urn)
            pupils = registers.pupils_at(urn, protocol.roll_date) or 0
            facts.append(SchoolFacts(urn, school.la_code, school.phase, pupils))
    sent = others or {}
    return assemble(
        protocol,
        stages,
        facts,
        [_counts(pack, sent.get(pack.authority, ()), protocol.counts) for pack in packs],
        scores,
    )


def _counts(pack: Pack, others: Sequence[OtherCounts], names: Sequence[str]) -> AuthorityCounts:
    def of_schools(counts: Sequence[SchoolCount]) -> list[SchoolCounts]:
        return [SchoolCounts(row.urn, row.window, _of_school(row, names)) for row in counts]

    return AuthorityCounts(
        la_code=pack.authority,
        schools=of_schools(pack.counts),
        unresolved={w.window: w.school_contacts_unresolved for w in pack.quality.windows},
        not_school={w.window: w.not_school for w in pack.quality.windows},
        others={other.name: of_schools(other.counts) for other in others},
    )


def _of_school(row: SchoolCount, names: Sequence[str]) -> dict[str, int]:
    """Return a school's counts by name; one that its authority did not count is left out."""
    found = {name: getattr(row, name) for name in names}
    return {name: number for name, number in found.items() if number is not None}
