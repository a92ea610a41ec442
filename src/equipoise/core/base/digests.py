"""Digests: SHA-256 of bytes and of values."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from equipoise.core.base.canonical import canonical


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 digest of bytes as 64 lower-case hexadecimal digits.

    Examples
    --------
    >>> sha256_hex(b"")[:16]
    'e3b0c44298fc1c14'
    """
    return hashlib.sha256(data).hexdigest()


def sha256_file(path: Path) -> str:
    """Return the SHA-256 digest of a file, read in blocks: it may be larger than memory."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest_value(value: Any) -> str:
    """Return the SHA-256 digest of a value's canonical JSON (RFC 8785).

    Examples
    --------
    >>> digest_value({"a": 1}) == sha256_hex(b'{"a":1}')
    True
    """
    return sha256_hex(canonical(value))
