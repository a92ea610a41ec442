"""Readers: six shapes, every row accounted for; what cannot be trusted is refused whole."""

import csv
import io
import json
from datetime import date

import pytest
import xlsxwriter

from equipoise.authority.readers import read_extract, read_profile
from equipoise.core.base import ProblemsError

HEADS = (
    "Contact ID,Child ID,Date of contact,Contact source,Referring organisation,"
    "Contact outcome,Decision date,Open case at contact (Y/N)"
)
ROW = "C1,K1,08/01/2024,School,Thornwick Primary School,NFA,09/01/2024,N"
BODY = {
    "authority": "900",
    "name": "Thornshire",
    "system": "local",
    "contacts_file": "contacts.csv",
    "one_row_per": "child",
    "open_cases": "flagged",
    "extract_date": "2024-08-05",
    "covers": {"from": "2024-01-01", "to": "2024-07-31"},
}


def profile(**changes):
    return read_profile(json.dumps({**BODY, **changes}).encode("utf-8"))


def csv_of(*rows, heads=HEADS):
    return ("\n".join([heads, *rows]) + "\n").encode("utf-8")


def read(data, **changes):
    return read_extract(data, "contacts.csv", profile(**changes))


def problems(data, **changes):
    with pytest.raises(ProblemsError) as error:
        read(data, **changes)
    return error.value.problems


def xlsx_of(*sheets):
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for rows in sheets:
            sheet = book.add_worksheet()
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    sheet.write(line, column, cell)
    return buffer.getvalue()


def table(*rows):
    return list(csv.reader(io.StringIO("\n".join([HEADS, *rows]))))


# ---------------------------------------------------------------------------------- the profile


def test_a_profile_with_many_problems_names_them_all():
    with pytest.raises(ProblemsError) as error:
        profile(one_row_per="street", open_cases="", extract_date="05/08/2024", colour="blue",
                covers={"from": "2024-07-31", "to": "2024-01-01"})  # fmt: skip
    assert {p.place for p in error.value.problems} == {
        "entry colour", "entry one_row_per", "entry open_cases", "entry extract_date",
        "entry covers",
    }  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"a": 1, "a": 2}', b"\xff"])
def test_a_profile_that_is_no_object_is_one_problem(data):
    with pytest.raises(ProblemsError) as error:
        read_profile(data)
    assert len(error.value.problems) == 1


def test_an_extract_made_before_the_last_date_covered_is_refused():
    with pytest.raises(ProblemsError, match="on or after 2024-07-31"):
        profile(extract_date="2024-07-30")


# ------------------------------------------------------------------------------- what is read


def test_a_row_is_read_with_every_field():
    contact = read(csv_of(ROW)).contacts[0]
    assert (contact.row, contact.contact_id, contact.child_id) == (2, "C1", "K1")
    assert (contact.on, contact.decided) == (date(2024, 1, 8), date(2024, 1, 9))
    assert (contact.source, contact.outcome, contact.open_case) == ("School", "NFA", False)


@pytest.mark.parametrize(
    "heads",
    [
        HEADS.upper(),
        HEADS.replace(" ", "_"),
        HEADS.replace("Child ID", "Child Unique ID").replace("Contact source", "Source of contact"),
        HEADS.replace(" (Y/N)", ""),
    ],
)
def test_headings_are_recognised_however_they_are_written(heads):
    assert len(read(csv_of(ROW, heads=heads)).contacts) == 1


def test_columns_may_stand_in_any_order():
    cells = list(zip(HEADS.split(","), ROW.split(","), strict=True))[::-1]
    data = csv_of(",".join(c for _, c in cells), heads=",".join(h for h, _ in cells))
    assert read(data).contacts == read(csv_of(ROW)).contacts


@pytest.mark.parametrize(
    "written",
    ["08/01/2024", "8/1/2024", "2024-01-08", "08-01-2024", "08/01/2024 10:15", "08.01.2024",
     "08-Jan-2024", "8 January 2024", "2024-01-08 00:00:00.000"],
)  # fmt: skip
def test_dates_are_read_day_first_or_year_first(written):
    assert read(csv_of(ROW.replace("08/01/2024", written))).contacts[0].on == date(2024, 1, 8)


def test_a_workbook_gives_the_same_contacts_as_the_csv():
    assert read(xlsx_of(table(ROW))).contacts == read(csv_of(ROW)).contacts


def test_the_sheet_with_the_contacts_is_found_beside_others():
    extract = read(xlsx_of([["Notes"], ["made by"]], table(ROW)))
    assert len(extract.contacts) == 1
    assert extract.notes == ("sheet 2 of 2 was read",)


def test_numbers_of_a_workbook_keep_their_digits():
    rows = table(ROW)
    rows[1][0], rows[1][1] = 9000000012, 7123456
    contact = read(xlsx_of(rows)).contacts[0]
    assert (contact.contact_id, contact.child_id) == ("9000000012", "7123456")


# --------------------------------------------------------------------------- rows set aside


def test_every_row_read_is_kept_or_set_aside():
    extract = read(
        csv_of(
            ROW,
            ROW,
            ROW.replace("NFA", "Advice"),
            ROW.replace("C1", ""),
            ROW.replace("K1", ""),
            ROW.replace("C1", "C2").replace("08/01/2024", ""),
            ROW.replace("C1", "C3").replace("08/01/2024", "January"),
            ROW.replace("C1", "C4").replace("08/01/2024", "31/02/2024"),
            ROW.replace("C1", "C5").replace("08/01/2024", "08/01/2031"),
        )
    )
    assert extract.rows_read == 9
    assert len(extract.contacts) == 1
    assert extract.reasons() == (
        ("conflicting-copy", 1),
        ("double-export", 1),
        ("no-child-id", 1),
        ("no-contact-id", 1),
        ("no-date", 1),
        ("outside-covers", 1),
        ("unreadable-date", 2),
    )
    assert [row.row for row in extract.set_aside] == list(range(3, 11))


def test_siblings_in_one_contact_are_two_rows():
    assert len(read(csv_of(ROW, ROW.replace("K1", "K2"))).contacts) == 2


def test_empty_lines_are_no_rows():
    assert read(csv_of(ROW, ",,,,,,,", "")).rows_read == 1


# --------------------------------------------------------------------------- encodings


def test_utf8_with_a_mark_and_without_are_the_same():
    data = csv_of(ROW.replace("Thornwick", "Thornwîck"))
    assert read(b"\xef\xbb\xbf" + data) == read(data)


def test_windows_1252_is_read_and_said():
    data = csv_of(ROW.replace("Primary", "\u2019s Primary")).decode("utf-8").encode("cp1252")
    extract = read(data)
    assert "\u2019s Primary" in extract.contacts[0].organisation
    assert extract.notes == ("not UTF-8, read as Windows-1252",)
    assert read(data, encoding="cp1252").contacts == extract.contacts


def mixture():
    good = csv_of(ROW, ROW.replace("C1", "C2").replace("Primary", "Pr\u00eemary"))
    other = ROW.replace("C1", "C3").replace("Primary", "Pr\u00f4mary").encode("cp1252")
    return good + other + b"\n"


def test_a_mixture_of_encodings_is_read_line_by_line_and_said():
    extract = read(mixture())
    assert [contact.organisation for contact in extract.contacts] == [
        f"Thornwick {word} School" for word in ("Primary", "Pr\u00eemary", "Pr\u00f4mary")
    ]
    assert extract.notes == (
        "two encodings: 1 line was read as UTF-8, 1 line was read as Windows-1252",
    )


def test_of_a_mixture_the_profiles_word_wins():
    (problem,) = problems(mixture(), encoding="utf-8")
    assert problem.place == "line 4"
    assert problem.found.startswith("wrong encoding")
    assert "Pr" not in problem.sentence()
    assert read(mixture(), encoding="cp1252").contacts[1].organisation.count("\u00c3") == 1


def test_every_line_that_cannot_be_read_is_named_up_to_a_bound():
    bad = ROW.replace("NFA", "\u0081").encode("latin-1")
    data = csv_of(ROW) + b"".join(bad.replace(b"C1", b"C%d" % n) + b"\n" for n in range(2, 502))
    found = problems(data)
    assert [p.place for p in found[:2]] == ["line 3", "line 4"]
    assert len(found) == 201
    assert found[-1].found == "300 more problems"


@pytest.mark.parametrize(
    "data",
    [csv_of(ROW).decode().encode("utf-16"), csv_of(ROW).replace(b"NFA", b"N\x00A"),
     csv_of(ROW).replace(b"NFA", b"\x81")],
)  # fmt: skip
def test_other_bytes_are_a_wrong_encoding(data):
    assert "wrong encoding" in problems(data)[0].found


def test_declared_utf8_is_held_to():
    data = csv_of(ROW.replace("Thornwick", "Thornw\u00eeck")).decode("utf-8").encode("cp1252")
    assert "not UTF-8" in problems(data, encoding="utf-8")[0].found


# --------------------------------------------------------------------------- refused whole


def test_missing_and_unknown_columns_are_all_named_and_unknown_ones_never_repeated():
    heads = HEADS.replace("Child ID", "Jane Doe").replace("Decision date", "Notes on Ann")
    found = problems(csv_of(ROW, heads=heads))
    assert [p.place for p in found] == ["headings", "headings"]
    assert all("columns 2 and 7 fit no field" in p.found for p in found)
    assert "Jane" not in str(found)
    assert "Ann" not in str(found)


def test_a_column_twice_is_refused():
    found = problems(csv_of(ROW + ",N", heads=HEADS + ",Open case"))
    assert [p.found for p in found] == ["a second column for open case at contact"]


def test_an_empty_extract_is_refused():
    assert problems(csv_of())[0].found == "no contacts"
    assert problems(b"")[0].found == "nothing"
    assert problems(xlsx_of([]))[0].found == "nothing"
    assert problems(b"a,b\n1,2\n")[0].found == "headings of no known shape"


def test_a_file_cut_off_in_a_row_is_refused():
    whole = csv_of(ROW, ROW.replace("C1", "C2"))
    assert "cut off" in problems(whole[:-30])[0].remedy
    quoted = csv_of(ROW.replace("School,", '"School, '))
    assert "not closed" in problems(quoted)[0].found


@pytest.mark.parametrize("keep", [0.3, 0.7, 0.95])
def test_a_workbook_cut_off_is_refused(keep):
    data = xlsx_of(table(ROW))
    assert "cannot be read to its end" in problems(data[: int(len(data) * keep)])[0].found


def test_a_workbook_with_one_byte_changed_is_refused():
    data = bytearray(xlsx_of(table(ROW)))
    position = data.index(b"xl/worksheets/sheet1.xml") + 60
    data[position] ^= 0xFF
    assert "cannot be read to its end" in problems(bytes(data))[0].found


def test_an_old_or_locked_workbook_says_so():
    assert "password" in problems(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))[0].found


def test_two_sheets_with_contacts_and_other_headings_are_refused():
    other = [HEADS.replace("Child ID", "Person ID").split(","), ROW.split(",")]
    assert problems(xlsx_of(table(ROW), other))[0].found == "2 sheets with contacts"


def test_sheets_with_the_same_headings_are_one_extract_and_copies_on_them_are_set_aside():
    found = read(xlsx_of(table(ROW), table(ROW.replace("C1", "C2"), ROW)))
    assert [(c.sheet, c.row, c.contact_id) for c in found.contacts] == [(1, 2, "C1"), (2, 2, "C2")]
    assert [(a.sheet, a.row, a.reason) for a in found.set_aside] == [(2, 3, "double-export")]
    assert found.rows_read == 3


def test_the_open_case_column_is_needed_where_the_profile_says_flagged():
    heads, row = HEADS.rsplit(",", 1)[0], ROW.rsplit(",", 1)[0]
    assert "no column open case" in problems(csv_of(row, heads=heads))[0].found
    assert read(csv_of(row, heads=heads), open_cases="by-outcome").contacts[0].open_case is None


def test_a_cell_that_fits_no_answer_is_shown_by_its_shape():
    (problem,) = problems(csv_of(ROW[:-1] + "Jane Doe"))
    assert problem.place == "row 2"
    assert "Aaaa Aaa" in problem.found
    assert "Jane" not in problem.sentence()


def test_dates_that_nobody_can_read_in_any_row_are_a_problem():
    (problem,) = problems(csv_of(ROW.replace("08/01/2024", "Jan 8th")))
    assert "no date of contact" in problem.found


# --------------------------------------------------------------------------- outcome flags

FLAG_HEADS = (
    "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_desc,"
    "referring_agency,cont_contact_outcome_json,decision_date"
)


def flagged(cell):
    row = ["C1", "P1", "2024-01-08", "Schools", "Thornwick", cell, "2024-01-09"]
    return xlsx_of([FLAG_HEADS.split(","), row])


def test_flags_are_read_and_comments_are_dropped():
    cell = json.dumps({"NFA_FLAG": "Y", "EXISTING_REFERRAL_FLAG": "N", "COMMENTS": "Jane Doe rang"})
    contact = read(flagged(cell)).contacts[0]
    assert (contact.flags, contact.outcome, contact.open_case) == (("NFA_FLAG",), "", False)
    assert "Jane" not in repr(contact)


def test_a_plain_label_under_the_flags_heading_stays_a_label():
    contact = read(flagged("Early Help")).contacts[0]
    assert (contact.flags, contact.outcome) == (None, "Early Help")


@pytest.mark.parametrize(
    "cell", ['{"NFA_FLAG": "Y"', '{"NFA_FLAG": "perhaps"}', '{"JANE_FLAG": "Y"}', "[1]"]
)
def test_flags_that_do_not_fit_are_refused_without_their_text(cell):
    (problem,) = problems(flagged(cell))
    assert problem.place == "row 2"
    assert "JANE" not in problem.sentence()
    assert "perhaps" not in problem.sentence()


# --------------------------------------------------------------------------- ticks

TICK_HEADS = (
    "CONTACT_ID,PERSON_ID,CONTACT_STARTED,SOURCE_OF_CONTACT,REFERRER_AGENCY,OUTCOME,"
    "STEP_COMPLETED,OPEN_AT_CONTACT,CONTACT_REASON"
)


def ticked(outcome="NULL", completed="09-Jan-2024", open_case="N"):
    row = f"C1,K1,08-Jan-2024,School,Thornwick,{outcome},{completed},{open_case},NULL"
    return read(csv_of(row, heads=TICK_HEADS)).contacts[0]


def test_no_tick_at_a_completed_step_is_no_further_action_and_nothing_else_is():
    assert ticked().implied == "NFA"
    assert ticked(outcome="EH Referral").implied == ""
    assert ticked(completed="NULL").implied == ""
    assert ticked(completed="soon").implied == ""
    assert ticked(open_case="Y").implied == "EXISTING"
    assert ticked(open_case="NULL").implied == "NFA"


def test_the_word_null_is_blank_in_that_shape_alone():
    contact = ticked(open_case="NULL")
    assert (contact.outcome, contact.reason, contact.open_case) == ("", "", None)
    assert read(csv_of(ROW.replace("NFA", "NULL"))).contacts[0].outcome == "NULL"


def test_a_blank_outcome_is_never_no_further_action_in_another_shape():
    assert read(csv_of(ROW.replace("NFA", ""))).contacts[0].implied == ""


# --------------------------------------------------------------------------- several sheets

SHEET_HEADS = (
    "Ref,Child Ref,Date Received,Source,School / Agency,Outcome,Outcome Date,Reason for Contact"
)
SHEET_ROW = "C1,K1,08.01.2024,School,Thornwick,01. NFA,09.01.2024,Neglect"


def sheet_of(*rows, heads=SHEET_HEADS):
    return [["Contacts"], [], heads.split(","), *(row.split(",") for row in rows)]


def test_rows_of_all_sheets_are_read_and_keep_sheet_and_row():
    other = SHEET_ROW.replace("C1", "C2")
    extract = read(xlsx_of([["Notes"]], sheet_of(SHEET_ROW), sheet_of(other), sheet_of()))
    assert [(c.sheet, c.row, c.contact_id) for c in extract.contacts] == [
        (2, 4, "C1"), (3, 4, "C2"),
    ]  # fmt: skip
    assert extract.rows_read == 2
    assert extract.has_reasons


def test_a_copy_on_another_sheet_is_found():
    extract = read(xlsx_of(sheet_of(SHEET_ROW), sheet_of(SHEET_ROW)))
    assert [(row.sheet, row.row, row.reason) for row in extract.set_aside] == [
        (2, 4, "double-export")
    ]


def test_problems_of_all_sheets_come_together_with_their_sheet():
    wide = sheet_of(SHEET_ROW + ",Jane")
    wrong = sheet_of(SHEET_ROW, heads=SHEET_HEADS.replace("Child Ref", "Jane"))
    found = problems(xlsx_of(sheet_of(SHEET_ROW), wide, wrong))
    assert [p.place for p in found] == [
        "sheet 2, row 4", "sheet 3, headings",
    ]  # fmt: skip
    assert "Jane" not in str(found)


def test_ragged_lines_and_wrong_headings_of_a_csv_come_together():
    found = problems(csv_of(ROW + ",N", heads=HEADS.replace("Child ID", "Jane")))
    assert [p.place for p in found] == ["line 2", "headings"]


def test_sheets_of_two_shapes_are_refused():
    assert "different shapes" in problems(xlsx_of(sheet_of(SHEET_ROW), table(ROW)))[0].found


def test_a_sheet_without_the_column_has_no_reasons():
    heads, row = SHEET_HEADS.rsplit(",", 1)[0], SHEET_ROW.rsplit(",", 1)[0].replace("C1", "C2")
    extract = read(xlsx_of(sheet_of(SHEET_ROW), sheet_of(row, heads=heads)))
    assert [contact.reason for contact in extract.contacts] == ["Neglect", None]
    assert not extract.has_reasons


def test_sheets_without_any_contact_are_refused():
    assert problems(xlsx_of(sheet_of(), sheet_of()))[0].found == "no contacts"
