"""Canonical JSON (RFC 8785): one value, one sequence of bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NoReturn

#: Integers beyond this cannot be told apart by a reader that holds numbers as doubles.
MAX_INTEGER = 2**53 - 1


def _number(value: float) -> str:
    """Write a double as ECMAScript's Number::toString does (RFC 8785, section 3.2.2.3)."""
    if not math.isfinite(value):
        raise ValueError("canonical JSON has no NaN and no infinity")
    if value == 0:
        return "0"
    # repr gives the shortest digits that read back as the same double, as ECMAScript asks.
    _, figures, exponent = Decimal(repr(abs(value))).normalize().as_tuple()
    digits = "".join(map(str, figures))
    return ("-" if value < 0 else "") + _place(digits, len(digits) + int(exponent))


def _place(digits: str, point: int) -> str:
    """Set the decimal point: the value is 0.digits times ten to the power ``point``."""
    count = len(digits)
    if count <= point <= 21:
        return digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return "0." + "0" * -point + digits
    exponent = point - 1
    tail = f"e{'+' if exponent > 0 else '-'}{abs(exponent)}"
    return digits[0] + (f".{digits[1:]}" if count > 1 else "") + tail


def _text(value: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise ValueError("canonical JSON has no lone surrogates") from None
    # json writes the same escapes as RFC 8785: two-character ones where they exist, \u00xx else.
    return json.dumps(value, ensure_ascii=False)


def _write(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            if abs(value) > MAX_INTEGER:
                raise ValueError(f"the integer {value} is too large for canonical JSON")
            return str(int(value))
        case float():
            return _number(value)
        case str():
            return _text(value)
        case Mapping():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("canonical JSON needs text keys")
            # RFC 8785 orders keys by UTF-16 code units.
            keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
            return "{" + ",".join(f"{_text(key)}:{_write(value[key])}" for key in keys) + "}"
        case Sequence():
            return "[" + ",".join(_write(item) for item in value) + "]"
    raise TypeError(f"canonical JSON cannot hold a {type(value).__name__}")


def canonical(value: Any) -> bytes:
    """Return the canonical JSON bytes of a value.

    Parameters
    ----------
    value
        None, booleans, integers up to 2**53 - 1, finite floats, text, sequences and mappings
        with text keys.

    Returns
    -------
    bytes
        UTF-8, no white space, keys in UTF-16 order (RFC 8785, 2020).

    Raises
    ------
    ValueError
        For NaN, infinity, lone surrogates and integers that a double cannot hold.
    TypeError
        For anything else that JSON does not know.

    Examples
    --------
    >>> canonical({"b": 1.0, "a": [True, None, 1e21]})
    b'{"a":[true,null,1e+21],"b":1}'
    """
    return _write(value).encode("utf-8")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _integer(text: str) -> int | float:
    """Read digits as ECMAScript would: beyond what a double holds exactly they are a double."""
    value = int(text)
    return value if abs(value) <= MAX_INTEGER else float(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen = dict(pairs)
    if len(seen) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the key {twice[0]} stands twice")
    return seen


def parse_json(data: bytes) -> Any:
    """Read strict JSON: UTF-8, no NaN, no key twice.

    Parameters
    ----------
    data
        The bytes of the file.

    Returns
    -------
    object
        The value; objects as dictionaries.

    Raises
    ------
    ValueError
        Where the bytes are not such JSON; the message says why.

    Examples
    --------
    >>> parse_json(b'{"a": 1}')
    {'a': 1}
    """
    return json.loads(
        data.decode("utf-8"),
        parse_constant=_refuse_constant,
        parse_int=_integer,
        object_pairs_hook=_unique,
    )


def parse_canonical(data: bytes) -> Any:
    """Read JSON that must be in canonical form, so that no byte of it can differ unseen.

    Parameters
    ----------
    data
        The bytes, without a line end.

    Returns
    -------
    object
        The value.

    Raises
    ------
    ValueError
        Where the bytes are not JSON, or are JSON in another form.

    Examples
    --------
    >>> parse_canonical(b'{"a":1}')
    {'a': 1}
    """
    plain = _written_plainly(data)
    if plain is not None:
        return plain[0]
    value = parse_json(data)
    if canonical(value) != data:
        raise ValueError("not in canonical form (RFC 8785)")
    return value


class _NotPlainError(Exception):
    """A number whose canonical form the standard library does not write."""


def _refuse_float(text: str) -> NoReturn:
    raise _NotPlainError(text)


def _small_integer(text: str) -> int:
    value = int(text)
    if abs(value) > MAX_INTEGER:
        raise _NotPlainError(text)
    return value


def _written_plainly(data: bytes) -> tuple[Any] | None:
    """Return the value, in a tuple, where the standard library alone can prove its form.

    For ASCII text, integers and no fractions the library's sorted, compact JSON is canonical:
    ASCII keys sort alike by code point and by UTF-16 unit, and both write the same escapes. The
    library is several times faster, and almost every line of a ledger is of this kind. None where
    the slow way has to decide.
    """
    if not data.isascii():
        return None
    try:
        value = json.loads(
            data.decode("ascii"),
            parse_constant=_refuse_constant,
            parse_float=_refuse_float,
            parse_int=_small_integer,
        )
        again = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return (value,) if again.encode("utf-8") == data else None
    except (_NotPlainError, ValueError):
        return None
