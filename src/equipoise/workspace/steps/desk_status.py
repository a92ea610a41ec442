"""The desk's status: how far each authority's schools have come, and who could still be drawn."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from equipoise.core.base import Problem, ProblemsError, day, digest_value
from equipoise.core.results import SIMULATED_MARK
from equipoise.design.randomisation import WHOLE, late_stages
from equipoise.design.registers.desk import (
    SCHOOLS,
    AuthorityStanding,
    SchoolStanding,
    by_authority,
    desk_files,
)
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.enrolled import check_desk, enrolled_of, requires_of
from equipoise.workspace.steps.stages import registers_in

#: The counts of the status, in the order in which a school passes through them.
COUNTS = (
    "approached", "eligible", "agreed", "not_eligible", "declined", "incomplete", "complete",
    "committed", "not_approached",
)  # fmt: skip


@dataclass(frozen=True)
class LateStage:
    """Schools that were complete after their stage was committed, and the stage they could form.

    `sharing` are those of them that share a safeguarding lead with a drawn school; what is done
    about them is declared in ``design.stages.late_shared_dsl``.
    """

    stage: str
    joins: str
    schools: tuple[str, ...]
    sharing: tuple[str, ...]


@dataclass(frozen=True)
class DeskStatus:
    """The enrolment desk at a glance.

    Attributes
    ----------
    trial, simulated
        Id of the trial; whether all of it is invented.
    requires
        What a school needs.
    version
        Digest of the desk.
    authorities
        In order of code.
    schools
        Where every school stands.
    late
        Who could be drawn in a stage of their own.
    """

    trial: str
    simulated: bool
    requires: tuple[str, ...]
    version: str
    authorities: tuple[AuthorityStanding, ...]
    schools: tuple[SchoolStanding, ...]
    late: tuple[LateStage, ...]

    def total(self) -> dict[str, int]:
        """Return each count over all authorities."""
        return {name: sum(getattr(one, name) for one in self.authorities) for name in COUNTS}

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, with the mark where it is simulated."""
        mark = {"mark": SIMULATED_MARK} if self.simulated else {}
        return {**asdict(self), "total": self.total(), **mark}


def desk_status(folder: TrialFolder) -> DeskStatus:
    """Look at the desk as it stands today.

    Raises
    ------
    ProblemsError
        Where the trial has no desk, or with everything that is wrong on it.
    """
    registers = registers_in(folder)
    enrolled = enrolled_of(folder, registers)
    if enrolled is None:
        raise ProblemsError(
            [
                Problem(
                    SCHOOLS,
                    "whole file",
                    "no such file: every eligible school of the register counts as enrolled",
                    "an enrolment desk",
                    "begin one with: equipoise enrol FOLDER --export desk.xlsx",
                )
            ]
        )
    check_desk(folder, registers, enrolled.desk, day(folder.clock.now()))
    files = {name: data.decode() for name, data in desk_files(enrolled.desk).items()}
    return DeskStatus(
        trial=folder.protocol.trial.id,
        simulated=folder.protocol.trial.simulated,
        requires=requires_of(folder),
        version=digest_value(files),
        authorities=by_authority(enrolled.schools, dict(registers.authorities)),
        schools=enrolled.schools,
        late=tuple(_late(folder, enrolled.schools)),
    )


def _late(folder: TrialFolder, schools: Iterable[SchoolStanding]) -> Iterable[LateStage]:
    """Yield the stages that complete schools of committed stages could form."""
    stages = folder.standing().stages
    whole = folder.protocol.design.stages.by is None
    waiting: dict[str, list[SchoolStanding]] = {}
    for school in schools:
        if school.state == "complete":
            waiting.setdefault(WHOLE if whole else school.la_code, []).append(school)
    for base, own in sorted(waiting.items()):
        if base in stages:
            yield LateStage(
                stage=late_stages(base, stages)[-1],
                joins=base,
                schools=tuple(s.urn for s in own),
                sharing=tuple(s.urn for s in own if s.reason),
            )
