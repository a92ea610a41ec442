"""Rules about outcomes: one primary, measures that can be made, estimands that fit them."""

from __future__ import annotations

from equipoise.design.protocol.names import (
    CLOCK_COUNTS,
    COUNTS,
    INSTRUMENTS,
    REASON_COUNTS,
    RECORDED_COUNTS,
)
from equipoise.design.protocol.source import Path
from equipoise.design.protocol.tree import Tree

_OUTCOMES = ("design", "outcomes")
_NEEDED = {
    "rate": ("numerator", "denominator", "per"),
    "share": ("numerator", "denominator", "per"),
    "score": ("instrument", "wave"),
    "value": (),
}
_LEVELS = {
    "pupil-average": ("school", "cluster", "pupil"),
    "school-average": ("school",),
    "unit-average": ("school", "cluster"),
    "contact-average": ("school",),
    "dsl-average": ("dsl",),
}


def one_primary(tree: Tree) -> None:
    """Exactly one outcome is primary."""
    roles = [tree.text(*entry, "role") for entry in tree.groups(*_OUTCOMES)]
    if not roles or None in roles:
        return
    count = roles.count("primary")
    if count != 1:
        tree.add(
            _OUTCOMES,
            f"{count or 'no'} primary outcome{'s' * (count != 1)}",
            "exactly one outcome with role: primary",
            "choose one; the others are secondary or safety",
        )


def measure(tree: Tree) -> None:
    """A measure names what its type needs, and only what there is."""
    own = tree.given("design", "table")
    windows = tree.names("design", "periods", "windows")
    waves = tree.names("design", "periods", "waves")
    for entry in tree.groups(*_OUTCOMES):
        path = (*entry, "measure")
        kind = tree.text(*path, "type")
        needed = _NEEDED.get(kind or "", ())
        if kind in ("rate", "share") and not own:
            needed = (*needed, "window")
        for key in needed:
            if not tree.given(*path, key):
                tree.add(
                    (*path, key),
                    "nothing",
                    f"the key {key}, which a {kind} needs",
                    f"add {key} to the measure",
                )
        if kind == "value" and not own:
            tree.add(
                (*path, "type"),
                "value",
                "rate, share or score",
                "declare design.table for a trial that brings its own outcome table",
            )
        if kind == "score" and own:
            tree.add(
                (*path, "type"),
                "score",
                "value, rate or share in a trial's own table",
                "bring the score as a value",
            )
        tree.refer((*path, "instrument"), INSTRUMENTS, "a scale that can be scored")
        for place in (path, (*entry, "baseline")):
            tree.refer((*place, "window"), windows, "the id of a window in periods")
            tree.refer((*place, "wave"), waves, "the id of a wave in periods")
        if not own:
            _counts(tree, entry)


def _counts(tree: Tree, entry: Path) -> None:
    path = (*entry, "measure")
    refer_to_count(tree, (*path, "numerator"))
    refer_to_count(tree, (*path, "denominator"), "pupils")
    for also in tree.groups(*entry, "also_shown"):
        refer_to_count(tree, (*also, "numerator"))
    above, below = tree.text(*path, "numerator"), tree.text(*path, "denominator")
    if above is not None and above == below:
        tree.add(
            (*path, "denominator"),
            repr(below),
            "another count than the numerator",
            "correct one of the two",
        )
    if tree.text(*path, "type") == "rate" and below in (*COUNTS, *REASON_COUNTS):
        tree.add(
            (*path, "denominator"),
            repr(below),
            "pupils, since the type is rate",
            "use type: share for a part of a count",
        )


def refer_to_count(tree: Tree, path: Path, *others: str) -> None:
    """Note a problem where a name is no count, or a count by a reason that is not asked for."""
    what = "pupils or a count" if others else "a count that authorities send"
    tree.refer(path, (*others, *COUNTS, *REASON_COUNTS, *CLOCK_COUNTS), what)
    name, asked = tree.text(*path), tree.get("design", "contact", "reasons")
    reason = REASON_COUNTS.get(name or "")
    if reason is not None and not (isinstance(asked, tuple) and reason in asked):
        tree.add(
            path,
            f"{name}, a count by reason",
            f"the reason {reason} in design.contact.reasons",
            f"add reasons: [{reason}] to design.contact, or name another count",
        )
    if name in CLOCK_COUNTS and tree.text("design", "contact", "clock_from") is None:
        tree.add(
            path,
            f"{name}, a count of working days",
            "design.contact.clock_from",
            "say from when working days are counted, or name another count",
        )
    if name in RECORDED_COUNTS and tree.text("design", "contact", "outcome") == "derived":
        tree.add(
            path,
            f"{name}, which only recorded outcomes tell",
            "a count that a list of referrals gives",
            "name another count, or set design.contact.outcome: recorded",
        )


def baseline(tree: Tree) -> None:
    """A baseline names one source, and not the outcome's own."""
    for entry in tree.groups(*_OUTCOMES):
        path = (*entry, "baseline")
        if not isinstance(tree.get(*path), dict):
            continue
        named = [key for key in ("window", "wave", "column") if tree.given(*path, key)]
        if len(named) != 1:
            tree.add(
                path,
                " and ".join(named) or "an empty baseline",
                "exactly one of window, wave or column",
                "name one, or write baseline: null",
            )
        for key in ("window", "wave"):
            name = tree.text(*path, key)
            if name is not None and name == tree.text(*entry, "measure", key):
                tree.add(
                    (*path, key),
                    repr(name),
                    f"another {key} than the outcome's own",
                    f"name the {key} before the draw",
                )
        column = tree.text(*path, "column")
        covariates = tree.get("design", "table", "covariates")
        if column is not None and column not in (covariates or ()):
            tree.add(
                (*path, "column"),
                repr(column),
                "a column under design.table.covariates",
                "add it to the covariates",
            )


def estimand(tree: Tree) -> None:
    """The average fits the level, and the arms compared are arms with the intervention."""
    arms = tree.names("design", "arms")
    for entry in tree.groups(*_OUTCOMES):
        path = (*entry, "estimand")
        average, level = tree.text(*path, "average"), tree.text(*entry, "level")
        if average in _LEVELS and level is not None and level not in _LEVELS[average]:
            fits = [name for name, levels in _LEVELS.items() if level in levels]
            tree.add(
                (*path, "average"),
                average,
                f"one of {', '.join([*fits, 'precision-weighted'])} at level {level}",
                "correct the average or the level",
            )
        if average == "contact-average" and tree.text(*entry, "measure", "type") != "share":
            tree.add(
                (*path, "average"),
                average,
                "a pupil- or school-average, unless it is a share",
                "correct the average or the measure",
            )
        if level == "dsl" and tree.text(*entry, "measure", "type") in ("rate", "share"):
            tree.add((*entry, "level"), "dsl", "school for a rate or share", "correct the level")
        for arm in tree.entries(*path, "arms"):
            tree.refer(arm, arms[1:], "the id of an arm other than the reference")


def safety(tree: Tree) -> None:
    """A safety outcome has its margin; another outcome has none."""
    for entry in tree.groups(*_OUTCOMES):
        role, path = tree.text(*entry, "role"), (*entry, "safety")
        if role == "safety" and not tree.given(*path):
            tree.add(
                path,
                "nothing",
                "worse and margin, which a safety outcome needs",
                "add safety: {worse: lower, margin: 1.0} with your values",
            )
        if role not in (None, "safety") and tree.get(*path) is not None:
            tree.add(
                path,
                f"a safety margin on a {role} outcome",
                "one on safety outcomes alone",
                "set role: safety, or remove the margin",
            )
        worse, better = tree.text(*path, "worse"), tree.text(*entry, "direction")
        if worse is not None and worse == better:
            tree.add(
                (*path, "worse"),
                worse,
                f"another way than the better one, {better}",
                "correct direction or worse",
            )


RULES = (one_primary, measure, baseline, estimand, safety)
