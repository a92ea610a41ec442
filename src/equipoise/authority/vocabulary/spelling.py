"""Spelling: slips of one letter in long words, mended only where one word can be meant."""

from __future__ import annotations

from collections.abc import Collection

#: A shorter word has too many neighbours, names among them: "carer" and "Carter".
SHORTEST = 7


def mended(text: str, known: Collection[str]) -> str:
    """Return a normalised text with slips of one letter mended.

    A word is replaced where it is not known, its first letter and that of a known word of
    `SHORTEST` letters or more are the same, one letter is missing, added, wrong or changed places,
    and no second known word is as near. In known words one letter shorter only changed places
    are mended.

    Parameters
    ----------
    text
        A normalised text.
    known
        The words of the vocabulary.

    Examples
    --------
    >>> mended("aquaintance unkown carter", {"acquaintance", "unknown", "carer"})
    'acquaintance unknown carter'
    """
    return " ".join(word if word in known else _nearest(word, known) for word in text.split())


def _nearest(word: str, known: Collection[str]) -> str:
    if len(word) < SHORTEST - 1 or not word.isalpha():
        return word
    near = [
        other
        for other in known
        if len(other) >= SHORTEST - 1
        and other[0] == word[0]
        and abs(len(other) - len(word)) <= 1
        and is_one_slip(word, other)
        and (len(other) >= SHORTEST or sorted(word) == sorted(other))
    ]
    return near[0] if len(near) == 1 else word


def is_one_slip(one: str, other: str) -> bool:
    """Tell whether two different words are one slip of a letter apart.

    Examples
    --------
    >>> is_one_slip("hosptial", "hospital"), is_one_slip("nursery", "nursing")
    (True, False)
    """
    if len(one) > len(other):
        one, other = other, one
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return len(other) - len(one) == 1 and one[at:] == other[at + 1 :]
    if one[at + 1 :] == other[at + 1 :]:
        return at < len(one)
    swapped = one[at : at + 2] == other[at : at + 2][::-1]
    return swapped and one[at + 2 :] == other[at + 2 :]
