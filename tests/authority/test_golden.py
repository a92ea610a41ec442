"""Golden extracts of both shapes: counts equal the totals worked by hand."""

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from equipoise.authority.pack import build_pack, unclear
from equipoise.authority.readers.flags import FLAGS
from equipoise.authority.rules import Definitions, Window
from equipoise.workspace.folder.engine import DuckDBEngine

GOLDEN = Path(__file__).parent / "golden"


@dataclass(frozen=True)
class School:
    urn: str
    name: str
    la_code: str
    aliases: tuple = ()


LOCAL = (
    "local-columns",
    (
        School("900001", "Thornwick Primary School", "900"),
        School("900002", "St Hilda's C of E Primary School", "900"),
        School("900003", "Aldermere Infant School", "900"),
        School("900104", "Springfield Primary School", "901"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2024, 7, 31)),
    (
        Window("spring", date(2024, 1, 1), date(2024, 3, 31)),
        Window("summer", date(2024, 4, 1), date(2024, 6, 30)),
    ),
)
STANDARD = (
    "standard-dataset",
    (
        School("900101", "Our Lady Catholic Primary School", "901"),
        School("900102", "Fennmere Junior School", "901"),
        School("900103", "Fennmere Infant School", "901"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 7, 30, 28, date(2025, 8, 31)),
    (
        Window("autumn", date(2024, 9, 1), date(2024, 12, 31)),
        Window("year", date(2024, 9, 1), date(2025, 7, 31)),
    ),
)


def workbook(rows):
    """Write the rows of the golden table as the workbook that an authority would send."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Contacts")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if line and column in (2, 6) and cell:
                    sheet.write_datetime(line, column, date.fromisoformat(cell), day)
                elif column == 5:
                    head = "cont_contact_outcome_json"
                    flags = {flag: "Y" if flag in cell.split() else "N" for flag in sorted(FLAGS)}
                    sheet.write_string(line, column, json.dumps(flags) if line else head)
                else:
                    sheet.write(line, column, cell)
    return buffer.getvalue()


def files_of(name):
    folder = GOLDEN / name
    files = {path.name: path.read_bytes() for path in folder.glob("*.*")}
    if name == "standard-dataset":
        table = csv.reader(io.StringIO(files.pop("contacts.csv").decode("utf-8")))
        files["contacts.xlsx"] = workbook(list(table))
    return files


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


@pytest.mark.parametrize(("name", "schools", "definitions", "windows"), [LOCAL, STANDARD])
def test_counts_equal_the_totals_worked_by_hand(name, schools, definitions, windows):
    files = files_of(name)
    pack = build_pack(files, schools, definitions, windows, DuckDBEngine())
    found = [{key: str(value) for key, value in asdict(count).items()} for count in pack.counts]
    assert found == rows_of(files["totals.csv"])


@pytest.mark.parametrize(("name", "schools", "definitions", "windows"), [LOCAL, STANDARD])
def test_the_authoritys_totals_equal_those_worked_by_hand(name, schools, definitions, windows):
    files = files_of(name)
    quality = build_pack(files, schools, definitions, windows, DuckDBEngine()).quality
    expected = rows_of(files["windows.csv"])
    found = [{key: str(getattr(w, key)) for key in expected[0]} for w in quality.windows]
    assert found == expected


def test_rows_read_are_kept_or_set_aside_with_a_reason():
    for (name, *rest), read, kept, aside in (
        (LOCAL, 21, 19, {"double-export": 1, "no-child-id": 1}),
        (STANDARD, 19, 17, {"no-date": 1, "outside-covers": 1}),
    ):
        quality = build_pack(files_of(name), *rest, DuckDBEngine()).quality
        assert (quality.rows_read, quality.rows_kept) == (read, kept)
        assert {reason.reason: reason.rows for reason in quality.set_aside} == aside


def test_the_analysts_list_names_every_unclear_row_once_for_each_reason():
    name, schools, definitions, _ = LOCAL
    found = [(u.row, u.field, u.found) for u in unclear(files_of(name), schools, definitions)]
    assert found == [
        (12, "outcome", "As per manager"),
        (16, "organisation", "Springfield"),
        (18, "source", "Education"),
        (19, "row", ""),
        (20, "row", ""),
    ]


def test_counting_open_cases_moves_them_into_the_new_contacts():
    name, schools, definitions, windows = STANDARD
    counted = Definitions(**{**asdict(definitions), "open_cases": "count"})
    pack = build_pack(files_of(name), schools, counted, windows, DuckDBEngine())
    junior = next(c for c in pack.counts if (c.urn, c.window) == ("900102", "year"))
    assert (junior.contacts, junior.children, junior.open_case) == (6, 5, 0)


def test_a_row_more_changes_exactly_its_school_and_window():
    name, schools, definitions, windows = LOCAL
    files = files_of(name)
    before = build_pack(files, schools, definitions, windows, DuckDBEngine())
    line = b"C99,K99,07/05/2024,School,Aldermere Infants,NFA,08/05/2024,N\n"
    files["contacts.csv"] += line
    after = build_pack(files, schools, definitions, windows, DuckDBEngine())
    changed = [a for a, b in zip(after.counts, before.counts, strict=True) if a != b]
    assert [(c.urn, c.window, c.nfa_any_strict) for c in changed] == [("900003", "summer", 1)]
