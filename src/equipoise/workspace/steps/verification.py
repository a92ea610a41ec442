"""Verify: from the folder alone, what can be proved of it, and what cannot."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.core.base import Problem, ProblemsError
from equipoise.core.ledger import LEDGER, Chain, Entry, decode_line
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.findings import Finding
from equipoise.workspace.steps.verified_changes import change_findings
from equipoise.workspace.steps.verified_draw import (
    commitment_findings,
    draw_finding,
    event_findings,
)
from equipoise.workspace.steps.verified_files import file_findings, protocol_finding


@dataclass(frozen=True)
class Verification:
    """Everything that was looked at.

    Attributes
    ----------
    findings
        In order: chain, protocol, files, commitments, events, draw, amendments, corrections,
        receipt.
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
        return Verification((said, *file_findings(folder, entries, {}, False)), "", 0)
    chain = folder.chain()
    published = not chain.problems and chain.standing.trial == "reported"
    entries = _written(folder) if chain.problems else chain.entries
    findings = [_chain(chain)]
    findings += file_findings(folder, entries, protocol_finding(folder, entries), published)
    findings += commitment_findings(folder, chain)
    findings += event_findings(folder, chain)
    findings.append(draw_finding(folder, chain))
    findings += change_findings(folder, chain)
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


def _receipt(chain: Chain, receipts: Sequence[str]) -> Finding:
    if not receipts:
        return Finding(
            "receipt",
            "open",
            "consistent, not anchored: without a receipt lodged outside, a removed tail or a "
            "rewrite of the whole ledger cannot be seen",
        )
    heads = {digest: number for number, digest in enumerate(chain.digests, start=1)}
    unknown = [receipt for receipt in receipts if receipt not in heads]
    if unknown:
        words = f"the receipt {unknown[0][:16]}... is of no line of this ledger"
        return Finding("receipt", "fails", f"{words}: it was rewritten or its tail removed")
    last = max(heads[receipt] for receipt in receipts)
    words = f"consistent and anchored: the ledger holds every receipt, up to line {last}"
    return Finding("receipt", "holds", words)
