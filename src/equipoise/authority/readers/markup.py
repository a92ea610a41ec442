"""Markup: an XML file in pieces, without entities, and refused whole where it does not end well."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers import expat

from equipoise.authority.readers.raw import Raw, open_raw
from equipoise.authority.readers.sheets import refused
from equipoise.core.base import ProblemsError

#: Elements within elements; the census has six levels.
MOST_LEVELS = 32
#: Bytes between the end of one record and the end of the next. The longest history of a child
#: is some tens of kilobytes.
MOST_BYTES_OF_RECORD = 8 << 20
#: Bytes before the first element.
_MOST_BYTES_BEFORE = 1 << 16
_PIECE = 1 << 16
#: Elements in the first element: a header, the holder of the records, and room for others.
_MOST_OTHERS = 16
_ENCODINGS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "windows-1252"})
_DECLARED = re.compile(rb"""^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_WHOLE = "a whole XML file of the children in need census"
_AGAIN = "export it again, and do not open or save it in another program"


class _Begun(Exception):
    """The first element has begun: nothing can be declared any more."""


def is_markup(raw: Raw) -> bool:
    """Tell by its first bytes whether a file is XML.

    Examples
    --------
    >>> is_markup(b"<Message/>"), is_markup(b"Child ID,Date"), is_markup(b"")
    (True, False, False)
    """
    with open_raw(raw) as stream:
        first = stream.read(64)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        first = first[2:].replace(b"\x00", b"")
    return first.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def check_begin(raw: Raw, file: str) -> None:
    """Refuse a file that declares anything before its first element.

    A document type can declare entities: a few bytes that stand for gigabytes, or for another
    file on this machine. XML allows one only before the first element, so nothing of a file is
    read into memory before this has passed. Only encodings are let in whose letters are ASCII's,
    or no one could say what the bytes declare.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.

    Raises
    ------
    ProblemsError
        Where it declares a document type, has an encoding that is not let in, or is no XML.
    """
    with open_raw(raw) as stream:
        first = stream.read(_MOST_BYTES_BEFORE)
    if not first.strip():
        raise refused(file, "nothing", _WHOLE, _AGAIN)
    declared = _DECLARED.match(first)
    encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
    if first.startswith((b"\xff\xfe", b"\xfe\xff")) or encoding not in _ENCODINGS:
        raise refused(
            file, "an XML file in an unusual encoding", "an XML file in UTF-8", "save it as UTF-8"
        )
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = lambda *_: _refuse_declarations(file)
    parser.EntityDeclHandler = lambda *_: _refuse_declarations(file)
    parser.StartElementHandler = _begin
    try:
        parser.Parse(first, False)
    except _Begun:
        return
    except expat.ExpatError as error:
        raise _damaged(file, error.lineno) from None
    raise refused(
        file,
        f"no element within the first {_MOST_BYTES_BEFORE:,} bytes",
        _WHOLE,
        _AGAIN,
    )


def _refuse_declarations(file: str) -> None:
    raise refused(
        file,
        "a document type declaration (DOCTYPE), which may declare entities",
        "a census without one: it needs none",
        "export the census again from the case system; never trust such a file from elsewhere",
    )


def _begin(name: str, attributes: dict[str, str]) -> None:
    raise _Begun


class Records:
    """The records of an XML file, each handed over once it is whole and then let go.

    Parameters
    ----------
    raw, file
        The file, and its name for the messages.
    root, holder
        The name of the first element, and of the one in it that holds the records.
    record
        The name of a record.

    Attributes
    ----------
    others
        Elements of the root that stood before the first record: a header.
    """

    def __init__(self, raw: Raw, file: str, *, root: str, holder: str, record: str) -> None:
        self._raw = raw
        self._file = file
        self._root = root
        self._holder = holder
        self._record = record
        self.others: list[Element] = []

    def __iter__(self) -> Iterator[Element]:
        """Yield each record; memory holds one piece of the file, however long it is.

        Raises
        ------
        ProblemsError
            Where the file is not what it should be, or cannot be read to its end.
        """
        check_begin(self._raw, self._file)
        with open_raw(self._raw) as stream:
            yield from self._of(stream)

    def _of(self, stream: BinaryIO | io.BytesIO) -> Iterator[Element]:
        builder = TreeBuilder()
        # An element of our own around the file's: so what is read so far can be looked at.
        around = builder.start("file", {})
        parser = XMLParser(target=builder)
        waiting = 0
        while piece := stream.read(_PIECE):
            self._parse(parser, piece)
            self._check_levels(around)
            waiting += len(piece)
            for record in self._whole(around, ended=False):
                waiting = 0
                yield record
            if waiting > MOST_BYTES_OF_RECORD:
                raise refused(
                    self._file,
                    f"a record of more than {MOST_BYTES_OF_RECORD:,} bytes",
                    "children whose records are some kilobytes each",
                    _AGAIN,
                )
        self._parse(parser, None)
        yield from self._whole(around, ended=True)
        if not any(element.tag == self._holder for element in around[0]):
            raise refused(self._file, f"no element {self._holder}", _WHOLE, _AGAIN)

    def _parse(self, parser: XMLParser, piece: bytes | None) -> None:
        try:
            if piece is None:
                parser.close()
            else:
                parser.feed(piece)
        except (ParseError, ValueError) as error:
            line = error.position[0] if isinstance(error, ParseError) else None
            raise _damaged(self._file, line) from None

    def _whole(self, around: Element, *, ended: bool) -> Iterator[Element]:
        """Yield the records that nothing can be added to any more, and let them go."""
        if not len(around):
            return
        root = around[0]
        if root.tag != self._root:
            raise refused(
                self._file,
                "an XML file of another kind",
                f"a first element {self._root}, as the census has it",
                "choose the census's own file",
            )
        if len(root) > _MOST_OTHERS:
            raise refused(self._file, f"{len(root):,} elements in {self._root}", _WHOLE, _AGAIN)
        for holder in root:
            if holder.tag != self._holder:
                if holder not in self.others:
                    self.others.append(holder)
                continue
            count = len(holder) if ended or holder is not root[-1] else len(holder) - 1
            for record in holder[: max(count, 0)]:
                if record.tag != self._record:
                    raise refused(
                        self._file,
                        f"an element in {self._holder} that is no {self._record}",
                        f"only {self._record}",
                        _AGAIN,
                    )
                yield record
            if count > 0:
                del holder[:count]

    def _check_levels(self, around: Element) -> None:
        """Follow what is still open, and refuse a file whose elements stand too deep."""
        element, levels = around, 0
        while len(element):
            element, levels = element[-1], levels + 1
            if levels > MOST_LEVELS:
                raise refused(
                    self._file,
                    f"elements within elements, more than {MOST_LEVELS} deep",
                    "the few levels of the census",
                    _AGAIN,
                )


def lines_of_records(raw: Raw, record: str, numbers: frozenset[int]) -> dict[int, int]:
    """Return the lines on which some records begin: a second pass, for messages only.

    Parameters
    ----------
    raw
        A file that was read to its end before.
    record
        The name of a record.
    numbers
        Which records, from 1.
    """
    found: dict[int, int] = {}
    last, count = max(numbers, default=0), 0
    parser = expat.ParserCreate()

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        if name == record:
            count += 1
            if count in numbers:
                found[count] = parser.CurrentLineNumber

    parser.StartElementHandler = begin
    with open_raw(raw) as stream:
        while count < last and (piece := stream.read(_PIECE)):
            parser.Parse(piece, False)
    return found


def _damaged(file: str, line: int | None) -> ProblemsError:
    where = "" if line is None else f" (it breaks off or is damaged at line {line:,})"
    return refused(file, f"XML that cannot be read to its end{where}", _WHOLE, _AGAIN)
