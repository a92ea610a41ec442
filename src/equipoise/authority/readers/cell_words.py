"""Words of cells: what stands for nothing, what for yes and for no."""

from __future__ import annotations

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Any

# Annex A writes a list's letter before an answer: "a) Yes", "b) No".
_LETTER = re.compile(r"^[a-z]\d?\)\s*")
_SPREADSHEET = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE]\+\d{1,3}")


@cache
def nothing_words() -> frozenset[str]:
    """Return the words that stand for nothing in an id, a date or a yes-or-no column.

    Examples
    --------
    >>> "n/k" in nothing_words(), "k1" in nothing_words()
    (True, False)
    """
    return frozenset(_body()["nothing"])


@cache
def _answers() -> dict[str, bool | None]:
    body = _body()
    return {
        **dict.fromkeys(body["nothing"], None),
        **dict.fromkeys(body["yes"], True),
        **dict.fromkeys(body["no"], False),
        "": None,
    }


def read_answer(cell: str) -> bool | None:
    """Return what a yes-or-no cell says; None where nothing.

    Raises
    ------
    KeyError
        Where it is no such answer.

    Examples
    --------
    >>> read_answer("a) Yes"), read_answer("0"), read_answer("N/K")
    (True, False, None)
    """
    small = visible(cell).casefold()
    answers = _answers()
    return answers[small] if small in answers else answers[_LETTER.sub("", small)]


def read_id(cell: str) -> str:
    """Return an id without marks that nobody sees; "" where the cell stands for nothing.

    Examples
    --------
    >>> read_id("K1\u200b"), read_id("NULL"), read_id(" 0012 "), read_id("-1")
    ('K1', '', '0012', '')
    """
    text = visible(cell)
    return "" if text.casefold() in _nobody() else text


def is_rounded(text: str) -> bool:
    """Tell whether an id is a number that a spreadsheet has rounded: its last digits are lost.

    Examples
    --------
    >>> is_rounded("7.12346E+12"), is_rounded("7123456000012"), is_rounded("E12")
    (True, False, False)
    """
    return _SPREADSHEET.fullmatch(text) is not None


def visible(text: str) -> str:
    """Return a text without zero-width and direction marks, every kind of space a plain one.

    Examples
    --------
    >>> visible("\u200e03/04/2024\u00a0")
    '03/04/2024'
    """
    if text.isascii():
        return text.strip()
    kept = (" " if c.isspace() else c for c in text if unicodedata.category(c) != "Cf")
    return "".join(kept).strip()


@cache
def _nobody() -> frozenset[str]:
    return nothing_words() | frozenset(_body()["nobody"])


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "cell-words.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
