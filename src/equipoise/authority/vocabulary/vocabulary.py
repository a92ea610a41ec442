"""Vocabulary: one label to one code, or to none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from equipoise.authority.vocabulary.codes import CodeList, load_codes
from equipoise.authority.vocabulary.labels import ReviewedLabels
from equipoise.authority.vocabulary.reading import Reading
from equipoise.authority.vocabulary.text import normalise, tidy

AMBIGUOUS = "AMBIGUOUS"
UNMAPPED = "UNMAPPED"
MISSING = "MISSING"


@dataclass(frozen=True)
class Match:
    """What a label means.

    Attributes
    ----------
    code
        A code of the vocabulary, or AMBIGUOUS, UNMAPPED or MISSING (blank).
    method
        ``reviewed``, ``code``, ``label``, ``embedded``, ``tokens``, ``spelling``, ``prefix``,
        ``denied``, ``blank`` or ``none``.
    candidates
        The codes between which an ambiguous label cannot decide.
    """

    code: str
    method: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """A vocabulary on a day, with the labels that an authority has reviewed.

    Parameters
    ----------
    codes
        The codes and rules, from `load`.
    on
        The day on which a code must be valid.
    reviewed
        The authority's own map, which overrides everything else.
    """

    codes: CodeList
    on: date
    reviewed: ReviewedLabels | None = None
    _labels: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _known: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _decided: Mapping[str, str] = field(init=False, repr=False, compare=False)
    _embedding: tuple[re.Pattern[str], re.Pattern[str]] | None = field(
        init=False, repr=False, compare=False
    )
    _reading: Reading = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the labels of the codes that are valid on the day."""
        valid = [code for code in self.codes.codes if code.valid_on(self.on)]
        known = {code.code.casefold(): code.code for code in valid}
        labels = {label: code.code for code in valid for label in code.labels}
        decided = {} if self.reviewed is None else self.reviewed.codes_on(self.on)
        object.__setattr__(self, "_known", known)
        object.__setattr__(self, "_labels", labels)
        object.__setattr__(self, "_decided", decided)
        object.__setattr__(self, "_embedding", _patterns(known, self.codes.subcodes))
        reading = Reading(self.codes, frozenset(known.values()), labels)
        object.__setattr__(self, "_reading", reading)

    @classmethod
    def load(cls, name: str, on: date, reviewed: ReviewedLabels | None = None) -> Vocabulary:
        """Load a vocabulary (`load_codes`) as valid on a day.

        Examples
        --------
        >>> sources = Vocabulary.load("source-of-contact", date(2025, 9, 30))
        >>> sources.match("School [2A]").code, sources.match("Health - School Nurse").code
        ('2A', '3C')
        >>> sources.match("Education").candidates
        ('2A', '2B')
        """
        return cls(load_codes(name, on), on, reviewed)

    def match_all(self, labels: Iterable[str]) -> dict[str, Match]:
        """Match each distinct label once."""
        return {label: self.match(label) for label in sorted(set(labels))}

    def is_silent(self, label: str) -> bool:
        """Tell whether a label says nothing, so that those beside it decide.

        A review that gives it a code overrides that.
        """
        text = normalise(label)
        return text in self.codes.silent and self._decided.get(text) in (None, UNMAPPED)

    def groups_of(self, match: Match) -> tuple[str, ...]:
        """Return the letters of the groups that a label may belong to; one where that is certain.

        Examples
        --------
        >>> sources = Vocabulary.load("source-of-contact", date(2025, 9, 30))
        >>> sources.groups_of(sources.match("Midwife or GP"))
        ('d',)
        """
        codes = match.candidates if match.code == AMBIGUOUS else (match.code,)
        return tuple(sorted({self.codes.groups[c] for c in codes if c in self.codes.groups}))

    def match(self, label: str) -> Match:
        """Return what a label means; unclear is AMBIGUOUS or UNMAPPED, never a guess."""
        text = normalise(label)
        if text in self._decided:
            return Match(self._decided[text], "reviewed")
        if not text or text in self.codes.absent:
            return Match(MISSING, "blank")
        if text in self._known:
            return Match(self._known[text], "code")
        if text in self._labels:
            return Match(self._labels[text], "label")
        if self.codes.subcodes and text[:-1] in self._known and text[-1].isalpha():
            return Match(self._known[text[:-1]], "embedded")
        embedded = self._embedded(tidy(label))
        return embedded if embedded is not None else self._by_words(tidy(label))

    def _embedded(self, text: str) -> Match | None:
        """Read a code that stands in the label: "School [2A]", "2a: Schools"."""
        if self._embedding is None:
            return None
        bracketed, beginning = self._embedding
        codes = {self._known[found] for found in bracketed.findall(text)}
        rest = bracketed.sub(" ", text)
        leading = beginning.match(text)
        while (first := beginning.match(rest)) is not None:
            codes.add(self._known[first.group(1)])
            rest = rest[first.end() :]
        if not codes:
            return None
        if len(codes) > 1:
            return Match(AMBIGUOUS, "embedded", tuple(sorted(codes)))
        code = next(iter(codes))
        said = self._by_words(rest) if normalise(rest) else Match(UNMAPPED, "none")
        words = {said.code} if said.code != AMBIGUOUS else set(said.candidates)
        number = leading is not None and code.isdigit() and not bracketed.search(text)
        if said.code == UNMAPPED:
            # A bare number before words that mean nothing may be a list's numbering.
            return None if number and normalise(rest) else Match(code, "embedded")
        # The code prevails over loose words, but not where one of the two says school, nor where
        # it may be a list's numbering.
        contradicted = code not in words and (number or "2A" in (said.code, code))
        if contradicted and said.code != AMBIGUOUS:
            return Match(AMBIGUOUS, "embedded", tuple(sorted({code, said.code})))
        if contradicted and number:
            return Match(AMBIGUOUS, "embedded", tuple(sorted({code, *words})))
        return Match(code, "embedded")

    def _by_words(self, text: str) -> Match:
        """Read a tidy text by its words; where they say nothing, with slips of spelling mended."""
        candidates, method = self._reading.of(text)
        if len(candidates) == 1 and method != "denied":
            return Match(candidates[0], method, candidates)
        if candidates:
            return Match(AMBIGUOUS, method, candidates)
        return Match(UNMAPPED, "none")


def _patterns(
    known: Mapping[str, str], subcodes: bool
) -> tuple[re.Pattern[str], re.Pattern[str]] | None:
    """Return how a code stands in brackets and how it begins a label; None for codes in words."""
    short = sorted((code for code in known if re.search(r"\d", code)), key=lambda c: (-len(c), c))
    if not short:
        return None
    code = "(" + "|".join(map(re.escape, short)) + ")" + ("[a-z]?" if subcodes else "")
    bracketed = re.compile(rf"[\[(]\s*{code}\s*[\])]")
    beginning = re.compile(rf"^{code}(?=\s*[:\-./,]|\s+[a-z]|\s*$)\s*[:\-./,]?\s*")
    return bracketed, beginning
