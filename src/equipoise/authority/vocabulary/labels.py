"""The authority's reviewed labels: who decided what a word means, when and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from equipoise.authority.vocabulary.codes import load_codes
from equipoise.authority.vocabulary.text import normalise
from equipoise.core.base import Column, Problems, read_csv, shape_of

#: The vocabulary of each field of labels.csv.
FIELDS = {
    "source": "source-of-contact",
    "outcome": "contact-outcome",
    "reason": "contact-reason",
}
#: Answers beside the codes: the reviewer, too, cannot tell.
UNDECIDED = ("AMBIGUOUS", "UNMAPPED")
_COLUMNS = (
    Column("field", values=tuple(FIELDS)),
    Column("label"),
    Column("code"),
    Column("by"),
    Column("when", "date"),
    Column("note", blank=True),
)


@dataclass(frozen=True)
class Review:
    """One reviewed label: the words as typed, the code, who decided, when and why."""

    label: str
    code: str
    by: str
    when: date
    note: str


@dataclass(frozen=True)
class ReviewedLabels:
    """The reviewed labels of one field.

    Attributes
    ----------
    codes
        From normalised label to code.
    reviews
        Every line, in the order of the file.
    """

    codes: Mapping[str, str]
    reviews: tuple[Review, ...]


def read_labels(data: bytes | None, file: str = "labels.csv") -> dict[str, ReviewedLabels]:
    """Read labels.csv: columns field, label, code, by, when, note.

    Parameters
    ----------
    data
        The bytes, or None where the authority has reviewed nothing.
    file
        The file's name for the messages.

    Returns
    -------
    dict
        The reviewed labels of ``source``, of ``outcome`` and of ``reason``.

    Raises
    ------
    ProblemsError
        With every problem: unknown codes, and the same label given two codes.
    """
    if data is None:
        return {field: ReviewedLabels({}, ()) for field in FIELDS}
    table = read_csv(data, _COLUMNS, file=file, private=True)
    problems = Problems()
    codes: dict[str, dict[str, str]] = {field: {} for field in FIELDS}
    reviews: dict[str, list[Review]] = {field: [] for field in FIELDS}
    for row, line in zip(table.rows, table.lines, strict=True):
        field, label, code = row["field"], row["label"], row["code"].upper()
        allowed = {c.code for c in load_codes(FIELDS[field]).codes} | set(UNDECIDED)
        if code not in allowed:
            problems.add(
                file=file,
                place=f"line {line}, column code",
                found=shape_of(row["code"]),
                expected="one of " + ", ".join(sorted(allowed)),
                remedy="write a code of the vocabulary",
            )
            continue
        first = codes[field].setdefault(normalise(label), code)
        if first != code:
            problems.add(
                file=file,
                place=f"line {line}, column code",
                found=f"{code} for a label that is {first} further up",
                expected="one code for each label",
                remedy="ask who reviewed it, and keep one of the two",
            )
            continue
        reviews[field].append(Review(label, code, row["by"], row["when"], row["note"] or ""))
    problems.raise_if_any()
    return {field: ReviewedLabels(codes[field], tuple(reviews[field])) for field in FIELDS}
