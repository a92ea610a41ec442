"""Versions: every text of trial.yaml that an act fixed, kept by the digest of its bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from equipoise.core.base import Problem, ProblemsError, sha256_hex
from equipoise.core.ledger import Entry
from equipoise.workspace.folder.trial import PROTOCOL, TrialFolder

VERSIONS = "design/versions/"
#: Acts that fix the protocol or a part of it; each has the protocol among what it reads.
FIXING = ("lock", "sap-lock", "amend")

PartName = Literal["design", "plan"]


class FixedPart(NamedTuple):
    """A part of the protocol as an act fixed it: the act, and the digest of its meaning."""

    entry: Entry
    meaning: str


def version_file(digest: str) -> str:
    """Return where the text of a digest is kept.

    Examples
    --------
    >>> version_file("ab12")
    'design/versions/ab12.yaml'
    """
    return f"{VERSIONS}{digest}.yaml"


def fixings(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the acts that fixed the protocol, in order."""
    return tuple(entry for entry in entries if entry.name in FIXING)


def fixed_parts(entries: Iterable[Entry]) -> dict[PartName, FixedPart]:
    """Return what is fixed of the protocol, and which act fixed it last."""
    found: dict[PartName, FixedPart] = {}
    for entry in fixings(entries):
        meaning = str(entry.facts["meaning"])
        if entry.name == "sap-lock":
            found["plan"] = FixedPart(entry, meaning)
        else:
            found["design"] = FixedPart(entry, meaning)
        if entry.name == "amend" and entry.facts.get("plan") is not None:
            found["plan"] = FixedPart(entry, str(entry.facts["plan"]))
    return found


def fixed_text(folder: TrialFolder, entry: Entry) -> bytes:
    """Return the bytes of trial.yaml as an act fixed them.

    Raises
    ------
    ProblemsError
        Where the version is not kept, or is another text than the act read.
    """
    digest = entry.reads[PROTOCOL]
    name = version_file(digest)
    path = folder.path / name
    data = path.read_bytes() if path.is_file() else None
    if data is None or sha256_hex(data) != digest:
        raise ProblemsError(
            [
                Problem(
                    name,
                    "whole file",
                    "no such file" if data is None else "another text",
                    f"{PROTOCOL} as it was at {entry.name} on {entry.at[:10]}",
                    f"put a copy of that {PROTOCOL} there, under this name",
                )
            ]
        )
    return data
