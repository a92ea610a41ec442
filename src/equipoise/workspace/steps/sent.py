"""Packs that were sent: opened, their signature looked at, and held against what was declared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.authority.pack import Roster, Sent, fingerprint, parse_sent, roster_digests
from equipoise.core.base import Problem, Problems, ProblemsError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.keys import signature_holds
from equipoise.workspace.folder.seal import MAGIC, SealError, boxes, unseal
from equipoise.workspace.folder.vault import private_key
from equipoise.workspace.steps.declared import roster_of

_BEGIN = len(MAGIC)
PACK_NAME = re.compile(r"packs/(?P<code>[^/]+)\.v(?P<number>[0-9]+)\.sealed")


@dataclass(frozen=True)
class Opened:
    """A pack that was opened and fits the trial.

    Attributes
    ----------
    sent
        What was in it.
    signed
        ``declared``: signed with a key that the protocol declares for the authority;
        ``not declared``: signed, but the protocol declares no key; ``not signed``.
    """

    sent: Sent
    signed: str

    def signature_words(self) -> str:
        """Say how far the signature goes."""
        code = self.sent.pack.authority
        if self.signed == "not signed":
            return "not signed: nothing shows who made it"
        key = fingerprint(self.sent.key or "")
        if self.signed == "declared":
            return f"signed with the key {key}, which the protocol declares for {code}"
        return (
            f"signature not declared: signed with the key {key}, but the protocol declares no "
            f"key of {code}; compare these digits with the authority by telephone"
        )


def purpose_of(code: str, trial: str) -> str:
    """Return what a pack's box is for."""
    return f"pack of {code} for {trial}"


def rows_purpose_of(code: str, trial: str) -> str:
    """Return what the boxes of an authority's rows are for."""
    return f"rows of {code} for {trial}"


def code_of(folder: TrialFolder, data: bytes, codes: Sequence[str], name: str) -> str:
    """Return which authority a sealed pack is of.

    Raises
    ------
    ProblemsError
        Where the trial's key opens it for none of the codes.
    """
    for code in codes:
        if _unsealed(folder, data, code) is not None:
            return code
    raise closed(name, data[:_BEGIN], len(data), whole=_is_whole(data))


def opened_pack(folder: TrialFolder, data: bytes, *, code: str, name: str) -> Opened:
    """Open a sealed pack of an authority and check it whole.

    Parameters
    ----------
    folder
        The trial; the trial's private key must be at hand.
    data
        The sealed bytes.
    code
        The authority.
    name
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        Where it does not open, is no pack, was signed by the wrong key or not as declared, or was
        made for another trial, roster, windows or definitions, each named.
    """
    content = _unsealed(folder, data, code)
    if content is None:
        raise closed(name, data[:_BEGIN], len(data), whole=_is_whole(data))
    return checked(folder, parse_sent(content, name), code=code, name=name)


def checked(folder: TrialFolder, sent: Sent, *, code: str, name: str) -> Opened:
    """Hold what was opened against its signature and the trial.

    Parameters
    ----------
    folder, code, name
        As for `opened_pack`.
    sent
        What was in the file.

    Raises
    ------
    ProblemsError
        As `opened_pack`, for all but what does not open.
    """
    roster = roster_of(folder, code)
    signed = _signed(sent, roster, name)
    problems = Problems()
    for place, found, expected in _differences(folder, sent, roster):
        problems.add(
            file=name,
            place=place,
            found=found,
            expected=expected,
            remedy="send the authority the roster again (equipoise contacts roster), and ask for "
            "what is made from it",
        )
    problems.raise_if_any()
    return Opened(sent, signed)


def _unsealed(folder: TrialFolder, data: bytes, code: str) -> bytes | None:
    key = private_key(folder, "trial").private
    try:
        (box,) = boxes(data)
        return unseal(box, key=key, purpose=purpose_of(code, folder.protocol.trial.id))
    except (SealError, ValueError):
        return None


def _signed(sent: Sent, roster: Roster, name: str) -> str:
    """Return how a pack is signed; refuse a bad signature, and none where one is declared."""
    if sent.key is None or sent.signature is None:
        if sent.sending is not None and roster.signing_keys:
            raise _signature(name, "no signature", "the signature of a declared key")
        return "not signed"
    key, signature = bytes.fromhex(sent.key), bytes.fromhex(sent.signature)
    if not signature_holds(key, sent.message, signature):
        raise _signature(name, "a signature that does not fit", "the signature of these bytes")
    if not roster.signing_keys:
        return "not declared"
    if sent.key not in roster.signing_keys:
        raise _signature(
            name,
            f"the signature of the key {fingerprint(sent.key)}",
            "that of " + " or ".join(fingerprint(known) for known in roster.signing_keys),
        )
    return "declared"


def _differences(folder: TrialFolder, sent: Sent, roster: Roster) -> list[tuple[str, str, str]]:
    """Name each thing in which a pack was made for another trial, roster or definitions."""
    trial, pack = folder.protocol.trial, sent.pack
    found: list[tuple[str, str, str]] = []
    if (sent.trial, sent.simulated) != (trial.id, trial.simulated):
        found.append(("trial", "a pack of another trial", f"a pack of {trial.id}"))
    if pack.authority != roster.authority:
        found.append(("authority", "another authority's pack", f"a pack of {roster.authority}"))
    # An authority that cannot give the trial's own outcomes is counted by declared others alone.
    alone = [
        declared.definitions
        for declared in roster.declared
        if declared.definitions.outcome != roster.primary.outcome
    ]
    if pack.definitions not in (roster.primary, *alone):
        found.append(("definitions primary", "other definitions", "those of design.contact"))
    if pack.windows != roster.windows:
        found.append(("windows", "other windows", "those of design.periods.windows"))
    if {count.urn for count in pack.counts} != {school.urn for school in roster.schools}:
        found.append(("schools", "other schools", "those of the register"))
    named = {place for place, _, _ in found}
    if sent.sending is not None:
        ours = roster_digests(roster)
        for part in sorted({*ours, *sent.sending.roster} - named):
            theirs = sent.sending.roster.get(part)
            if theirs != ours.get(part):
                found.append((part, _digest(theirs), _digest(ours.get(part))))
        known = {declared.name: declared.definitions for declared in roster.declared}
        for other in sent.sending.others:
            if known.get(other.name) != other.definitions:
                place = f"counts by definitions {other.name}"
                found.append((place, "definitions that are not declared", "declared ones"))
    return found


def _digest(digest: str | None) -> str:
    return "none of that name" if digest is None else f"the digest {digest[:16]}"


def _signature(name: str, found: str, expected: str) -> ProblemsError:
    remedy = "ask the authority whether the pack is theirs, and for one that is signed"
    return ProblemsError([Problem(name, "signature", found, expected, remedy)])


def _is_whole(data: bytes) -> bool:
    try:
        return bool(list(boxes(data)))
    except SealError:
        return False


def closed(name: str, begin: bytes, size: int, *, whole: bool) -> ProblemsError:
    """Return the refusal of a file that does not open as anything of this trial.

    Parameters
    ----------
    name
        The file's name for the messages.
    begin, size
        Its first bytes, and how many it has.
    whole
        Whether it divides into whole boxes.
    """
    expected = "a file sealed to the trial's key, unchanged"
    again = "ask the authority to send the file again"
    if not size:
        found, remedy = "an empty file", again
    elif not begin.startswith(MAGIC):
        found = "a file that is not sealed"
        remedy = "name the file that contacts pack or contacts rows wrote, not one beside it"
    elif not whole:
        found, remedy = "a sealed file that was cut off, or has more at its end", again
    else:
        found = "a file that the trial's key does not open, or that was changed on the way"
        remedy = "ask the authority whether it used this trial's roster, and for the file again"
    return ProblemsError([Problem(name, "whole file", found, expected, remedy)])
