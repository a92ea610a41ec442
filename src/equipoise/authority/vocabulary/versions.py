"""Versions: a vocabulary's base file, and the differences that later dates bring."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

_ROOM = "equipoise.authority.vocabulary"
_LISTS = ("rules", "heads", "denials", "silent")


def body_on(name: str, on: date | None) -> dict[str, Any]:
    """Return what a vocabulary's data files declare for a day.

    The base, ``NAME.json``, holds everything. A difference, ``NAME.YYYY-MM-DD.json``, holds from
    that day on what is added (``add``: codes, rules, heads, denials, silent labels, and labels by
    code), which codes end the day before (``end``), and other entries that change (``set``).

    Parameters
    ----------
    name
        The vocabulary.
    on
        The day; None for the newest version.

    Raises
    ------
    FileNotFoundError
        Where no such vocabulary ships.
    """
    body = _read(f"{name}.json")
    for start, file in _differences(name):
        if on is None or on >= start:
            body = _changed(body, _read(file))
    return body


def starts_of(name: str) -> tuple[date, ...]:
    """Return the first day of each difference of a vocabulary, in order."""
    return tuple(start for start, _ in _differences(name))


def _changed(body: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    add = change.get("add", {})
    codes = [dict(code) for code in body["codes"]]
    for code in codes:
        code["labels"] = [*code["labels"], *add.get("labels", {}).get(code["code"], ())]
        code["valid_to"] = change.get("end", {}).get(code["code"], code["valid_to"])
    changed = {**body, **change.get("set", {})}
    for key in _LISTS:
        changed[key] = [*body.get(key, ()), *add.get(key, ())]
    changed["codes"] = [*codes, *add.get("codes", ())]
    changed["version"] = f"{body['version']}, {change['version']}"
    changed["source"] = f"{body['source']} {change['source']}"
    return changed


@cache
def _differences(name: str) -> tuple[tuple[date, str], ...]:
    folder = files(_ROOM).joinpath("data")
    head = f"{name}."
    found = sorted(
        item.name
        for item in folder.iterdir()
        if item.name.startswith(head) and item.name != f"{name}.json"
    )
    return tuple(
        (date.fromisoformat(file.removeprefix(head).removesuffix(".json")), file) for file in found
    )


def _read(file: str) -> dict[str, Any]:
    text = files(_ROOM).joinpath("data", file).read_text(encoding="utf-8")
    body: dict[str, Any] = json.loads(text)
    return body
