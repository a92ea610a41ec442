"""The golden folders that describe themselves: their files as sent, and their trial."""

import io
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from equipoise.authority.rules import Definitions, Window

GOLDEN = Path(__file__).parent / "golden"
NOT_SENT = {"trial.json", "BROKEN.json", "totals.csv", "windows.csv", "working.md"}


@dataclass(frozen=True)
class School:
    urn: str
    name: str
    la_code: str
    aliases: tuple = ()


def described():
    """Name the folders that hold a trial.json, in order."""
    return sorted(path.parent.name for path in GOLDEN.glob("*/trial.json"))


def told(name):
    return json.loads((GOLDEN / name / "trial.json").read_text(encoding="utf-8"))


def trial_of(name):
    """Return a folder's name, schools, definitions and windows, as the six tuples have them."""
    trial = told(name)
    schools = tuple(
        School(**{**school, "aliases": tuple(school["aliases"])}) for school in trial["schools"]
    )
    said = trial["definitions"]
    definitions = Definitions(
        said["school"],
        tuple(said["sources"]),
        said["open_cases"],
        said["repeat_days"],
        said["recontact_days"],
        said["settle_days"],
        date.fromisoformat(said["cutoff"]),
        tuple(said["reasons"]),
        **said.get("more", {}),
    )
    windows = tuple(
        Window(window, date.fromisoformat(first), date.fromisoformat(last))
        for window, first, last in trial["windows"]
    )
    return name, schools, definitions, windows


def raw_files(name):
    """Return what lies in a folder, by file name."""
    return {path.name: path.read_bytes() for path in (GOLDEN / name).glob("*.*")}


def sent(files):
    """Return what the authority sends: its workbook written, our own notes left out."""
    files = {name: data for name, data in files.items() if name not in NOT_SENT}
    if "contacts.book.json" in files:
        files["contacts.xlsx"] = written(json.loads(files.pop("contacts.book.json")))
    return files


def written(book):
    """Write a workbook cell by cell; ``{"date": "2024-01-10"}`` is a cell of a date."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for sheet in book["sheets"]:
            page = workbook.add_worksheet(sheet["name"])
            if sheet.get("hidden"):
                page.hide()
            for first_row, first_column, last_row, last_column, text in sheet.get("merge", ()):
                page.merge_range(first_row, first_column, last_row, last_column, text)
            for row, cells in enumerate(sheet["rows"]):
                for column, cell in enumerate(cells):
                    if isinstance(cell, dict):
                        page.write_datetime(row, column, date.fromisoformat(cell["date"]), day)
                    else:
                        page.write(row, column, cell)
    return buffer.getvalue()
