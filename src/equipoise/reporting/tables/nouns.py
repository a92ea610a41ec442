"""What was drawn and who its members are, as a trial's own unit of the draw says."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.reporting.tables.fields import Part, Parts, Words
from equipoise.reporting.tables.formats import Writer

RANDOMISED = "design.unit.randomised"
OBSERVED = "design.unit.observed"

DRAWN: dict[str, tuple[str, str]] = {
    "school": ("school", "schools"),
    "class": ("class", "classes"),
    "school-group": ("group of schools", "groups of schools"),
    "authority": ("authority", "authorities"),
    "team": ("team", "teams"),
    "pupil": ("pupil", "pupils"),
}
"""Unit of the draw to its noun, for one and for many."""

MEMBERS: dict[str, tuple[str, str]] = {
    "pupil": ("pupil", "pupils"),
    "dsl": ("safeguarding lead", "safeguarding leads"),
    "class": ("class", "classes"),
    "school": ("school", "schools"),
    "contact": ("contact", "contacts"),
    "person": ("person", "people"),
}
"""Unit of observation to its noun, for one and for many."""

PEOPLE = frozenset({"pupil", "safeguarding lead", "person"})
"""Nouns of people: their small counts are withheld."""


@dataclass(frozen=True)
class Noun:
    """A noun in both numbers, and the field that chose it.

    Attributes
    ----------
    one, many
        The noun.
    field
        Field of the protocol that names it; None where the noun is the same in every trial.
    """

    one: str
    many: str
    field: str | None = None

    def plural(self, writer: Writer, before: str = "", after: str = "") -> Part:
        """Return the noun for many, between words that go with it."""
        return self._said(writer, before + self.many + after)

    def heading(self, writer: Writer) -> Part:
        """Return the noun for many, with a capital."""
        return self._said(writer, self.many[:1].upper() + self.many[1:])

    def _said(self, writer: Writer, text: str) -> Part:
        if self.field is None:
            return Words(text)
        return writer.choice("protocol", self.field, text)

    def counted(self, writer: Writer, source: str, path: str, number: Part | None = None) -> Parts:
        """Return a count with this noun; ``number`` where the count is written otherwise."""
        value = writer.fields.value(source, path)
        also = () if self.field is None else (f"protocol:{self.field}",)
        noun = writer.choice(source, path, self.one if value == 1 else self.many, *also)
        write = writer.people if self.one in PEOPLE else writer.count
        return (number or write(source, path), Words(" "), noun)


UNITS, SCHOOLS, PUPILS = Noun("unit", "units"), Noun("school", "schools"), Noun("pupil", "pupils")


def own_table(writer: Writer) -> bool:
    """Whether the trial brings its own outcome table, so that its units need not be schools."""
    return writer.fields.has("protocol", "design.table")


def drawn(writer: Writer) -> Noun:
    """Return the noun of what a count of schools counts: schools, or the units of an own table."""
    if not own_table(writer):
        return SCHOOLS
    return Noun(*DRAWN[writer.fields.value("protocol", RANDOMISED)], RANDOMISED)


def members(writer: Writer) -> Noun:
    """Return the noun of what a count of pupils counts: pupils, or the members in an own table."""
    if not own_table(writer):
        return PUPILS
    return Noun(*MEMBERS[writer.fields.value("protocol", OBSERVED)], OBSERVED)


def box_nouns(writer: Writer) -> tuple[tuple[str, Noun], ...]:
    """Return the fields of a box of the flow that are shown, each with its noun.

    In a trial with its own table the count of schools counts units, so that units are not named
    twice; where single members were drawn, they are named once.
    """
    if not own_table(writer):
        return (("units", UNITS), ("schools", SCHOOLS), ("pupils", PUPILS))
    unit, member = drawn(writer), members(writer)
    if unit.many == member.many:
        return (("pupils", member),)
    return (("schools", unit), ("pupils", member))
