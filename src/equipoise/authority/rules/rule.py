"""A rule: its code, its words, the fields it reads and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One rule of counting. Its expression stands beside it, in the rule's own module.

    Attributes
    ----------
    code
        A short name for reports.
    words
        What it says, in a sentence for an authority's analyst.
    fields
        The columns of the events table that it reads.
    source
        Who says so.
    """

    code: str
    words: str
    fields: tuple[str, ...]
    source: str
