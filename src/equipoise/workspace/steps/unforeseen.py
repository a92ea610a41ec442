"""What happens to schools after the draw, as the trial was told; and what a rehearsal makes of it.

`outcomes/school-changes.csv` holds one line for each school that closed, was taken in by another,
or became an academy. Two drawn schools that became one are a correction that somebody has to sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from equipoise.core.base import Column, FixedClock, ProblemsError, read_csv, write_atomic
from equipoise.core.ledger import Line
from equipoise.design.protocol import set_values
from equipoise.workspace.folder import PROTOCOL, TrialFolder
from equipoise.workspace.folder.signers import check_meaning
from equipoise.workspace.steps.amendments import amend
from equipoise.workspace.steps.corrections import correct, drawn_schools
from equipoise.workspace.steps.stages import is_external

CHANGES = "outcomes/school-changes.csv"
_COLUMNS = (
    Column("urn"),
    Column("on", "date"),
    Column("kind"),
    Column("urn_to", blank=True),
    Column("name_to", blank=True),
)
#: Days after a merger or the end of collection on which a rehearsal dates its acts.
_TOLD_AFTER = timedelta(days=14)


@dataclass(frozen=True)
class Merger:
    """Two drawn schools that became one: the one that goes on, the one it took in, and when."""

    into: str
    urn: str
    on: date


def open_mergers(folder: TrialFolder) -> tuple[Merger, ...]:
    """Return mergers of drawn schools that no correction speaks of yet, in order of time.

    Raises
    ------
    ProblemsError
        Where the file cannot be read.
    """
    if is_external(folder) or not (folder.path / CHANGES).is_file():
        return ()
    table = read_csv(folder.read(CHANGES, remedy="restore it"), _COLUMNS, file=CHANGES)
    merged = [row for row in table.rows if row["kind"] == "merged"]
    drawn = drawn_schools(folder) if merged else {}
    said = {
        frozenset(entry.facts["urns"])
        for entry in folder.whole_chain().entries
        if entry.name == "correct" and entry.facts["kind"] == "merged"
    }
    found = (Merger(row["urn_to"], row["urn"], row["on"]) for row in merged)
    kept = [m for m in found if {m.into, m.urn} <= drawn.keys()]
    still = [m for m in kept if frozenset((m.into, m.urn)) not in said]
    return tuple(sorted(still, key=lambda merger: (merger.on, merger.urn)))


def unrecorded(folder: TrialFolder) -> tuple[str, ...]:
    """Return sentences about what happened and is not recorded: an edit, mergers."""
    said = []
    try:
        check_meaning(folder)
    except ProblemsError as error:
        said += [problem.sentence() for problem in error.problems]
    return (
        *said,
        *(
            f"{CHANGES}: {m.into} took {m.urn} in on {m.on}; both were drawn. Record it with: "
            f"equipoise correct FOLDER --kind merged --units {m.into},{m.urn} --effective {m.on}"
            for m in open_mergers(folder)
        ),
    )


def rehearsed_changes(folder: TrialFolder, *, after: date, amending: bool) -> Iterator[Line]:
    """Sign what happened in a simulated trial: every merger, and for show one amendment.

    Parameters
    ----------
    folder
        A simulated trial, sap-locked.
    after
        The day of the last act.
    amending
        Whether the plan is amended too.
    """
    seen: set[str] = set()
    for merger in open_mergers(folder):
        if seen & {merger.into, merger.urn}:
            continue
        seen |= {merger.into, merger.urn}
        after = max(after, merger.on + _TOLD_AFTER)
        folder.clock = _at(after)
        yield correct(
            folder,
            kind="merged",
            urns=[merger.into, merger.urn],
            reason="simulated: the authority wrote that the first school took the second in",
            effective=merger.on,
            by=["data-manager", "statistician"],
        )
    if amending:
        folder.clock = _at(after + timedelta(days=1))
        changes = {
            ("registration", "protocol_version"): "1.1",
            ("plan", "sensitivity", 1, "tier"): 1,
        }
        write_atomic(folder.path / PROTOCOL, set_values(folder.protocol_bytes(), changes))
        folder.forget_protocol()
        yield amend(
            folder,
            reason="simulated: the advisory group asked to see the unadjusted analysis first",
            by=["statistician", "sponsor"],
        )


def _at(day: date) -> FixedClock:
    return FixedClock(datetime.combine(day, time(12), tzinfo=UTC))
