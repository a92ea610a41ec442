"""Countersigning: an act that needs two, signed by two people at two desks.

The first person's desk makes everything and writes it, with one signature, into a request: the
entry for the ledger and the files that come into being with it. The second person's desk checks
the request, adds the second signature and the line. Nothing has happened before that.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import (
    Problem,
    ProblemsError,
    canonical,
    parse_canonical,
    sha256_hex,
)
from equipoise.core.ledger import Chain, Entry, Line, append, decode_line
from equipoise.workspace.folder.pending import hold, release
from equipoise.workspace.folder.trial import TrialFolder

__all__ = ["CounterRequest", "countersign", "read_request", "request_bytes"]

_SHAPE = {"kind", "trial", "line", "files"}
_KIND = "equipoise request for a second signature"
_FILE = "the request"


@dataclass(frozen=True)
class CounterRequest:
    """An act that one person signed and another is to sign.

    Attributes
    ----------
    entry
        The entry, whole: both people stand in it.
    first
        The signatures that it has.
    waiting
        Who has to sign.
    files
        What comes into being with it, by path.
    """

    entry: Entry
    first: dict[str, str]
    waiting: str
    files: dict[str, bytes]


def request_bytes(line: Line, files: dict[str, bytes], trial: str) -> bytes:
    """Write a request: canonical JSON, files in Base64."""
    held = {name: base64.b64encode(files[name]).decode("ascii") for name in sorted(files)}
    whole = {"kind": _KIND, "trial": trial, "line": line.encode().decode("utf-8"), "files": held}
    return canonical(whole) + b"\n"


def read_request(folder: TrialFolder, data: bytes) -> CounterRequest:
    """Read a request and prove what can be proved of it at the second desk.

    Raises
    ------
    ProblemsError
        Where it is no request, of another trial, out of date, changed since it was signed, or not
        signed by the first person.
    """
    try:
        whole = parse_canonical(data.removesuffix(b"\n"))
        if not isinstance(whole, dict) or whole.keys() != _SHAPE or whole["kind"] != _KIND:
            raise ValueError("another shape than a request has")
        line = decode_line(whole["line"].encode("utf-8"))
        files = {name: base64.b64decode(text, validate=True) for name, text in _files(whole)}
        if request_bytes(line, files, whole["trial"]) != data:
            raise ValueError("other bytes than a request of that content has")
    except (ValueError, TypeError, AttributeError, binascii.Error):
        # What the reader stumbled over is of no use: the file is not written by hand.
        found = "no request, or one that was damaged"
        raise _refused("whole file", found, "a request as the first desk wrote it") from None
    entry = line.entry
    if whole["trial"] != folder.protocol.trial.id:
        mine = folder.protocol.trial.id
        raise _refused("trial", f"a request of the trial {whole['trial']}", f"one of {mine}")
    chain = folder.whole_chain()
    if (entry.seq, entry.prev) != (len(chain.lines), chain.head):
        raise _refused(
            "place in the ledger",
            f"a request for line {entry.seq + 1}, after another line than the last",
            f"one for line {len(chain.lines) + 1}: the ledger went on since it was made",
        )
    if {name: sha256_hex(content) for name, content in files.items()} != entry.writes:
        raise _refused("files", "other files than the entry names", "the files that were signed")
    for name, digest in entry.reads.items():
        if folder.digest(name) != digest:
            raise _refused(name, "another file than the first person read", "the same file")
    for person, signature in line.signatures.items():
        if not folder.signature_check(person, entry.message(), bytes.fromhex(signature)):
            raise _refused("signatures", f"a signature of {person} that is not good", "a good one")
    waiting = [person for person in entry.by if person not in line.signatures]
    if len(waiting) != 1 or not set(line.signatures) <= set(entry.by):
        raise _refused("signatures", f"{len(line.signatures)} signatures", "one of two")
    return CounterRequest(entry, line.signatures, waiting[0], files)


def _files(whole: dict[str, Any]) -> list[tuple[str, str]]:
    files = whole["files"]
    if not isinstance(files, dict):
        raise TypeError("files that are no object")
    return list(files.items())


def countersign(folder: TrialFolder, asked: CounterRequest, *, by: str) -> Line:
    """Sign a request as its second person, and add its line to the ledger.

    Raises
    ------
    ProblemsError
        Where somebody else signs, the key is not at hand, or the ledger went on meanwhile; then
        nothing is written.
    """
    if by != asked.waiting:
        found, remedy = f"the signature of {by}", f"give --by {asked.waiting}, or sign nothing"
        raise _refused("signatures", found, f"that of {asked.waiting}", remedy)
    key = folder.keys.find(by, "signing", public=bytes.fromhex(folder.person(by).signing_key or ""))
    line = Line(asked.entry, asked.first | {by: key.sign(asked.entry.message()).hex()})

    def make(chain: Chain) -> Line:
        if (asked.entry.seq, asked.entry.prev) != (len(chain.lines), chain.head):
            raise _refused("place in the ledger", "that the ledger went on", "no line in between")
        hold(folder.path, asked.files)
        return line

    try:
        return append(folder.path, make, lambda: release(folder.path))
    except BaseException:
        folder.settle()
        raise


def _refused(
    place: str,
    found: str,
    expected: str,
    remedy: str = "let the first person make the request anew",
) -> ProblemsError:
    return ProblemsError([Problem(_FILE, place, found, expected, remedy)])
