"""Wording: what is wrong with a value, in plain words, at its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from equipoise.core.base import Problem
from equipoise.design.protocol.source import Path, Source, dotted

_KINDS: dict[str, tuple[str, str]] = {
    "string": ("text", "put the value in quotes"),
    "int": ("a whole number", "write digits alone, without quotes"),
    "float": ("a number", "write the number without quotes"),
    "bool": ("true or false", "write true or false, without quotes"),
    "tuple": ("a list", "put each entry on a line of its own with -, or write [first, second]"),
    "model": ("a group of keys", "write the keys under it, indented, as in the template"),
    "dict": ("a group of named entries", "write each name, a colon and its keys"),
}
_BOUNDS: dict[str, tuple[str, str]] = {
    "greater_than": ("gt", "a number above {}"),
    "greater_than_equal": ("ge", "a number of {} or more"),
    "less_than": ("lt", "a number below {}"),
    "less_than_equal": ("le", "a number of {} or less"),
}


def shown(value: Any) -> str:
    """Show a value of the tree as a person would write it.

    Examples
    --------
    >>> shown(None), shown(True), shown("x"), shown((1, 2))
    ('nothing', 'true', "'x'", 'a list of 2')
    """
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
        case date():
            return value.isoformat()
        case tuple() | list():
            return f"a list of {len(value)}"
        case Mapping():
            return "a group of keys" if value else "an empty group"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _inner_model(a))), None)


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _field(model: type[BaseModel], path: Path) -> tuple[type[BaseModel] | None, FieldInfo | None]:
    """Find the group that a path ends in, and the field of its last key."""
    group: type[BaseModel] | None = model
    field: FieldInfo | None = None
    for step in path:
        known = _fields(group) if group else {}
        if isinstance(step, str) and step in known:
            field = known[step]
            group = _inner_model(field.annotation)
    return group, field


def _literals(text: str) -> list[str]:
    return text.replace("'", "").replace(" or ", ", ").split(", ")


def _words(error: ErrorDetails, path: Path, model: type[BaseModel]) -> tuple[str, str, str]:
    """Say found, expected and remedy of one validation error."""
    kind, context = error["type"], error.get("ctx", {})
    found = shown(error["input"])
    if kind == "equipoise":
        return found, str(context["expected"]), str(context["remedy"])
    if kind == "missing":
        _, field = _field(model, path)
        about = f": {field.description}" if field and field.description else ""
        return "nothing", f"the key {path[-1]}{about}", f"add the key {path[-1]}"
    if kind == "extra_forbidden":
        group, _ = _field(model, path[:-1])
        known = list(_fields(group)) if group else []
        close = get_close_matches(str(path[-1]), known, n=1)
        remedy = f"rename it to {close[0]}, or remove it" if close else "remove it"
        return f"the unknown key {str(path[-1])!r}", "one of " + ", ".join(known), remedy
    if kind == "literal_error":
        known = _literals(str(context["expected"]))
        close = get_close_matches(str(error["input"]), known, n=1, cutoff=0.5)
        remedy = f"write {close[0]}" if close else "choose one of them"
        expected = known[0].lower() if len(known) == 1 else "one of " + ", ".join(known)
        return found, expected, remedy
    if kind in _BOUNDS:
        key, expected = _BOUNDS[kind]
        return found, expected.format(shown(context[key])), "correct the number"
    if kind == "too_short":
        least = context["min_length"]
        words = "one entry" if least == 1 else f"{least} entries"
        return found, f"at least {words}", "add what is missing"
    if kind == "string_pattern_mismatch":
        _, field = _field(model, path)
        like = f" like {field.examples[0]}" if field and field.examples else ""
        return found, f"a text{like}", "write it in that form, in quotes"
    if kind == "string_type" and isinstance(error["input"], (tuple, Mapping)):
        return found, "a single text", "write one text in its place"
    for start, (expected, remedy) in _KINDS.items():
        if kind.startswith(start):
            return found, expected, remedy
    _, field = _field(model, path)
    return found, (field and field.description) or "another value", "compare with the template"


def value_problems(
    error: ValidationError, source: Source, model: type[BaseModel]
) -> Iterable[tuple[Path, Problem]]:
    """Turn every validation error into a problem, with the path that it is about.

    Parameters
    ----------
    error
        What pydantic found.
    source
        Where each value stands.
    model
        The model that was checked.

    Yields
    ------
    tuple
        Path and problem.
    """
    for detail in error.errors(include_url=False):
        if detail["type"] == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
            # Entries that are wrong are not counted: they have problems of their own.
            continue
        path = tuple(step for step in detail["loc"] if step != "[key]")
        found, expected, remedy = _words(detail, path, model)
        here = source.place(path, key=detail["type"] == "extra_forbidden")
        yield path, Problem(source.file, here or dotted(path), found, expected, remedy)
