"""Dates wanted: which days of contact an extract must hold so that all that is declared counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.authority.rules.definitions import Definitions, Window


@dataclass(frozen=True)
class DatesWanted:
    """The dates of an extract.

    Attributes
    ----------
    first, last
        First and last date of contact to be held, both included.
    made_from
        The first day on which the extract may be made.
    """

    first: date
    last: date
    made_from: date


def dates_wanted(definitions: Definitions, windows: Sequence[Window]) -> DatesWanted:
    """Return the dates that an extract must hold.

    Before the first window lie the days within which an earlier contact makes a later one a
    repeat; after the last, those within which a re-contact counts, up to the cut-off, which is
    also the first day on which every outcome of the trial can be read.

    Parameters
    ----------
    definitions, windows
        What is counted and when.

    Raises
    ------
    ValueError
        Where there is no window.

    Examples
    --------
    >>> definitions = Definitions(
    ...     "made_by", ("2A",), "set-aside", 30, 90, 28, pending_cut_off=date(2025, 9, 30)
    ... )
    >>> found = dates_wanted(definitions, [Window("outcome", date(2024, 10, 1), date(2025, 7, 21))])
    >>> found.first.isoformat(), found.last.isoformat()
    ('2024-09-01', '2025-09-30')
    """
    if not windows:
        raise ValueError("no window to count in")
    first = min(window.start for window in windows) - timedelta(days=definitions.repeat_days)
    last = max(window.end for window in windows) + timedelta(days=definitions.recontact_days)
    cut_off = definitions.pending_cut_off
    return DatesWanted(first, min(last, cut_off), cut_off)
