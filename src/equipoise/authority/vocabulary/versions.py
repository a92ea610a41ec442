"""Versions: a vocabulary's base file, and the differences that later dates bring."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

_ROOM = "equipoise.authority.vocabulary"
_LISTS = ("rules", "heads", "denials", "silent")


def body_on(
    name: str, on: date | None, family_help: tuple[date, ...] | None = None
) -> dict[str, Any]:
    """Return what a vocabulary's data files declare for a day.

    The base, ``NAME.json``, holds everything. A difference, ``NAME.YYYY-MM-DD.json``, holds from
    that day on what is added (``add``: codes, rules, heads, denials, silent labels, and labels by
    code), which codes end the day before (``end``), and other entries that change (``set``). One
    that is ``tied_to`` family help holds from an authority's own day on, where that is known.

    Parameters
    ----------
    name
        The vocabulary.
    on
        The day; None for the newest version.
    family_help
        The days on which an authority changed to family help, in order: differences tied to it
        begin on the first, and never where there is none. None where nobody could say: then they
        begin on the day of the calendar.

    Raises
    ------
    FileNotFoundError
        Where no such vocabulary ships.
    """
    body = _read(f"{name}.json")
    for start, file in _differences(name):
        change = _read(file)
        begin = _begin(start, change, family_help)
        if on is None or (begin is not None and on >= begin):
            body = _changed(body, change, (start.isoformat(), (begin or start).isoformat()))
    return body


def starts_of(name: str, family_help: tuple[date, ...] | None = None) -> tuple[date, ...]:
    """Return the first day of each difference of a vocabulary, in order.

    Parameters
    ----------
    name, family_help
        As for `body_on`.
    """
    begins = (_begin(start, _read(file), family_help) for start, file in _differences(name))
    return tuple(sorted(begin for begin in begins if begin is not None))


def _begin(
    start: date, change: dict[str, Any], family_help: tuple[date, ...] | None
) -> date | None:
    """Return when a difference begins for an authority; None where it never does."""
    if change.get("tied_to") != "family_help" or family_help is None:
        return start
    return min(family_help, default=None)


def _changed(body: dict[str, Any], change: dict[str, Any], day: tuple[str, str]) -> dict[str, Any]:
    add = change.get("add", {})
    codes = [dict(code) for code in body["codes"]]
    for code in codes:
        code["labels"] = [*code["labels"], *add.get("labels", {}).get(code["code"], ())]
        code["valid_to"] = change.get("end", {}).get(code["code"], code["valid_to"])
    changed = {**body, **change.get("set", {})}
    for key in _LISTS:
        changed[key] = [*body.get(key, ()), *add.get(key, ())]
    changed["codes"] = [*codes, *add.get("codes", ())]
    changed["version"] = f"{body['version']}, {change['version'].replace(*day)}"
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
