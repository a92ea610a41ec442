"""Pending: a step's files and its line in the ledger come into being together, or not at all.

The files are first written into a folder of their own. The line in the ledger is what decides: a
step that is cut off before it is undone, one that is cut off after it is finished, by whoever
opens the folder next.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from equipoise.core.base import replace_file, sha256_hex, write_atomic
from equipoise.core.ledger import LEDGER, Entry, read_chain, writing

PENDING = ".pending"
_HALF = ".writing-*"


def hold(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a step's files into the pending folder. The write lock must be held."""
    discard(folder)
    for name in sorted(files):
        write_atomic(folder / PENDING / name, files[name])


def release(folder: Path) -> None:
    """Move every pending file to its place. The write lock must be held."""
    pending = folder / PENDING
    for path in sorted(pending.rglob("*")):
        if path.is_file():
            place = folder / path.relative_to(pending)
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, place)
    discard(folder)


def discard(folder: Path) -> None:
    """Remove the pending folder and whatever it holds."""
    if (folder / PENDING).exists():
        shutil.rmtree(folder / PENDING)


def settle(folder: Path) -> None:
    """Finish a step whose line stands in the ledger; undo one whose line does not.

    Parameters
    ----------
    folder
        The trial folder; nothing is done where no step was cut off.
    """
    if not (folder / PENDING).exists() and not any(folder.glob(_HALF)):
        return
    with writing(folder):
        for path in folder.glob(_HALF):
            path.unlink(missing_ok=True)
        ledger = folder / LEDGER
        entries = read_chain(ledger.read_bytes() if ledger.exists() else b"").entries
        if entries and _is_of(entries[-1], folder / PENDING):
            release(folder)
        else:
            discard(folder)


def _is_of(entry: Entry, pending: Path) -> bool:
    """Return whether every pending file is one that the entry records."""
    return all(
        entry.writes.get(path.relative_to(pending).as_posix()) == sha256_hex(path.read_bytes())
        for path in pending.rglob("*")
        if path.is_file()
    )
