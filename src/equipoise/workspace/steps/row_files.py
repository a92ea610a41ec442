"""Rows on the authority's machine: an extract to pseudonymised rows, once she has agreed."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from equipoise.authority.pack import (
    ACCOUNT,
    ROWS,
    Outgoing,
    Sheet,
    pack_bytes,
    row_writer,
    rows_leave,
    statement,
)
from equipoise.core.base import write_atomic
from equipoise.workspace.folder.authority_keys import hmac_key
from equipoise.workspace.folder.engine import engine_named
from equipoise.workspace.steps.extracts import (
    Asked,
    built,
    files_of,
    handed_roster,
    own_extract,
    pages_of,
)


@dataclass(frozen=True)
class RowsMade:
    """Pseudonymised rows that were written.

    Attributes
    ----------
    rows
        How many.
    files
        What was written to go to the evaluator.
    pages
        What stays here: what leaves, and the statement.
    """

    rows: int
    files: tuple[Path, ...]
    pages: tuple[Path, Path]


def write_rows(
    asked: Asked, *, key: Path, out: Path, agree: Callable[[Sheet], bool]
) -> RowsMade | None:
    """Write an extract as pseudonymised rows, with the account they must add up to.

    Parameters
    ----------
    asked
        The extract and the roster.
    key
        The authority's HMAC key, or the folder that holds it.
    out
        The folder for rows.csv and rows.json.
    agree
        Is shown what would leave; False writes no rows.

    Returns
    -------
    RowsMade | None
        None where she did not agree.

    Raises
    ------
    ProblemsError
        With every problem of roster, key and extract. No row is written then.
    """
    handed = handed_roster(asked.roster, asked.key)
    roster = handed.roster
    secret = hmac_key(key)
    files = files_of(asked.paths, asked.profile)
    with (
        # What is written here is pseudonymised already; it is gone with the folder.
        tempfile.TemporaryDirectory(prefix="equipoise-") as folder,
        engine_named(asked.engine) as engine,
    ):
        draft = Path(folder) / ROWS
        with draft.open("w", encoding="ascii", newline="") as sink:
            pack, _ = built(
                files,
                roster.schools,
                roster.primary,
                roster.windows,
                engine,
                tap=row_writer(sink, key=secret, authority=roster.authority),
            )
        own_extract(handed, pack)
        account = pack_bytes(pack, trial=handed.trial, simulated=handed.simulated)
        with draft.open("rb") as written:
            rows = sum(1 for _ in written) - 1
        outgoing = (
            Outgoing(ROWS, draft.stat().st_size, "pseudonymised rows"),
            Outgoing(ACCOUNT, len(account), "what they add up to, and what qualifies them"),
        )
        leaves = rows_leave(handed, pack, outgoing, rows)
        both = Outgoing(out.name, 0, f"Two files: {ROWS} and {ACCOUNT}")
        pages = pages_of(out / ROWS, handed.simulated, beside=out.parent)
        write_atomic(pages[0], leaves.html())
        write_atomic(pages[1], statement(handed, pack, None, both).html())
        if not agree(leaves):
            return None
        write_large(out / ROWS, draft)
    write_atomic(out / ACCOUNT, account)
    return RowsMade(rows, (out / ROWS, out / ACCOUNT), pages)


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
