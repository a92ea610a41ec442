"""Copies: a row of the same contact and child as an earlier one is not counted again.

The rule works on every row of the extract, so its fields are those of the table ``records``.
Identifiers come as 64-bit keyed hashes. Two rows are taken for one only where both the contact's
and the child's collide: for n rows the chance of any such pair is under n squared / 2^129, and for
n children of any two taken for one under n squared / 2^65 (10 million children: 1 in 370,000).
"""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_NEW, Rule

RULE = Rule(
    code="copies",
    words="Of several rows of one contact and child the first is counted; a later one is set "
    "aside, as a double export where it says the same, as a conflicting copy where it does not.",
    fields=("contact", "child"),
    source="data.md B.1: double exports",
    decides=(*OF_NEW, "open_case", "repeats"),
)


def find(records: Any) -> Any:
    """Return the number of every copy, with the reason for which it is set aside.

    The first of several stands. A copy that says the same is a double export; one that says
    something else is a conflicting copy.
    """
    good = records.filter(records.aside == "")
    keys = good.group_by("contact", "child").aggregate(
        first=good.number.min(), times=good.count().cast("int64")
    )
    keys = keys.filter(keys.times > 1)
    repeated = good.inner_join(keys, ["contact", "child"])
    repeated = repeated.select("number", "content", "first")
    original = repeated.filter(repeated.number == repeated.first)
    original = original.select(first="first", original="content")
    later = repeated.filter(repeated.number > repeated.first).inner_join(original, "first")
    same = later.content == later.original
    return later.select("number", aside=same.ifelse("double-export", "conflicting-copy"))


def without(records: Any, copies: Any) -> Any:
    """Return the records that can be counted: neither set aside on reading nor copies."""
    return records.filter(records.aside == "").anti_join(copies, "number")
