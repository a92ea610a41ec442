"""Names of schools: abbreviations written out, then split into what is distinctive or not."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_DROPPED = dict.fromkeys(map(ord, "'\u2018\u2019\u201a\u201b`\u00b4\u2032."), None)
_MARKS = re.compile(r"[^0-9a-z]+")
_BRACKETS = re.compile(r"[(\[]([^)\]]*)[)\]]")


@dataclass(frozen=True)
class NameWords:
    """The word lists of school names, as the package's data file declares them.

    Attributes
    ----------
    phrases
        From a phrase to how it is written here, longest first: "church of england" to "ce".
    generic
        Words that say nothing about which school.
    kinds
        Words that exclude each other, by group: a name with "infant" is not one with "junior".
    bodies
        Words of bodies that are no schools.
    blanks
        What is typed where nobody knows the school.
    """

    phrases: tuple[tuple[str, str], ...]
    generic: frozenset[str]
    kinds: tuple[frozenset[str], ...]
    bodies: tuple[str, ...]
    blanks: frozenset[str]


@cache
def name_words() -> NameWords:
    """Load the word lists that ship with the package."""
    resource = files("equipoise.authority.schools").joinpath("data", "school-name-words.json")
    body = json.loads(resource.read_text(encoding="utf-8"))
    phrases = sorted(body["phrases"].items(), key=lambda item: (-len(item[0].split()), item[0]))
    return NameWords(
        phrases=tuple(phrases),
        generic=frozenset(body["generic"]),
        kinds=tuple(frozenset(group) for group in body["kinds"]),
        bodies=tuple(body["bodies"]),
        blanks=frozenset(body["blanks"]),
    )


@dataclass(frozen=True)
class NameForm:
    """A name as it is compared.

    Attributes
    ----------
    key
        The whole name in one form; equal keys are equal names.
    distinctive
        The words that tell schools apart.
    kinds
        The words of kind: denomination, infant or junior, primary or secondary.
    """

    key: str
    distinctive: frozenset[str]
    kinds: frozenset[str]

    def contradicts(self, other: NameForm) -> bool:
        """Tell whether the two names hold words that exclude each other."""
        for group in name_words().kinds:
            mine, theirs = self.kinds & group, other.kinds & group
            if mine and theirs and not mine & theirs:
                return True
        return False


def plain(name: str) -> str:
    """Return a name in small letters and digits with single spaces, abbreviations as they are.

    Examples
    --------
    >>> plain("St. Chad\u2019s  C of E (Primary)")
    'st chads c of e primary'
    """
    text = unicodedata.normalize("NFKD", name.replace("&", " and "))
    text = "".join(c for c in text if not unicodedata.combining(c)).translate(_DROPPED)
    return _MARKS.sub(" ", text.casefold()).strip()


def name_form(name: str) -> NameForm:
    """Return a name in the form in which it is compared.

    Examples
    --------
    >>> name_form("Saint Chad's Church of England Prim. Sch.").key
    'st chads ce primary school'
    >>> sorted(name_form("St Chads CofE Primary").distinctive)
    ['chads', 'st']
    """
    words = name_words()
    text = f" {plain(name)} "
    for phrase, written in words.phrases:
        needle = f" {phrase} "
        while needle in text:
            text = text.replace(needle, f" {written} " if written else " ")
    tokens = text.split()
    kinds = frozenset(t for t in tokens for group in words.kinds if t in group)
    distinctive = frozenset(t for t in tokens if t not in words.generic and t not in kinds)
    return NameForm(" ".join(tokens), distinctive, kinds)


def bracketed(name: str) -> frozenset[str]:
    """Return the distinctive words that stand in brackets and nowhere else in a name.

    Examples
    --------
    >>> sorted(bracketed("Ashby C of E (Aided) Primary School (Ripley)"))
    ['ripley']
    """
    inside = name_form(" ".join(_BRACKETS.findall(name))).distinctive
    return inside - name_form(_BRACKETS.sub(" ", name)).distinctive
