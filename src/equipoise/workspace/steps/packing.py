"""Packing, on the authority's machine: an extract to a sealed pack."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import (
    Handed,
    Outgoing,
    Pack,
    Sending,
    Sheet,
    chosen,
    fingerprint,
    message_of,
    pack_leaves,
    roster_digests,
    sending_bytes,
    statement,
    with_signature,
)
from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.workspace.folder.authority_keys import signing_key
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.keys import KeyPair
from equipoise.workspace.folder.people import people_linker
from equipoise.workspace.folder.randomness import Secrets
from equipoise.workspace.folder.seal import padded_size, seal
from equipoise.workspace.steps.extracts import (
    Asked,
    built,
    countable_here,
    files_of,
    handed_roster,
    need_file_name,
    own_extract,
    pages_of,
)
from equipoise.workspace.steps.sent import purpose_of

_NUMBERED = re.compile(r"\.v([0-9]+)\.")


@dataclass(frozen=True)
class Packing:
    """A pack in memory: nothing of it is written until she has seen what would leave.

    Attributes
    ----------
    handed
        The roster.
    pack
        The pack.
    content
        The bytes to seal, signed where there is a key.
    leaves, statement
        The pages for her and for her information-governance lead.
    out
        Where it goes.
    """

    handed: Handed
    pack: Pack
    content: bytes
    leaves: Sheet
    statement: Sheet
    out: Path

    @property
    def pages(self) -> tuple[Path, Path]:
        """Where the two pages go: beside the pack."""
        return pages_of(self.out, self.handed.simulated)


def packing(
    asked: Asked,
    *,
    out: Path,
    sign: Path | None = None,
    names: Sequence[str] = (),
    number: int | None = None,
) -> Packing:
    """Count what the trial declared, and say what would leave. Nothing is written.

    Parameters
    ----------
    asked
        The extract and the roster.
    out
        Where the pack goes.
    sign
        The authority's signing key, or the folder that holds it; None leaves the pack unsigned.
    names
        Declared definitions to count; all where none is named. The trial's own always count.
    number
        The version; None takes it from a name like 350.v2.sealed, else 1.

    Raises
    ------
    ProblemsError
        With every problem of roster, names, keys and extract.
    """
    need_file_name(out, "350.v1.sealed")
    handed = handed_roster(asked.roster, asked.key)
    roster = handed.roster
    declared = chosen(roster, names)
    signer = None if sign is None else signing_key(sign)
    fits_declared(handed, signer)
    files = files_of(asked.paths, asked.profile, asked.roster)
    main, *more = countable_here(files, declared)
    others = [(one.name, one.definitions) for one in more]
    with engine_named(asked.engine) as engine:
        pack, counted = built(
            files,
            roster.schools,
            main.definitions,
            roster.windows,
            engine,
            others=others,
            people=people_linker(asked.people),
        )
    own_extract(handed, pack)
    _need_named(names, {main.name, *(one.name for one in counted)})
    sending = Sending(
        authority=roster.authority,
        number=number or numbered(out),
        protocol=roster.protocol,
        roster=roster_digests(roster),
        others=counted,
    )
    content = sending_bytes(pack, sending, trial=handed.trial, simulated=handed.simulated)
    if signer is not None:
        signature = signer.sign(message_of(content))
        content = with_signature(content, key=signer.public, signature=signature)
    size = padded_size(len(content))
    file = Outgoing(out.name, size, "the pack, sealed")
    signed = None if signer is None else signer.public.hex()
    return Packing(
        handed,
        pack,
        content,
        pack_leaves(handed, pack, sending, file, signed=signed),
        statement(handed, pack, file, packed=True),
        out,
    )


def _need_named(names: Sequence[str], counted: Collection[str]) -> None:
    """Refuse definitions that were asked for by name and could not be counted."""
    problems = [
        Problem(
            "the extract",
            f"definitions {name}",
            "no file to count them by",
            "the rolls (roll.csv) where the school attended counts, a list of referrals where "
            "outcomes are derived, recorded outcomes where they are not",
            "add the file, or leave this name out of --definitions",
        )
        for name in names
        if name not in counted
    ]
    if problems:
        raise ProblemsError(problems)


def numbered(out: Path) -> int:
    """Return the version that a name says, such as 350.v2.sealed; 1 where it says none."""
    found = _NUMBERED.search(out.name)
    return int(found[1]) if found else 1


def write_pages(made: Packing) -> tuple[Path, Path]:
    """Write the two pages beside where the pack will be; return where they lie."""
    leaves, stated = made.pages
    write_atomic(leaves, made.leaves.html())
    write_atomic(stated, made.statement.html())
    return leaves, stated


def write_pack(made: Packing, secrets: Secrets) -> Path:
    """Seal a pack to the trial's key and write it; return where it lies."""
    box = seal(
        made.content,
        to=bytes.fromhex(made.handed.roster.trial_key),
        purpose=purpose_of(made.handed.roster.authority, made.handed.trial),
        secrets=secrets,
    )
    write_atomic(made.out, box)
    return made.out


def fits_declared(handed: Handed, signer: KeyPair | None) -> None:
    """Refuse early what the evaluator would refuse: a key that is not the declared one."""
    declared = handed.roster.signing_keys
    if declared and (signer is None or signer.public.hex() not in declared):
        found = "no key" if signer is None else f"the key {fingerprint(signer.public.hex())}"
        raise ProblemsError(
            [
                Problem(
                    "signing key",
                    "--sign",
                    found,
                    "the declared key " + " or ".join(fingerprint(key) for key in declared),
                    "name the key that was lodged with the trial, or lodge the new one",
                )
            ]
        )
