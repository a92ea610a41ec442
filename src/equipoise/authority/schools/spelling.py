"""Spelling: which known words lie a slip or two from a word as typed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

#: A word shorter than this is never taken for a misspelling of another.
LEAST_LENGTH = 4
#: From this length on a word may hold two slips.
LONG = 8


def allowed_slips(length: int) -> int:
    """Return how many slips a word of a length may hold."""
    if length < LEAST_LENGTH:
        return 0
    return 2 if length >= LONG else 1


def slips_between(a: str, b: str, most: int = 2) -> int:
    """Return how many slips lie between two words: a letter more, less, other, or two exchanged.

    Parameters
    ----------
    a, b
        The words.
    most
        Beyond this `most + 1` is returned.

    Source
    ------
    Optimal string alignment: Damerau, 1964, Communications of the ACM 7(3); Boytsov, 2011.

    Examples
    --------
    >>> slips_between("thornwick", "thronwick"), slips_between("a", "abcd")
    (1, 3)
    """
    if abs(len(a) - len(b)) > most:
        return most + 1
    before_last: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        row = [i]
        for j, y in enumerate(b, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before_last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before_last, last = last, row
    return min(last[-1], most + 1)


class Spellings:
    """Known words, found again from a misspelling.

    Words that differ by a slip share a form with one letter deleted (two for two slips), so that
    a lookup of the few deletions of the word as typed replaces a comparison with every word.

    Parameters
    ----------
    words
        The known words.

    Examples
    --------
    >>> Spellings(["thornwick", "fennmere"]).near("thronwick")
    (('thornwick', 1),)
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._by_form: dict[str, list[str]] = defaultdict(list)
        for word in sorted(set(words)):
            for form in _deletions(word):
                self._by_form[form].append(word)
        self._found: dict[str, tuple[tuple[str, int], ...]] = {}

    def near(self, word: str) -> tuple[tuple[str, int], ...]:
        """Return the known words near a word with their slips, nearest first, itself left out."""
        if word not in self._found:
            most = allowed_slips(len(word))
            found = {known for form in _deletions(word) for known in self._by_form.get(form, ())}
            found.discard(word)
            slips = ((known, slips_between(word, known, most)) for known in found)
            near = [(known, count) for known, count in slips if count <= most]
            self._found[word] = tuple(sorted(near, key=lambda item: (item[1], item[0])))
        return self._found[word]


def _deletions(word: str) -> set[str]:
    """Return a word with no, one or (where long) two letters left out."""
    found = {word}
    for _ in range(allowed_slips(len(word))):
        found |= {form[:i] + form[i + 1 :] for form in found for i in range(len(form))}
    return found
