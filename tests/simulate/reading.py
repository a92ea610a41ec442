"""Reading simulated files in the tests, with nothing of the product."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

import python_calamine

FLAGS = {  # the flag that holds, by precedence, and the code that it stands for
    "CP_ENQUIRY_FLAG": "CP_ENQUIRY",
    "NEW_REFERRAL_FLAG": "REFERRAL",
    "EXISTING_REFERRAL_FLAG": "EXISTING",
    "OTHER_OUTCOMES_EXIST_FLAG": "OTHER",
    "PRIVATE_FOSTERING_FLAG": "OTHER",
    "ADVICE_FLAG": "ADVICE",
    "NFA_FLAG": "NFA",
}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def book_rows(data: bytes) -> list[dict[str, object]]:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    head, *body = sheet.to_python()
    return [dict(zip(map(str, head), line, strict=True)) for line in body]


ACTIONS = {  # next actions by gravity, and the codes that they stand for
    "Strategy Discussion": "CP_ENQUIRY",
    "Social Care": "REFERRAL",
    "Case Note to Allocated Worker": "EXISTING",
    "Early Help": "EARLY_HELP",
    "Private Fostering Notification": "OTHER",
    "Information and Advice": "ADVICE",
    "No Further Action": "NFA",
}
WORDS = {
    "No further action": "NFA",
    "Signpost": "ADVICE",
    "Universal Services": "ADVICE",
    "Early Intervention": "EARLY_HELP",
    "Assessment": "REFERRAL",
    "Strategy Discussion/Meeting": "CP_ENQUIRY",
    "NRPF": "OTHER",
    "Private Fostering": "OTHER",
}
TICKS = {"CIN Referral": "REFERRAL", "EH Referral": "EARLY_HELP", "NULL": "NFA"}


@dataclass(frozen=True)
class Line:
    """What a plain reader of one of the further shapes finds in a row."""

    contact: str
    child: str
    day: date
    source: str
    organisation: str
    outcome: str  # a code, PENDING, MISSING or UNMAPPED; blank: a label to be looked up
    label: str
    reason: str


def lines(files: dict[str, bytes], shape: int) -> list[Line]:
    """Read the contacts file of shape 3, 4, 5 or 6, from its description alone."""
    return list({3: _live, 4: _warehouse, 5: _vendor, 6: _local}[shape](files))


def _live(files: dict[str, bytes]) -> Iterator[Line]:
    data = files["contacts.csv"]
    assert data.startswith(b"\xef\xbb\xbf")
    for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"))):
        contact, child, started, source, agency, outcome, done, is_open, reason = row.values()
        code = "PENDING" if done == "NULL" else TICKS[outcome]
        day = datetime.strptime(started, "%d-%b-%Y").date()
        assert is_open == "N" or outcome == "NULL"
        reason = "" if reason == "NULL" else reason
        code = "EXISTING" if is_open == "Y" and code != "PENDING" else code
        yield Line(contact, child, day, source, agency, code, outcome, reason)


def _warehouse(files: dict[str, bytes]) -> Iterator[Line]:
    for row in csv.DictReader(io.StringIO(files["contacts.csv"].decode("cp1252"))):
        contact, child, started, source, agency, listed, done, reason = row.values()
        actions = listed.split(",") if listed else []
        found = [code for action, code in ACTIONS.items() if action in actions]
        code = found[0] if found else "UNMAPPED" if actions else "MISSING" if done else "PENDING"
        day = datetime.strptime(started, "%Y-%m-%d 00:00:00.000").date()
        yield Line(contact, child, day, source, agency, code, listed, reason)


def _vendor(files: dict[str, bytes]) -> Iterator[Line]:
    for row in book_rows(files["contacts.xlsx"]):
        contact, child, received, source, agency, word, done, is_open, reason = row.values()
        assert isinstance(received, datetime)
        code = WORDS.get(str(word), "UNMAPPED")
        if not word:
            code = "EXISTING" if is_open == "Yes" else "MISSING" if done else "PENDING"
        yield Line(str(contact), str(child), received.date(), str(source), str(agency), code,
                   str(word), str(reason))  # fmt: skip


def _local(files: dict[str, bytes]) -> Iterator[Line]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(files["contacts.xlsx"]))
    assert book.sheet_names[0] == "Guidance"
    for name in book.sheet_names[1:]:
        title, empty, heads, *body = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        assert title[0] == f"Contacts received {name}"
        assert not any(empty)
        assert len(heads) == 8
        for cells in body:
            contact, child, received, source, agency, label, done, reason = map(str, cells)
            day = datetime.strptime(received, "%d.%m.%Y").date()
            year = day.year if day.month >= 9 else day.year - 1
            assert name == f"{year}-{(year + 1) % 100:02d}"
            code = "" if label else "MISSING" if done else "PENDING"
            yield Line(contact, child, day, source, agency, code, label, reason)


def flag_outcome(text: str) -> str:
    """Return the outcome that a row's flags say, blank if none is set."""
    flags = json.loads(text)
    return next((code for flag, code in FLAGS.items() if flags[flag] == "Y"), "")


def authorities(files: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the files of each authority, by their names."""
    codes = sorted({name.split("/")[1] for name in files if name.startswith("authority/")})
    for code in codes:
        prefix = f"authority/{code}/"
        yield code, {n.removeprefix(prefix): b for n, b in files.items() if n.startswith(prefix)}
