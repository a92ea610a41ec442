"""Rows on the authority's machine: an extract to sealed pseudonymised rows, once she has agreed."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import (
    Handed,
    Outgoing,
    Pack,
    Sending,
    Sheet,
    Tally,
    roster_digests,
    row_writer,
    rows_head,
    rows_leave,
    rows_message,
    statement,
    with_signature,
)
from equipoise.core.base import write_atomic
from equipoise.workspace.folder.authority_keys import hmac_key, signing_key
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.folder.keys import KeyPair
from equipoise.workspace.folder.people import people_linker
from equipoise.workspace.folder.randomness import Secrets
from equipoise.workspace.folder.seal import seal
from equipoise.workspace.folder.sealed_rows import SealingSink, Written
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
from equipoise.workspace.steps.packing import fits_declared, numbered
from equipoise.workspace.steps.sent import rows_purpose_of


@dataclass(frozen=True)
class RowsMade:
    """Pseudonymised rows that were written.

    Attributes
    ----------
    rows
        How many.
    file
        What was written to go to the evaluator.
    pages
        What stays here: what leaves, and the statement.
    """

    rows: int
    file: Path
    pages: tuple[Path, Path]


def write_rows(
    asked: Asked,
    *,
    key: Path,
    out: Path,
    secrets: Secrets,
    agree: Callable[[Sheet], bool],
    sign: Path | None = None,
    number: int | None = None,
) -> RowsMade | None:
    """Write an extract as pseudonymised rows, sealed to the trial's key, with what they add up to.

    No row touches the disk in the clear.

    Parameters
    ----------
    asked
        The extract and the roster.
    key
        The authority's HMAC key, or the folder that holds it.
    out
        Where the one file goes.
    secrets
        Where the fresh keys of its boxes come from.
    agree
        Is shown what would leave; False writes no rows.
    sign
        The authority's signing key, or the folder that holds it; None leaves the rows unsigned.
    number
        The version; None takes it from a name like 350.rows.v2.sealed, else 1.

    Returns
    -------
    RowsMade | None
        None where she did not agree.

    Raises
    ------
    ProblemsError
        With every problem of roster, keys and extract. No row is written then.
    """
    need_file_name(out, "350.rows.v1.sealed")
    handed = handed_roster(asked.roster, asked.key)
    roster = handed.roster
    secret = hmac_key(key)
    signer = None if sign is None else signing_key(sign)
    fits_declared(handed, signer)
    files = files_of(asked.paths, asked.profile, asked.roster)
    main, *more = countable_here(files, roster.declared)
    # What rows must hold beside the trial's own: other definitions are counted from them too.
    further = [(d.name, d.definitions) for d in more if d.definitions.needs_more]
    to, purpose = bytes.fromhex(roster.trial_key), rows_purpose_of(roster.authority, handed.trial)
    with (
        tempfile.TemporaryDirectory(prefix="equipoise-") as folder,
        engine_named(asked.engine) as engine,
    ):
        draft = Path(folder) / "rows.sealed"
        with draft.open("wb") as target:
            sink = SealingSink(target, to=to, purpose=purpose, secrets=secrets)
            pack, _ = built(
                files,
                roster.schools,
                main.definitions,
                roster.windows,
                engine,
                others=further,
                tap=row_writer(sink, key=secret, authority=roster.authority),
                attended=(
                    None
                    if any(d.definitions.school == "attended" for d in roster.declared)
                    else False
                ),
                people=people_linker(asked.people),
            )
            own_extract(handed, pack)
            written = sink.finish()
            sending = Sending(
                authority=roster.authority,
                number=number or numbered(out),
                protocol=roster.protocol,
                roster=roster_digests(roster),
                others=(),
            )
            head = _head(handed, pack, sending, written, signer)
            target.write(seal(head, to=to, purpose=purpose, secrets=secrets))
        file = Outgoing(out.name, draft.stat().st_size, "pseudonymised rows, sealed")
        rows = written.lines - 1
        signed = None if signer is None else signer.public.hex()
        leaves = rows_leave(handed, pack, sending, file, rows, signed=signed)
        pages = pages_of(out, handed.simulated)
        write_atomic(pages[0], leaves.html())
        write_atomic(pages[1], statement(handed, pack, file, packed=False).html())
        if not agree(leaves):
            return None
        write_large(out, draft)
    return RowsMade(rows, out, pages)


def _head(
    handed: Handed, pack: Pack, sending: Sending, written: Written, signer: KeyPair | None
) -> bytes:
    tally = Tally(written.lines - 1, written.parts, written.digest)
    head = rows_head(pack, sending, tally, trial=handed.trial, simulated=handed.simulated)
    if signer is None:
        return head
    signature = signer.sign(rows_message(head))
    return with_signature(head, key=signer.public, signature=signature)


def write_large(path: Path, source: Path) -> None:
    """Copy a file into its place so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as target, source.open("rb") as held:
            while block := held.read(io.DEFAULT_BUFFER_SIZE * 16):
                target.write(block)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
