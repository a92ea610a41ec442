"""Members: a workbook's zip, looked through to its end before anything is made of it."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from typing import Any

#: The whole of a workbook, unpacked. A full sheet of twelve columns is about half of it.
MOST_BYTES = 4 << 30
#: From this size on nothing that people fill in packs as densely as `MOST_DENSE` to one.
SMALL_BYTES = 1 << 25
MOST_DENSE = 200
#: A sheet is held as a full rectangle, so one stray cell at its far corner would fill all memory.
MOST_CELLS = 1 << 26
_BLOCK = 1 << 20
_OVERLAP = 256
_DECLARED = (b"<!DOCTYPE", b"<!ENTITY")
_UNCACHED = re.compile(rb"</f>\s*</c>|<f(?: [^>]*)?/>\s*</c>")
_WIDE = re.compile(rb"""\br=["']([A-Za-z]{2,})(\d+)["']""")
_DEEP = re.compile(rb"""<row\b[^>]*?\br=["'](\d+)["']|\br=["'][A-Za-z](\d{7,})["']""")


@dataclass
class _Extent:
    """How far the cells of a sheet reach; up to column Z nothing is looked at singly."""

    columns: int = 26
    rows: int = 1
    uncached: bool = False

    def add(self, block: bytes) -> None:
        self.uncached = self.uncached or _UNCACHED.search(block) is not None
        for letters, row in _WIDE.findall(block):
            self.columns = max(self.columns, _column(letters))
            self.rows = max(self.rows, int(row))
        for row, deep in _DEEP.findall(block):
            self.rows = max(self.rows, int(row or deep))


def check_members(stream: Any) -> bool:
    """Read every member of a workbook to its end; tell whether any formula has no value.

    Raises
    ------
    zipfile.BadZipFile
        Where a member is damaged or declares entities; where all are too large, or packed so
        densely that they were made to fill memory (seen before anything is unpacked); where a
        sheet reaches too far.
    """
    with zipfile.ZipFile(stream) as archive:
        members = archive.infolist()
        size = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members)
        if size > MOST_BYTES or (size > SMALL_BYTES and size > MOST_DENSE * packed):
            raise zipfile.BadZipFile("members too large")
        return any([_is_uncached(archive, member) for member in members])


def _is_uncached(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Read a member to its end, which checks its sum; tell of formulas without a value."""
    markup = member.filename.endswith((".xml", ".rels"))
    extent, tail = _Extent(), b""
    with archive.open(member) as content:
        while block := content.read(_BLOCK):
            if not markup:
                continue
            seen = tail + block
            if any(word in seen for word in _DECLARED):
                raise zipfile.BadZipFile("markup that declares entities")
            if "worksheets/" in member.filename:
                extent.add(seen)
                if extent.columns * extent.rows > MOST_CELLS:
                    raise zipfile.BadZipFile("a sheet that reaches too far")
            tail = seen[-_OVERLAP:]
    return extent.uncached


def _column(letters: bytes) -> int:
    """Return the number of a column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
