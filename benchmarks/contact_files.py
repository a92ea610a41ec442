"""Raw files of contacts in the six shapes, written fast: invented authorities, schools and calls.

This is not `simulate`: there is no truth behind the rows, only as many of them, as unevenly
spelt, as an authority's system would export. About 3 in 100 rows are unclear or copies.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import xlsxwriter

from equipoise.authority.rules import Definitions, Window

FIRST, DAYS = date(2023, 9, 1), 730
DEFINITIONS = Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2025, 8, 31))
WINDOWS = (
    Window("before", date(2023, 9, 1), date(2024, 7, 31)),
    Window("after", date(2024, 9, 1), date(2025, 7, 31)),
)
_PLACES = (
    *("Alder", "Birch", "Cedar", "Dale", "Elder", "Fern", "Glen", "Hazel", "Iver", "Juniper"),
    *("Keld", "Larch", "Marsh", "Nettle", "Oaken", "Pine", "Quarr", "Rowan", "Sedge", "Thorn"),
    *("Under", "Vale", "Willow", "Yarrow"),
)
_ENDS = ["ford", "ham", "mere", "stow", "wick", "ton", "ley", "field", "bury", "gate"]
_KINDS = (
    ("Primary School", "Primary", "Prim Sch"),
    ("Junior School", "Junior", "Jnr School"),
    ("Church of England Primary School", "C of E Primary", "CE Prim School"),
    ("High School", "High", "High Sch"),
    ("Academy", "Acad", "Academy"),
)
#: Source, share, and who is typed where it is no school.
_SOURCES = (
    ("2A", 28, ()),
    ("6", 30, ("Police", "Neighbourhood police team", "Custody suite")),
    ("3B", 12, ("Health visitors", "HV team north")),
    ("3E", 10, ("Emergency department", "A and E")),
    ("1A", 9, ("Mother", "Father", "Grandparent")),
    ("5A", 9, ("Social work team", "Duty desk")),
    ("9", 2, ("Anonymous",)),
)


@dataclass(frozen=True)
class School:
    """A school of the roster, as `known_names` wants it."""

    urn: str
    name: str
    la_code: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dialect:
    """How one shape writes a row.

    Attributes
    ----------
    heads
        Its headings, in the order of `Call`, the last two only where the shape has them.
    dates
        How it writes a date.
    sources, outcomes
        Its words for the codes of `_SOURCES`, and outcomes with their shares.
    book
        Whether it is a workbook, and on how many sheets.
    """

    heads: str
    dates: str
    sources: dict[str, str]
    outcomes: tuple[tuple[str, int], ...]
    sheets: int = 0


_WORDS = {
    "2A": "School", "6": "Police", "3B": "Health visitor", "3E": "A&E", "1A": "Parent",
    "5A": "LA social care", "9": "Anonymous",
}  # fmt: skip
_CODED = {code: f"{word} [{code}]" for code, word in _WORDS.items()}
_VENDOR = {
    "2A": "SCHOOLS", "6": "POLICE", "3B": "HSERVHVSTR", "3E": "HSERVAE", "1A": "INDFRC",
    "5A": "LASERVSOCC", "9": "ANON",
}  # fmt: skip
_LABELS = (
    ("No Further Action", 40), ("Information and Advice", 20), ("Early Help", 12),
    ("Referral", 20), ("Strategy Discussion", 3), ("", 4), ("As per manager", 1),
)  # fmt: skip
_FLAGS = tuple(
    (json.dumps(dict.fromkeys(flags.split(), "Y")), share)
    for flags, share in (
        ("NFA_FLAG", 40), ("ADVICE_FLAG", 20), ("NFA_FLAG ADVICE_FLAG", 12),
        ("NEW_REFERRAL_FLAG", 20), ("CP_ENQUIRY_FLAG", 3), ("EXISTING_REFERRAL_FLAG", 5),
    )
)  # fmt: skip
DIALECTS = (
    Dialect(
        "Contact ID,Child ID,Date of contact,Contact source,Referring organisation,"
        "Contact outcome,Decision date,Open case at contact (Y/N)",
        "%d/%m/%Y", _CODED, _LABELS,
    ),
    Dialect(
        "CONTACT_ID,PERSON_ID,CONTACT_STARTED,SOURCE_OF_CONTACT,REFERRER_AGENCY,OUTCOME,"
        "STEP_COMPLETED,OPEN_AT_CONTACT",
        "%d-%b-%Y", _WORDS, (("NULL", 60), ("EH Referral", 15), ("CIN Referral", 25)),
    ),
    Dialect(
        "Contact Number,Person Number,Contact Date,Contact Source Description,Agency,"
        "Next Actions,Completed Date",
        "%Y-%m-%d 00:00:00.000", _CODED,
        (("No Further Action", 40), ('"Information and Advice,Letter to Referrer"', 20),
         ("Early Help", 15), ('"Early Help,Social Care"', 22), ("Gateway Pilot", 1), ("", 2)),
    ),
    Dialect(
        "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_desc,"
        "referring_agency,cont_contact_outcome_json,decision_date",
        "%Y-%m-%d", _WORDS, _FLAGS, sheets=1,
    ),
    Dialect(
        "Contact Reference,Person ID,Contact Received,Source Code,Agency Name,Contact Outcome,"
        "Outcome Date,Case Open",
        "%d/%m/%Y", _VENDOR, _LABELS, sheets=1,
    ),
    Dialect(
        "Ref,Child Ref,Date Received,Source,School / Agency,Outcome,Outcome Date",
        "%d.%m.%Y", _WORDS, _LABELS, sheets=2,
    ),
)  # fmt: skip


def schools_of(code: str, count: int = 150) -> list[School]:
    """Return the schools of an authority, each with a name of its own in it."""
    names = [f"{place}{end}" for end in _ENDS for place in _PLACES]
    start = int(code) * 1000
    return [
        School(str(start + n), f"{names[n % len(names)]} {_KINDS[n % len(_KINDS)][0]}", code)
        for n in range(count)
    ]


def write_authority(folder: Path, code: str, rows: int, dialect: Dialect) -> list[School]:
    """Write an authority's profile and contacts; return its schools."""
    folder.mkdir(parents=True)
    schools = schools_of(code)
    name = "contacts.xlsx" if dialect.sheets else "contacts.csv"
    profile = {
        "authority": code,
        "name": f"Authority {code}",
        "system": "benchmark",
        "contacts_file": name,
        "one_row_per": "child",
        "open_cases": "flagged" if "pen" in dialect.heads else "by-outcome",
        "extract_date": "2025-09-30",
        "covers": {"from": FIRST.isoformat(), "to": (FIRST + timedelta(DAYS - 1)).isoformat()},
    }
    if "json" in dialect.heads:
        profile["open_cases"] = "flagged"
    text = json.dumps(profile)
    (folder / "profile.json").write_text(text, encoding="utf-8", newline="\n")
    lines = _rows(dialect, schools, rows, random.Random(int(code)))
    if dialect.sheets:
        _write_book(folder / name, dialect, lines, rows)
    else:
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(f"{dialect.heads}\n")
            file.writelines(",".join(line) + "\n" for line in lines)
    return schools


def _rows(
    dialect: Dialect, schools: list[School], rows: int, rng: random.Random
) -> Iterator[list[str]]:
    """Yield rows; one in fifty stands again at once, as systems export it."""
    width = dialect.heads.count(",") + 1
    codes = [code for code, share, _ in _SOURCES for _ in range(share)]
    typed = {code: names for code, _, names in _SOURCES}
    spelt = [*_spellings(schools), "Not known", "Other school (out of area)"]
    outcomes = [label for label, share in dialect.outcomes for _ in range(share)]
    written = [(FIRST + timedelta(n)).strftime(dialect.dates) for n in range(DAYS + 60)]
    children = max(1, rows * 6 // 10)
    made = 0
    while made < rows:
        block = min(50_000, rows - made)
        drawn = zip(
            rng.choices(codes, k=block),
            rng.choices(range(DAYS), k=block),
            rng.choices(range(60), k=block),
            rng.choices(outcomes, k=block),
            rng.choices(spelt, k=block),
            rng.choices("NNNNNNNNNY", k=block),
            rng.choices(range(children), k=block),
            strict=True,
        )
        line: list[str] = []
        for number, (code, day, later, outcome, school, open_case, child) in enumerate(drawn, made):
            if number % 50 == 49 and line:
                yield line
                continue
            others = typed[code]
            line = [
                f"C{number}",
                f"K{child}",
                written[day],
                dialect.sources[code],
                others[day % len(others)] if others else school,
                outcome,
                written[day + later],
                open_case,
            ][:width]
            yield line
        made += block


def _spellings(schools: list[School]) -> list[str]:
    """Return the names of schools as typed: in full, shortened, in capitals, with a slip."""
    found = []
    for school in schools:
        place, _, kind = school.name.partition(" ")
        short = next(forms for forms in _KINDS if forms[0] == kind)
        found += [school.name] * 3 + [f"{place} {form}" for form in short]
        found += [school.name.upper(), f"{place[:-2]}{place[-1]}{place[-2]} {short[1]}"]
    return found


def _write_book(path: Path, dialect: Dialect, lines: Iterator[list[str]], rows: int) -> None:
    each = -(-rows // dialect.sheets)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        for _ in range(dialect.sheets):
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, dialect.heads.split(","))
            for row in range(1, each + 1):
                line = next(lines, None)
                if line is None:
                    break
                for column, cell in enumerate(line):
                    sheet.write_string(row, column, cell)
