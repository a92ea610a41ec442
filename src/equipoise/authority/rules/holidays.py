"""Holidays: bank holidays in England, a data file with its source and its validity."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class BankHolidays:
    """Bank holidays in England.

    Attributes
    ----------
    days
        Their days.
    first, last
        Every bank holiday from the first to the last of these days is among them.
    source
        Who says so.
    """

    days: frozenset[date]
    first: date
    last: date
    source: str


@cache
def bank_holidays() -> BankHolidays:
    """Return the bank holidays.

    Examples
    --------
    >>> date(2022, 9, 19) in bank_holidays().days
    True
    """
    path = files(__package__) / "data" / "bank-holidays.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    return BankHolidays(
        days=frozenset(date.fromisoformat(day) for days in body["days"].values() for day in days),
        first=date.fromisoformat(body["valid_from"]),
        last=date.fromisoformat(body["valid_to"]),
        source=body["source"],
    )
