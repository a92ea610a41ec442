"""The mark that simulated trials carry wherever their numbers go."""

from __future__ import annotations

SIMULATED = "SIMULATED DATA, NOT FINDINGS"
"""Printed on every page, figure, table and file name of a simulated trial (rules, 1)."""


def mark_of(simulated: bool) -> str | None:
    """Return the mark of a simulated trial, or None for a real one.

    Examples
    --------
    >>> mark_of(True)
    'SIMULATED DATA, NOT FINDINGS'
    """
    return SIMULATED if simulated else None


def marked_name(name: str, simulated: bool) -> str:
    """Put the mark in front of a file name.

    Examples
    --------
    >>> marked_name("brief.html", True)
    'SIMULATED-DATA-NOT-FINDINGS-brief.html'
    >>> marked_name("brief.html", False)
    'brief.html'
    """
    return f"{SIMULATED.replace(',', '').replace(' ', '-')}-{name}" if simulated else name
