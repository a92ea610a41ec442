"""One line of the ledger: what was done, by whom, when, to which bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from equipoise.core.base import canonical, parse_canonical, sha256_hex
from equipoise.core.results import to_plain

#: What the first line has in place of the digest of a line before it.
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Entry:
    """An act or a computation, before it is signed.

    Attributes
    ----------
    seq
        0 for the first line, then one more each.
    at
        UTC, to the second.
    kind
        ``act`` (done by a named person) or ``computation`` (can be repeated).
    name
        Which one: ``lock``, ``randomise``, ``ingest``, ...
    stage
        The stage of the draw that it concerns, if one.
    by
        Ids of the people who did it, in the order in which they signed.
    reads, writes
        From path to SHA-256 of every file read and written. Of what is sealed, only ciphertext.
    facts
        What else is recorded: plain JSON.
    prev
        SHA-256 of the line before.
    """

    seq: int
    at: str
    kind: str
    name: str
    stage: str | None
    by: tuple[str, ...]
    reads: dict[str, str]
    writes: dict[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)
    prev: str = BEGINNING

    def message(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical(_plain(self))


@dataclass(frozen=True)
class Line:
    """An entry with its signatures: one line of ``ledger.jsonl``.

    Attributes
    ----------
    entry
        What was done.
    signatures
        From person to Ed25519 signature over `Entry.message`, as hexadecimal digits.
    """

    entry: Entry
    signatures: dict[str, str]

    def encode(self) -> bytes:
        """Return the line's bytes, without the line end."""
        return canonical({"entry": _plain(self.entry), "signatures": self.signatures})

    def digest(self) -> str:
        """Return the SHA-256 of the line: the next line's ``prev``, and the receipt."""
        return sha256_hex(self.encode())


def decode_line(data: bytes) -> Line:
    """Read one line.

    Raises
    ------
    ValueError
        Where it is not canonical JSON or not of the shape of a line.
    """
    body = parse_canonical(data)
    if not isinstance(body, dict) or body.keys() != {"entry", "signatures"}:
        raise ValueError("not a line of a ledger")
    plain, signatures = body["entry"], body["signatures"]
    if not isinstance(plain, dict) or plain.keys() != _SHAPES.keys():
        raise ValueError("entry: other fields than an entry has")
    for name, (holds, words) in _SHAPES.items():
        if not holds(plain[name]):
            raise ValueError(f"entry.{name}: not {words}")
    if not _is_texts(signatures):
        raise ValueError("signatures: not an object of text")
    for signature in signatures.values():
        if bytes.fromhex(signature).hex() != signature:
            raise ValueError("a signature is not in lower-case hexadecimal digits")
    return Line(Entry(**{**plain, "by": tuple(plain["by"])}), signatures)


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_texts(value: Any) -> bool:
    return type(value) is dict and all(type(item) is str for item in value.values())


#: What each field must be, and in words. The general codec of results would take three times as
#: long over a ledger of 100,000 lines as all the rest of its proof.
_SHAPES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "seq": (lambda value: type(value) is int, "a whole number"),
    "at": (_is_text, "text"),
    "kind": (_is_text, "text"),
    "name": (_is_text, "text"),
    "stage": (lambda value: value is None or type(value) is str, "text or null"),
    "by": (lambda value: type(value) is list and all(map(_is_text, value)), "a list of text"),
    "reads": (_is_texts, "an object of text"),
    "writes": (_is_texts, "an object of text"),
    "facts": (lambda value: type(value) is dict, "an object"),
    "prev": (_is_text, "text"),
}


def _plain(entry: Entry) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(entry)
    return plain
