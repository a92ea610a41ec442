"""Countersigned: the second desk makes the act again before it signs what the first desk made."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from equipoise.core.base import Problem, ProblemsError, sha256_hex, write_atomic
from equipoise.core.ledger import Entry, Line, OutOfTurnError
from equipoise.workspace.folder import TrialFolder, Work
from equipoise.workspace.folder.countersigning import CounterRequest, countersign, read_request
from equipoise.workspace.folder.signers import TWO_DESKS, check_meaning, check_signers
from equipoise.workspace.steps.amendments import prepare_amendment
from equipoise.workspace.steps.corrections import prepare_correction
from equipoise.workspace.steps.events import check_recorded


def write_request(work: Work, path: Path) -> None:
    """Write an act that the first person signed, for the second to sign elsewhere.

    Raises
    ------
    OutOfTurnError
        Where the act is none of `TWO_DESKS`.
    ProblemsError
        Where the file would lie in the trial folder.
    """
    if work.name not in TWO_DESKS:
        raise OutOfTurnError(
            f"{work.name} is signed by both at one desk: a request for it would carry the arms"
        )
    if path.resolve().is_relative_to(work.folder.path.resolve()):
        raise _refused("--request", "a file inside the trial folder", "a file outside it")
    write_atomic(path, work.half_signed())


def checked_request(folder: TrialFolder, data: bytes) -> CounterRequest:
    """Read a request, and make the act again where that needs no secret.

    Raises
    ------
    ProblemsError
        As `read_request`; and where this desk, from the same files, gets another act than the one
        that the first person signed.
    """
    asked = read_request(folder, data)
    entry = asked.entry
    if entry.name not in TWO_DESKS:
        raise _refused("act", entry.name, "one of " + ", ".join(TWO_DESKS))
    if entry.name != "amend":
        check_meaning(folder)
    check_signers(folder, entry.name, entry.by)
    if entry.name == "randomise":
        check_recorded(folder, entry)
    again = _again(folder, entry)
    if again is None:
        return asked
    written = {name: sha256_hex(content) for name, content in again.writes.items()}
    mine = (again.facts, again.reads, written, again.stage)
    if mine != (dict(entry.facts), entry.reads, entry.writes, entry.stage):
        raise _refused("act", "another act than these files give", "the act made from these files")
    return asked


def countersigned(folder: TrialFolder, data: bytes, *, by: str) -> Line:
    """Sign a request as its second person; nothing is written where it does not hold."""
    return countersign(folder, checked_request(folder, data), by=by)


def _again(folder: TrialFolder, entry: Entry) -> Work | None:
    facts: Any = entry.facts
    if entry.name == "amend":
        return prepare_amendment(folder, reason=facts["reason"], by=entry.by)
    if entry.name == "correct":
        since = facts["effective"]
        return prepare_correction(
            folder,
            kind=facts["kind"],
            urns=facts["urns"],
            reason=facts["reason"],
            by=entry.by,
            effective=None if since is None else date.fromisoformat(since),
        )
    return None


def _refused(place: str, found: str, expected: str) -> ProblemsError:
    remedy = "tell the first person, and sign nothing"
    return ProblemsError([Problem("the request", place, found, expected, remedy)])
