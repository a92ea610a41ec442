"""The roll file: who was on the roll of which school, and when; and each child's pupil number."""

from __future__ import annotations

import re
from collections.abc import Mapping

from equipoise.authority.readers import Raw, read_date
from equipoise.authority.readers.cell_words import read_id
from equipoise.authority.readers.shapes import plain_head
from equipoise.authority.schools.attended import RollSpell
from equipoise.authority.schools.child_tables import (
    ChildRow,
    ChildTable,
    TableAccount,
    registrations,
)
from equipoise.authority.schools.upn import read_upn
from equipoise.core.base import Problem, ProblemsError

#: Names under which the two tables may lie in an authority's folder.
ROLL_FILES = ("roll.csv", "roll.xlsx")
UPN_FILES = ("upns.csv", "upns.xlsx")
_URN = re.compile(r"\d{5,7}")
_DATE = "a date like 31/08/2024 or 2024-08-31"


def read_roll(raw: Raw, file: str) -> tuple[list[RollSpell], TableAccount]:
    r"""Read a roll: pupil number, URN and entry; leaving, former number, registration if recorded.

    A registration is main or subsidiary, or a code of the school census.

    Parameters
    ----------
    raw
        CSV or .xlsx; its columns may be named anyhow, others are not read.
    file
        Its name for the messages.

    Returns
    -------
    list, TableAccount
        A spell for each row kept, and what became of the rows. Rows without a valid pupil number,
        a school or a date of entry are set aside: they link nobody.

    Raises
    ------
    ProblemsError
        With every problem: dates that are none, an end before its start, numbers that are no
        URN, words that are no registration. Values are shown by their shape.

    Source
    ------
    Department for Education, School census guide 2024 to 2025: enrolment status.

    Examples
    --------
    >>> spells, account = read_roll(
    ...     b"UPN,URN,EntryDate,LeavingDate\nA950000178301,900001,01/09/2023,\n", "roll.csv")
    >>> spells[0].urn, account.rows_kept
    ('900001', 1)
    """
    table = ChildTable(
        raw, file, "roll", ("upn", "urn", "start"), ("end", "former_upn", "registration")
    )
    spells: list[RollSpell] = []
    seen: set[tuple[object, ...]] = set()
    for row in table.rows():
        spell = _spell(row, table)
        if spell is None:
            continue
        key = (spell.upn, spell.urn, spell.start, spell.end, spell.former_upn, spell.main)
        if key in seen:
            table.set_aside("double")
            continue
        seen.add(key)
        spells.append(spell)
    return spells, table.account()


def read_upns(raw: Raw, file: str) -> tuple[dict[str, tuple[str, ...]], TableAccount]:
    r"""Read a list of children and their pupil numbers, a line for each number of a child.

    Parameters
    ----------
    raw, file
        As for `read_roll`; columns child id and UPN.

    Returns
    -------
    dict, TableAccount
        From child to the numbers, valid or not, in order; and what became of the rows.

    Raises
    ------
    ProblemsError
        Where it cannot be read to its end, or has not the columns.

    Examples
    --------
    >>> read_upns(b"Child ID,UPN\nK1,A950000178301\n", "upns.csv")[0]
    {'K1': ('A950000178301',)}
    """
    table = ChildTable(raw, file, "upns", ("child_id", "upn"))
    found: dict[str, tuple[str, ...]] = {}
    for row in table.rows():
        child, upn = read_id(row.text("child_id")), row.text("upn")
        if not child or not upn:
            table.set_aside("no-upn" if child else "no-child-id")
        elif upn in found.get(child, ()):
            table.set_aside("double")
        else:
            found[child] = (*found.get(child, ()), upn)
    return found, table.account()


def _spell(row: ChildRow, table: ChildTable) -> RollSpell | None:
    """Return a row as a spell, or None and say why not."""
    upn = read_upn(row.text("upn"))
    start, end = (read_date(row.cells.get(field, "")) for field in ("start", "end"))
    urn, said = row.text("urn"), row.text("registration")
    sound = True
    for field, fits, expected in (
        ("urn", not urn or _URN.fullmatch(urn), "a school's unique reference number, digits"),
        ("start", start or not row.text("start"), _DATE),
        ("end", end or not row.text("end"), f"{_DATE}, or blank"),
        (
            "registration",
            plain_head(said) in registrations(),
            "main or subsidiary, or C, M, S, P, F, O, G",
        ),
    ):
        if not fits:
            table.add_cell(row, field, expected)
            sound = False
    if sound and start and end and end < start:
        table.add(row.place, "a leaving before the entry", "dates in order", "correct the dates")
        sound = False
    if not sound:
        return None
    if reason := _reason(upn.usable, row, has_start=start is not None):
        table.set_aside(reason)
        return None
    if start is None:
        raise AssertionError("a row without a date of entry is set aside")
    former = row.text("former_upn")
    return RollSpell(upn.text, urn, start, end, former, registrations()[plain_head(said)])


def _reason(usable: bool, row: ChildRow, *, has_start: bool) -> str:
    if not row.text("upn"):
        return "no-upn"
    if not usable:
        return "invalid-upn"
    if not row.text("urn"):
        return "no-urn"
    return "" if has_start else "no-start"


def one_of(files: Mapping[str, Raw], names: tuple[str, ...]) -> str:
    """Return which of some names lies among the files; "" where none does.

    Raises
    ------
    ProblemsError
        Where several do: nobody could say which of them holds.
    """
    there = [name for name in names if name in files]
    if len(there) > 1:
        raise ProblemsError(
            [
                Problem(
                    " and ".join(there),
                    "whole files",
                    "two files for one table",
                    "one of the two",
                    "keep the one that is right",
                )
            ]
        )
    return there[0] if there else ""
