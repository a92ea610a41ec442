"""Files: whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from equipoise.core.base.problems import Problem, ProblemsError

#: Where a room that may not write the folder hands over a file: relative POSIX path, bytes.
Sink = Callable[[str, bytes], None]

#: Seconds between tries where another program holds a file for a moment; about 4 in all.
WAITS = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
#: What Windows says then: access denied, sharing violation, lock violation.
_HELD = (5, 32, 33)


def replace_file(old: Path, new: Path, *, pause: Callable[[float], None] = time.sleep) -> None:
    """Put a file in the place of another, whole.

    On Windows a scanner or an indexer may hold either file open for a moment, and the system then
    refuses: it is tried again, a few times and a little longer apart.

    Parameters
    ----------
    old, new
        The file as it is called now, and as it is to be called; both on one disk.
    pause
        Waits for so many seconds.

    Raises
    ------
    OSError
        Where it is refused to the last, or for another reason; then nothing is changed.
    """
    for seconds in WAITS:
        try:
            os.replace(old, new)
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
            pause(seconds)
        else:
            return
    os.replace(old, new)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never a part.

    Parameters
    ----------
    path
        The file; its folder is made if it is not there.
    data
        The bytes.

    Raises
    ------
    OSError
        Where the folder cannot be written; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        replace_file(Path(name), path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_bytes(path: Path, *, file: str, remedy: str) -> bytes:
    """Read a file, or say which one is missing and what to do.

    Parameters
    ----------
    path
        The file.
    file
        Its name for the reader of the message.
    remedy
        What to do where it is missing.

    Raises
    ------
    ProblemsError
        Where the file is not there or is a folder.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        found = "no such file"
    except IsADirectoryError:
        found = "a folder"
    except PermissionError:
        # Windows reports a folder opened as a file in this way.
        found = "a folder" if path.is_dir() else "a file that may not be read"
    raise ProblemsError([Problem(file, "whole file", found, "a file", remedy)])


def read_text(data: bytes, *, file: str) -> str:
    r"""Decode UTF-8 strictly, with or without a byte-order mark.

    Parameters
    ----------
    data
        The bytes of the file.
    file
        Its name for the reader of the message.

    Returns
    -------
    str
        The text, line ends as ``\n``.

    Raises
    ------
    ProblemsError
        Naming the first line that is not UTF-8.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ProblemsError(
            [
                Problem(
                    file,
                    f"line {line}",
                    "bytes that are not UTF-8",
                    "a file in the encoding UTF-8",
                    "save the file again as CSV UTF-8 (in Excel: Save As, CSV UTF-8)",
                )
            ]
        ) from None
    return text.replace("\r\n", "\n").replace("\r", "\n")
