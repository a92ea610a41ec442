"""Lines: what each label of a list was read as, for the person who looks at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from equipoise.authority.vocabulary.outcomes import match_outcome
from equipoise.authority.vocabulary.vocabulary import AMBIGUOUS, UNMAPPED, Match, Vocabulary

#: The vocabulary of which a label may hold several codes at once.
_LISTS = "contact-outcome"

Status = Literal["mapped", "ambiguous", "unmapped"]


@dataclass(frozen=True)
class LabelLine:
    """One distinct label.

    Attributes
    ----------
    label
        The words as they stand.
    codes
        The code, or those between which the words leave open; none where they say nothing.
    groups
        The letters of the groups of these codes; none where the vocabulary has no groups.
    method
        How it was read (`Match`).
    status
        ``mapped`` where the code is certain, or where at least its group is: every code that the
        words leave open then lies in one group. ``ambiguous`` where the codes lie in several
        groups, where a vocabulary without groups leaves several open, or where a reviewer or a
        denial says that nobody can tell. ``unmapped`` where the words say nothing.
    seen
        How often the label stands in the list.
    """

    label: str
    codes: tuple[str, ...]
    groups: tuple[str, ...]
    method: str
    status: Status
    seen: int

    @property
    def code(self) -> str:
        """The code, or the codes left open, with a bar between them."""
        return "|".join(self.codes)

    @property
    def group(self) -> str:
        """The letter of the group, or the letters left open, with a bar between them."""
        return "|".join(self.groups)


def describe(vocabulary: Vocabulary, labels: Iterable[str]) -> tuple[LabelLine, ...]:
    """Return a line for each distinct label, in the order in which they first stand in the list.

    Examples
    --------
    >>> from datetime import date
    >>> sources = Vocabulary.load("source-of-contact", date(2025, 9, 30))
    >>> for line in describe(sources, ["School", "Midwife, ward 3", "Nursery", "School"]):
    ...     print(line.label, line.code, line.group, line.status, line.seen, sep="; ")
    School; 2A; b; mapped; 2
    Midwife, ward 3; 3D|3F; d; mapped; 1
    Nursery; 2A|2B; b|c; ambiguous; 1
    """
    read = match_outcome if vocabulary.codes.name == _LISTS else Vocabulary.match
    seen = Counter(labels)
    lines = []
    for label, times in seen.items():
        match = read(vocabulary, label)
        codes = _codes(match)
        groups = vocabulary.groups_of(match)
        lines.append(LabelLine(label, codes, groups, match.method, _status(match, groups), times))
    return tuple(lines)


def _codes(match: Match) -> tuple[str, ...]:
    if match.code == AMBIGUOUS:
        return match.candidates
    return () if match.method in ("none", "blank") or match.code == UNMAPPED else (match.code,)


def _status(match: Match, groups: tuple[str, ...]) -> Status:
    if match.code != AMBIGUOUS:
        return "mapped" if _codes(match) else "unmapped"
    # A reviewer's or a denial's "cannot tell" stays one, whatever the group.
    open_within = len(groups) == 1 and match.method not in ("denied", "reviewed")
    return "mapped" if open_within else "ambiguous"
