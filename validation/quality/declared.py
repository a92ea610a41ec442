"""What is tried, declared before the code that runs it.

Each set has 26 authorities of 250 to 6,000 contacts a month over 24 to 48 months. In ten of them
one fault is planted, each of the five faults twice; sixteen are clean.

Targets: at least 95 % of the faults of each kind are named with the right authority and month;
at most 1 false alarm per clean authority. The thresholds (``signals.json``) were set on the seeds
`CALIBRATION`; what is printed comes from the seeds `TESTED` alone.
"""

from __future__ import annotations

SETS = 200
AUTHORITIES = 26
OF_EACH = 2
CALIBRATION = range(1, 41)
TESTED = range(1001, 1001 + SETS)

FAULTS = (
    "missing month",
    "open cases mixed in",
    "no further action by absence",
    "double export",
    "migration",
)
#: What a fault is called where it is found.
NAMED = {
    "missing month": ("missing-month",),
    "open cases mixed in": ("open-cases-mixed",),
    "no further action by absence": ("nfa-by-absence",),
    "double export": ("double-export",),
    "migration": ("migration",),
}
LEAST_NAMED = 0.95
MOST_FALSE = 1.0

#: How strong the faults are: least and most, drawn evenly.
STRENGTH = {
    # Share of a missing month that is left all the same.
    "left": (0.0, 0.03),
    # Contacts on open cases that come in, as a share of those there before; and the share of them
    # that come within 28 days of an earlier contact on the child.
    "mixed": (0.20, 0.60),
    "mixed_soon": (0.55, 0.85),
    # Share of no further action that is left blank.
    "blank": (0.85, 1.0),
    # Share of a month's rows that stand twice.
    "doubled": (0.30, 1.0),
    # Share of rows whose source and outcome have other words, and how far volumes move (log SD).
    "reworded": (0.50, 1.0),
    "moved": (0.15, 0.15),
}
#: Small authorities are tried too, so many sets of them, without a target: a limit of use.
SMALL_SETS = 40
SMALL = (60.0, 250.0)
SMALL_TESTED = range(3001, 3001 + SMALL_SETS)
#: Contacts a month; months; noise of a month (coefficient of variation) beside chance.
SIZE = (250.0, 6000.0)
MONTHS = (24, 48)
NOISE = (0.03, 0.12)
