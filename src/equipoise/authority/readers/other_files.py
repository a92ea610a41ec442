"""Other files: which outcomes an authority's statutory files can give, and which they cannot."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class CountedOutcome:
    """A kind of outcome, and the counts that belong to it."""

    id: str
    title: str
    counts: tuple[str, ...]


@dataclass(frozen=True)
class Judgement:
    """What a file gives of an outcome: ``no``, ``check``, ``part`` or ``secondary``, and why."""

    outcome: str
    gives: str
    why: str


@dataclass(frozen=True)
class OtherFile:
    """A file that authorities have anyway.

    Attributes
    ----------
    id, title
        Its short name and its name.
    holds, source
        What it holds, and where that is published.
    outcomes
        What it gives of each kind of outcome, in the order of `counted_outcomes`.
    """

    id: str
    title: str
    holds: str
    source: str
    outcomes: tuple[Judgement, ...]


@cache
def counted_outcomes() -> tuple[CountedOutcome, ...]:
    """Return the kinds of outcome that are judged."""
    return tuple(
        CountedOutcome(entry["id"], entry["title"], tuple(entry["counts"]))
        for entry in _body()["outcomes"]
    )


@cache
def other_files() -> tuple[OtherFile, ...]:
    """Return the files that are judged.

    Examples
    --------
    >>> annex = other_files()[0]
    >>> {found.outcome: found.gives for found in annex.outcomes}["nfa"]
    'no'
    """
    return tuple(
        OtherFile(
            id=entry["id"],
            title=entry["title"],
            holds=entry["holds"],
            source=entry["source"],
            outcomes=tuple(
                Judgement(outcome.id, **entry["outcomes"][outcome.id])
                for outcome in counted_outcomes()
            ),
        )
        for entry in _body()["files"]
    )


def gives_words(code: str) -> str:
    """Return what a judgement's code means, in words."""
    words: str = _body()["gives"][code]
    return words


def outcomes_of(counts: Collection[str]) -> tuple[CountedOutcome, ...]:
    """Return the kinds of outcome to which any of some counts belongs, volume always.

    Examples
    --------
    >>> [kind.id for kind in outcomes_of(["referral_any"])]
    ['volume', 'referral']
    """
    wanted = {"volume", *counts}
    return tuple(kind for kind in counted_outcomes() if wanted.intersection(kind.counts))


def other_files_page() -> str:
    """Return the page about other files as Markdown: the one in docs is made from it."""
    body = _body()
    lines = [
        f"# {body['title']}",
        "",
        "Generated from the data file of `equipoise.authority.readers.other_files` by "
        "`equipoise schema other-files`.",
        "",
        "An extract of contacts gives every outcome of a trial. The files that authorities make "
        "anyway do not: they serve as checks of volume and, here and there, for a secondary "
        "outcome.",
    ]
    for file in other_files():
        lines += ["", f"## {file.title}", "", f"{file.holds}.", ""]
        lines += ["| outcome | can it be had from here | why |", "| --- | --- | --- |"]
        for kind, found in zip(counted_outcomes(), file.outcomes, strict=True):
            lines.append(f"| {kind.title} | {gives_words(found.gives)} | {found.why} |")
        lines += ["", f"Source: {file.source}."]
    return "\n".join([*lines, "", body["source"]])


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "other-files.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
