"""Unclear rows: which of them an analyst has to look at, and how many were set aside, and why."""

from __future__ import annotations

from typing import Any

#: Codes of a label that somebody has to decide on.
UNDECIDED = ("AMBIGUOUS", "UNMAPPED")
#: How an organisation was resolved where nobody has to look at it; "" where it is no school's.
SETTLED = ("", "matched", "domain", "not-a-school")
#: What is told of an unclear row, in this order.
TOLD = (
    "number",
    "file",
    "sheet",
    "row",
    "aside",
    "source_text",
    "organisation_text",
    "outcome_text",
    "reason_text",
    "by_school",
    "unclear_source",
    "resolution",
    "outcome",
    "reason",
    "decided_unreadable",
    "open_unrecorded",
)


def is_unclear(kept: Any) -> Any:
    """Return whether something about a row that is counted could not be decided."""
    of_school = (
        ~kept.resolution.isin(SETTLED)
        | kept.outcome.isin(UNDECIDED)
        | kept.reason.isin(UNDECIDED)
        | kept.decided_unreadable
        | kept.open_unrecorded
    )
    return kept.unclear_source | (kept.by_school & of_school)


def told(rows: Any) -> Any:
    """Return what is told of rows, truths as 0 and 1 so that every engine tells them alike."""
    columns = {
        name: rows[name].ifelse(1, 0).cast("int64")
        if rows[name].type().is_boolean()
        else rows[name]
        for name in TOLD
    }
    return rows.select(**columns)


def rows(records: Any, copies: Any, kept: Any) -> Any:
    """Return the rows set aside on reading, the copies, and the unclear ones, in file order."""
    aside = told(records.filter(records.aside != ""))
    of_copy = records.drop("aside").inner_join(copies, "number")
    unclear = told(kept.filter(is_unclear(kept)))
    return aside.union(told(of_copy)).union(unclear).order_by("number")


def set_aside(records: Any, copies: Any) -> Any:
    """Return how many rows were set aside for each reason."""
    aside = records.filter(records.aside != "").select("aside").union(copies.select("aside"))
    return aside.group_by("aside").aggregate(rows=aside.count().cast("int64")).order_by("aside")
