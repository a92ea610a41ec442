"""The desk goes out as a file and comes back: changes, conflicts, and what is refused."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from equipoise.core.base import Problems, ProblemsError
from equipoise.design.registers.desk import (
    Context,
    Desk,
    changes_between,
    exchange_csv,
    exchange_workbook,
    merged,
    read_exchange_csv,
    read_exchange_workbook,
)
from tests.design.desk_files import DAY, complete, desk_of, refilled

PLACES = {"900001": "900", "900002": "900", "900003": "900", "900005": "901"}
CODES = ("900", "901")
ROWS = (
    Context("authority", "900", "900", "Northmere"),
    Context("school", "900001", "900", "Alder Primary", 210, "complete, not drawn"),
    Context("school", "900002", "900", "=HYPERLINK(1)", 105),
    Context("school", "900003", "900", "Cedar Primary", 420),
    Context("authority", "901", "901", "Southmere"),
    Context("school", "900005", "901", "Elm Primary", 60),
)
DESK = desk_of({"900001": complete(opt_outs=2), "900005": complete(named_dsl="p2")})


def exported() -> bytes:
    return exchange_workbook(DESK, ROWS, on=DAY, mark=None)


def back(data: bytes, desk: Desk = DESK) -> Desk:
    """Take a workbook in; every problem is raised."""
    problems = Problems()
    rows = read_exchange_workbook(data, file="desk.xlsx", codes=CODES, problems=problems)
    after, found = merged(desk, rows, PLACES, file="desk.xlsx")
    problems.extend(found)
    problems.raise_if_any()
    return after


def refused(data: bytes, desk: Desk = DESK) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsError) as caught:
        back(data, desk)
    return [(p.place, p.found) for p in caught.value.problems]


def at(cells: Mapping[tuple[str, str], Any], **more: Any) -> bytes:
    return refilled(exported(), cells, **more)


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_the_same_desk_gives_the_same_bytes() -> None:
    assert exported() == exported()


def test_nothing_filled_in_is_nothing_changed() -> None:
    assert back(exported()) == DESK
    assert back(at({})) == DESK


def test_what_was_filled_in_is_what_changes() -> None:
    after = back(
        at(
            {
                ("900003", "approached"): day("2024-09-02"),
                ("900003", "eligible"): "Yes",
                ("900001", "opt_outs"): 3.0,
                ("900001", "privacy_notice"): "",
                ("901", "agreement"): "2024-09-03",
            }
        )
    )
    changes = [(c.key, c.fact, c.before, c.after, c.added) for c in changes_between(DESK, after)]
    assert changes == [
        ("901", "agreement", None, day("2024-09-03"), False),
        ("900001", "privacy_notice", day("2024-06-10"), None, False),
        ("900001", "opt_outs", 2, 3, False),
        ("900003", "approached", None, day("2024-09-02"), True),
        ("900003", "eligible", None, "yes", True),
    ]


def test_rows_that_are_not_in_the_file_stay() -> None:
    only = tuple(row for row in ROWS if row.la_code == "901")
    data = exchange_workbook(DESK, only, on=DAY, mark=None)
    assert back(refilled(data, {("900005", "opt_outs"): 1})).schools["900001"] == complete(
        opt_outs=2
    )


def test_two_people_at_once() -> None:
    """An edit of a row that has moved on is a conflict; rows edited by one of the two are not."""
    moved = DESK.replaced("school", "900001", complete(opt_outs=7))
    mine = {("900001", "baseline"): day("2024-07-02"), ("900005", "opt_outs"): 1}
    ((place, found),) = refused(at(mine), moved)
    assert place == "sheet 900, row 4, school 900001"
    assert found == (
        "opt_outs 2, baseline 2024-07-02; somebody has changed the desk since the export: "
        "opt_outs 7, baseline 2024-07-01"
    )
    # Where only the other has edited the row, hers stands; where both did the same, it stands.
    after = back(at({("900005", "opt_outs"): 1}), moved)
    assert after.schools["900001"]["opt_outs"] == 7
    assert after.schools["900005"]["opt_outs"] == 1
    assert back(at({("900001", "opt_outs"): 7}), moved) == moved


def test_unknown_schools_are_named() -> None:
    (found,) = refused(at({("900003", "urn"): 999999.0, ("900003", "eligible"): "yes"}))
    assert found == ("sheet 900, row 6, school 999999", "an unknown URN")


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ({("900003", "approached"): "3 September"}, ("approached", "9 Aaaaaaaaa")),
        ({("900003", "approached"): "03/09/2024"}, ("approached", "'03/09/2024'")),
        (
            {("900003", "approached"): datetime.datetime(2024, 9, 3, 14, 30)},
            ("approached", "'2024-09-03 14:30:00'"),
        ),
        ({("900003", "eligible"): "perhaps"}, ("eligible", "aaaaaaa")),
        ({("900003", "opt_outs"): "3 pupils"}, ("opt_outs", "9 aaaaaa")),
        ({("900003", "opt_outs"): 2.5}, ("opt_outs", "'2.5'")),
        ({("900003", "declined"): "Mrs Doe is ill"}, ("declined", "Aaa Aaa aa aaa")),
        (
            {("900003", "data_sharing"): day("2024-06-01")},
            ("data_sharing", "a value on the row of a school"),
        ),
    ],
)  # fmt: skip
def test_a_cell_that_does_not_fit(cells: Mapping[tuple[str, str], Any], problem: Any) -> None:
    ((place, found),) = refused(at(cells))
    assert (place, found) == (f"sheet 900, row 6, column {problem[0]}", problem[1])


def test_a_row_that_stands_twice() -> None:
    (found,) = refused(at({("900003", "urn"): "900001"}))
    assert found == (
        "sheet 900, row 6", "school 900001 again (first on sheet 900, row 4)",
    )  # fmt: skip


def test_a_school_on_the_sheet_of_another_authority() -> None:
    (found,) = refused(at({("900003", "urn"): "900005", ("900005", "urn"): "900003"})[:])[:1]
    assert found == (
        "sheet 900, row 6, school 900005", "a school of authority 901 under 900",
    )  # fmt: skip


def test_a_renamed_sheet() -> None:
    (found,) = refused(at({}, rename={"900": "Northmere"}))
    assert found == ("sheet Northmere", "a sheet that is not called by an authority's code")


def test_a_changed_heading() -> None:
    def rename(sheet: Any) -> None:
        sheet.write(1, 5, "asked")

    (found,) = refused(at({}, after=rename))
    assert found == ("sheet 900, row 2", "'asked', no approached")


def test_merged_cells() -> None:
    def merge(sheet: Any) -> None:
        sheet.merge_range(4, 5, 5, 5, "2024-09-03")

    found = refused(at({}, after=merge))
    assert found[0] == ("sheet 900, F5:F6", "merged cells")


def test_formulas() -> None:
    def formula(sheet: Any) -> None:
        sheet.write_formula(5, 5, "=TODAY()", None, 45000)
        sheet.write_formula(5, 6, '="y"&"es"', None, "yes")

    found = refused(at({}, after=formula))
    assert found[:2] == [("sheet 900, F6", "a formula"), ("sheet 900, G6", "a formula")]


def test_a_note_beside_the_table() -> None:
    def note(sheet: Any) -> None:
        sheet.write(5, 20, "Head said to call Mrs Doe")

    assert refused(at({}, after=note)) == [("sheet 900, U6", "something outside of the table")]


def bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (1 << 26))
    return target.getvalue()


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"urn,approached\n", exported()[:-200], bomb()]
)
def test_what_is_no_workbook(data: bytes) -> None:
    (found,) = refused(data)
    assert found == ("whole file", "a file that cannot be read as a workbook")


def test_names_are_text_and_dates_are_dates() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(exported()))
    assert book.sheet_names == ["900", "901", "Lists", "About"]
    rows = book.get_sheet_by_name("900").to_python()
    heads = rows[1]
    assert rows[4][heads.index("name")] == "=HYPERLINK(1)"
    assert rows[3][heads.index("approached")] == day("2024-05-20")
    assert rows[3][heads.index("opt_outs")] == 2


def sheet_markup(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(exported())) as archive:
        return archive.read(f"xl/worksheets/{name}.xml").decode()


def test_headings_are_locked_and_answers_are_picked() -> None:
    markup = sheet_markup("sheet1")
    assert '<sheetProtection sheet="1"' in markup
    assert markup.count('type="list"') == 4
    assert markup.count('type="date"') == 5
    assert markup.count('type="whole"') == 1


def test_the_mark_of_simulated_data_is_on_every_sheet() -> None:
    mark = "SIMULATED DATA, NOT FINDINGS"
    data = exchange_workbook(DESK, ROWS, on=DAY, mark=mark)
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in ("900", "901", "About"):
        assert mark in str(book.get_sheet_by_name(name).to_python()[0][0])
    assert back(data) == DESK


def test_a_csv_comes_back_like_a_workbook() -> None:
    data = exchange_csv(DESK, ROWS)
    assert data.startswith(b"la_code,urn,name,pupils,stands,approached,")
    rows = read_exchange_csv(data, file="desk.csv", problems=Problems())
    assert merged(DESK, rows, PLACES, file="desk.csv") == (DESK, ())


def test_a_csv_of_other_origin_can_add_rows_but_not_write_over_any() -> None:
    data = b"urn,approached\n900003,2024-09-02\n900001,2024-05-21\n"
    rows = read_exchange_csv(data, file="own.csv", problems=Problems())
    after, problems = merged(DESK, rows, PLACES, file="own.csv")
    assert after.schools["900003"] == {"approached": day("2024-09-02")}
    assert [(p.place, p.found) for p in problems] == [
        ("line 3, school 900001", "no version, for a row that is on the desk already")
    ]


def test_a_csv_that_excel_saved_in_its_own_way() -> None:
    """A British Excel writes days day first; one that divides by semicolons is told so once."""
    problems = Problems()
    read_exchange_csv(b"urn,approached\n900003,02/09/2024\n", file="desk.csv", problems=problems)
    (found,) = problems
    assert found.remedy.startswith("Excel writes days so in a CSV: fill in the .xlsx instead")
    with pytest.raises(ProblemsError, match="found columns divided by semicolons"):
        read_exchange_csv(b"urn;approached\n", file="desk.csv", problems=Problems())
