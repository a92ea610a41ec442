"""Verify: from the folder alone, what can be proved of it, and what cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from equipoise.core.base import Problem, ProblemsError, sha256_hex
from equipoise.core.ledger import LEDGER, LOCK, Chain, Entry, decode_line, standing
from equipoise.core.results import decode_result
from equipoise.design.randomisation import Allocation, repeat_draw, roster_digest
from equipoise.workspace.folder import PROTOCOL, TrialFolder, recorded
from equipoise.workspace.folder.vault import ALLOCATION, holds_see_key
from equipoise.workspace.steps.opening import ARMS, events_of, external_problem, opened_rows
from equipoise.workspace.steps.stages import commitment_file, is_external, open_allocations

Verdict = Literal["holds", "fails", "open"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject
        What: chain, files, commitment, draw, receipt.
    verdict
        ``holds``, ``fails``, or ``open`` where it cannot be decided yet.
    words
        In one sentence.
    """

    subject: str
    verdict: Verdict
    words: str


@dataclass(frozen=True)
class Verification:
    """Everything that was looked at.

    Attributes
    ----------
    findings
        In order: chain, protocol, files, commitments, draw, receipt.
    head
        The ledger's head: what a receipt says.
    lines
        Lines of the ledger that could be read.
    """

    findings: tuple[Finding, ...]
    head: str
    lines: int

    @property
    def consistent(self) -> bool:
        """Whether nothing fails."""
        return all(finding.verdict != "fails" for finding in self.findings)


def read_receipts(named: Sequence[str]) -> tuple[str, ...]:
    """Return ledger heads as they were given, or from the files that hold them.

    Raises
    ------
    ProblemsError
        Where a word is neither a head of 64 hexadecimal digits nor a file with some.
    """
    found: list[str] = []
    for word in named:
        path = Path(word)
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else word
        heads = re.findall(r"\b[0-9a-f]{64}\b", text.lower())
        if not heads:
            raise ProblemsError(
                [
                    Problem(
                        "--receipt",
                        word if path.is_file() else "the word given",
                        "no receipt",
                        "a ledger head of 64 hexadecimal digits, or a file with some",
                        "copy the receipt that the act printed",
                    )
                ]
            )
        found.extend(heads)
    return tuple(found)


def verify(folder: TrialFolder, receipts: Sequence[str] = ()) -> Verification:
    """Look at chain, files, commitments, draw and receipts.

    Parameters
    ----------
    folder
        The trial folder; nothing in it is changed.
    receipts
        Ledger heads that were lodged outside.

    Returns
    -------
    Verification
        Every file that is changed, missing or not recorded is named.
    """
    folder.forget_protocol()
    try:
        folder.protocol  # noqa: B018 - reading it is the check
    except ProblemsError as error:
        said = Finding("protocol", "fails", error.problems[0].sentence())
        entries = _written(folder)
        return Verification((said, *_files(folder, entries, {}, False)), "", 0)
    chain = folder.chain()
    published = not chain.problems and standing(chain.entries).trial == "reported"
    entries = _written(folder) if chain.problems else chain.entries
    findings = [_chain(chain)]
    findings += _files(folder, entries, _protocol(folder, entries), published)
    findings += _commitments(folder, chain)
    findings.append(_draw(folder, chain))
    findings.append(_receipt(chain, receipts))
    return Verification(tuple(findings), chain.head, len(chain.lines))


def _written(folder: TrialFolder) -> tuple[Entry, ...]:
    """Return every entry that can be read, proved or not: what a damaged ledger says of files."""
    path = folder.path / LEDGER
    entries = []
    for piece in path.read_bytes().split(b"\n") if path.is_file() else ():
        try:
            entries.append(decode_line(piece).entry)
        except ValueError:
            continue
    return tuple(entries)


def _chain(chain: Chain) -> Finding:
    if chain.problems:
        return Finding("chain", "fails", chain.problems[0].sentence())
    acts = sum(line.entry.kind == "act" for line in chain.lines)
    words = f"{LEDGER}: {len(chain.lines)} lines follow from one another; {acts} acts are signed"
    return Finding("chain", "holds", words)


def _files(
    folder: TrialFolder,
    entries: Sequence[Entry],
    protocol: dict[str, Finding | None],
    published: bool,
) -> list[Finding]:
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
    for name in folder.files():
        if name not in known:
            verdict: Verdict = "fails" if published else "open"
            words = "is not recorded" if published else "is not yet recorded"
            found.append(Finding("files", verdict, f"{name} {words}"))
    if not any(finding.verdict == "fails" for finding in found):
        whole = f"{len(known)} recorded files are as they were read and written"
        found.insert(0, Finding("files", "holds", whole))
    return found


def _protocol(folder: TrialFolder, entries: Sequence[Entry]) -> dict[str, Finding | None]:
    """Compare trial.yaml with what the locks fixed; empty before the lock."""
    fixed = {e.name: e for e in entries if e.name in ("lock", "sap-lock")}
    if not fixed:
        return {}
    last = fixed.get("sap-lock") or fixed["lock"]
    if folder.digest(PROTOCOL) == last.reads.get(PROTOCOL):
        return {PROTOCOL: None}
    same = all(
        entry.facts.get("meaning") == _meaning(folder, "design" if name == "lock" else "plan")
        for name, entry in fixed.items()
    )
    words = f"{PROTOCOL} is not as it was at {last.name}; its bytes differ and "
    if not same:
        return {PROTOCOL: Finding("files", "fails", words + "it means something else")}
    if last.name == "lock":
        words += "the design means the same (the plan may change until sap-lock)"
        return {PROTOCOL: Finding("files", "open", words)}
    return {PROTOCOL: Finding("files", "fails", words + "it means the same: restore its text")}


def _meaning(folder: TrialFolder, part: Literal["design", "plan"]) -> str:
    return sha256_hex(folder.protocol.meaning(part))


def _commitments(folder: TrialFolder, chain: Chain) -> list[Finding]:
    found = []
    for entry in chain.entries:
        if entry.name != "commit" or entry.stage is None:
            continue
        problem = _commitment_problem(folder, entry)
        verdict: Verdict = "holds" if problem is None else "fails"
        words = problem or "roster, strata, scheme, seed hash and event are those committed"
        found.append(Finding("commitment", verdict, f"stage {entry.stage}: {words}"))
    return found


def _commitment_problem(folder: TrialFolder, entry: Entry) -> str | None:
    path = folder.path / commitment_file(entry.stage or "")
    try:
        commitment = decode_result(path.read_bytes()).data
    except (OSError, ValueError) as error:
        return f"the commitment cannot be read ({error})"
    if roster_digest(commitment.roster) != entry.facts.get("roster_digest"):
        return "the roster is not the one committed"
    if commitment.seed_hash != entry.facts.get("seed_hash"):
        return "the seed's hash is not the one committed"
    return None


def _draw(folder: TrialFolder, chain: Chain) -> Finding:
    unblinded = [e for e in chain.entries if e.name == "unblind"]
    if is_external(folder):
        return _external_draw(folder, unblinded)
    values = events_of(chain.entries)
    if not values:
        return Finding("draw", "open", "nothing is drawn yet")
    if not unblinded:
        return _sealed_draw(folder, values)
    try:
        seeds = {s: bytes.fromhex(v) for s, v in unblinded[-1].facts["seeds"].items()}
        data = (folder.path / ARMS).read_bytes()
        opened = opened_rows(data)
        for stage, value in values.items():
            commitment = decode_result((folder.path / commitment_file(stage)).read_bytes()).data
            again = repeat_draw(commitment, seeds[stage], value)
            if again.rows != opened.get(stage):
                return Finding("draw", "fails", f"stage {stage}: the arms are not those drawn")
    except (OSError, ValueError, KeyError) as error:
        return Finding("draw", "fails", f"the draw cannot be repeated: {_first_line(error)}")
    units = sum(len(rows) for rows in opened.values())
    stages = f"{len(values)} stage{'s' if len(values) != 1 else ''}"
    words = f"draw repeated: {units} schools in {stages} have the arms that seed and event give"
    return Finding("draw", "holds", words)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[-1] if lines else type(error).__name__


def _sealed_draw(folder: TrialFolder, values: dict[str, str]) -> Finding:
    if not holds_see_key(folder):
        return Finding("draw", "open", "draw committed, not yet repeatable: the seeds are sealed")
    try:
        held = open_allocations(folder, (folder.path / ALLOCATION).read_bytes())
    except (OSError, ProblemsError) as error:
        return Finding("draw", "fails", f"{ALLOCATION} does not open: {_first_line(error)}")
    words = f"{len(held)} sealed stages open with the see-key; the seeds are not yet revealed"
    return Finding("draw", "open", f"draw committed, not yet repeatable in public: {words}")


def _external_draw(folder: TrialFolder, unblinded: list[Entry]) -> Finding:
    words = "drawn elsewhere, not proved"
    if not unblinded:
        return Finding("draw", "open", words)
    try:
        rows = opened_rows((folder.path / ARMS).read_bytes())
        held = [Allocation(stage, tuple(found)) for stage, found in rows.items()]
        problem = external_problem(folder, held, bytes.fromhex(unblinded[-1].facts["salt"]))
    except (OSError, ValueError, KeyError) as error:
        return Finding("draw", "fails", f"{words}; the arms cannot be read: {_first_line(error)}")
    if problem is not None:
        return Finding("draw", "fails", f"{words}; the arms are not those taken in")
    return Finding("draw", "open", f"{words}; the arms are those taken in at ingest")


def _receipt(chain: Chain, receipts: Sequence[str]) -> Finding:
    if not receipts:
        return Finding(
            "receipt",
            "open",
            "consistent, not anchored: without a receipt lodged outside, a removed tail or a "
            "rewrite of the whole ledger cannot be seen",
        )
    heads = {line.digest(): line.entry.seq + 1 for line in chain.lines}
    unknown = [receipt for receipt in receipts if receipt not in heads]
    if unknown:
        words = f"the receipt {unknown[0][:16]}... is of no line of this ledger"
        return Finding("receipt", "fails", f"{words}: it was rewritten or its tail removed")
    last = max(heads[receipt] for receipt in receipts)
    words = f"consistent and anchored: the ledger holds every receipt, up to line {last}"
    return Finding("receipt", "holds", words)
