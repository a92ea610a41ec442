"""JSON Schema (2020-12) of a registered result, from its declared types."""

from __future__ import annotations

import dataclasses
import types
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from equipoise.core.results.codec import hints_of
from equipoise.core.results.registry import kind_of

_SCALARS: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
    type(None): {"type": "null"},
}


def json_schema(cls: type) -> dict[str, Any]:
    """Return the JSON Schema of a result file of this type, the envelope included.

    Raises
    ------
    ValueError
        Where the class is not a registered result.
    TypeError
        Where a field's type is not one a result may hold.
    """
    kind, version = kind_of(cls)
    envelope = {
        "kind": {"const": kind},
        "version": {"const": version},
        "trial": {"type": "string"},
        "simulated": {"type": "boolean"},
        "mark": {"type": "string"},
        "inputs": {"type": "object", "additionalProperties": {"type": "string"}},
        "data": _of(cls),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{kind}, version {version}",
        "type": "object",
        "properties": envelope,
        "required": sorted(set(envelope) - {"mark"}),
        "additionalProperties": False,
    }


def _of(declared: Any) -> dict[str, Any]:
    if dataclasses.is_dataclass(declared) and isinstance(declared, type):
        hints = hints_of(declared)
        names = [field.name for field in dataclasses.fields(declared)]
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {name: _of(hints[name]) for name in names},
            "required": names,
            "additionalProperties": False,
        }
        if declared.__doc__:
            schema["description"] = declared.__doc__.strip().splitlines()[0]
        return schema
    origin, arguments = get_origin(declared), get_args(declared)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_of(argument) for argument in arguments]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": _of(arguments[0])}
        return {"type": "array", "prefixItems": [_of(a) for a in arguments], "items": False}
    if origin is not None and len(arguments) == 2:
        return {"type": "object", "additionalProperties": _of(arguments[1])}
    try:
        return dict(_SCALARS[declared])
    except (KeyError, TypeError):
        raise TypeError(f"a result may not hold {declared}") from None
