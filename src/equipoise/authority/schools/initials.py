"""Initials: BGHS for Bolton Girls' High School, where no other school here has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from equipoise.authority.schools.index import Entry
from equipoise.authority.schools.names import plain

#: Fewer letters are anybody's.
LEAST_LETTERS = 4
MOST_LETTERS = 8
_SMALL = frozenset({"the", "of", "and", "for", "at", "in", "with", "a"})


class Initials:
    """First letters of schools' names.

    Parameters
    ----------
    entries
        The names of an authority's schools.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._urns: dict[str, set[str]] = defaultdict(set)
        for entry in entries:
            for letters in _letters(entry):
                if LEAST_LETTERS - 1 <= len(letters) <= MOST_LETTERS:
                    self._urns[letters].add(entry.name.urn)

    def find(self, typed: str) -> tuple[str, ...]:
        """Return the schools that have some initials, none where it is no single word."""
        text = plain(typed).replace(" ", "") if "." in typed else plain(typed)
        if " " in text or not text.isalpha() or not LEAST_LETTERS - 1 <= len(text) <= MOST_LETTERS:
            return ()
        return tuple(sorted(self._urns.get(text, ())))


def _letters(entry: Entry) -> set[str]:
    """Return a name's initials: of all words, without the small ones, and as CE is written out."""
    every = entry.plain.split()
    large = [word for word in every if word not in _SMALL]
    written = [word for word in entry.form.key.split() if word not in _SMALL]
    short = [letter for word in written for letter in (word if word in ("ce", "rc") else word[0])]
    return {
        "".join(word[0] for word in every),
        "".join(word[0] for word in large),
        "".join(short),
    }
