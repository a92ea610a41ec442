"""Rules about corrections: schools are joined only where they are counted one by one."""

from __future__ import annotations

from equipoise.design.protocol.tree import Tree

_MERGED = ("design", "corrections", "merged")


def joined_schools_are_counted(tree: Tree) -> None:
    """An own outcome table holds values that cannot be added: its schools cannot be joined."""
    rule = tree.text(*_MERGED)
    if tree.given("design", "table") and rule in ("arm-of-larger", "arm-of-first"):
        tree.add(
            _MERGED,
            repr(rule),
            "as-randomised, set-aside or forbid in a trial that brings its own outcome table",
            "choose one of them: the values of two schools of the table cannot be added",
        )


RULES = (joined_schools_are_counted,)
