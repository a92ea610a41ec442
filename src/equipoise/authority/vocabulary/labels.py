"""The authority's reviewed labels: who decided what a word means, when, why and for which days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from equipoise.authority.vocabulary.codes import load_codes
from equipoise.authority.vocabulary.text import normalise
from equipoise.core.base import Column, Problems, csv_bytes, read_csv, read_text, shape_of

#: The vocabulary of each field of labels.csv.
FIELDS = {
    "source": "source-of-contact",
    "outcome": "contact-outcome",
    "reason": "contact-reason",
    "referral-outcome": "referral-outcome",
    "need": "need",
    "setting": "setting-type",
}
#: Answers beside the codes: the reviewer, too, cannot tell.
UNDECIDED = ("AMBIGUOUS", "UNMAPPED")
#: The columns of labels.csv as it is written; `_SHORT` is the earlier form, still read.
COLUMNS = (
    "authority",
    "system",
    "field",
    "label",
    "code",
    "valid_from",
    "valid_to",
    "who",
    "when",
    "why",
)
_LONG = (
    Column("authority", required=False, blank=True),
    Column("system", required=False, blank=True),
    Column("field", values=tuple(FIELDS)),
    Column("label"),
    Column("code"),
    Column("valid_from", "date", required=False, blank=True),
    Column("valid_to", "date", required=False, blank=True),
    Column("who"),
    Column("when", "date"),
    Column("why", blank=True),
)
_SHORT = (
    Column("field", values=tuple(FIELDS)),
    Column("label"),
    Column("code"),
    Column("by"),
    Column("when", "date"),
    Column("note", blank=True),
)


@dataclass(frozen=True)
class Review:
    """One reviewed label: the words as typed, the code, who decided, when and why.

    Blank authority or system: any; no first or last day: always.
    """

    label: str
    code: str
    by: str
    when: date
    note: str
    authority: str = ""
    system: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the decision holds on a day, both ends included."""
        begun = self.valid_from is None or day >= self.valid_from
        return begun and (self.valid_to is None or day <= self.valid_to)

    def overlaps(self, other: Review) -> bool:
        """Tell whether there is a day on which both decisions hold."""
        ends_before = _before(self.valid_to, other.valid_from)
        return not ends_before and not _before(other.valid_to, self.valid_from)


@dataclass(frozen=True)
class ReviewedLabels:
    """The reviewed labels of one field.

    Attributes
    ----------
    codes
        From normalised label to code, whatever the day; where dates differ, the last of the file.
    reviews
        Every line, in the order of the file.
    """

    codes: Mapping[str, str]
    reviews: tuple[Review, ...]

    def codes_on(self, day: date) -> Mapping[str, str]:
        """Return what holds on a day; a decision for one system or authority before one for any."""
        if not any(r.valid_from or r.valid_to or r.authority or r.system for r in self.reviews):
            return self.codes
        holding = (review for review in self.reviews if review.holds_on(day))
        ranked = sorted(holding, key=lambda r: (bool(r.authority), bool(r.system)))
        return {normalise(review.label): review.code for review in ranked}


def read_labels(
    data: bytes | None,
    file: str = "labels.csv",
    *,
    authority: str | None = None,
    system: str | None = None,
    every: bool = False,
) -> dict[str, ReviewedLabels]:
    """Read labels.csv.

    Its columns are authority, system, field, label, code, valid_from, valid_to, who, when and why;
    the first two and the days may be left out. The earlier form field, label, code, by, when, note
    is read too.

    Parameters
    ----------
    data
        The bytes, or None where the authority has reviewed nothing.
    file
        The file's name for the messages.
    authority, system
        Whose lines to use: those that name another are left out. None for every line, which must
        then agree with each other.
    every
        Keep the lines of all authorities and systems, which need not agree with each other: for
        rewriting the file, not for reading labels by it.

    Returns
    -------
    dict
        The reviewed labels of each of `FIELDS`.

    Raises
    ------
    ProblemsError
        With every problem: unknown codes, days in the wrong order, and the same label given two
        codes for one authority, system, field and day.
    """
    if data is None:
        return {field: ReviewedLabels({}, ()) for field in FIELDS}
    short = "by" in _first_line(data, file)
    table = read_csv(data, _SHORT if short else _LONG, file=file, private=True)
    problems = Problems()
    kept: dict[str, list[Review]] = {field: [] for field in FIELDS}
    seen: dict[tuple[str, ...], list[Review]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        review = _review(row, short=short)
        if not (_is_for(review.authority, authority) and _is_for(review.system, system)):
            continue
        if not _is_sound(review, row["field"], file, line, problems):
            continue
        key = (
            row["field"],
            normalise(review.label),
            review.authority.casefold() if every or authority is not None else "",
            review.system.casefold() if every or system is not None else "",
        )
        clash = next((r for r in seen.get(key, ()) if _disagree(r, review)), None)
        if clash is not None:
            problems.add(
                file=file,
                place=f"line {line}, column code",
                found=f"{review.code} for a label that is {clash.code} further up",
                expected="one code for each label in one authority, system and field on one day",
                remedy="ask who reviewed it, and keep one of the two or end the earlier one",
            )
            continue
        seen.setdefault(key, []).append(review)
        kept[row["field"]].append(review)
    problems.raise_if_any()
    return {
        field: ReviewedLabels({normalise(r.label): r.code for r in reviews}, tuple(reviews))
        for field, reviews in kept.items()
    }


def unused_labels(data: bytes | None, used: Mapping[str, ReviewedLabels]) -> str:
    """Say how many lines of labels.csv are not used, since they are for others; "" for none.

    Parameters
    ----------
    data
        As for `read_labels`.
    used
        What it returned for one authority and system.
    """
    if data is None:
        return ""
    whole = read_labels(data, every=True)
    count = sum(len(whole[field].reviews) - len(used[field].reviews) for field in FIELDS)
    if not count:
        return ""
    are = "reviewed label is" if count == 1 else "reviewed labels are"
    return f"{count} {are} for another authority or system than the profile names, and not used"


def labels_bytes(reviews: Iterable[tuple[str, Review]]) -> bytes:
    r"""Write labels.csv: each line a field and a review, in the order given.

    Examples
    --------
    >>> review = Review("Front desk", "8", "A. Manager", date(2025, 8, 1), "asked the team")
    >>> labels_bytes([("source", review)]).decode().splitlines()[1]
    ',,source,Front desk,8,,,A. Manager,2025-08-01,asked the team'
    """
    return csv_bytes(
        COLUMNS,
        (
            (
                review.authority,
                review.system,
                field,
                review.label,
                review.code,
                review.valid_from,
                review.valid_to,
                review.by,
                review.when,
                review.note,
            )
            for field, review in reviews
        ),
    )


def _first_line(data: bytes, file: str) -> list[str]:
    first = read_text(data, file=file).split("\n", 1)[0]
    return [head.strip().strip('"') for head in first.split(",")]


def _review(row: Mapping[str, Any], *, short: bool) -> Review:
    if short:
        label, code = row["label"], row["code"]
        return Review(label or "", (code or "").upper(), row["by"], row["when"], row["note"] or "")
    return Review(
        label=row["label"] or "",
        code=(row["code"] or "").upper(),
        by=row["who"],
        when=row["when"],
        note=row["why"] or "",
        authority=row["authority"] or "",
        system=row["system"] or "",
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def _is_sound(review: Review, field: str, file: str, line: int, problems: Problems) -> bool:
    allowed = {code.code for code in load_codes(FIELDS[field]).codes} | set(UNDECIDED)
    if review.code not in allowed:
        problems.add(
            file=file,
            place=f"line {line}, column code",
            found=shape_of(review.code),
            expected="one of " + ", ".join(sorted(allowed)),
            remedy="write a code of the vocabulary",
        )
        return False
    if _before(review.valid_to, review.valid_from):
        problems.add(
            file=file,
            place=f"line {line}, column valid_to",
            found="a last day before the first",
            expected="a day on or after valid_from",
            remedy="correct one of the two days",
        )
        return False
    return True


def _disagree(one: Review, other: Review) -> bool:
    return one.code != other.code and one.overlaps(other)


def _is_for(named: str, asked: str | None) -> bool:
    return asked is None or not named or named.casefold() == asked.casefold()


def _before(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one < other
