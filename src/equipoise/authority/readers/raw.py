"""Raw files: what is handed in, bytes or a path, opened and digested without holding it whole."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

#: A file as `workspace` or a page hands it in. Nothing here ever writes to a path.
Raw = bytes | Path


def open_raw(raw: Raw) -> io.BytesIO | io.BufferedReader:
    """Open a file for reading from its beginning; whoever opens it closes it."""
    return io.BytesIO(raw) if isinstance(raw, bytes) else raw.open("rb")


def raw_bytes(raw: Raw) -> bytes:
    """Return a small file whole: a profile, a map that was reviewed."""
    return raw if isinstance(raw, bytes) else raw.read_bytes()


def raw_size(raw: Raw) -> int:
    """Return how many bytes a file holds."""
    return len(raw) if isinstance(raw, bytes) else raw.stat().st_size


def raw_digest(raw: Raw) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits, read in blocks.

    Examples
    --------
    >>> raw_digest(b"")[:16]
    'e3b0c44298fc1c14'
    """
    with open_raw(raw) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
