"""File order: an authority's files under names of their own, called by their order (rule 13).

A file that an authority named may carry a child's name in it. Off the analyst's screen it is
``file 2`` of its folder: in the ledger, in results, and in messages of the evaluator's commands.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

#: Names that the product itself gives or asks for, and so tell nothing.
PLAIN = frozenset(
    {
        "profile.json", "labels.csv", "schools.csv", "domains.csv", "school-links.csv",
        "roll.csv", "roll.xlsx", "upns.csv", "upns.xlsx", "children.csv", "children.xlsx",
        "contacts.csv", "contacts.xlsx", "referrals.csv", "referrals.xlsx", "rows.csv", "rows.json",
    }
)  # fmt: skip
_ROWS = re.compile(r"rows\.v[0-9]+\.sealed")
_ORDERED = re.compile(r"file ([1-9][0-9]*)")


def ordered_name(root: Path, name: str) -> str:
    """Return what a file of a trial folder is called where it is recorded.

    Parameters
    ----------
    root
        The trial folder.
    name
        The file, from the trial folder.

    Returns
    -------
    str
        ``authority/350/file 2`` for a file under a name of its own; any other name as it is.
    """
    parted = _parted(name)
    if parted is None or _is_plain(parted[1]):
        return name
    code, rest = parted
    own = _own(root, code)
    place = own.index(rest) + 1 if rest in own else len(own) + 1
    return f"authority/{code}/file {place}"


def real_name(root: Path, name: str) -> str:
    """Return under which name a recorded file lies in the folder.

    Parameters
    ----------
    root, name
        As for `ordered_name`, the name as recorded.
    """
    parted = _parted(name)
    match = None if parted is None else _ORDERED.fullmatch(parted[1])
    if parted is None or match is None:
        return name
    own, place = _own(root, parted[0]), int(match[1])
    return f"authority/{parted[0]}/{own[place - 1]}" if place <= len(own) else name


def _parted(name: str) -> tuple[str, str] | None:
    """Return an authority's code and the name of a file under it; None for other files."""
    parts = PurePosixPath(name).parts
    if len(parts) < 3 or parts[0] != "authority":
        return None
    return parts[1], "/".join(parts[2:])


def _own(root: Path, code: str) -> list[str]:
    folder = root / "authority" / code
    names = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in names if not _is_plain(name))


def _is_plain(name: str) -> bool:
    return name in PLAIN or _ROWS.fullmatch(name) is not None
