"""Rules between values: each asks the tree, notes what does not agree, and knows no other."""

from collections.abc import Callable

from equipoise.design.protocol.rules import (
    analysis,
    calendar,
    checks,
    contacts,
    corrections,
    draw,
    measures,
    models,
    people,
    planning,
    scheme,
    sources,
)
from equipoise.design.protocol.tree import Tree

#: Every rule, in no order that matters.
RULES: tuple[Callable[[Tree], None], ...] = (
    *people.RULES,
    *draw.RULES,
    *scheme.RULES,
    *calendar.RULES,
    *measures.RULES,
    *analysis.RULES,
    *models.RULES,
    *checks.RULES,
    *contacts.RULES,
    *planning.RULES,
    *sources.RULES,
    *corrections.RULES,
)

__all__ = ["RULES"]
