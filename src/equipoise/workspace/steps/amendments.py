"""Amend: a new version of a locked protocol, by two people, with reason and every change named."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from equipoise.core.base import Problem, ProblemsError, sha256_hex
from equipoise.core.ledger import LEDGER, Chain, Entry, Line, check_turn, read_chain
from equipoise.design.protocol import Protocol, load_protocol, unchangeable
from equipoise.workspace.folder import (
    PROTOCOL,
    TrialFolder,
    Work,
    fixed_parts,
    fixed_text,
    fixings,
)
from equipoise.workspace.steps.acts import keep_version, standing_against
from equipoise.workspace.steps.stranger.changes import differences

_ACT = "act amend"


def amend(folder: TrialFolder, *, reason: str, by: Sequence[str]) -> Line:
    """Record an amendment; the arguments are those of `prepare_amendment`."""
    return prepare_amendment(folder, reason=reason, by=by).finish()


def prepare_amendment(folder: TrialFolder, *, reason: str, by: Sequence[str]) -> Work:
    """Make an amendment ready to be signed: trial.yaml as it stands becomes the fixed version.

    Parameters
    ----------
    folder
        The trial folder, its trial.yaml edited.
    reason
        In words.
    by
        Two people whom the version before names.

    Raises
    ------
    OutOfTurnError
        Before the lock and after publishing.
    ProblemsError
        Where nothing changed that is fixed, something changed that never can, the new version
        would not have been locked, the reason is blank, or the wrong people sign.
    """
    folder.protocol_bytes()
    chain = _unproved(folder)
    check_turn("amend", chain.standing)
    entries = chain.entries
    before = load_protocol(fixed_text(folder, fixings(entries)[-1]), PROTOCOL)
    fixed = fixed_parts(entries)
    changes = changes_between(before, folder.protocol, planned="plan" in fixed)
    problems = _blank(reason) + _unchanged(changes, "plan" in fixed)
    problems += _beyond(changes, entries) + _newcomers(before, folder.protocol, by)
    if problems:
        raise ProblemsError(problems)
    work = Work(folder, "amend", by=by)
    names = {entry.name for entry in entries}
    refusals = standing_against(folder, committed="commit" in names)
    if refusals:
        raise ProblemsError(refusals)
    keep_version(work)
    work.facts.update(
        reason=reason.strip(),
        phase=folder.standing().trial,
        version=2 + sum(entry.name == "amend" for entry in entries),
        changes=changes,
        meaning=sha256_hex(folder.protocol.meaning("design")),
        plan=sha256_hex(folder.protocol.meaning("plan")) if "plan" in fixed else None,
    )
    return work


def changes_between(before: Protocol, after: Protocol, *, planned: bool) -> list[dict[str, Any]]:
    """List what an amendment changes, field by field: place, old and new.

    Parameters
    ----------
    before, after
        Two versions.
    planned
        Whether the plan is fixed too; before that it may change without an amendment.
    """
    changes = list(differences(_tree(before, "design"), _tree(after, "design")))
    if planned:
        changes += differences(_tree(before, "plan"), _tree(after, "plan"))
    return changes


def _tree(protocol: Protocol, part: Literal["design", "plan"]) -> Any:
    return json.loads(protocol.meaning(part))


def _unproved(folder: TrialFolder) -> Chain:
    """Read the ledger without its signatures: the edited protocol may hold other keys."""
    path = folder.path / LEDGER
    chain = read_chain(path.read_bytes() if path.is_file() else b"")
    if chain.problems:
        raise ProblemsError(chain.problems)
    return chain


def _blank(reason: str) -> list[Problem]:
    if reason.strip():
        return []
    remedy = "say why the protocol changes, and who asked for it"
    return [Problem(_ACT, "--reason", "no reason", "why, in words", remedy)]


def _unchanged(changes: Sequence[Mapping[str, Any]], planned: bool) -> list[Problem]:
    if changes:
        return []
    free = "" if planned else " (the plan is free until sap-lock)"
    return [
        Problem(
            PROTOCOL,
            "whole file",
            "nothing changed that is fixed",
            "another meaning than the last version has" + free,
            f"edit {PROTOCOL} first, then amend",
        )
    ]


def _beyond(changes: Sequence[Mapping[str, Any]], entries: Sequence[Entry]) -> list[Problem]:
    """Name every change of what no amendment can change."""
    names = {entry.name for entry in entries}
    signed = {person for entry in entries for person in entry.by}
    found = []
    for change in changes:
        why = unchangeable(
            change["place"],
            committed="commit" in names,
            frozen="freeze" in names,
            signed=signed,
        )
        if why is not None:
            found.append(
                Problem(
                    PROTOCOL,
                    change["place"],
                    _short(change["new"]),
                    f"{_short(change['old'])}, for good: {why}",
                    "put the old value back; no amendment can change it",
                )
            )
    return found


def _newcomers(before: Protocol, after: Protocol, by: Sequence[str]) -> list[Problem]:
    """Refuse the signature of somebody whom only the amendment itself names."""
    keys = {person.id: person.signing_key for person in before.people}
    return [
        Problem(
            PROTOCOL,
            f"people, {person.id}",
            "somebody whom this amendment brings in",
            "two people whom the version before names, with the keys that it gives them",
            "let two of them sign; whoever is new may sign the next act",
        )
        for person in after.people
        if person.id in by and keys.get(person.id) != person.signing_key
    ]


def _short(value: str | None) -> str:
    """Return a value for a message: nothing in words, long ones cut."""
    if value is None:
        return "nothing"
    return value if len(value) <= 60 else value[:57] + "..."
