"""Records: schools and what is known of them, with the dates for which it is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Alias:
    """An earlier or other name of a school; None stands for an open end."""

    name: str
    start: date | None
    end: date | None


@dataclass(frozen=True)
class School:
    """A school of the register.

    Attributes
    ----------
    urn
        Unique reference number, as text.
    name, la_code, la_name
        Its name, its authority's code (three digits) and name.
    phase, status
        In small letters: ``primary``, ``open``.
    opened, closed
        First and last day; None where the register gives none.
    aliases
        Earlier names.
    """

    urn: str
    name: str
    la_code: str
    la_name: str
    phase: str
    status: str
    opened: date | None = None
    closed: date | None = None
    aliases: tuple[Alias, ...] = ()


@dataclass(frozen=True)
class Roll:
    """Pupils on a school's roll on the day of a census."""

    urn: str
    date: date
    pupils: int


@dataclass(frozen=True)
class Dsl:
    """A designated safeguarding lead (or deputy) at a school; `end` None while in post."""

    person_id: str
    urn: str
    role: str
    start: date
    end: date | None


@dataclass(frozen=True)
class Link:
    """A school that became, took in or renamed another."""

    urn_from: str
    urn_to: str
    on: date
    kind: str


@dataclass(frozen=True)
class Term:
    """A term of an authority's schools, both days included."""

    la_code: str
    term: str
    first_day: date
    last_day: date
