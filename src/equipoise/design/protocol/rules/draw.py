"""Rules about the draw: arms, shares, strata, the event, register or own table."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from equipoise.design.protocol.tree import Tree

_ARMS = ("design", "arms")
_SCHEME = ("design", "scheme")


def arms(tree: Tree) -> None:
    """Two arms or more, exactly one of them the reference, and that one first."""
    entries = tree.get(*_ARMS)
    if not isinstance(entries, tuple):
        return
    if len(entries) < 2:
        tree.add(
            _ARMS,
            f"{len(entries)} arm{'s' * (len(entries) != 1)}",
            "two arms or more",
            "declare the missing arm",
        )
        return
    given = [tree.get(*_ARMS, i, "intervention") for i in range(len(entries))]
    if not all(isinstance(value, bool) for value in given):
        return
    references = given.count(False)
    if references != 1:
        tree.add(
            _ARMS,
            f"{references or 'no'} arms without the intervention",
            "exactly one, the reference",
            "set intervention: false for the reference alone",
        )
    elif given[0]:
        tree.add(
            (*_ARMS, 0),
            "an arm with the intervention first",
            "the reference first",
            "move the arm with intervention: false to the top",
        )


def shares(tree: Tree) -> None:
    """Whole numbers are a ratio; decimals and fractions must sum to exactly one."""
    values = []
    for entry in tree.groups(*_ARMS):
        value = tree.get(*entry, "share")
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            return
        try:
            values.append(Fraction(str(value).replace(" ", "")))
        except (ValueError, ZeroDivisionError):
            return
    if not values or all(v.denominator == 1 for v in values) or any(v <= 0 for v in values):
        return
    if sum(values) != 1:
        written = " + ".join(_plain(v) for v in values)
        tree.add(
            _ARMS,
            f"shares that sum to {_plain(sum(values, Fraction(0)))} ({written})",
            "shares that sum to exactly 1, or whole numbers as a ratio",
            "correct a share, for example 0.4 and 0.6, or 2 and 3",
        )


def _plain(value: Fraction) -> str:
    decimal = float(value)
    return f"{decimal:g}" if Fraction(f"{decimal:g}") == value else str(value)


def event(tree: Tree) -> None:
    """A draw made here names its event; a draw made elsewhere has none."""
    path = (*_SCHEME, "event")
    if not isinstance(tree.get(*_SCHEME), Mapping):
        return
    external = tree.text(*_SCHEME, "draw") == "external"
    if external and tree.get(*path) is not None:
        tree.add(
            path,
            "an event",
            "no event, since the draw is external",
            "remove the event, or set draw: internal",
        )
    if not external and not tree.given(*path):
        tree.add(
            path,
            "nothing",
            "the public event that is mixed into the draw",
            "declare source, round and not_before, or set draw: external",
        )


def strata(tree: Tree) -> None:
    """Numbers are cut, categories are not, and each variable stands once."""
    seen: set[str] = set()
    for entry in tree.groups(*_SCHEME, "strata"):
        name = tree.text(*entry, "variable")
        cut, at = tree.get(*entry, "cut"), tree.get(*entry, "at")
        if name in seen:
            tree.add(
                (*entry, "variable"),
                f"{name} again",
                "each variable only once",
                "remove one of the two",
            )
        if name is not None:
            seen.add(name)
        if name == "pupils" and tree.given(*entry, "cut") == tree.given(*entry, "at"):
            found = "both cut and at" if cut else "no cut"
            tree.add(
                entry,
                found,
                "one of cut: median-within-stage or at: [numbers]",
                "say how pupils are cut",
            )
        if name in ("la_code", "phase", "stratum") and (cut or at):
            tree.add(
                entry,
                f"a cut of {name}",
                "no cut, since its values are categories",
                "remove cut and at",
            )
        whole = isinstance(at, tuple) and all(isinstance(x, int) for x in at)
        if whole and (any(x < 1 for x in at) or list(at) != sorted(set(at))):
            tree.add(
                (*entry, "at"),
                ", ".join(map(str, at)),
                "numbers above zero in ascending order",
                "put them in order",
            )
        if name == "stratum" and tree.get("design", "table") is None:
            tree.add(
                (*entry, "variable"),
                "stratum",
                "la_code, phase or pupils of the register",
                "name a column of the register, or declare design.table",
            )


def register_or_table(tree: Tree) -> None:
    """A trial counts from a register and authorities' files, or brings its own table."""
    if not isinstance(tree.get("design"), Mapping):
        return
    own = tree.given("design", "table")
    external = tree.text(*_SCHEME, "draw") == "external"
    if not own or not external:
        needed = [
            (("design", "population"), "which schools are eligible"),
            (("design", "periods", "roll_date"), "the date of the school census"),
        ]
        for path, what in needed:
            _need(tree, path, what)
    if not own:
        for path, what in (
            (("design", "contact"), "what is counted as a contact"),
            (("design", "periods", "pending_cut_off"), "the date from which contacts are pending"),
            (("design", "periods", "delivery"), "when the intervention is given"),
            (("design", "compliance"), "what dose counts"),
            (("keys", "delivery"), "the key to sessions, costs and interviews"),
        ):
            _need(tree, path, what)
    elif tree.get("design", "stages", "by") is not None and external:
        tree.add(
            ("design", "stages", "by"),
            "stages",
            "null, since the draw was made elsewhere",
            "set by: null",
        )


def _need(tree: Tree, path: tuple[str, ...], what: str) -> None:
    parent = path[:-1]
    if not tree.given(*path) and (tree.get(*parent) is not None or not tree.given(*parent)):
        tree.add(
            path,
            "nothing",
            f"{path[-1]}: {what}",
            f"add {path[-1]}, or declare design.table for a trial that brings its own table",
        )


RULES = (arms, shares, event, strata, register_or_table)
