"""Nothing about a child is found in anything written: planted everywhere, looked for everywhere."""

import csv
import io
import json
import shutil
import tempfile
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.seal import SealError, boxes, unseal
from equipoise.workspace.folder.vault import private_key
from equipoise.workspace.folder.work import is_current
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.order import INPUTS
from tests.authority.test_golden import (
    ACTIONS,
    CODES,
    LOCAL,
    SHEETS,
    STANDARD,
    TICKS,
    files_of,
)
from tests.workspace.test_work import ready

CODE = "900"
PLANTED = "Zebedee Quillfeather Z812345678901 17/03/2013 QX9 7ZZ LOC7781234"
#: Looked for in small letters: name, pupil number, date of birth in two forms, postcode, local id.
#: None is so short that sealed bytes hold it by chance, as they do three letters now and then.
MARKS = (
    "zebedee",
    "quillfeather",
    "z8123456",
    "17/03/2013",
    "2013-03-17",
    "qx9 7zz",
    "qx97zz",
    "loc778",
)
#: One golden extract of each shape.
SHAPES = [name for name, *_ in (LOCAL, STANDARD, TICKS, ACTIONS, CODES, SHEETS)]
#: Labels are seen often enough to leave, were they not names.
TIMES = 11


def planted(rows, columns):
    """Return rows of a sheet with more of them, each column planted in eleven of them."""
    at = next(n for n, row in enumerate(rows) if sum(cell != "" for cell in row) > 4)
    heads, first = rows[at], next(row for row in rows[at + 1 :] if any(c != "" for c in row))
    wanted = [n for n, head in enumerate(heads) if columns is None or head in columns]
    more = []
    for column in wanted:
        for _ in range(TIMES):
            row = [*first]
            row[0], row[1] = f"LOC7781{len(more)}", f"LOC7782{len(more)}"
            row[column] = f"{PLANTED} {len(more)}" if column < 2 else f"School {PLANTED}"
            more.append(row)
    sheet = [*rows, *more]
    if columns is None:  # an undeclared column too, which is refused
        sheet = [*sheet[:at], *([*row, PLANTED] for row in sheet[at:])]
    return sheet


def as_csv(data, columns):
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    rows = list(csv.reader(io.StringIO(text, newline="")))
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(planted(rows, columns))
    return out.getvalue().encode(encoding)


def as_workbook(data, columns):
    """Write a workbook anew, with planted rows, sheet names, comments and a hidden sheet."""
    source = CalamineWorkbook.from_filelike(io.BytesIO(data))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"author": PLANTED, "comments": PLANTED})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for number, name in enumerate(source.sheet_names):
            rows = source.get_sheet_by_name(name).to_python(skip_empty_area=False)
            sheet = book.add_worksheet(f"{number} Zebedee Quillfeather QX9")
            sheet.write_comment(3, 3, PLANTED)
            sheet.set_footer(PLANTED[:60])
            if any(sum(cell != "" for cell in row) > 4 for row in rows[:-1]):
                rows = planted(rows, columns)
            for line, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if hasattr(cell, "year"):
                        sheet.write_datetime(line, place, cell, day)
                    elif cell != "":
                        sheet.write(line, place, cell)
        hidden = book.add_worksheet("LOC7781234 Zebedee")
        hidden.write(0, 0, PLANTED)
        hidden.hide()
    return buffer.getvalue()


def extract_of(shape, folder, columns=None):
    """Write a planted extract of a shape, as one of the trial's own authority."""
    files = files_of(shape)
    folder.mkdir(parents=True, exist_ok=True)
    profile = json.loads(files["profile.json"])
    (name,) = [name for name in files if name.startswith("contacts.")]
    write = as_workbook if name.endswith("xlsx") else as_csv
    own = f"contacts {PLANTED.replace('/', '-')}.{name.rpartition('.')[2]}"
    (folder / own).write_bytes(write(files[name], columns))
    profile |= {"authority": CODE, "contacts_file": own}
    (folder / "profile.json").write_text(json.dumps(profile), "utf-8")
    return folder


def heads_of(shape):
    """Return the headings of a shape's contacts, whatever form they have."""
    files = files_of(shape)
    (name,) = [name for name in files if name.startswith("contacts.")]
    if name.endswith("csv"):
        return next(csv.reader(io.StringIO(files[name].decode("utf-8-sig", "replace"))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(files[name]))
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            if sum(cell != "" for cell in row) > 4:
                return row
    raise AssertionError(shape)


def any_purpose(box, key, number):
    """Open a box, whichever of those that leave an authority it is."""
    for purpose in (f"pack of {CODE}", f"rows of {CODE}"):
        for part in ("", f", part {number}"):
            try:
                return unseal(box, key=key, purpose=f"{purpose} for dsl-primary{part}")
            except SealError:
                continue
    raise AssertionError("a box that does not open")


class Everything:
    """Whatever was written or said, as it can be read by whoever holds every key."""

    def __init__(self, folder):
        self.folder = folder
        self.found = {}

    def add(self, name, data):
        self.found[name] = data if isinstance(data, bytes) else data.encode("utf-8")
        if zipfile.is_zipfile(io.BytesIO(self.found[name])):
            with zipfile.ZipFile(io.BytesIO(self.found[name])) as held:
                for member in held.namelist():
                    self.add(f"{name}/{member}", held.read(member))
        if self.found[name][:4] == b"PAR1":
            self.found[f"{name} as text"] = (
                pl.read_parquet(io.BytesIO(self.found[name])).write_json().encode()
            )

    def add_folder(self, path, but=()):
        for file in sorted(path.rglob("*")):
            if file.is_file() and not any(file.is_relative_to(one) for one in but):
                self.add(str(file.relative_to(path)), file.read_bytes())

    def marks(self):
        lowered = {
            name: (name.encode() + b"\n" + data).lower() for name, data in self.found.items()
        }
        return sorted(
            (name, mark) for name, data in lowered.items() for mark in MARKS
            if mark.encode() in data or mark.encode("utf-16-le") in data
        )  # fmt: skip


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Let temporary files lie in a folder of the test; keep what each held before it goes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    held = Everything(folder)
    cleanup = tempfile.TemporaryDirectory.cleanup

    def keep(self):
        held.add_folder(Path(self.name).parent)
        cleanup(self)

    monkeypatch.setattr(tempfile.TemporaryDirectory, "cleanup", keep)
    return held


def accepted(command, shape, folder, roster):
    """Return the columns that can be planted without a refusal, and what was said."""
    said, kept = [], []
    for head in heads_of(shape):
        one = extract_of(shape, folder / f"try-{len(said)}", [head])
        out = folder / f"try-{len(said)}.sealed"
        answer = command("contacts", "pack", one, "--trial", roster, "--out", out, "--yes")
        said.append(answer.out + answer.err)
        if answer.code == 0:
            kept.append(head)
        shutil.rmtree(one)
    return kept, said


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_planted_is_found_in_anything_written(states, tmp_path, command, temporary, shape):
    walk = states["blind-run"].copy(tmp_path / "w")
    shutil.rmtree(walk.trial / "authority")
    seen = Everything(tmp_path)
    outside = tmp_path / "analyst"

    def give(*words):
        said = command(*words, keys=walk.keys)
        seen.add(f"said by {words[1]} {len(seen.found)}", said.out + said.err)
        return said

    roster, keys = outside / "roster.json", outside / "keys"
    assert give("contacts", "roster", walk.trial, "--authority", CODE, "--out", roster).code == 0
    assert give("contacts", "keys", keys).code == 0
    columns, said = accepted(command, shape, outside / "tries", roster)
    for number, words in enumerate(said):
        seen.add(f"said of column {number}", words)
    assert len(columns) >= 5, said[0][-1500:]
    extract = extract_of(shape, outside / "extract", columns)
    own = outside / "own-screen.csv"
    register = walk.trial / "design" / "register.csv"
    assert give("contacts", "check", extract, "--register", register, "--out", own).code == 0
    assert "quillfeather" in own.read_text("utf-8").lower()  # it was planted where she would see it
    for engine in ("duckdb", "sqlite"):
        sent = outside / f"900.{engine}.sealed"
        assert give("contacts", "pack", extract, "--trial", roster, "--out", sent, "--sign", keys,
                    "--engine", engine, "--yes").code == 0  # fmt: skip
    assert give("contacts", "receive", sent, walk.trial).code == 0
    ingest(ready(walk))
    rows = outside / "900.rows.v1.sealed"
    assert give("contacts", "rows", extract, "--trial", roster, "--hmac", keys, "--out", rows,
                "--yes").code == 0  # fmt: skip
    assert give("contacts", "receive", rows, walk.trial).code == 0
    ingest(ready(walk))
    key = private_key(walk.folder(), "trial").private
    opened = 0
    for path in [*outside.rglob("*.sealed"), *(walk.trial / "packs").iterdir()]:
        for number, box in enumerate(boxes(path.read_bytes()), start=1):
            seen.add(f"inside {path.name} {opened}", any_purpose(box, key, number))
            opened += 1
    assert opened > 5
    # The other road: the extract itself, under its planted names, in the evaluator's folder.
    raw = walk.trial / "authority" / CODE
    shutil.rmtree(raw)
    shutil.copytree(extract, raw)
    ingest(ready(walk))
    assert f'"authority/{CODE}/file 1"' in (walk.trial / "ledger.jsonl").read_text("utf-8")
    give("verify", walk.trial)  # what was recorded before is not there any more, and it says so
    give("status", walk.trial)
    seen.add_folder(tmp_path, but=(extract, own, raw))
    assert seen.marks() == []
    assert any("parquet" in name for name in temporary.found)
    assert temporary.marks() == []
    assert list(temporary.folder.iterdir()) == []


@pytest.mark.parametrize("shape", ["local-columns", "standard-dataset"])
def test_nothing_is_left_and_nothing_told_where_an_extract_is_refused(
    states, tmp_path, command, temporary, shape
):
    walk = states["blind-run"].copy(tmp_path / "w")
    outside = tmp_path / "analyst"
    roster, keys = outside / "roster.json", outside / "keys"
    command("contacts", "roster", walk.trial, "--authority", CODE, "--out", roster)
    command("contacts", "keys", keys)
    extract = extract_of(shape, outside / "extract")
    (contacts,) = [path for path in extract.iterdir() if path.name != "profile.json"]
    data = contacts.read_bytes()
    contacts.write_bytes(data[:-400] if shape != "local-columns" else data + b"a,\0,b\n")
    seen = Everything(tmp_path)
    before = sorted(path for path in outside.rglob("*") if path.is_file())
    for words in (
        ("pack", "--out", outside / "900.v1.sealed"),
        ("rows", "--out", outside / "900.rows.v1.sealed", "--hmac", keys),
    ):
        said = command("contacts", words[0], extract, "--trial", roster, "--yes", *words[1:])
        assert said.code != 0
        seen.add(f"said by {words[0]}", said.out + said.err)
    assert seen.marks() == []
    assert sorted(path for path in outside.rglob("*") if path.is_file()) == before
    assert list(temporary.folder.iterdir()) == []
    assert temporary.marks() == []


def test_an_extract_that_is_refused_at_the_evaluators_is_named_by_its_order(
    states, tmp_path, command
):
    walk = states["blind-run"].copy(tmp_path / "w")
    folder = walk.trial / "authority" / CODE
    shutil.rmtree(folder)
    extract_of("local-columns", folder)
    # A column that was planted and is not declared.
    said = command("ingest", walk.trial, keys=walk.keys)
    assert said.code != 0
    assert f"authority/{CODE}/file 1" in said.err
    lowered = (said.out + said.err).lower()
    assert [mark for mark in MARKS if mark in lowered] == []


def test_a_file_that_was_changed_is_found_again_under_its_order(states, tmp_path, command):
    walk = states["blind-run"].copy(tmp_path / "w")
    folder = walk.trial / "authority" / CODE
    contacts = folder / json.loads((folder / "profile.json").read_text("utf-8"))["contacts_file"]
    own = folder / "Zebedee Quillfeather.csv"
    contacts.rename(own)
    profile = json.loads((folder / "profile.json").read_text("utf-8"))
    (folder / "profile.json").write_text(
        json.dumps({**profile, "contacts_file": own.name}), "utf-8"
    )
    entry = ingest(ready(walk)).entry
    assert f"authority/{CODE}/file 1" in entry.reads
    assert is_current(walk.folder(), "ingest", INPUTS["ingest"])
    own.write_bytes(own.read_bytes() + b"\n")
    assert not is_current(walk.folder(), "ingest", INPUTS["ingest"])
    said = command("verify", walk.trial, keys=walk.keys)
    assert f"authority/{CODE}/file 1 is not as it was recorded" in said.out
    assert "Zebedee" not in said.out + said.err


def test_rows_that_are_refused_are_not_told(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    folder = walk.trial / "authority" / CODE
    shutil.rmtree(folder)
    folder.mkdir()
    (folder / "rows.csv").write_text(PLANTED + "\n", "utf-8")
    (folder / "rows.json").write_text(PLANTED + "\n", "utf-8")
    with pytest.raises(ProblemsError) as error:
        ingest(ready(walk))
    said = str(error.value).lower()
    assert [mark for mark in MARKS if mark in said] == []
