"""Shapes: which columns hold what, recognised by their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_MARKS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Shape:
    """A shape of extract.

    Attributes
    ----------
    name
        How notes and tests call it.
    columns
        For each field the headings that mean it, as `plain_head` writes them; the first is the
        one shown in messages.
    optional
        Fields that may be absent.
    outcome
        What stands under the outcome: ``label`` (one outcome), ``flags`` (JSON, or words),
        ``ticks`` (nothing ticked at a completed step is no further action) or ``actions`` (a list
        of next actions, of which the gravest holds).
    blank
        The word that stands for an empty cell.
    open_is_blank
        Whether contacts on open cases have no outcome of their own.
    sheets
        Whether the contacts may stand on several sheets.
    notes
        What this shape cannot tell, in words.
    """

    name: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    optional: tuple[str, ...] = ()
    outcome: str = "label"
    blank: str = ""
    open_is_blank: bool = False
    sheets: bool = False
    notes: tuple[str, ...] = ()


#: Plain columns with one label per outcome, as many systems export them.
LOCAL_COLUMNS = Shape(
    "local-columns",
    (
        ("contact_id", ("contact id", "contact ref", "contact reference", "contact number")),
        ("child_id", ("child id", "child unique id", "person id", "client id", "child number")),
        ("on", ("date of contact", "contact date", "contact received", "date contact received")),
        ("source", ("contact source", "source of contact", "source")),
        ("organisation", ("referring organisation", "referring agency", "organisation")),
        ("outcome", ("contact outcome", "outcome of contact", "outcome")),
        ("decided", ("decision date", "date of decision", "outcome date")),
        (
            "open_case",
            ("open case at contact", "open case at contact y n", "open case", "open case y n"),
        ),
        ("reason", ("contact reason", "reason for contact", "reason of contact")),
        (
            "email_domain",
            ("referrer s e mail domain", "referrer e mail domain", "referrer email domain"),
        ),
        ("upn", ("unique pupil number", "upn")),
        ("family_id", ("household id", "family id")),
    ),
    optional=("open_case", "reason", "email_domain", "upn", "family_id"),
)

#: Columns of ssd_contacts (Standard Safeguarding Dataset 1.4.5), with outcome flags as JSON. Other
#: shapes of its outcome column are told from what stands in it (`outcome_column`).
STANDARD_DATASET = Shape(
    "standard-dataset",
    (
        ("contact_id", ("cont contact id",)),
        ("child_id", ("cont person id",)),
        ("on", ("cont contact date",)),
        ("source", ("cont contact source desc",)),
        (
            "organisation",
            (
                "referring agency",
                "referring organisation",
                "referrer agency",
                "agency name",
                "agency",
            ),
        ),
        ("outcome", ("cont contact outcome json",)),
        ("decided", ("decision date", "outcome date", "completed date")),
        ("source_code", ("cont contact source code",)),
        ("open_case", ("open case at contact", "open at contact", "open case", "case open")),
        ("reason", ("cont contact reason", "contact reason")),
    ),
    optional=("source_code", "open_case", "reason"),
    outcome="flags",
    blank="NULL",
    notes=("the outcome flags know no early help: it arrives as another outcome",),
)

#: A live system whose contact form has two boxes to tick, early help and child in need.
TICK_BOXES = Shape(
    "tick-boxes",
    (
        ("contact_id", ("contact id",)),
        ("child_id", ("person id",)),
        ("on", ("contact started",)),
        ("source", ("source of contact",)),
        ("organisation", ("referrer agency",)),
        ("outcome", ("outcome",)),
        ("decided", ("step completed",)),
        ("open_case", ("open at contact",)),
        ("reason", ("contact reason",)),
    ),
    optional=("open_case", "reason"),
    outcome="ticks",
    blank="NULL",
    open_is_blank=True,
    notes=(
        "no further action is read where neither box was ticked at a completed step: advice, "
        "other ends and outcomes never entered are among it",
    ),
)

#: A warehouse's table of contacts, each with its next actions as a list.
NEXT_ACTIONS = Shape(
    "next-actions",
    (
        ("contact_id", ("contact number",)),
        ("child_id", ("person number",)),
        ("on", ("contact date",)),
        ("source", ("contact source description",)),
        ("organisation", ("agency",)),
        ("outcome", ("next actions",)),
        ("decided", ("completed date",)),
        ("reason", ("contact reason",)),
    ),
    optional=("reason",),
    outcome="actions",
)

#: A workbook whose sources are the vendor's codes and whose open cases have a column.
VENDOR_CODES = Shape(
    "vendor-codes",
    (
        ("contact_id", ("contact reference",)),
        ("child_id", ("person id",)),
        ("on", ("contact received",)),
        ("source", ("source code",)),
        ("organisation", ("agency name",)),
        ("outcome", ("contact outcome",)),
        ("decided", ("outcome date",)),
        ("open_case", ("case open",)),
        ("reason", ("presenting issue",)),
    ),
    optional=("open_case", "reason"),
    open_is_blank=True,
    notes=("the source code OTHER holds other individuals and other bodies alike: read as 8",),
)

#: A workbook kept by hand, a sheet for each school year, headings differing between the sheets.
YEARLY_SHEETS = Shape(
    "yearly-sheets",
    (
        ("contact_id", ("ref",)),
        ("child_id", ("child ref",)),
        ("on", ("date received",)),
        ("source", ("source", "source of contact")),
        ("organisation", ("school agency", "school or agency")),
        ("outcome", ("outcome", "outcome of contact")),
        ("decided", ("outcome date", "date of outcome")),
        ("reason", ("reason for contact",)),
    ),
    optional=("reason",),
    sheets=True,
)
SHAPES = (
    LOCAL_COLUMNS,
    STANDARD_DATASET,
    TICK_BOXES,
    NEXT_ACTIONS,
    VENDOR_CODES,
    YEARLY_SHEETS,
)


def plain_head(head: str) -> str:
    """Return a heading as it is compared: small letters and digits, single spaces.

    Examples
    --------
    >>> plain_head(" Open_case  at contact (Y/N)")
    'open case at contact y n'
    """
    return _MARKS.sub(" ", head.casefold()).strip()


def nearest_shape(heads: Sequence[str]) -> Shape | None:
    """Return the shape with the most columns among the headings; None where fewer than three."""
    plain = {plain_head(head) for head in heads}
    scores = [sum(1 for _, names in s.columns if plain & set(names)) for s in SHAPES]
    best = max(scores)
    return SHAPES[scores.index(best)] if best >= 3 else None
