"""The sending: a pack as it travels, with its other counts and what it was counted for.

Its bytes are lines of canonical JSON: the pack, the sending, and, once `workspace` or a page has
signed those two, the signature. A pack alone, without the other lines, is one that the evaluator
made from rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from equipoise.authority.pack.pack import Pack, check_pack, pack_bytes, parse_pack
from equipoise.authority.rules import Definitions, SchoolCount
from equipoise.core.base import (
    Problem,
    Problems,
    ProblemsError,
    canonical,
    parse_canonical,
    sha256_hex,
)
from equipoise.core.results import decode_result, encode_result, result

#: What a signature is of, so that it fits nothing else.
_SIGNED = b"equipoise pack v1\n"


@dataclass(frozen=True)
class OtherCounts:
    """Counts of the same windows and schools by other declared definitions."""

    name: str
    definitions: Definitions
    counts: tuple[SchoolCount, ...]


@result("authority.sending", version=2)
@dataclass(frozen=True)
class Sending:
    """What travels beside a pack.

    Attributes
    ----------
    authority
        Whose it is.
    number
        Which version it is, as the authority counts them.
    protocol
        The digest of the protocol from which the roster was made.
    roster
        The digest of each part of the roster (`roster.roster_digests`).
    others
        The counts by the other declared definitions.
    """

    authority: str
    number: int
    protocol: str
    roster: dict[str, str]
    others: tuple[OtherCounts, ...]


@dataclass(frozen=True)
class Sent:
    """A pack as it came.

    Attributes
    ----------
    pack
        The pack.
    trial, simulated
        The trial that it names.
    sending
        What came beside it, or None.
    message
        The bytes that were to be signed.
    key, signature
        The signer's public key and the signature, hexadecimal; None where it is not signed.
    """

    pack: Pack
    trial: str
    simulated: bool
    sending: Sending | None
    message: bytes
    key: str | None
    signature: str | None


def sending_bytes(pack: Pack, sending: Sending, *, trial: str, simulated: bool) -> bytes:
    """Write a pack with its sending, neither signed nor sealed."""
    line = pack_bytes(pack, trial=trial, simulated=simulated)
    inputs = {"pack": sha256_hex(line)}
    return line + encode_result(sending, trial=trial, simulated=simulated, inputs=inputs)


def message_of(content: bytes) -> bytes:
    """Return the bytes to sign for a pack and its sending."""
    return _SIGNED + content


def with_signature(content: bytes, *, key: bytes, signature: bytes) -> bytes:
    """Return a pack and its sending with their signature (Ed25519 over `message_of`)."""
    return content + canonical({"key": key.hex(), "signature": signature.hex()}) + b"\n"


def parse_sent(content: bytes, file: str = "pack") -> Sent:
    """Read a pack as it came, and check that its numbers agree.

    Whether the signature is good, and whose it is, is for who knows the keys to say.

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
    first = lines[0] if lines else b""
    pack = parse_pack(first, file)
    envelope = decode_result(first)
    sending, signed = None, None
    if len(lines) > 1:
        sending = _sending(lines[1], first, file)
        _check(pack, sending, file)
    if len(lines) > 2:
        signed = signature_of(lines[2], file)
    if len(lines) > 3:
        raise _refused(file, "more lines than a pack has")
    return Sent(
        pack,
        envelope.trial,
        envelope.simulated,
        sending,
        message_of(b"".join(lines[:2])),
        None if signed is None else signed["key"],
        None if signed is None else signed["signature"],
    )


def _sending(line: bytes, pack: bytes, file: str) -> Sending:
    try:
        envelope, own = decode_result(line), decode_result(pack)
    except (ValueError, RecursionError):
        raise _refused(file, "a second line that is no sending") from None
    if not isinstance(envelope.data, Sending) or envelope.inputs != {"pack": sha256_hex(pack)}:
        raise _refused(file, "a sending of another pack")
    if (envelope.trial, envelope.simulated) != (own.trial, own.simulated):
        raise _refused(file, "a pack and a sending of different trials")
    return envelope.data


def _check(pack: Pack, sending: Sending, file: str) -> None:
    if sending.authority != pack.authority:
        raise _refused(file, "a pack and a sending of different authorities")
    problems = Problems()
    places = [(count.urn, count.window) for count in pack.counts]
    for other in sending.others:
        place = f"{file}, definitions {other.name}"
        check_pack(
            replace(pack, definitions=other.definitions, counts=other.counts), place, problems
        )
        if [(count.urn, count.window) for count in other.counts] != places:
            raise _refused(file, f"definitions {other.name} with other schools or windows")
    problems.raise_if_any()


def signature_of(line: bytes, file: str) -> Mapping[str, str]:
    """Read a line that is a signature: its ``key`` and ``signature``, hexadecimal.

    Raises
    ------
    ProblemsError
        Where it is none.
    """
    try:
        body = parse_canonical(line.removesuffix(b"\n"))
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict) or set(body) != {"key", "signature"}:
        raise _refused(file, "a last line that is no signature")
    try:
        lengths = [len(bytes.fromhex(body[name])) for name in ("key", "signature")]
    except (ValueError, TypeError):
        lengths = []
    if lengths != [32, 64]:
        raise _refused(file, "a signature of another length")
    return body


def _refused(file: str, found: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                file,
                "whole file",
                found,
                "a pack as equipoise contacts pack writes it",
                "ask the authority to send it again",
            )
        ]
    )
