"""Bundles: several files as one sequence of bytes, the same for the same files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

#: The earliest time a zip archive can hold: every member has it.
_EPOCH = (1980, 1, 1, 0, 0, 0)


def pack_files(files: Mapping[str, bytes]) -> bytes:
    """Pack files into a zip archive, sorted, stored, without times.

    Examples
    --------
    >>> unpack_files(pack_files({"b": b"2", "a": b"1"}))
    {'a': b'1', 'b': b'2'}
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = 3
            archive.writestr(info, files[name])
    return stream.getvalue()


def unpack_files(data: bytes) -> dict[str, bytes]:
    """Return the files of a bundle by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in sorted(archive.namelist())}
