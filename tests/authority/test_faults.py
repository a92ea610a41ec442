"""Each named fault in each shape: a message, or every row counted; never a traceback."""

import json
from functools import cache

import pytest

from equipoise.authority.readers import ExtractReader, read_extract, read_profile
from equipoise.authority.readers import reading as rows_module
from equipoise.core.base import ProblemsError
from tests.authority.faults import (
    CHILD,
    FAULTS,
    SHAPES,
    as_book,
    as_csv,
    counted_rows,
    repacked,
    table,
    with_cell,
    with_column,
)
from tests.authority.test_golden import raw_files

BY_NAME = {fault.name: fault for fault in FAULTS}


@cache
def profile_of(shape):
    body = json.loads(raw_files(shape)["profile.json"])
    body.pop("encoding", None)
    return read_profile(json.dumps(body).encode("utf-8"))


def organisations(shape):
    return {row[4] for row in table(shape)[1:] if len(row[4]) > 8}


def read(data, shape):
    return read_extract(data, "contacts", profile_of(shape))


def test_forty_faults_are_named():
    assert len(BY_NAME) == len(FAULTS) >= 40


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("write", [as_csv, as_book])
def test_without_a_fault_every_shape_is_read_and_counted(shape, write):
    data = write(table(shape))
    extract = read(data, shape)
    assert extract.rows_read == counted_rows(data) == len(table(shape)) - 1
    assert extract.contacts


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", BY_NAME)
def test_a_fault_ends_in_a_message_or_in_rows_that_are_all_counted(name, shape):
    fault = BY_NAME[name]
    data = fault.make(table(shape))
    try:
        extract = read(data, shape)
    except ProblemsError as error:
        assert fault.outcome != "counted", str(error)
        assert all(p.found and p.expected and p.remedy for p in error.problems)
        said = "".join(problem.sentence() for problem in error.problems)
        assert not any(name in said for name in organisations(shape))
        return
    assert fault.outcome != "refused"
    assert extract.rows_read == counted_rows(data)
    assert len(extract.contacts) + len(extract.set_aside) == extract.rows_read


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mark", ["{}\u200b", "\u00a0{}\u00a0", "\ufeff{}"])
def test_marks_that_nobody_sees_do_not_make_another_child(shape, mark):
    rows = table(shape)
    marked = with_column(rows, CHILD, mark.format)
    expected = [contact.child_id for contact in read(as_csv(rows), shape).contacts]
    assert [contact.child_id for contact in read(as_csv(marked), shape).contacts] == expected


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "word", ["NULL", "n/k", "-", "Unknown", "(blank)", "#N/A", "N/A", "0", "-1"]
)
def test_a_word_that_stands_for_nothing_is_no_child(shape, word):
    data = as_csv(with_cell(with_cell(table(shape), CHILD, word, 1), CHILD, word, 2))
    reasons = dict(read(data, shape).reasons())
    assert reasons["no-child-id"] >= 2


@pytest.mark.parametrize("shape", SHAPES)
def test_a_table_that_ends_where_a_sheet_is_full_is_said_to_be_cut_off(shape, monkeypatch):
    rows = table(shape)
    monkeypatch.setattr(rows_module, "SHEET_ENDS", (len(rows),))
    assert any("probably cut off" in note for note in read(as_csv(rows), shape).notes)
    assert not any("cut off" in note for note in read(as_csv([*rows, *rows[1:3]]), shape).notes)


def test_65_535_rows_and_a_row_of_headings_fill_a_sheet_of_the_old_format():
    rows = table("local-columns")
    data = as_csv([rows[0], *[rows[1]] * 65_535])
    reader = ExtractReader({"contacts": data}, profile_of("local-columns"))
    assert sum(1 for _ in reader.records()) == reader.rows_read == 65_535
    assert reader.notes[0].startswith("65,535 rows, just as many as a sheet holds")
    assert rows_module.SHEET_ENDS == (65_536, 1_048_576)


@pytest.mark.parametrize(
    "reference", [b"XFD1048576", b"zzzzzz9", b"NULLNULLNULLG14", b"A99999999999"]
)
def test_a_cell_out_of_all_bounds_is_refused_before_memory_is_asked_for_it(reference):
    def edit(name, content):
        return content.replace(b'r="B2"', b'r="' + reference + b'"')

    data = repacked(as_book(table("local-columns")), edit)
    with pytest.raises(ProblemsError, match="cannot be read to its end"):
        read(data, "local-columns")
