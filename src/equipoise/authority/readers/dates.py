"""Dates as systems export them."""

from __future__ import annotations

import datetime
import re

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_NAMED = re.compile(r"(\d{1,2})[ /.-]([A-Za-z]{3,9})\.?[ /.-](\d{4})")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")

_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)


def read_date(value: str | datetime.date) -> datetime.date | None:
    """Return the date that a cell holds: day first, or year first; a time of day is left off.

    A month first is never assumed: 03/04/2024 is the third of April. A month may be written as an
    English word, whole or cut to three letters.

    Examples
    --------
    >>> read_date("03/04/2024"), read_date("2024-04-03 09:15:00"), read_date("April")
    (datetime.date(2024, 4, 3), datetime.date(2024, 4, 3), None)
    >>> read_date("3-Apr-2024"), read_date("03-Foo-2024")
    (datetime.date(2024, 4, 3), None)
    """
    if isinstance(value, datetime.date):
        return value
    text = _CLOCK.sub("", value.strip())
    try:
        if match := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in match.groups())
            return datetime.date(year, month, day)
        if match := _YEAR_FIRST.fullmatch(text):
            year, month, day = (int(part) for part in match.groups())
            return datetime.date(year, month, day)
        if (match := _NAMED.fullmatch(text)) and (number := _month(match[2])):
            return datetime.date(int(match[3]), number, int(match[1]))
    except ValueError:
        return None
    return None


def _month(word: str) -> int | None:
    """Return the number of a month by its name, or by the first three letters of it."""
    small = word.casefold()
    for number, name in enumerate(_MONTHS, start=1):
        if small in (name, name[:3], "sept" if number == 9 else name):
            return number
    return None
