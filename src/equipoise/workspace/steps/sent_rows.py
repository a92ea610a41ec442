"""Rows that were sent: opened, held against what was declared, and unsealed while they are read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from equipoise.authority.pack import ACCOUNT, ROWS, RowsSent, parse_rows_head
from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.folder.seal import SealError
from equipoise.workspace.folder.sealed_rows import head_of, places_of, unsealed_parts
from equipoise.workspace.folder.vault import private_key
from equipoise.workspace.steps.sent import Opened, checked, closed, rows_purpose_of

#: What rows are called in an authority's folder.
ROWS_NAME = re.compile(r"rows\.v(?P<number>[0-9]+)\.sealed")
_REMEDY = "ask the authority to send its rows again: equipoise contacts rows"


def latest_rows(names: Sequence[str]) -> str | None:
    """Return the latest version of rows among the names of a folder; None where there is none.

    Examples
    --------
    >>> latest_rows(["rows.v2.sealed", "rows.v10.sealed", "profile.json"])
    'rows.v10.sealed'
    """
    found = [(int(match["number"]), name) for name in names if (match := ROWS_NAME.fullmatch(name))]
    return max(found)[1] if found else None


def rows_code_of(folder: TrialFolder, path: Path, codes: Sequence[str]) -> str | None:
    """Return which authority a file of rows is of; None where the trial's key opens it for none."""
    return next((code for code in codes if _head(folder, path, code) is not None), None)


def opened_rows(
    folder: TrialFolder, path: Path, *, code: str, name: str
) -> tuple[Opened, RowsSent]:
    """Open the head of a file of rows and hold it against the trial.

    Parameters
    ----------
    folder
        The trial; the trial's private key must be at hand.
    path
        The file.
    code
        The authority.
    name
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        As `opened_pack`.
    """
    head = _head(folder, path, code)
    if head is None:
        raise _unopened(path, name)
    rows = parse_rows_head(head, name)
    return checked(folder, rows.sent, code=code, name=name), rows


def unsealed_rows(
    folder: TrialFolder, path: Path, rows: RowsSent, *, code: str, name: str, into: Path
) -> Mapping[str, Path]:
    """Write rows and their account, unsealed, into a folder that is gone once they are counted.

    Returns
    -------
    Mapping
        rows.csv and rows.json, as `recounted_counts` wants them.

    Raises
    ------
    ProblemsError
        Where a part is missing, exchanged or changed.
    """
    files = {ROWS: into / ROWS, ACCOUNT: into / ACCOUNT}
    digest, parts, lines = hashlib.sha256(), 0, 0
    purpose = rows_purpose_of(code, folder.protocol.trial.id)
    key = private_key(folder, "trial").private
    try:
        with files[ROWS].open("wb") as target:
            for part in unsealed_parts(path, key=key, purpose=purpose):
                target.write(part)
                digest.update(part)
                parts, lines = parts + 1, lines + part.count(b"\n")
    except SealError:
        raise _broken(name, f"part {parts + 1}", "a part that does not open in its place") from None
    tally = rows.tally
    if (parts, lines - 1, digest.hexdigest()) != (tally.parts, tally.rows, tally.digest):
        raise _broken(name, "rows", "others than it says it holds")
    write_atomic(files[ACCOUNT], rows.account)
    return files


def _head(folder: TrialFolder, path: Path, code: str) -> bytes | None:
    purpose = rows_purpose_of(code, folder.protocol.trial.id)
    try:
        return head_of(path, key=private_key(folder, "trial").private, purpose=purpose)
    except SealError:
        return None


def _unopened(path: Path, name: str) -> ProblemsError:
    with path.open("rb") as stream:
        begin = stream.read(16)
    try:
        whole = bool(places_of(path))
    except SealError:
        whole = False
    return closed(name, begin, path.stat().st_size, whole=whole)


def _broken(name: str, place: str, found: str) -> ProblemsError:
    return ProblemsError([Problem(name, place, found, "the rows as they were sealed", _REMEDY)])
