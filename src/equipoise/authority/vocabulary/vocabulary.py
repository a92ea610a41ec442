"""Vocabulary: one label to one code, or to none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from equipoise.authority.vocabulary.codes import CodeList, load_codes
from equipoise.authority.vocabulary.labels import ReviewedLabels
from equipoise.authority.vocabulary.text import holds, normalise, tidy

AMBIGUOUS = "AMBIGUOUS"
UNMAPPED = "UNMAPPED"
MISSING = "MISSING"

_CODE = r"(?:[1-5][a-f]|10|[46-9])"
_BRACKETED = re.compile(rf"[\[(]\s*({_CODE})\s*[\])]")
_LEADING = re.compile(rf"^({_CODE})(?=\s*[:\-.]|\s+[a-z]|$)\s*[:\-.]?\s*")


@dataclass(frozen=True)
class Match:
    """What a label means.

    Attributes
    ----------
    code
        A code of the vocabulary, or AMBIGUOUS, UNMAPPED or MISSING (blank).
    method
        ``reviewed``, ``code``, ``label``, ``embedded``, ``tokens``, ``blank`` or ``none``.
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

    def __post_init__(self) -> None:
        """Index the labels of the codes that are valid on the day."""
        valid = [code for code in self.codes.codes if code.valid_on(self.on)]
        object.__setattr__(self, "_known", {code.code.casefold(): code.code for code in valid})
        labels = {label: code.code for code in valid for label in code.labels}
        object.__setattr__(self, "_labels", labels)

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
        return cls(load_codes(name), on, reviewed)

    def match_all(self, labels: Iterable[str]) -> dict[str, Match]:
        """Match each distinct label once."""
        return {label: self.match(label) for label in sorted(set(labels))}

    def is_silent(self, label: str) -> bool:
        """Tell whether a label says nothing, so that those beside it decide.

        A review that gives it a code overrides that.
        """
        text = normalise(label)
        decided = None if self.reviewed is None else self.reviewed.codes.get(text)
        return text in self.codes.silent and decided in (None, UNMAPPED)

    def match(self, label: str) -> Match:
        """Return what a label means; unclear is AMBIGUOUS or UNMAPPED, never a guess."""
        text = normalise(label)
        if self.reviewed is not None and text in self.reviewed.codes:
            return Match(self.reviewed.codes[text], "reviewed")
        if not text:
            return Match(MISSING, "blank")
        if text in self._known:
            return Match(self._known[text], "code")
        if text in self._labels:
            return Match(self._labels[text], "label")
        embedded = self._embedded(tidy(label))
        return embedded if embedded is not None else self._by_tokens(text)

    def _embedded(self, text: str) -> Match | None:
        """Read a code that stands in the label: "School [2A]", "2a: Schools"."""
        codes = {found.upper() for found in _BRACKETED.findall(text)}
        rest = _BRACKETED.sub(" ", text)
        leading = _LEADING.match(text)
        if leading:
            codes.add(leading.group(1).upper())
            rest = _LEADING.sub("", rest)
        codes = {code for code in codes if code.casefold() in self._known}
        if not codes:
            return None
        words = self._words(normalise(rest))
        if len(codes) > 1:
            return Match(AMBIGUOUS, "embedded", tuple(sorted(codes)))
        code = next(iter(codes))
        # The code prevails over loose words, but not where one of the two says school.
        if words is not None and words != code and "2A" in (words, code):
            return Match(AMBIGUOUS, "embedded", tuple(sorted((code, words))))
        if words is None and leading and not _BRACKETED.search(text) and code.isdigit():
            return None if normalise(rest) else Match(code, "embedded")
        return Match(code, "embedded")

    def _words(self, text: str) -> str | None:
        if text in self._labels:
            return self._labels[text]
        match = self._by_tokens(text)
        return match.code if match.code not in (AMBIGUOUS, UNMAPPED, MISSING) else None

    def _by_tokens(self, text: str) -> Match:
        fitting = [rule for rule in self.codes.rules if rule.fits(text)]
        found = {code for rule in fitting for code in rule.codes}
        candidates = tuple(sorted(code for code in found if code.casefold() in self._known))
        if any(holds(text, word) for word in self.codes.denials):
            # "Education - not school": a denial turns words round, so they decide nothing.
            return Match(AMBIGUOUS, "tokens", candidates) if candidates else Match(UNMAPPED, "none")
        if len(candidates) == 1:
            return Match(candidates[0], "tokens", candidates)
        if candidates:
            return Match(AMBIGUOUS, "tokens", candidates)
        return Match(UNMAPPED, "none")
