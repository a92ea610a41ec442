"""Streaming: memory does not grow with rows, several files are one extract, origins are kept."""

import io
import json
import secrets
import tracemalloc

import pytest
import xlsxwriter

from equipoise.authority.pack import build_pack, look
from equipoise.authority.pack.resolving import Resolving
from equipoise.authority.readers import ExtractReader
from equipoise.authority.readers.decoding import LONGEST_LINE
from equipoise.authority.rules import SQLiteEngine
from equipoise.authority.schools import SchoolResolver, known_names
from equipoise.authority.vocabulary import DatedVocabulary
from equipoise.core.base import ProblemsError, sha256_hex
from tests.authority.test_extract import HEADS, ROW, csv_of, profile, sheet_of, xlsx_of
from tests.authority.test_golden import LOCAL, files_of
from tests.authority.test_pack import many


def reader(**files):
    names = {name.replace("_", "."): data for name, data in files.items()}
    return ExtractReader(names, profile(contacts_file=list(names)))


def rows_of(**files):
    return [(r.file, r.sheet, r.row, r.contact_id) for r in reader(**files).records()]


def refused(**files):
    with pytest.raises(ProblemsError) as error:
        list(reader(**files).records())
    return error.value.problems


# -------------------------------------------------------------------------------- flat memory


class Nowhere:
    """A store that forgets what it is given."""

    def __init__(self):
        self.key = secrets.token_bytes(16)
        self.rows = 0

    def append(self, rows):
        self.rows += len(rows.columns[0])


def peak_of(path, count):
    """Return the most bytes that Python held while it read so many rows and resolved them."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(HEADS + "\n")
        for n in range(count):
            # Every row has an id, a child and a time of day of its own.
            seen = f"{n % 28 + 1:02d}/0{n % 6 + 1}/2024 {n % 24:02d}:{n % 60:02d}:{n % 59:02d}"
            file.write(f"C{n},K{n},{seen},School,Thornwick Prim {n % 40},NFA,,N\n")
    _, schools, definitions, _ = LOCAL
    loaded = {name: DatedVocabulary(f"contact-{name}") for name in ("outcome", "reason")}
    texts = Resolving(
        profile(),
        definitions,
        sources=DatedVocabulary("source-of-contact"),
        outcomes=loaded["outcome"],
        reasons=loaded["reason"],
        resolver=SchoolResolver(known_names(schools, "900")),
    )
    store = Nowhere()
    tracemalloc.start()
    try:
        texts.write(ExtractReader({"contacts.csv": path}, profile()).records(), store)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert store.rows == count
    return peak


def test_ten_times_the_rows_need_no_more_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("equipoise.authority.rules.records.CHUNK", 500)
    monkeypatch.setattr("equipoise.authority.readers.reading.MOST_REMEMBERED", 500)
    monkeypatch.setattr("equipoise.authority.pack.resolving.MOST_REMEMBERED", 500)
    few, lots = (peak_of(tmp_path / "contacts.csv", count) for count in (2_000, 20_000))
    assert lots < 1.2 * few


def test_a_problem_in_every_row_needs_no_more_memory():
    found = refused(contacts_csv=csv_of(*[ROW + ",x"] * 5_000))
    assert len(found) == 201
    assert found[-1].found == "4800 more problems"


# ------------------------------------------------------------------------------ several files


def test_a_profile_may_name_several_files_and_the_old_form_is_one():
    assert profile().contacts_files == ("contacts.csv",)
    several = profile(contacts_file=["a.csv", "b.xlsx"])
    assert (several.contacts_files, several.contacts_file) == (("a.csv", "b.xlsx"), "a.csv")


@pytest.mark.parametrize("wrong", [[], ["a.csv", "a.csv"], ["a.csv", 3], "", None])
def test_names_of_files_that_are_none_are_refused(wrong):
    with pytest.raises(ProblemsError) as error:
        profile(contacts_file=wrong)
    assert [p.place for p in error.value.problems] == ["entry contacts_file"]


def test_rows_of_several_files_keep_their_file_sheet_and_row():
    year = xlsx_of([["Notes"]], sheet_of("C2,K1,09.01.2024,School,Thornwick,NFA,,"))
    assert rows_of(a_csv=csv_of(ROW), b_xlsx=year) == [(1, 1, 2, "C1"), (2, 2, 4, "C2")]


def test_files_of_different_shapes_are_one_extract_and_each_says_its_notes():
    other = csv_of(ROW.replace("Primary", "Pr\u00eemary")).decode("utf-8").encode("cp1252")
    sheets = xlsx_of([["Notes"]], sheet_of("C2,K1,09.01.2024,School,Thornwick,NFA,,"))
    found = reader(a_csv=other, b_xlsx=sheets)
    assert len(list(found.records())) == found.rows_read == 2
    assert found.shape == "local-columns, yearly-sheets"
    assert found.notes == (
        "file 1: not UTF-8, read as Windows-1252",
        "file 2: sheet 2 of 2 was read",
        "file 2: rows above the headings were taken for titles",
    )


def test_problems_of_all_files_come_together():
    found = refused(
        a_csv=csv_of(ROW[:-1] + "perhaps"), b_csv=b"a,b\n1,2\n", c_csv=csv_of(ROW)[:-30]
    )
    assert [p.file for p in found] == ["a.csv", "b.csv", "c.csv"]


def test_an_empty_file_beside_a_full_one_is_no_problem_and_two_empty_ones_are():
    assert len(rows_of(a_csv=csv_of(), b_csv=csv_of(ROW))) == 1
    assert refused(a_csv=csv_of(), b_csv=csv_of())[0].found == "no contacts"


def in_two_files(contacts):
    """Return golden files whose contacts lie in two files, and the same in one."""
    files = files_of("local-columns")
    head, *rows = contacts.splitlines(keepends=True)
    body = json.loads(files["profile.json"])
    body["contacts_file"] = ["first.csv", "second.csv"]
    two = {
        "profile.json": json.dumps(body).encode("utf-8"),
        "first.csv": head + b"".join(rows[: len(rows) // 2]),
        "second.csv": head + b"".join(rows[len(rows) // 2 :]),
    }
    return two, {**files, "contacts.csv": contacts}


def test_an_extract_in_two_files_counts_as_in_one_and_copies_are_found_across():
    name, schools, definitions, windows = LOCAL
    contacts = files_of(name)["contacts.csv"]
    contacts += many(20).encode("utf-8") + b"".join(contacts.splitlines(keepends=True)[1:3])
    two, one = in_two_files(contacts)
    packs = [build_pack(f, schools, definitions, windows, SQLiteEngine()) for f in (two, one)]
    assert packs[0].counts == packs[1].counts
    assert packs[0].quality == packs[1].quality
    assert {"contacts", "contacts-2"} <= set(packs[0].digests)
    assert packs[0].digests["contacts-2"] == sha256_hex(two["second.csv"])
    copies = [u for u in look(two, schools, definitions).unclear if "same row" in u.why]
    assert {u.file for u in copies} == {1, 2}


def test_every_file_that_the_profile_names_must_be_there():
    name, schools, definitions, windows = LOCAL
    two, _ = in_two_files(files_of(name)["contacts.csv"])
    del two["first.csv"], two["second.csv"]
    with pytest.raises(ProblemsError) as error:
        build_pack(two, schools, definitions, windows, SQLiteEngine())
    assert [p.file for p in error.value.problems] == ["first.csv", "second.csv"]


# ------------------------------------------------------------------------------ lines and cells


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds_are_read_and_rows_keep_their_lines(end):
    two = "C2,K1,08/01/2024,School,Thornwick,NFA,,N"
    data = end.join([HEADS, ROW, "", two, ""]).encode("utf-8")
    assert [row[2:] for row in rows_of(a_csv=data)] == [(2, "C1"), (4, "C2")]


def test_a_cell_of_several_lines_is_one_and_the_next_row_keeps_its_line():
    wide = ROW.replace("Thornwick Primary School", '"Thornwick\nPrimary"')
    assert [row[2] for row in rows_of(a_csv=csv_of(wide, ROW.replace("C1", "C2")))] == [2, 4]


def test_a_line_without_end_is_refused_without_being_held():
    (problem,) = refused(a_csv=csv_of(ROW) + b"x" * (LONGEST_LINE + 10))
    assert problem.found == "wrong encoding: a line without end"


def test_a_cell_of_a_million_letters_ends_in_a_message():
    assert "cell without end" in refused(a_csv=csv_of(ROW.replace("NFA", "N" * 10**6)))[0].found


def test_a_path_is_read_as_its_bytes_are(tmp_path):
    data = csv_of(ROW, ROW.replace("C1", "C2"))
    path = tmp_path / "any name.csv"
    path.write_bytes(data)
    assert rows_of(a_csv=path) == rows_of(a_csv=data)


def test_a_table_that_begins_right_of_the_first_column_and_under_the_first_row():
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, HEADS.split(","))
        sheet.write_row(5, 2, ROW.split(","))
    assert rows_of(a_xlsx=buffer.getvalue()) == [(1, 1, 6, "C1")]


def test_a_file_is_closed_when_it_is_refused_half_way(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_bytes(csv_of(ROW, heads=HEADS.replace("Child ID", "Jane")))
    refused(a_csv=path)
    path.unlink()  # Windows refuses where it is still open; here a ResourceWarning would fail


def test_nothing_of_a_refused_extract_is_kept(tmp_path):
    name, schools, definitions, windows = LOCAL
    files = {**files_of(name), "contacts.csv": files_of(name)["contacts.csv"][:-30]}
    with pytest.raises(ProblemsError, match="cut off"):
        build_pack(files, schools, definitions, windows, SQLiteEngine(tmp_path))
    assert not list(tmp_path.iterdir())
