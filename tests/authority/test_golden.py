"""Golden extracts of the six shapes: counts equal the totals worked by hand."""

import csv
import io
import json
from dataclasses import asdict, replace
from datetime import date, datetime

import pytest
import xlsxwriter

from equipoise.authority.pack import build_pack, unclear
from equipoise.authority.readers.flags import FLAGS
from equipoise.authority.rules import Definitions, Window
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.golden_folders import GOLDEN, School, described, raw_files, sent, trial_of

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
TICKS = (
    "tick-boxes",
    (
        School("900201", "Quarrham Primary School", "902"),
        School("900202", "Dalestow Academy", "902"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2024, 4, 30), ("sexual-abuse",)),
    (
        Window("autumn", date(2023, 9, 1), date(2023, 12, 31)),
        Window("spring", date(2024, 1, 1), date(2024, 3, 31)),
    ),
)
ACTIONS = (
    "next-actions",
    (
        School("900301", "St Bede's Catholic Primary School", "903"),
        School("900302", "Oakenhurst Infant School", "903"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 7, 30, 14, date(2024, 7, 31)),
    (
        Window("spring", date(2024, 1, 1), date(2024, 3, 31)),
        Window("summer", date(2024, 4, 1), date(2024, 7, 31)),
    ),
)
CODES = (
    "vendor-codes",
    (
        School("900401", "Fernhollow Primary School", "904"),
        School("900402", "Marshgate Junior School", "904"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 0, 14, 28, date(2024, 6, 30), ("sexual-abuse",)),
    (
        Window("year", date(2023, 9, 1), date(2024, 6, 15)),
        Window("spring", date(2024, 1, 1), date(2024, 3, 31)),
    ),
)
SHEETS = (
    "yearly-sheets",
    (
        School("900501", "Hazelmoor Primary School", "905"),
        School("900502", "Brackenfield Infant School", "905"),
    ),
    Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, date(2024, 11, 30), ("sexual-abuse",)),
    (
        Window("before", date(2023, 9, 1), date(2024, 7, 31)),
        Window("after", date(2024, 9, 1), date(2024, 11, 30)),
    ),
)
ALL = (LOCAL, STANDARD, TICKS, ACTIONS, CODES, SHEETS)
EVERY = (*ALL, *(trial_of(name) for name in described()))
YEARS = {
    2: ("Ref", "Child Ref", "Date Received", "Source", "School / Agency", "Outcome",
        "Outcome Date", "Reason for Contact"),
    3: ("Ref", "Child Ref", "Date received", "Source of contact", "School or agency",
        "Outcome of contact", "Date of outcome", "Reason for contact"),
}  # fmt: skip


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


def timed_workbook(rows):
    """Write rows as one sheet whose dates are cells of date and time."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Contacts")
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        for line, row in enumerate(rows):
            for column, cell in enumerate(row):
                if line and column in (2, 6) and cell:
                    day = datetime.fromisoformat(f"{cell}T14:35:00")
                    sheet.write_datetime(line, column, day, moment)
                else:
                    sheet.write(line, column, cell)
    return buffer.getvalue()


def yearly_workbook(rows):
    """Write rows as a workbook of a prose sheet and three years; the last has no contacts."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        guidance = book.add_worksheet("Guidance")
        guidance.write(0, 0, "How to fill in this workbook")
        guidance.write(2, 0, "One row for each child. Choose the source from the list.")
        for number, year in ((2, "2023-24"), (3, "2024-25"), (4, "2025-26")):
            sheet = book.add_worksheet(year)
            sheet.write(0, 0, f"Contacts received {year}")
            sheet.write_row(2, 0, YEARS[min(number, 3)])
            for row in rows[1:]:
                if row[0] == str(number):
                    sheet.write_row(int(row[1]) - 1, 0, row[2:])
    return buffer.getvalue()


def files_of(name, files=None):
    if name in described():
        return sent(raw_files(name))
    files = dict(files or raw_files(name))
    files.pop("BROKEN.json", None)
    text = files["contacts.csv"].decode("utf-8")
    written = {
        "standard-dataset": workbook,
        "vendor-codes": timed_workbook,
        "yearly-sheets": yearly_workbook,
    }
    if name in written:
        del files["contacts.csv"]
        files["contacts.xlsx"] = written[name](list(csv.reader(io.StringIO(text))))
    elif name == "tick-boxes":
        files["contacts.csv"] = text.encode("utf-8-sig")
    elif name == "next-actions":
        files["contacts.csv"] = text.encode("cp1252")
    return files


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


@pytest.mark.parametrize(("name", "schools", "definitions", "windows"), EVERY)
def test_counts_equal_the_totals_worked_by_hand(name, schools, definitions, windows):
    pack = build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())
    found = [
        {key: str(value) for key, value in asdict(count).items() if value is not None}
        for count in pack.counts
    ]
    assert found == rows_of((GOLDEN / name / "totals.csv").read_bytes())


@pytest.mark.parametrize(("name", "schools", "definitions", "windows"), EVERY)
def test_the_authoritys_totals_equal_those_worked_by_hand(name, schools, definitions, windows):
    quality = build_pack(files_of(name), schools, definitions, windows, DuckDBEngine()).quality
    expected = rows_of((GOLDEN / name / "windows.csv").read_bytes())
    found = [{key: str(getattr(w, key)) for key in expected[0]} for w in quality.windows]
    assert found == expected


def test_rows_read_are_kept_or_set_aside_with_a_reason():
    for (name, *rest), read, kept, aside in (
        (LOCAL, 21, 19, {"double-export": 1, "no-child-id": 1}),
        (STANDARD, 19, 17, {"no-date": 1, "outside-covers": 1}),
        (TICKS, 17, 14, {"double-export": 1, "no-child-id": 1, "no-date": 1}),
        (ACTIONS, 18, 17, {"outside-covers": 1}),
        (CODES, 18, 17, {"conflicting-copy": 1}),
        (SHEETS, 16, 13, {"double-export": 1, "outside-covers": 1, "unreadable-date": 1}),
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


def test_rows_of_several_sheets_keep_their_sheet_and_row():
    name, schools, definitions, _ = SHEETS
    found = [(u.sheet, u.row, u.field, u.found) for u in unclear(files_of(name), schools,
             definitions)]  # fmt: skip
    assert found == [
        (2, 10, "outcome", "07. see notes"),
        (2, 12, "row", ""),
        (3, 8, "row", ""),
        (3, 9, "row", ""),
        (3, 10, "organisation", "Elsewhere School (Ripley)"),
    ]


def test_the_analyst_is_shown_unclear_actions_and_reasons():
    name, schools, definitions, _ = ACTIONS
    found = [(u.row, u.found) for u in unclear(files_of(name), schools, definitions)
             if u.field == "outcome"]  # fmt: skip
    assert found == [(8, "Letter to Referrer"), (12, "Gateway Pilot,No Further Action")]
    name, schools, definitions, _ = CODES
    found = [(u.row, u.found) for u in unclear(files_of(name), schools, definitions)
             if u.field == "reason"]  # fmt: skip
    assert found == [(8, "Sexual abuse and neglect")]


def test_outcomes_read_by_absence_are_counted_and_said():
    quality = {}
    for name, *rest in ALL:
        quality[name] = build_pack(files_of(name), *rest, DuckDBEngine()).quality
    assert {name: q.by_absence for name, q in quality.items() if q.by_absence} == {"tick-boxes": 7}
    assert quality["tick-boxes"].open_case_unknown == 1
    (note,) = quality["tick-boxes"].notes
    assert "neither box was ticked" in note
    assert quality["next-actions"].notes == ("read as Windows-1252, as the profile says",)
    assert quality["yearly-sheets"].notes == (
        "sheets 2, 3, 4 of 4 were read",
        "rows above the headings were taken for titles",
    )


def test_open_cases_without_an_outcome_are_never_no_further_action():
    name, schools, definitions, windows = TICKS
    counted = replace(definitions, open_cases="count")
    pack = build_pack(files_of(name), schools, counted, windows, DuckDBEngine())
    autumn = next(c for c in pack.counts if (c.urn, c.window) == ("900201", "autumn"))
    assert (autumn.contacts, autumn.nfa_contacts_strict, autumn.open_case) == (6, 2, 0)
    assert (autumn.unmapped, autumn.csa_any) == (1, 2)


def test_a_trial_that_does_not_ask_for_reasons_gets_none_of_them():
    name, schools, definitions, windows = CODES
    plain = build_pack(
        files_of(name), schools, replace(definitions, reasons=()), windows, DuckDBEngine()
    )
    asked = build_pack(files_of(name), schools, definitions, windows, DuckDBEngine())
    assert {count.csa_any for count in plain.counts} == {None}
    assert [replace(c, csa_any=None) for c in asked.counts] == list(plain.counts)
    assert {use.field for use in plain.maps} == {"source", "outcome"}
    assert {use.field for use in asked.maps} == {"source", "outcome", "reason"}
    assert "contact-reason" in asked.vocabularies
    assert "contact-reason" not in plain.vocabularies
    assert sum(w.reason_unclear for w in plain.quality.windows) == 0


def test_a_trial_that_asks_for_reasons_refuses_an_extract_without_them():
    name, schools, definitions, windows = LOCAL
    asked = replace(definitions, reasons=("sexual-abuse",))
    with pytest.raises(ProblemsError, match="no column for the reason"):
        build_pack(files_of(name), schools, asked, windows, DuckDBEngine())


def test_counting_open_cases_moves_them_into_the_new_contacts():
    name, schools, definitions, windows = STANDARD
    counted = replace(definitions, open_cases="count")
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
