"""Waves: the responses of the people surveyed, read, set against who was asked, and scored."""

from __future__ import annotations

from equipoise.core.base import Problems, ProblemsError, day
from equipoise.design.registers import Registers
from equipoise.programme.surveys import (
    ScoreTable,
    instrument,
    read_responses,
    score,
    screen,
    survey_result,
)
from equipoise.workspace.folder import Work
from equipoise.workspace.steps.stages import commitments_of

SURVEYS = "outcomes/surveys/"


def scores_of(work: Work, registers: Registers, problems: Problems) -> list[ScoreTable]:
    """Read and score every declared wave of every declared instrument."""
    protocol = work.folder.protocol
    names = sorted(
        {o.measure.instrument for o in protocol.design.outcomes if o.measure.instrument is not None}
    )
    scales = [instrument(name) for name in names]
    _check_waves(work, bool(scales), problems)
    if not scales:
        return []
    tables: list[ScoreTable] = []
    for wave in protocol.design.periods.waves:
        file = f"{SURVEYS}{wave.id}.csv"
        data = work.read_if_there(file)
        if data is None:
            continue
        work.folder.tell(f"scoring the survey wave {wave.id}")
        try:
            responses = read_responses(data, scales, wave=wave.id, file=file)
        except ProblemsError as error:
            problems.extend(error.problems)
            continue
        invited: dict[str, list[str]] = {}
        drawn = {urn for c in commitments_of(work) for unit in c.roster for urn in unit.urns}
        for lead in registers.dsls:
            if (
                lead.urn in drawn
                and lead.start <= wave.end
                and (lead.end is None or lead.end >= wave.start)
            ):
                invited.setdefault(lead.person_id, []).append(lead.urn)
        responses = screen(responses, invited, start=wave.start, end=wave.end)
        tables.extend(score(scale, responses) for scale in scales)
    for scale in scales:
        mine = [table for table in tables if table.instrument == scale.name]
        work.write_result(f"results/survey-{scale.name}.json", survey_result(scale, mine))
    return tables


def _check_waves(work: Work, asked: bool, problems: Problems) -> None:
    """Note every wave that is over and has no file, and every file of no declared wave."""
    waves = work.folder.protocol.design.periods.waves if asked else ()
    declared = {f"{SURVEYS}{wave.id}.csv": wave for wave in waves}
    present = set(work.folder.files(SURVEYS))
    today = day(work.folder.clock.now())
    for name in sorted(present | set(declared)):
        if name not in declared:
            problems.add(
                file=name,
                place="whole file",
                found="a file of no declared wave",
                expected="one of " + ", ".join(sorted(declared)) if declared else "no survey",
                remedy="rename it, or move it out of the folder",
            )
        elif name not in present and declared[name].end < today:
            problems.add(
                file=name,
                place="whole file",
                found="no such file",
                expected=f"the responses of the wave {declared[name].id}, which ended on "
                f"{declared[name].end}",
                remedy="put the file there; where nobody answered, one with its heading alone",
            )
