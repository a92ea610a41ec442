"""The sending of rows: what goes with them, says what they add up to and can be signed.

Its bytes are lines of canonical JSON: the account (a pack), the sending (which roster it was made
from), the tally of the rows, and, once `workspace` has signed those three, the signature.
"""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.sending import Sending, Sent, parse_sent, sending_bytes, signature_of
from equipoise.core.base import Problem, ProblemsError, canonical, parse_canonical

#: What a signature is of, so that it fits nothing else.
_SIGNED = b"equipoise rows v1\n"


@dataclass(frozen=True)
class Tally:
    """What the rows themselves must come to.

    Attributes
    ----------
    rows
        How many there are, headings not counted.
    parts
        In how many sealed parts they lie.
    digest
        SHA-256 of rows.csv, hexadecimal.
    """

    rows: int
    parts: int
    digest: str


@dataclass(frozen=True)
class RowsSent:
    """What came with rows.

    Attributes
    ----------
    sent
        The account and the sending; its key and signature are those of the whole.
    account
        The bytes of the account, as rows.json.
    tally
        What the rows must come to.
    """

    sent: Sent
    account: bytes
    tally: Tally


def rows_head(
    account: Pack, sending: Sending, tally: Tally, *, trial: str, simulated: bool
) -> bytes:
    """Write what goes with rows, neither signed nor sealed.

    Parameters
    ----------
    account
        The pack that the rows add up to.
    sending
        From which roster they were made.
    tally
        What the rows come to.
    trial, simulated
        As for `pack_bytes`.
    """
    line = {"rows": tally.rows, "parts": tally.parts, "sha256": tally.digest}
    both = sending_bytes(account, sending, trial=trial, simulated=simulated)
    return both + canonical(line) + b"\n"


def rows_message(head: bytes) -> bytes:
    """Return the bytes to sign for what `rows_head` wrote."""
    return _SIGNED + head


def parse_rows_head(content: bytes, file: str = "rows") -> RowsSent:
    """Read what goes with rows, and check that its numbers agree.

    Parameters
    ----------
    content
        The unsealed bytes.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With everything in it that cannot be.
    """
    lines = content.splitlines(keepends=True)
    if len(lines) not in (3, 4):
        raise _refused(file, f"{len(lines)} lines")
    sent = parse_sent(b"".join(lines[:2]), file)
    signed = signature_of(lines[3], file) if len(lines) > 3 else None
    return RowsSent(
        Sent(
            pack=sent.pack,
            trial=sent.trial,
            simulated=sent.simulated,
            sending=sent.sending,
            message=rows_message(b"".join(lines[:3])),
            key=None if signed is None else signed["key"],
            signature=None if signed is None else signed["signature"],
        ),
        lines[0],
        _tally(lines[2], file),
    )


def _tally(line: bytes, file: str) -> Tally:
    try:
        body = parse_canonical(line.removesuffix(b"\n"))
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or set(body) != {"rows", "parts", "sha256"}:
        raise _refused(file, "a third line that is no tally of rows")
    rows, parts, digest = body["rows"], body["parts"], body["sha256"]
    if type(rows) is not int or type(parts) is not int or not isinstance(digest, str):
        raise _refused(file, "a tally of rows with other values")
    return Tally(rows, parts, digest)


def _refused(file: str, found: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                file,
                "whole file",
                found,
                "rows as equipoise contacts rows writes them",
                "ask the authority to send them again",
            )
        ]
    )
