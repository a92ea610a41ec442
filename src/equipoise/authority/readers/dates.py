"""Dates as systems export them."""

from __future__ import annotations

import datetime
import re

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_CLOCK = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$")


def read_date(value: str | datetime.date) -> datetime.date | None:
    """Return the date that a cell holds: day first, or year first; a time of day is left off.

    A month first is never assumed: 03/04/2024 is the third of April.

    Examples
    --------
    >>> read_date("03/04/2024"), read_date("2024-04-03 09:15:00"), read_date("April")
    (datetime.date(2024, 4, 3), datetime.date(2024, 4, 3), None)
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
    except ValueError:
        return None
    return None
