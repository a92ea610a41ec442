"""Rules about people: ids, who is blind, who holds keys, who signs."""

from __future__ import annotations

from pathlib import PurePosixPath, PureWindowsPath

from equipoise.design.protocol.names import TWO_SIGNATURES
from equipoise.design.protocol.rules.contacts import DIFFER
from equipoise.design.protocol.tree import Tree

#: Lists whose entries are referred to by a name.
_NAMED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("people",), "id"),
    (("design", "arms"), "id"),
    (("design", "periods", "windows"), "id"),
    (("design", "periods", "waves"), "id"),
    (("design", "contact", "also"), "id"),
    (("design", "subgroups"), "id"),
    (("plan", "sensitivity"), "id"),
    (("plan", "checks"), "id"),
    (("process", "themes"), "code"),
)
_SEES_ARMS = ("unblinded-statistician", "programme-manager")
_BLIND = ("statistician", "data-manager")


def unique_names(tree: Tree) -> None:
    """Each id stands once in its list; outcome ids also among what is always shown beside."""
    for path, key in _NAMED:
        once(tree, [(*entry, key) for entry in tree.groups(*path)])
    outcomes = [(*entry, "id") for entry in tree.groups("design", "outcomes")]
    beside = [
        (*also, "id")
        for entry in tree.groups("design", "outcomes")
        for also in tree.groups(*entry, "also_shown")
    ]
    once(tree, [*outcomes, *beside])


def once(tree: Tree, paths: list[tuple[str | int, ...]]) -> None:
    """Note a problem at each name that stands there a second time."""
    first: dict[str, int] = {}
    for path in paths:
        name = tree.text(*path)
        if name is None:
            continue
        if name in first:
            tree.add(
                path,
                f"{name!r} again (first on line {first[name]})",
                "each id only once",
                "rename one of the two",
            )
        first.setdefault(name, tree.source.places[path][0])


def definitions_of_its_own(tree: Tree) -> None:
    """No other definition of a contact is called as the trial's own, or says nothing."""
    for entry in tree.groups("design", "contact", "also"):
        if tree.text(*entry, "id") == "primary":
            tree.add(
                (*entry, "id"),
                "primary",
                "another name: primary is design.contact itself",
                "rename it",
            )
        if not any(tree.given(*entry, key) for key in DIFFER):
            tree.add(
                entry,
                "nothing that differs",
                f"{', '.join(DIFFER[:-1])} or {DIFFER[-1]}",
                "say what it counts differently, or remove it",
            )


def known_people(tree: Tree) -> None:
    """Whoever holds a key or is shown the arms stands under people."""
    people = tree.names("people")
    if not people:
        return
    for key in ("see", "delivery", "trial"):
        tree.refer(("keys", key, "holder"), people, "the id of a person under people")
    for entry in tree.entries("design", "stages", "reveal_to"):
        tree.refer(entry, people, "the id of a person under people")


def blindness(tree: Tree) -> None:
    """Roles that see arms are not blind; the analyst and the data manager are."""
    blind = {
        name: tree.get(*entry, "blind")
        for entry in tree.groups("people")
        if (name := tree.text(*entry, "id"))
    }
    for entry in tree.groups("people"):
        role, is_blind = tree.text(*entry, "role"), tree.get(*entry, "blind")
        if role in _SEES_ARMS and is_blind is True:
            tree.add(
                (*entry, "blind"),
                "true",
                f"false for a {role}",
                "correct it: this role sees the arms",
            )
        if role in _BLIND and is_blind is False:
            tree.add(
                (*entry, "blind"),
                "false",
                f"true for a {role}",
                "correct it, or give the person the role that sees the arms",
            )
    for key in ("see", "delivery"):
        _fits(tree, ("keys", key, "holder"), blind, False)
    _fits(tree, ("keys", "trial", "holder"), blind, True)
    for entry in tree.entries("design", "stages", "reveal_to"):
        _fits(tree, entry, blind, False)


def _fits(tree: Tree, path: tuple[str | int, ...], blind: dict[str, object], wanted: bool) -> None:
    name = tree.text(*path)
    if name in blind and blind[name] is (not wanted):
        kind = "blind" if wanted else "not blind"
        tree.add(
            path,
            f"{name}, who is {'not blind' if wanted else 'blind'}",
            f"a person who is {kind}",
            "name another person",
        )


def signatures(tree: Tree) -> None:
    """A draw made here needs two signatures on its acts, and two people who can give them."""
    path = ("design", "scheme", "two_signatures")
    acts = tree.get(*path)
    if tree.get("design", "scheme") is None or tree.text("design", "scheme", "draw") == "external":
        wanted: tuple[str, ...] = ()
    else:
        wanted = TWO_SIGNATURES
    declared = acts if isinstance(acts, tuple) else ()
    missing = [act for act in wanted if act not in declared]
    if missing and (acts is None or isinstance(acts, tuple)):
        tree.add(
            path,
            f"no second signature for {', '.join(missing)}",
            "two signatures on " + ", ".join(wanted),
            "add the missing acts to the list",
        )
    if (declared or wanted) and len(set(tree.names("people"))) == 1:
        tree.add(
            ("people",),
            "one person",
            "two people, for acts that two must sign",
            "add the second person",
        )


def open_folder(tree: Tree) -> None:
    """The unblinded team's folder is declared where there is something in it, and lies outside."""
    path = ("delivery_dir",)
    folder = tree.text(*path)
    if folder is None:
        if not tree.given(*path) and any(tree.get(key) is not None for key in ("costs", "process")):
            tree.add(
                path,
                "nothing",
                "the folder of sessions, costs and interviews",
                "add delivery_dir, such as ../delivery",
            )
        return
    parts = PurePosixPath(folder.replace("\\", "/")).parts
    away = folder.startswith("/") or bool(PureWindowsPath(folder).drive)
    depth = lowest = 0
    for part in parts:
        depth += -1 if part == ".." else 0 if part == "." else 1
        lowest = min(lowest, depth)
    if not away and lowest == 0:
        tree.add(
            path,
            repr(folder),
            "a folder outside the trial's folder, such as ../delivery",
            "move it out: what it holds tells the arms",
        )


RULES = (
    unique_names,
    definitions_of_its_own,
    known_people,
    blindness,
    signatures,
    open_folder,
)
