"""Sealed rows: a large text in sealed parts, one behind the other, with its head in the last box.

Nothing of the text touches the disk in the clear while it is written, and memory holds one part.
Each part is sealed for its own place, and the head says how many there are and what they come to:
one that is missing, exchanged or changed does not open or does not add up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from equipoise.workspace.folder.randomness import Secrets
from equipoise.workspace.folder.seal import UNIT, SealError, box_size, content_room, seal, unseal

#: A part fills a box of so many bytes.
PART = 64 * UNIT


@dataclass(frozen=True)
class Written:
    """What was written.

    Attributes
    ----------
    lines, parts
        How many.
    digest
        SHA-256 of the text, hexadecimal.
    """

    lines: int
    parts: int
    digest: str


class SealingSink:
    """Takes text and writes it in sealed parts.

    Parameters
    ----------
    target
        Takes the boxes.
    to, purpose, secrets
        As for `seal`; the n-th part is sealed for ``purpose, part n``.
    """

    def __init__(self, target: BinaryIO, *, to: bytes, purpose: str, secrets: Secrets) -> None:
        self._target, self._to, self._purpose, self._secrets = target, to, purpose, secrets
        self._held = bytearray()
        self._digest = hashlib.sha256()
        self._lines = self._parts = 0
        self._room = content_room(PART)

    def write(self, text: str, /) -> None:
        """Write some ASCII text."""
        data = text.encode("ascii")
        self._digest.update(data)
        self._lines += data.count(b"\n")
        self._held += data
        while len(self._held) >= self._room:
            self._seal(bytes(self._held[: self._room]))
            del self._held[: self._room]

    def finish(self) -> Written:
        """Seal what is left; return what was written in all."""
        if self._held or not self._parts:
            self._seal(bytes(self._held))
            self._held.clear()
        return Written(self._lines, self._parts, self._digest.hexdigest())

    def _seal(self, content: bytes) -> None:
        self._parts += 1
        purpose = part_purpose(self._purpose, self._parts)
        self._target.write(seal(content, to=self._to, purpose=purpose, secrets=self._secrets))


def part_purpose(purpose: str, number: int) -> str:
    """Return what the n-th part's box is for.

    Examples
    --------
    >>> part_purpose("rows of 900 for t", 2)
    'rows of 900 for t, part 2'
    """
    return f"{purpose}, part {number}"


def places_of(path: Path) -> tuple[tuple[int, int], ...]:
    """Return where each box of a file begins, and its size.

    Raises
    ------
    SealError
        Where the file does not divide into whole boxes.
    """
    end = path.stat().st_size
    found = []
    with path.open("rb") as stream:
        at = 0
        while at < end:
            stream.seek(at)
            size = box_size(stream.read(16))
            if at + size > end:
                raise SealError("not a whole number of sealed boxes")
            found.append((at, size))
            at += size
    return tuple(found)


def head_of(path: Path, *, key: bytes, purpose: str) -> bytes:
    """Open the head of a file of rows.

    Raises
    ------
    SealError
        Where the key does not fit, the purpose is another, or the file was cut off or changed.
    """
    places = places_of(path)
    if not places:
        raise SealError("an empty file")
    return unseal(_read(path, *places[-1]), key=key, purpose=purpose)


def unsealed_parts(path: Path, *, key: bytes, purpose: str) -> Iterator[bytes]:
    """Yield the text of a file of rows, part by part.

    Raises
    ------
    SealError
        At the first part that does not open in its place.
    """
    for number, place in enumerate(places_of(path)[:-1], start=1):
        yield unseal(_read(path, *place), key=key, purpose=part_purpose(purpose, number))


def _read(path: Path, at: int, size: int) -> bytes:
    with path.open("rb") as stream:
        stream.seek(at)
        return stream.read(size)
