"""Files as verify sees them: as they were read and written, or not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from equipoise.core.base import sha256_hex
from equipoise.core.ledger import LOCK, Entry
from equipoise.workspace.folder import PROTOCOL, TrialFolder, fixed_parts, fixings, recorded
from equipoise.workspace.steps.findings import Finding, Verdict


def file_findings(
    folder: TrialFolder,
    entries: Sequence[Entry],
    protocol: dict[str, Finding | None],
    published: bool,
) -> list[Finding]:
    """Compare every file with what the ledger records of it.

    Parameters
    ----------
    folder
        The trial folder.
    entries
        What the ledger says, proved or not.
    protocol
        From `protocol_finding`: trial.yaml is judged by its meaning.
    published
        Whether every file must be recorded.
    """
    known = recorded(tuple(entries))
    found = [finding for finding in protocol.values() if finding is not None]
    for name, digest in sorted(known.items()):
        now = None if name in protocol else folder.digest(name)
        if name in protocol or now == digest:
            continue
        words = f"{name} is missing" if now is None else f"{name} is not as it was recorded"
        found.append(Finding("files", "fails", words))
    for lock in folder.path.rglob(LOCK):
        if lock.stat().st_size:
            found.append(Finding("files", "fails", f"{LOCK} holds bytes and should be empty"))
    for name in map(folder.recorded_name, folder.files()):
        if name not in known:
            verdict: Verdict = "fails" if published else "open"
            words = "is not recorded" if published else "is not yet recorded"
            found.append(Finding("files", verdict, f"{name} {words}"))
    if not any(finding.verdict == "fails" for finding in found):
        whole = f"{len(known)} recorded files are as they were read and written"
        found.insert(0, Finding("files", "holds", whole))
    return found


def protocol_finding(folder: TrialFolder, entries: Sequence[Entry]) -> dict[str, Finding | None]:
    """Compare trial.yaml with what the locks fixed; empty before the lock."""
    fixed = fixed_parts(entries)
    if not fixed:
        return {}
    last = fixings(entries)[-1]
    if folder.digest(PROTOCOL) == last.reads.get(PROTOCOL):
        return {PROTOCOL: None}
    same = all(held.meaning == _meaning(folder, part) for part, held in fixed.items())
    words = f"{PROTOCOL} is not as it was at {last.name}; its bytes differ and "
    if not same:
        words += "it means something else: put the text back, or record the change with amend"
        return {PROTOCOL: Finding("files", "fails", words)}
    if "plan" not in fixed:
        words += "the design means the same (the plan may change until sap-lock)"
        return {PROTOCOL: Finding("files", "open", words)}
    return {PROTOCOL: Finding("files", "fails", words + "it means the same: restore its text")}


def _meaning(folder: TrialFolder, part: Literal["design", "plan"]) -> str:
    return sha256_hex(folder.protocol.meaning(part))
