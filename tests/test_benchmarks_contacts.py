"""The benchmark of contacts runs at a thousandth of its size; nothing here is timed."""

import csv
import json
import sys
from dataclasses import asdict

import pytest

from benchmarks import contacts_run
from benchmarks.contact_files import DIALECTS, write_authority


@pytest.fixture
def folder(tmp_path):
    """Two authorities, a table of rows and a workbook."""
    schools = [
        school
        for code, dialect in (("801", DIALECTS[0]), ("802", DIALECTS[4]))
        for school in write_authority(tmp_path / code, code, 300, dialect)
    ]
    text = json.dumps([asdict(school) for school in schools])
    (tmp_path / "schools.json").write_text(text, encoding="utf-8", newline="\n")
    return tmp_path


def run(folder, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["contacts_run", str(folder), "--engine", "sqlite"])
    contacts_run.main()


def test_a_run_reads_every_row_and_writes_the_table_of_schools(folder, monkeypatch, capsys):
    run(folder, monkeypatch)
    with (folder / "table.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counted = sum(int(row["contacts"]) for row in rows)
    said = capsys.readouterr().out.strip()
    assert said == f"600 rows, {len(rows)} counts, {counted} contacts of schools"
    assert {row["urn"][:3] for row in rows if int(row["contacts"])} == {"801", "802"}


def test_a_run_ends_with_what_is_wrong_with_a_file(folder, monkeypatch):
    (folder / "801" / "contacts.csv").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(Exception, match=r"contacts\.csv"):
        run(folder, monkeypatch)
