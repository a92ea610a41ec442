"""Forty named faults of files, each a change of a table that an authority might send.

A fault takes a shape's table (rows of text, headings first) and returns the bytes of a file. The
counter beside them knows nothing of the readers: it counts the records of a CSV character by
character, and the rows of a sheet from its markup.
"""

import csv
import io
import json
import zipfile
from dataclasses import dataclass
from xml.etree import ElementTree

import xlsxwriter

from equipoise.authority.readers.flags import FLAGS
from tests.authority.test_golden import GOLDEN, YEARS

SHAPES = (
    "local-columns",
    "standard-dataset",
    "tick-boxes",
    "next-actions",
    "vendor-codes",
    "yearly-sheets",
)
#: Where the contact's number, the child's and the date stand in each of the six.
CONTACT, CHILD, DAY, SOURCE = 0, 1, 2, 3
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Fault:
    """A fault: how a file comes to have it, and which outcome alone is right.

    `outcome` is "refused", "counted", or "either" where both say what happened.
    """

    name: str
    make: object
    outcome: str = "either"


def table(shape):
    """Return a shape's golden table as rows of text, headings first."""
    text = (GOLDEN / shape / "contacts.csv").read_bytes().decode("utf-8")
    rows = [list(row) for row in csv.reader(io.StringIO(text)) if any(row)]
    if shape == "yearly-sheets":
        return [list(YEARS[2]), *(row[2:] for row in rows[1:] if row[0] == "2")]
    if shape == "standard-dataset":
        rows[0][5] = "cont_contact_outcome_json"
        for row in rows[1:]:
            set_flags = row[5].split()
            row[5] = json.dumps({flag: "Y" if flag in set_flags else "N" for flag in sorted(FLAGS)})
    return rows


# ------------------------------------------------------------------------------ writing files


def as_csv(rows, *, end="\n", encoding="utf-8", **options):
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=end, **options).writerows(rows)
    return buffer.getvalue().encode(encoding)


def as_book(*sheets, change=None, options=None):
    """Write tables as sheets of a workbook; `change` edits the workbook before it is closed."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **(options or {})}) as book:
        pages = []
        for rows in sheets:
            page = book.add_worksheet()
            pages.append(page)
            for line, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write = page.write_number if isinstance(cell, float) else page.write_string
                    write(line, column, cell)
        if change is not None:
            change(book, pages)
    return buffer.getvalue()


def with_cell(rows, column, value, line=1):
    """Return the table with one cell of one row changed."""
    changed = [list(row) for row in rows]
    changed[line][column] = value
    return changed


def with_column(rows, column, value_of):
    """Return the table with a column of every row under the headings changed."""
    return [rows[0], *([*r[:column], value_of(r[column]), *r[column + 1 :]] for r in rows[1:])]


def repacked(data, edit):
    """Return a workbook whose members are edited: `edit(name, bytes)` gives the new bytes."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in old.infolist():
            new.writestr(member.filename, edit(member.filename, old.read(member)))
    return buffer.getvalue()


def _in_sheet(data, old, new):
    def edit(name, content):
        if not name.startswith("xl/worksheets/sheet"):
            return content
        assert old in content
        return content.replace(old, new, 1)

    return repacked(data, edit)


def _entities(rows):
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet'
    return _in_sheet(as_book(rows), b"<worksheet", declared)


def _bomb(rows):
    return _in_sheet(as_book(rows), b"</worksheet>", b" " * (1 << 26) + b"</worksheet>")


def _uncached(rows):
    cell = b'<row r="99"><c r="A99"><f>A2</f></c></row></sheetData>'
    return _in_sheet(as_book(rows), b"</sheetData>", cell)


def _stray(rows):
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    return _in_sheet(as_book(rows), b"</sheetData>", cell)


def _merged(rows):
    def change(book, pages):
        pages[0].merge_range(1, CHILD, 3, CHILD, rows[1][CHILD])

    blanked = with_cell(with_cell(rows, CHILD, "", 2), CHILD, "", 3)
    return as_book(blanked, change=change)


def _hidden_rows(book, pages):
    pages[0].set_row(2, None, None, {"hidden": True})


def _very_hidden(rows):
    return as_book([["Cover"]], rows, change=lambda book, pages: pages[1].very_hidden())


def _serials(rows):
    return with_column(rows, DAY, lambda _: "45300")


def _password(rows):
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def _cut(data, share):
    return data[: int(len(data) * share)]


def _unclosed(rows):
    lines = as_csv(rows).split(b"\n")
    first, rest = lines[1].split(b",", 1)
    return b"\n".join([lines[0], first + b',"' + rest.replace(b'"', b""), *lines[2:]])


def _bomless_middle(rows):
    return as_csv(rows) + b"\xef\xbb\xbf" + as_csv(rows)


def _duplicate_heading(rows):
    return as_csv([[*rows[0], rows[0][CHILD]], *([*row, "X"] for row in rows[1:])])


def _totals(rows):
    return as_csv([*rows, ["Total", *[""] * (len(rows[0]) - 2), str(len(rows) - 1)]])


def _two_tables(rows):
    blank = [""] * len(rows[0])
    return as_book([*rows, blank, *rows])


def _mixed_ends(rows):
    lines = as_csv(rows).split(b"\n")
    ends = (b"\r\n", b"\r", b"\n")
    return b"".join(line + ends[n % 3] for n, line in enumerate(lines[:-1]))


def _mixed_encodings(rows):
    return as_csv(with_cell(rows, 4, "Caf\u00e9 School")) + as_csv(
        [with_cell(rows, 4, "Caf\u00e9 School")[1]], encoding="cp1252"
    )


def _flip(text):
    day = text[:10]
    return (
        f"{day[3:5]}/{day[:2]}/{day[6:]}" if day[2:3] == "/" else f"{day[:4]}-{day[8:]}-{day[5:7]}"
    )


FAULTS = (
    Fault("cut off in a row", lambda t: _cut(as_csv(t), 0.6), "refused"),
    Fault("workbook cut off", lambda t: _cut(as_book(t), 0.6), "refused"),
    Fault("wrong sheet", lambda t: as_book([["Staff", "Desk"], ["a", "b"]]), "refused"),
    Fault("merged cells", _merged, "counted"),
    Fault("#N/A as a child", lambda t: as_csv(with_cell(t, CHILD, "#N/A")), "counted"),
    Fault("Excel error as a date", lambda t: as_csv(with_cell(t, DAY, "#REF!")), "counted"),
    Fault("formulas without values", _uncached, "refused"),
    Fault("a stray cell in the far corner", _stray, "refused"),
    Fault("hidden rows", lambda t: as_book(t, change=_hidden_rows), "counted"),
    Fault("password", _password, "refused"),
    Fault("ids in scientific notation",
          lambda t: as_csv(with_column(t, CHILD, lambda _: "7.12346E+12")), "refused"),
    Fault("lost leading zeros",
          lambda t: as_csv(with_cell(with_cell(t, CHILD, "00071"), CHILD, "71", 2)), "counted"),
    Fault("flipped dates", lambda t: as_csv(with_column(t, DAY, _flip))),
    Fault("NUL", lambda t: as_csv(t).replace(b",", b",\x00", 1), "refused"),
    Fault("mixed encodings", _mixed_encodings, "counted"),
    Fault("entity expansion", _entities, "refused"),
    Fault("zip bomb", _bomb, "refused"),
    Fault("a cell of a million characters",
          lambda t: as_csv(with_cell(t, 4, "x" * 1_000_000)), "refused"),
    Fault("byte-order mark in the middle", _bomless_middle, "counted"),
    Fault("UTF-16", lambda t: as_csv(t, encoding="utf-16"), "refused"),
    Fault("quotes not closed", _unclosed, "refused"),
    Fault("mixed line ends", _mixed_ends, "counted"),
    Fault("a heading twice", _duplicate_heading, "refused"),
    Fault("empty file", lambda t: b"", "refused"),
    Fault("headings only", lambda t: as_csv(t[:1]), "refused"),
    Fault("a row of totals", _totals, "counted"),
    Fault("two tables on a sheet", _two_tables, "counted"),
    Fault("dates as serial numbers", lambda t: as_csv(_serials(t)), "refused"),
    Fault("dates of 1904",
          lambda t: as_book(with_column(t, DAY, lambda _: 43838.0), options={"date_1904": True})),
    Fault("the year 0202",
          lambda t: as_csv(with_cell(t, DAY, "01/02/0202")), "counted"),
    Fault("a date to come", lambda t: as_csv(with_cell(t, DAY, "01/02/2099")), "counted"),
    Fault("negative ids", lambda t: as_csv(with_cell(t, CHILD, "-1")), "counted"),
    Fault("formulas in cells",
          lambda t: as_csv(with_cell(t, 4, "=HYPERLINK(1)")), "counted"),
    Fault("emoji", lambda t: as_csv(with_cell(t, SOURCE, "School \U0001f3eb")), "counted"),
    Fault("right-to-left marks",
          lambda t: as_csv(with_column(t, DAY, lambda d: f"\u200f{d}")), "counted"),
    Fault("zero-width characters in ids",
          lambda t: as_csv(with_column(t, CHILD, lambda c: f"{c}\u200b")), "counted"),
    Fault("non-breaking spaces",
          lambda t: as_csv(with_column(t, CHILD, lambda c: f"\u00a0{c}\u00a0")), "counted"),
    Fault("thousand separators",
          lambda t: as_csv(with_column(t, CONTACT, lambda c: f"1,234,{c}")), "counted"),
    Fault("a very hidden sheet", _very_hidden, "counted"),
    Fault(".xls named .csv", lambda t: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"B" * 99, "refused"),
    Fault("HTML named .xls",
          lambda t: b"<html><table><tr><td>Contact ID</td></tr></table></html>\n", "refused"),
    Fault("JSON named .csv",
          lambda t: json.dumps([dict(zip(t[0], r, strict=True)) for r in t[1:]]).encode(),
          "refused"),
    Fault("a cell too many", lambda t: as_csv([*t[:-1], [*t[-1], "x"]]), "refused"),
)  # fmt: skip


# ------------------------------------------------------------------------ counting once more


def counted_rows(data):
    """Return how many rows stand under the headings, by a counter of its own."""
    return _rows_of_book(data) if data.startswith(b"PK") else _rows_of_csv(data) - 1


def _rows_of_csv(data):
    """Count the records with anything in them, character by character."""
    text = data.decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    rows, quoted, filled = 0, False, False
    for character in text:
        if character == '"':
            quoted = not quoted
        elif character == "\n" and not quoted:
            rows += filled
            filled = False
        elif character not in ", \ufeff\u00a0":
            filled = True
    return rows + filled


def _rows_of_book(data):
    """Count the rows with a value on the sheets that have four columns or more, less headings."""
    total = 0
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        strings = _strings(book)
        for name in book.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            rows = [
                sum(_filled(cell, strings) for cell in row.iter(f"{_MAIN}c"))
                for row in ElementTree.fromstring(book.read(name)).iter(f"{_MAIN}row")
            ]
            rows = [count for count in rows if count]
            if rows and rows[0] >= 4:
                total += len(rows) - 1
    return total


def _strings(book):
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    root = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    return ["".join(part.text or "" for part in item.iter(f"{_MAIN}t")) for item in root]


def _filled(cell, strings):
    value = cell.find(f"{_MAIN}v")
    if value is None or value.text is None:
        return False
    return bool(strings[int(value.text)].strip()) if cell.get("t") == "s" else True
