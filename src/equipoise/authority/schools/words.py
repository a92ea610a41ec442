"""The word lists of school names, as the package's data file declares them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

#: From the first word of a phrase to the phrases that begin with it, longest first.
Phrases = Mapping[str, tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]]


@dataclass(frozen=True)
class NameWords:
    """What is known of words in names of schools, before any register is seen.

    Attributes
    ----------
    phrases
        Phrases and how they are written here: "church of england" as "ce".
    variants
        Single words and how they are compared: "rd" as "road", "micheal" as "michael".
    generic
        Words that say nothing about which school.
    weak
        Words that say little: "community", "specialist".
    stages
        Words of stage, with the ages (from, to) that such a school teaches.
    positional
        Words of stage that are one only before "school" or at the end: "High Bentham" is none.
    denominations, sexes
        Words that exclude each other within their group.
    brands
        Names of trusts and chains, which callers leave out.
    titles
        Titles of persons.
    roles
        What people at a school are called; phrases.
    former
        Words between a name and the name before it; phrases.
    bodies
        Bodies and persons that are no schools; phrases.
    meek_bodies
        The same, unless a word says that it is a school: Court Lane School is no court.
    blanks
        What is typed where nobody knows the school.
    """

    phrases: Phrases
    variants: Mapping[str, str]
    generic: frozenset[str]
    weak: frozenset[str]
    stages: Mapping[str, tuple[int, int]]
    positional: frozenset[str]
    denominations: frozenset[str]
    sexes: frozenset[str]
    brands: frozenset[str]
    titles: frozenset[str]
    roles: Phrases
    former: Phrases
    bodies: Phrases
    meek_bodies: Phrases
    blanks: frozenset[str]


@cache
def name_words() -> NameWords:
    """Load the word lists that ship with the package."""
    resource = files("equipoise.authority.schools").joinpath("data", "school-name-words.json")
    body = json.loads(resource.read_text(encoding="utf-8"))
    return NameWords(
        phrases=_by_first_word(body["phrases"].items()),
        variants=body["variants"],
        generic=frozenset(body["generic"]),
        weak=frozenset(body["weak"]),
        stages={word: (low, high) for word, (low, high) in body["stages"].items()},
        positional=frozenset(body["positional"]),
        denominations=frozenset(body["denominations"]),
        sexes=frozenset(body["sexes"]),
        brands=frozenset(body["brands"]),
        titles=frozenset(body["titles"]),
        roles=_by_first_word((role, "") for role in body["roles"]),
        former=_by_first_word((phrase, "") for phrase in body["former"]),
        bodies=_by_first_word((phrase, "") for kind in body["bodies"].values() for phrase in kind),
        meek_bodies=_by_first_word((phrase, "") for phrase in body["meek_bodies"]),
        blanks=frozenset(body["blanks"]),
    )


def _by_first_word(pairs: Iterable[tuple[str, str]]) -> Phrases:
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for phrase, written in pairs:
        words = tuple(phrase.split())
        if words:
            found[words[0]].append((words, tuple(written.split())))
    return {
        first: tuple(sorted(listed, key=lambda item: (-len(item[0]), item[0])))
        for first, listed in found.items()
    }


def phrase_at(
    phrases: Phrases, tokens: list[str], position: int
) -> tuple[int, tuple[str, ...]] | None:
    """Return how many words of a list a phrase covers from a position, and how it is written.

    Examples
    --------
    >>> phrase_at(name_words().phrases, ["st", "johns", "c", "of", "e"], 2)
    (3, ('ce',))
    """
    for words, written in phrases.get(tokens[position], ()):
        if tuple(tokens[position : position + len(words)]) == words:
            return len(words), written
    return None


def written_out(tokens: list[str]) -> list[str]:
    """Return words with every known phrase in its one written form.

    Examples
    --------
    >>> written_out(["thornwick", "c", "of", "e", "prim", "sch"])
    ['thornwick', 'ce', 'primary', 'school']
    """
    phrases = name_words().phrases
    found: list[str] = []
    position = 0
    while position < len(tokens):
        hit = phrase_at(phrases, tokens, position)
        if hit is None:
            found.append(tokens[position])
            position += 1
        else:
            found.extend(hit[1])
            position += hit[0]
    return found
