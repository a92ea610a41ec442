"""Decoding: bytes of a CSV to text, strictly, saying what was assumed."""

from __future__ import annotations

from equipoise.core.base import Problem, ProblemsError

_BOM = b"\xef\xbb\xbf"
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def decode_text(data: bytes, *, file: str, declared: str | None) -> tuple[str, tuple[str, ...]]:
    """Decode the bytes of a CSV.

    UTF-8 is read strictly. Windows-1252 is read where the profile declares it, or where the file
    is not UTF-8 and holds no sign of being a mixture of the two.

    Parameters
    ----------
    data
        The bytes.
    file
        The file's name for the messages.
    declared
        ``utf-8``, ``cp1252`` or None (not declared).

    Returns
    -------
    tuple
        The text, and notes on what was assumed.

    Raises
    ------
    ProblemsError
        Naming the first line that cannot be read; never its bytes.
    """
    if data.startswith(_WIDE):
        raise _wrong(file, 1, "UTF-16")
    if b"\x00" in data:
        raise _wrong(file, _line(data, data.index(b"\x00")), "a NUL byte")
    if declared == "cp1252":
        return _decode_1252(data, file), ("read as Windows-1252, as the profile says",)
    body = data.removeprefix(_BOM)
    try:
        return body.decode("utf-8"), ()
    except UnicodeDecodeError as error:
        first = _line(body, error.start)
    if declared == "utf-8" or data.startswith(_BOM) or _is_mixture(body):
        raise _wrong(file, first, "bytes that are not UTF-8")
    return _decode_1252(body, file), ("not UTF-8, read as Windows-1252",)


def _decode_1252(data: bytes, file: str) -> str:
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise _wrong(file, _line(data, error.start), "bytes of no known encoding") from None


def _is_mixture(data: bytes) -> bool:
    """Tell whether some lines hold valid UTF-8 beyond ASCII, so that others cannot be 1252."""
    for line in data.splitlines():
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
        except UnicodeDecodeError:
            continue
        return True
    return False


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _wrong(file: str, line: int, found: str) -> ProblemsError:
    return ProblemsError(
        [
            Problem(
                file=file,
                place=f"line {line}",
                found=f"wrong encoding: {found}",
                expected="UTF-8 throughout",
                remedy='export the file again as "CSV UTF-8"',
            )
        ]
    )
