"""Files of referrals in an authority's folder, found before anybody named them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from pathlib import Path

from equipoise.authority.readers import (
    CensusReader,
    ListReader,
    ReferralLists,
    ReferralReader,
    is_markup,
)
from equipoise.core.base import ProblemsError

_SUFFIXES = (".csv", ".txt", ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".xml")
_ALWAYS = (date(1, 1, 1), date(9999, 12, 31))


def referrals_in(folder: Path, others: Collection[str]) -> ReferralLists | None:
    """Return what lies in a folder as lists of referrals; None where nothing does.

    The days that they hold are those of the first and the last referral; of a census the year that
    it is about, since of earlier years it holds open cases alone.

    Parameters
    ----------
    folder
        The authority's.
    others
        Names of files that are something else.
    """
    names = []
    days: list[date] = []
    for path in sorted(folder.iterdir()):
        known = path.name in others or path.name.startswith((".", "~$"))
        if known or not path.is_file() or path.suffix.casefold() not in _SUFFIXES:
            continue
        found = _held(path)
        if found is not None:
            names.append(path.name)
            days += found
    return ReferralLists(tuple(names), min(days), max(days)) if names else None


def holds_referrals(path: Path) -> bool:
    """Tell whether a file is a list of referrals, or a census."""
    return _held(path) is not None


def _held(path: Path) -> tuple[date, date] | None:
    """Return the days of the referrals in a file; None where it is no list of them."""
    try:
        if is_markup(path):
            reader = CensusReader(path, path.name)
            next(reader.children(), None)
            return date(reader.header.year - 1, 4, 1), date(reader.header.year, 3, 31)
        lists = ListReader(path, path.name)
        next(lists.rows(), None)
        # A table of contacts may be large: it is not read to its end to find no referral in it.
        if any(known.id == "ssd-contacts" for _, known in lists.lists.values()):
            return None
        rows = ReferralReader({path.name: path}, ReferralLists((path.name,), *_ALWAYS)).rows()
        days = [row.day for row in rows]
    except (ProblemsError, ValueError):
        return None
    return date.fromordinal(min(days)), date.fromordinal(max(days))
