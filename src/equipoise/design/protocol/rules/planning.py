"""Rules about what was planned: sums, shares, phases, and ways of supervising."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_PLANNED = ("design", "planned")
_HOW = ("design", "intervention", "how")
_BY_PHASE = ("design", "intervention", "how_by_phase")
_MODES = ("costs", "modes")


def sums(tree: Tree) -> None:
    """Schools by arm, and by phase, sum to the schools planned; the keys are arms and phases."""
    arms = tree.names("design", "arms")
    phases = _phases(tree)
    for key, known, what in (("by_arm", arms, "arm"), ("by_phase", phases, "phase")):
        path = (*_PLANNED, key)
        parts = _numbers(tree, path)
        if not parts:
            continue
        for name in parts:
            _known(tree, (*path, name), known, what)
        missing = [name for name in known if name not in parts]
        if missing:
            tree.add(
                path, f"no {missing[0]}", f"every {what}: {', '.join(known)}", f"add {missing[0]}"
            )
        whole = tree.number(*_PLANNED, "schools")
        if whole is not None and sum(parts.values()) != whole:
            tree.add(
                path,
                f"{' + '.join(map(str, parts.values()))} = {sum(parts.values())}",
                f"a sum of {whole}, the schools planned",
                "correct the parts or the sum",
            )


def shares(tree: Tree) -> None:
    """The schools planned for an arm are its share of all, to within one school."""
    parts = _numbers(tree, (*_PLANNED, "by_arm"))
    given = {
        name: _fraction(tree.get(*entry, "share"))
        for entry in tree.groups("design", "arms")
        if (name := tree.text(*entry, "id"))
    }
    known = {name: share for name, share in given.items() if share}
    if len(known) != len(given) or set(known) != set(parts) or not known:
        return
    whole, total = sum(parts.values()), sum(known.values(), Fraction(0))
    for name, schools in parts.items():
        expected = known[name] / total * whole
        if abs(schools - expected) >= 1:
            tree.add(
                (*_PLANNED, "by_arm", name),
                str(schools),
                f"about {round(expected)}, the arm's share of {whole}",
                "correct the share or the number",
            )


def within(tree: Tree) -> None:
    """Authorities are no more than schools, and units no more than schools."""
    schools = tree.number(*_PLANNED, "schools")
    for path in ((*_PLANNED, "authorities"), ("design", "power", "units")):
        number = tree.number(*path)
        if schools is not None and number is not None and number > schools:
            tree.add(
                path,
                str(number),
                f"{schools} or fewer, the schools planned",
                "correct one of the two",
            )


def modes(tree: Tree) -> None:
    """How it is given by phase, and the modes that are costed, fit how it is given."""
    how = tree.text(*_HOW)
    phases = _phases(tree)
    by_phase = tree.get(*_BY_PHASE)
    if isinstance(by_phase, Mapping) and by_phase:
        for phase in by_phase:
            _known(tree, (*_BY_PHASE, phase), phases, "phase")
        given = {value for value in by_phase.values() if isinstance(value, str)}
        fits = "mixed" if len(given) > 1 else next(iter(given), None)
        if how is not None and fits is not None and how != fits:
            tree.add(_HOW, how, f"{fits}, as how_by_phase says", "correct one of the two")
    seen: set[str] = set()
    for entry in tree.entries(*_MODES):
        mode = tree.text(*entry)
        if mode is not None and mode in seen:
            tree.add(entry, f"{mode} again", "each mode only once", "remove one of the two")
        elif mode is not None and how in ("one-to-one", "group") and mode != how:
            tree.add(entry, mode, f"{how}, as the intervention is given", "correct one of the two")
        seen.add(mode or "")


def _phases(tree: Tree) -> list[str]:
    named = (tree.text(*entry) for entry in tree.entries("design", "population", "phases"))
    return [name for name in named if name is not None]


def _known(tree: Tree, path: Path, known: list[str], what: str) -> None:
    if known and path[-1] not in known:
        tree.add(
            path,
            repr(path[-1]),
            f"the name of a declared {what}: {', '.join(known)}",
            "correct the name, or declare it",
        )


def _numbers(tree: Tree, path: Path) -> dict[str, int]:
    value = tree.get(*path)
    if not isinstance(value, Mapping) or not all(type(n) is int for n in value.values()):
        return {}
    return dict(value)


def _fraction(value: object) -> Fraction | None:
    try:
        share = Fraction(str(value).replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        return None
    return share if share > 0 else None


RULES = (sums, shares, within, modes)
