"""Decoding: the lines of a CSV as text, strictly and one by one, saying what was assumed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from equipoise.authority.readers.first_problems import FirstProblems, listed
from equipoise.core.base import Problem, ProblemsError

#: A line longer than this is no line of a CSV: a file without line ends, or one that was damaged.
LONGEST_LINE = 1 << 22
_MARK = "\u00ef\u00bb\u00bf"  # UTF-8's byte-order mark, each byte as one character
_WIDE = (b"\xff\xfe", b"\xfe\xff")


class Lines:
    """The lines of a CSV, decoded as they are read; at most one is held.

    The profile's word wins. Where it says nothing, each line that is not plain ASCII is UTF-8 if
    it can be, else Windows-1252: many extracts were put together from files of both.

    Parameters
    ----------
    stream
        The file, at its beginning.
    file
        Its name for the messages.
    declared
        ``utf-8``, ``cp1252`` or None (not declared).
    problems
        Receives every line that cannot be read, by its number; never its bytes.
    """

    def __init__(
        self, stream: BinaryIO, file: str, declared: str | None, problems: FirstProblems
    ) -> None:
        self._stream = stream
        self._file = file
        self._declared = declared
        self._problems = problems
        self._unicode = 0
        self._windows = 0

    def __iter__(self) -> Iterator[str]:
        """Yield each line with its end, whichever of the three kinds it has.

        Raises
        ------
        ProblemsError
            Where the bytes are no lines of text at all.
        """
        # Latin-1 gives each byte its own character, so that lines are cut by compiled code and
        # the bytes of one that is not ASCII can be had back.
        text = io.TextIOWrapper(self._stream, encoding="latin-1", newline="")
        try:
            read, number = text.readline, 0
            while line := read(LONGEST_LINE):
                number += 1
                if number == 1:
                    line = self._begun(line)
                if len(line) == LONGEST_LINE:
                    raise ProblemsError([self._wrong(number, "a line without end")])
                if not line.isascii():
                    line = self._decoded(line.encode("latin-1"), number)
                if "\x00" in line:
                    self._problems.extend([self._wrong(number, "a NUL byte")])
                    line = line.replace("\x00", "")
                yield line
        finally:
            text.close()  # the stream with it; to close it again does nothing

    def notes(self) -> tuple[str, ...]:
        """Return what was assumed about the encoding, in words."""
        if self._declared == "cp1252":
            return ("read as Windows-1252, as the profile says",)
        if not self._windows:
            return ()
        if not self._unicode:
            return ("not UTF-8, read as Windows-1252",)
        return (
            f"two encodings: {_lines(self._unicode)} read as UTF-8, {_lines(self._windows)} read "
            "as Windows-1252",
        )

    def _begun(self, line: str) -> str:
        if line.encode("latin-1").startswith(_WIDE):
            raise ProblemsError([self._wrong(1, "UTF-16")])
        return line.removeprefix(_MARK)

    def _decoded(self, line: bytes, number: int) -> str:
        if self._declared != "cp1252":
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                if self._declared == "utf-8":
                    self._problems.extend([self._wrong(number, "bytes that are not UTF-8")])
                    return line.decode("latin-1")
            else:
                self._unicode += 1
                return text
        try:
            text = line.decode("cp1252")
        except UnicodeDecodeError:
            self._problems.extend([self._wrong(number, "bytes of no known encoding")])
            return line.decode("latin-1")
        self._windows += 1
        return text

    def _wrong(self, number: int, found: str) -> Problem:
        return Problem(
            file=self._file,
            place=f"line {number}",
            found=f"wrong encoding: {found}",
            expected="UTF-8 throughout",
            remedy='export the file again as "CSV UTF-8"',
        )


def decode_text(data: bytes, *, file: str, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode a small file whole, line by line as `Lines` does.

    Parameters
    ----------
    data, file, declared
        The bytes, the file's name for the messages, and ``utf-8``, ``cp1252`` or None.

    Returns
    -------
    tuple
        The text, and notes on what was assumed.

    Raises
    ------
    ProblemsError
        Naming the lines that cannot be read; never their bytes.
    """
    problems = FirstProblems()
    lines = Lines(io.BytesIO(data), file, declared, problems)
    text = "".join(lines)
    if found := listed(file, problems):
        raise ProblemsError(found)
    return text, lines.notes()


def _lines(count: int) -> str:
    return f"{count} line was" if count == 1 else f"{count} lines were"
