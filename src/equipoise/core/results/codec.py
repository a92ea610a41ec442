"""From frozen dataclasses to plain values and back, by the declared types."""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """Turn a dataclass, and all in it, into what JSON can hold. Dates become ISO 8601 text.

    Raises
    ------
    TypeError
        For anything that is not a dataclass, mapping, sequence, date or plain value.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    match value:
        case None | bool() | int() | float() | str():
            return value
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): to_plain(item) for key, item in value.items()}
        case tuple() | list():
            return [to_plain(item) for item in value]
    raise TypeError(f"a result cannot hold a {type(value).__name__}")


@functools.cache
def hints_of(cls: type) -> dict[str, Any]:
    """Return the resolved types of a dataclass's fields."""
    return get_type_hints(cls)


def from_plain(declared: Any, value: Any, place: str = "data") -> Any:
    """Rebuild a value of a declared type from plain JSON.

    Parameters
    ----------
    declared
        A dataclass or a type annotation made of None, bool, int, float, str, date, Literal,
        tuple, dict with text keys, and unions with None.
    value
        The plain value.
    place
        Where we are, for the message.

    Raises
    ------
    ValueError
        Naming the place where value and type do not fit.
    """
    if declared is Any:
        return value
    origin = get_origin(declared)
    if origin in (Union, types.UnionType):
        return _from_union(declared, value, place)
    if origin is Literal:
        if value not in get_args(declared):
            raise _misfit(place, value, "one of " + ", ".join(map(str, get_args(declared))))
        return value
    if dataclasses.is_dataclass(declared) and isinstance(declared, type):
        return _from_object(declared, value, place)
    if origin is tuple:
        return _from_array(get_args(declared), value, place)
    if origin in (dict, Mapping) or getattr(origin, "__name__", "") == "Mapping":
        if not isinstance(value, Mapping):
            raise _misfit(place, value, "an object")
        item_type = get_args(declared)[1]
        return {key: from_plain(item_type, item, f"{place}.{key}") for key, item in value.items()}
    return _from_scalar(declared, value, place)


def _from_union(declared: Any, value: Any, place: str) -> Any:
    if value is None and type(None) in get_args(declared):
        return None
    problem: ValueError | None = None
    for option in get_args(declared):
        if option is type(None):
            continue
        try:
            return from_plain(option, value, place)
        except ValueError as error:
            problem = error
    raise problem or _misfit(place, value, str(declared))


def _from_object(cls: type, value: Any, place: str) -> Any:
    if not isinstance(value, Mapping):
        raise _misfit(place, value, f"an object ({cls.__name__})")
    hints = hints_of(cls)
    names = [field.name for field in dataclasses.fields(cls)]
    missing = [name for name in names if name not in value]
    unknown = [key for key in value if key not in names]
    if missing or unknown:
        words = [f"no {n}" for n in missing] + [f"unknown {k}" for k in unknown]
        raise ValueError(f"{place}: {', '.join(words)}")
    return cls(**{n: from_plain(hints[n], value[n], f"{place}.{n}") for n in names})


def _from_array(arguments: tuple[Any, ...], value: Any, place: str) -> tuple[Any, ...]:
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        raise _misfit(place, value, "a list")
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        return tuple(from_plain(arguments[0], v, f"{place}[{i}]") for i, v in enumerate(value))
    if len(arguments) != len(value):
        raise _misfit(place, value, f"a list of {len(arguments)}")
    pairs = enumerate(zip(arguments, value, strict=True))
    return tuple(from_plain(a, v, f"{place}[{i}]") for i, (a, v) in pairs)


def _from_scalar(declared: Any, value: Any, place: str) -> Any:
    if declared is date:
        if isinstance(value, str):
            return date.fromisoformat(value)
        raise _misfit(place, value, "a date")
    if declared is float and isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if declared is int and isinstance(value, int) and not isinstance(value, bool):
        return value
    if declared in (str, bool) and isinstance(value, declared):
        return value
    if declared is type(None) and value is None:
        return None
    raise _misfit(place, value, getattr(declared, "__name__", str(declared)))


def _misfit(place: str, value: Any, expected: str) -> ValueError:
    return ValueError(f"{place}: found {type(value).__name__}, expected {expected}")
