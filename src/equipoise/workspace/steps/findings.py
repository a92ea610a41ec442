"""Findings: one thing that verify looked at, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Verdict = Literal["holds", "fails", "open"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    subject
        What: chain, files, commitment, event, draw, receipt.
    verdict
        ``holds``, ``fails``, or ``open`` where it cannot be decided yet.
    words
        In one sentence.
    """

    subject: str
    verdict: Verdict
    words: str
