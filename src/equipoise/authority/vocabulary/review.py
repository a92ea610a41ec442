"""Review: the labels that are unclear, what they may mean, and decisions joined to the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from equipoise.authority.vocabulary.labels import (
    FIELDS,
    UNDECIDED,
    Review,
    ReviewedLabels,
    labels_bytes,
)
from equipoise.authority.vocabulary.lines import LabelLine
from equipoise.authority.vocabulary.text import normalise
from equipoise.authority.vocabulary.vocabulary import Vocabulary
from equipoise.core.base import Problem, ProblemsError

#: How alike the words of a known label must be to be suggested.
_ALIKE = 0.75


@dataclass(frozen=True)
class Question:
    """A label that a person has to decide.

    Attributes
    ----------
    label, seen
        The words, and how often they stand in the list.
    candidates
        The codes that the words leave open, or the code of a label that looks alike; often none.
    """

    label: str
    seen: int
    candidates: tuple[str, ...]


def questions(vocabulary: Vocabulary, lines: Iterable[LabelLine]) -> tuple[Question, ...]:
    """Return the labels that nobody has decided and that are not mapped, the most frequent first.

    Examples
    --------
    >>> from datetime import date
    >>> from equipoise.authority.vocabulary.lines import describe
    >>> sources = Vocabulary.load("source-of-contact", date(2025, 9, 30))
    >>> for asked in questions(sources, describe(sources, ["School", "Gateway desk", "Nursery"])):
    ...     print(asked.label, asked.candidates)
    Gateway desk ()
    Nursery ('2A', '2B')
    """
    known = {label: c.code for c in vocabulary.codes.codes for label in c.labels}
    asked = [
        Question(line.label, line.seen, line.codes or _alike(line.label, known))
        for line in lines
        if line.status != "mapped" and line.method not in ("reviewed", "blank")
    ]
    return tuple(sorted(asked, key=lambda question: (-question.seen, question.label)))


def answers(vocabulary: Vocabulary) -> dict[str, str]:
    """Return every answer that a reviewer may give, with what it means."""
    open_codes = {
        code.code: code.title for code in vocabulary.codes.codes if code.valid_on(vocabulary.on)
    }
    cannot_tell, not_used = UNDECIDED
    return open_codes | {
        cannot_tell: "nobody can tell from these words",
        not_used: "means none of these",
    }


def field_of(vocabulary: str) -> str:
    """Return the field of labels.csv that a vocabulary is for."""
    return next(field for field, name in FIELDS.items() if name == vocabulary)


def joined(
    reviewed: Mapping[str, ReviewedLabels], field: str, new: Iterable[Review], file: str
) -> bytes:
    """Return labels.csv with new decisions at its end; one that is there already is left out.

    Raises
    ------
    ProblemsError
        Where a label has another code already, for the same authority and system, on one day.
    """
    kept = [(name, review) for name in FIELDS for review in reviewed[name].reviews]
    problems: list[Problem] = []
    for review in new:
        same = [r for name, r in kept if name == field and _is_same(r, review)]
        clash = next((r for r in same if r.code != review.code and r.overlaps(review)), None)
        if clash is not None:
            problems.append(
                Problem(
                    file,
                    f"field {field}",
                    f"{review.code} for a label that {clash.by} gave {clash.code} on {clash.when}",
                    "one code for each label in one authority, system and field on one day",
                    "agree on one of the two; to change it from a day on, end the line in the map "
                    "with valid_to",
                )
            )
        elif not any(r.code == review.code for r in same):
            kept.append((field, review))
    if problems:
        raise ProblemsError(problems)
    return labels_bytes(kept)


def _is_same(one: Review, other: Review) -> bool:
    return (normalise(one.label), one.authority.casefold(), one.system.casefold()) == (
        normalise(other.label),
        other.authority.casefold(),
        other.system.casefold(),
    )


def _alike(label: str, known: Mapping[str, str]) -> tuple[str, ...]:
    near = get_close_matches(normalise(label), sorted(known), n=1, cutoff=_ALIKE)
    return (known[near[0]],) if near else ()
