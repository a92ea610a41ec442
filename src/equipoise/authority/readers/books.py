"""Books: which reader a file needs, told by its first bytes and never by its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from equipoise.authority.readers.delimited import DelimitedBook
from equipoise.authority.readers.first_problems import FirstProblems
from equipoise.authority.readers.raw import Raw, open_raw
from equipoise.authority.readers.sheets import Book, refused
from equipoise.authority.readers.workbook import Workbook


def open_book(
    raw: Raw,
    file: str,
    *,
    encoding: str | None,
    knows: Callable[[Sequence[str]], bool],
    problems: FirstProblems,
) -> Book:
    """Return the reader of a file.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.
    encoding
        The encoding that the profile declares, for a CSV.
    knows
        Tells whether headings are those of a known shape: which sheets of a workbook to read.
    problems
        Receives what is wrong with single lines.

    Raises
    ------
    ProblemsError
        Where the file is of a kind that cannot be read.
    """
    with open_raw(raw) as stream:
        first = stream.read(8)
    if first.startswith(b"PK\x03\x04"):
        return Workbook(raw, file, knows)
    if first.startswith(b"\xd0\xcf\x11\xe0"):
        raise refused(
            file,
            "an old or a password-protected workbook",
            "an .xlsx workbook without a password, or a CSV",
            "save it as .xlsx without a password",
        )
    return DelimitedBook(raw, file, encoding, problems)
