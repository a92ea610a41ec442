"""Repair: words of kind that are misspelt, and words that were written as one."""

from __future__ import annotations

import re

from equipoise.authority.schools.names import plain, stem_of
from equipoise.authority.schools.spelling import Spellings, slips_between
from equipoise.authority.schools.weights import WordWeights
from equipoise.authority.schools.words import Phrases, name_words

_RUN = re.compile("[A-Za-z][A-Za-z'\u2019]*")
_TITLED = re.compile(
    r"\b(mrs|mr|miss|ms|mx|dr)\b\.?\s+([a-z]\.?\s+)?[a-z'\u2019-]+", flags=re.IGNORECASE
)
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b")
_TELEPHONE = re.compile(r"\+?\(?\d[\d\s()-]{5,}\d")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|\b(?:www\.|https?:)\S+")
#: Words of kind long enough to be told from a slip.
_KINDS = (
    "academy", "catholic", "church", "england", "infant", "infants", "junior", "nursery",
    "primary", "school", "secondary", "community", "college", "grammar", "comprehensive",
    "preparatory", "methodist", "voluntary", "controlled", "aided", "saint", "saints", "roman",
    "girls", "boys", "middle", "first",
)  # fmt: skip
#: Words of kind as they begin where the rest was not typed.
_BEGINNINGS = ("academy", "catholic", "community", "comprehensive", "junior", "secondary", "school")
_LEAST_PART = 3
_LEAST_KIND = 5
_LEAST_BODY = 6


def without_contact(typed: str) -> str:
    """Return a typed name without postcode, telephone number, e-mail address and persons.

    Examples
    --------
    >>> without_contact("Thornwick Primary - Mrs Walker, BL1 4AB, office@thornwick.example").strip()
    'Thornwick Primary -  ,  ,'
    """
    typed = _ADDRESS.sub(" ", typed)
    typed = _POSTCODE.sub(" ", typed)
    typed = _TELEPHONE.sub(" ", typed)
    return _TITLED.sub(_person, typed)


def _person(found: re.Match[str]) -> str:
    # "Dr Challoner's Grammar School" is a school; nobody writes a caller's name so.
    return found[0] if found[0].lower().startswith("dr") else " "


def _listed() -> tuple[Phrases, ...]:
    words = name_words()
    return words.phrases, words.roles, words.bodies, words.meek_bodies, words.former


class Repair:
    """Mends the words of typed names that no school of the register bears.

    Parameters
    ----------
    weights
        What the register knows.
    """

    def __init__(self, weights: WordWeights) -> None:
        self._weights = weights
        words = name_words()
        listed = {
            word
            for phrases in _listed()
            for group in phrases.values()
            for phrase, _ in group
            for word in phrase
        }
        self._known = (
            weights.texts | listed | words.generic | words.weak | words.variants.keys()
            | words.stages.keys() | words.denominations | words.sexes | words.titles
        )  # fmt: skip
        self._bodies = Spellings(
            phrase[0]
            for group in words.bodies.values()
            for phrase, _ in group
            if len(phrase) == 1 and len(phrase[0]) >= _LEAST_BODY
        )
        self._mended: dict[str, str] = {}

    def mend(self, typed: str) -> str:
        """Return a typed name with words of kind spelt right and joined words parted."""
        return _RUN.sub(self._word, typed)

    def _word(self, found: re.Match[str]) -> str:
        word = found[0]
        if word not in self._mended:
            self._mended[word] = self._mend(word)
        return self._mended[word]

    def _mend(self, word: str) -> str:
        text = plain(word)
        if text in self._known or not text or " " in text or self._weights.knows(stem_of(text)):
            return word
        kind, slips = _kind_near(text)
        named = self._weights.spellings.near(stem_of(text))
        if kind and (slips == 1 or not named or named[0][1] > slips):
            return kind
        if named and named[0][1] == 1:
            return word
        bodies = self._bodies.near(text)
        if bodies and (bodies[0][1] == 1 or not named):
            return bodies[0][0]
        return self._parted(text) or word

    def _parted(self, text: str) -> str:
        """Part two or three words that were written as one, or return nothing."""
        for end in range(len(text) - _LEAST_PART, 1, -1):
            first, rest = text[:end], text[end:]
            if not self._is_word(first):
                continue
            if self._is_word(rest):
                return f"{first} {rest}"
        for end in range(len(text) - _LEAST_PART, 1, -1):
            first, rest = text[:end], text[end:]
            if self._is_word(first) and (later := self._parted_once(rest)):
                return f"{first} {later}"
        return ""

    def _parted_once(self, text: str) -> str:
        for end in range(len(text) - _LEAST_PART, _LEAST_PART - 1, -1):
            if self._is_word(text[:end]) and self._is_word(text[end:]):
                return f"{text[:end]} {text[end:]}"
        return ""

    def _is_word(self, text: str) -> bool:
        if text == "st":
            return True
        return len(text) >= _LEAST_PART and (text in self._weights.texts or text in _KINDS)


def _kind_near(text: str) -> tuple[str, int]:
    """Return the word of kind that was meant, and its slips; "" where there is none.

    Examples
    --------
    >>> _kind_near("acdaemi"), _kind_near("acad"), _kind_near("oaktree")
    (('academy', 2), ('academy', 1), ('', 0))
    """
    if len(text) >= _LEAST_PART:
        begun = [kind for kind in _BEGINNINGS if kind.startswith(text)]
        if len(begun) == 1:
            return begun[0], 1
    if len(text) < _LEAST_KIND - 1:
        return "", 0
    best, least = "", 3
    for kind in _KINDS:
        most = 2 if len(kind) >= _LEAST_KIND + 2 and len(text) >= _LEAST_KIND else 1
        slips = slips_between(text, kind, most)
        if slips <= most and slips < least:
            best, least = kind, slips
    return best, least if best else 0
