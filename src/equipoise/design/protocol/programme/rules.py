"""Rules between the values of programme.yaml."""

from __future__ import annotations

from itertools import pairwise
from pathlib import PurePosixPath, PureWindowsPath

from equipoise.design.protocol.names import COUNTS, REASON_COUNTS
from equipoise.design.protocol.published import published_sets
from equipoise.design.protocol.rules.people import once
from equipoise.design.protocol.rules.sources import assumed_has_source
from equipoise.design.protocol.tree import Tree

_COUNTS = (*COUNTS, *REASON_COUNTS)
_LISTS = ("overlaps", "groups", "pools", "costs")


def names(tree: Tree) -> None:
    """Each id stands once in its list, each trial in one folder, each mode on one line."""
    for path, key in (
        ("trials", "id"),
        ("trials", "folder"),
        ("groups", "id"),
        ("costs", "mode"),
    ):
        once(tree, [(*entry, key) for entry in tree.groups(path)])
    shown = [(*entry, "id") for key in ("pools", "panels") for entry in tree.groups(key)]
    once(tree, list(shown))


def known_trials(tree: Tree) -> None:
    """Whatever names a trial names one of the programme's, and each once."""
    known = tree.names("trials")
    for key in _LISTS:
        for entry in tree.groups(key):
            listed = list(tree.entries(*entry, "trials"))
            for trial in listed:
                tree.refer(trial, known, "the id of a trial under trials")
            once(tree, listed)
    for entry in tree.groups("panels"):
        members = list(tree.groups(*entry, "members"))
        for member in members:
            tree.refer((*member, "trial"), known, "the id of a trial under trials")


def folders(tree: Tree) -> None:
    """A trial's folder lies beside programme.yaml or under it."""
    for entry in tree.groups("trials"):
        folder = tree.text(*entry, "folder")
        if folder is None:
            continue
        parts = PurePosixPath(folder.replace("\\", "/")).parts
        if ".." in parts or folder.startswith("/") or PureWindowsPath(folder).drive:
            tree.add(
                (*entry, "folder"),
                repr(folder),
                "a folder beside programme.yaml, such as dsl-primary",
                "put the trials' folders beside programme.yaml",
            )


def counts(tree: Tree) -> None:
    """A common outcome is made of counts that authorities send."""
    for entry in tree.groups("pools"):
        path = (*entry, "measure")
        tree.refer((*path, "numerator"), _COUNTS, "a count that authorities send")
        below = tree.text(*path, "denominator")
        if below is not None and below != "pupils":
            tree.add(
                (*path, "denominator"),
                repr(below),
                "pupils, since shares of contacts are not pooled",
                "show shares in a panel",
            )


def pools(tree: Tree) -> None:
    """Sequence and decision speak of a declared common outcome."""
    known = tree.names("pools")
    for key in ("sequence", "decision"):
        tree.refer((key, "pool"), known, "the id of a common outcome under pools")


def order(tree: Tree) -> None:
    """Trials are listed in the order in which they ended."""
    days = [(entry, tree.day(*entry, "ended")) for entry in tree.groups("trials")]
    ended = [(entry, day) for entry, day in days if day is not None]
    for (_, before), (entry, after) in pairwise(ended):
        if after < before:
            tree.add(
                (*entry, "ended"),
                after.isoformat(),
                f"a day on or after {before}, when the trial before it ended",
                "list the trials in the order in which they ended",
            )


def decision(tree: Tree) -> None:
    """No class both continues and stops the programme."""
    go = tree.get("decision", "continue_if")
    for entry in tree.entries("decision", "stop_if"):
        name = tree.text(*entry)
        if name is not None and isinstance(go, tuple) and name in go:
            tree.add(
                entry,
                f"{name}, also under continue_if",
                "each class in one list only",
                "remove it from one of the two",
            )


def context(tree: Tree) -> None:
    """Published findings are those of a shipped set."""
    for entry in tree.entries("context", "published"):
        tree.refer(entry, published_sets(), "a set of published findings")


RULES = (
    names,
    known_trials,
    folders,
    counts,
    pools,
    order,
    decision,
    context,
    assumed_has_source,
)
