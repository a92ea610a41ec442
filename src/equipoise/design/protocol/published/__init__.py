"""Published findings as data: quoted with their source, beside what a trial here finds."""

from __future__ import annotations

from equipoise.design.protocol.loading import load
from equipoise.design.protocol.published.model import (
    Published,
    PublishedFinding,
    PublishedSource,
)
from equipoise.design.protocol.rules.people import once
from equipoise.design.protocol.shipped import shipped, shipped_names
from equipoise.design.protocol.tree import Tree

__all__ = [
    "Published",
    "PublishedFinding",
    "PublishedSource",
    "load_published",
    "published_findings",
    "published_sets",
]


def published_sets() -> tuple[str, ...]:
    """Return the names of the sets that are shipped.

    Examples
    --------
    >>> published_sets()
    ('dsl-supervision',)
    """
    return shipped_names(__name__)


def published_findings(name: str) -> Published:
    """Return a set of published findings that is shipped.

    Raises
    ------
    ProblemsError
        Where there is none of that name.

    Examples
    --------
    >>> published_findings("dsl-supervision").finding("cost-one-to-one").value
    850
    """
    return load_published(shipped(__name__, name, "published findings"), f"{name}.yaml")


def load_published(data: bytes, file: str = "published.yaml") -> Published:
    """Read a set of published findings.

    Raises
    ------
    ProblemsError
        With every problem, in the order of the file: as for a protocol; ids that stand twice,
        sources that are not listed, and numbers that their own quotation does not hold.
    """
    return load(data, Published, (_names, _numbers), file=file)


def _names(tree: Tree) -> None:
    """Each id stands once, and each finding's source is listed."""
    for key in ("sources", "findings"):
        once(tree, [(*entry, "id") for entry in tree.groups(key)])
    for entry in tree.groups("findings"):
        tree.refer((*entry, "source"), tree.names("sources"), "the id of a source")


def _numbers(tree: Tree) -> None:
    """A number stands in its quotation, has a unit, and without a quotation has a note."""
    for entry in tree.groups("findings"):
        value, quote = tree.number(*entry, "value"), tree.text(*entry, "quote")
        if value is not None and not tree.given(*entry, "unit"):
            tree.add((*entry, "unit"), "nothing", "the unit of the number", "add it")
        if quote is None and not tree.given(*entry, "note"):
            tree.add(
                (*entry, "quote"),
                "neither a quotation nor a note",
                "the source's own words, or a note on what was read there",
                "add one of the two",
            )
        if value is not None and quote is not None and f"{value:,}" not in quote:
            tree.add(
                (*entry, "value"),
                f"{value:,}",
                "a number that stands in the quotation",
                "correct the number or the quotation",
            )
