"""People: children of whom no number is recorded, by date of birth, names and postcode.

All of it stays in memory on the authority's own machine. How alike two children are is decided by
a `PeopleLinker` that is handed in; what is accepted is decided here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from equipoise.authority.readers import Raw, read_date
from equipoise.authority.readers.cell_words import read_id
from equipoise.authority.schools.child_tables import ChildRow, ChildTable, TableAccount
from equipoise.authority.schools.upn import read_upn

#: Names under which the children's details may lie in an authority's folder.
CHILDREN_FILES = ("children.csv", "children.xlsx")
#: A probability is never taken for more: two pupils may be sure beyond what a float tells.
_SUREST = 1.0 - 1e-12
_DETAILS = ("forename", "surname", "born", "postcode")


@dataclass(frozen=True, slots=True)
class Person:
    """A child as one of two tables knows it.

    Attributes
    ----------
    key
        The authority's number of the child, or the pupil number on the roll.
    forename, surname
        In small letters without marks; "" where not known.
    born
        Date of birth.
    postcode
        In capitals without spaces; "" where not known.
    """

    key: str
    forename: str
    surname: str
    born: date
    postcode: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely it is that two children are one, 0 to 1."""

    child: str
    upn: str
    probability: float


class PeopleLinker(Protocol):
    """Something that compares children of two tables.

    Attributes
    ----------
    threshold
        From this probability on a pair is accepted (`accepted`).
    """

    threshold: float

    def likenesses(self, children: Sequence[Person], roll: Sequence[Person]) -> Iterable[Likeness]:
        """Yield the pairs that may be one child; of each child the likeliest are among them."""


def linked_people(
    raw: Raw, file: str, roll: Raw, roll_file: str, linker: PeopleLinker
) -> tuple[dict[str, str], TableAccount]:
    """Link the children of a list to the roll by date of birth, names and postcode.

    Parameters
    ----------
    raw, file
        The children: child id, forename, surname, date of birth, postcode.
    roll, roll_file
        The roll, with the same four beside the pupil number.
    linker
        Compares them.

    Returns
    -------
    dict, TableAccount
        From child to pupil number, "" where it stays open; and what became of the rows.

    Raises
    ------
    ProblemsError
        With every problem of both tables; values are shown by their shape.
    """
    table = ChildTable(raw, file, "children", ("child_id", *_DETAILS[:3]), ("postcode",))
    children = _people(table, "child_id")
    pupils = _people(
        ChildTable(roll, roll_file, "roll", ("upn", *_DETAILS[:3]), ("postcode",)), "upn"
    )
    found = linker.likenesses(children, pupils)
    return accepted((child.key for child in children), found, linker.threshold), table.account()


def accepted(
    children: Iterable[str], likenesses: Iterable[Likeness], threshold: float
) -> dict[str, str]:
    """Return the pupil number of each child; "" where none or several are likely enough.

    A child is one pupil or none, so that pairs compete: of odds o the likeliest has the
    probability o / (1 + the sum of all odds). A pupil whom two children are likeliest to be is
    given to neither.

    Examples
    --------
    >>> pairs = [Likeness("K1", "A", 0.999), Likeness("K2", "B", 0.995), Likeness("K2", "C", 0.9)]
    >>> accepted(["K1", "K2", "K3"], pairs, 0.99)
    {'K1': 'A', 'K2': '', 'K3': ''}
    """
    odds: dict[str, dict[str, float]] = {}
    for pair in likenesses:
        sure = min(pair.probability, _SUREST)
        held = odds.setdefault(pair.child, {})
        held[pair.upn] = max(sure / (1.0 - sure), held.get(pair.upn, 0.0))
    chosen: dict[str, str] = {}
    for child in children:
        ranked = sorted((-odd, upn) for upn, odd in odds.get(child, {}).items())
        whole = 1.0 - sum(odd for odd, _ in ranked)
        likely = bool(ranked) and -ranked[0][0] / whole >= threshold
        chosen[child] = ranked[0][1] if likely else ""
    claims = Counter(chosen.values())
    return {child: upn if claims[upn] == 1 else "" for child, upn in chosen.items()}


def _people(table: ChildTable, key: str) -> list[Person]:
    """Return the children of a table, of several lines of one the last."""
    found: dict[str, Person] = {}
    for row in table.rows():
        person = _person(row, table, key)
        if person is None:
            continue
        if person.key in found:
            table.set_aside("double")
        found[person.key] = person
    return list(found.values())


def _person(row: ChildRow, table: ChildTable, key: str) -> Person | None:
    if key == "upn":
        upn = read_upn(row.text("upn"))
        number = upn.text if upn.usable else ""
    else:
        number = read_id(row.text(key))
    born = read_date(row.cells.get("born", ""))
    if born is None and row.text("born"):
        table.add_cell(row, "born", "a date like 31/08/2014 or 2014-08-31")
        return None
    if not number or born is None:
        table.set_aside("no-birth" if number else "no-child-id")
        return None
    forename, surname = (_letters(row.text(field)) for field in ("forename", "surname"))
    postcode = "".join(row.text("postcode").upper().split())
    return Person(number, forename, surname, born, postcode)


def _letters(name: str) -> str:
    """Return a name in small letters, without marks and hyphens."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalpha())
