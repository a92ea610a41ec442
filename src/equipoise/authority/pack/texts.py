"""Texts: each distinct text of a field, once, with what it means."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, NamedTuple, TypeVar

from equipoise.authority.vocabulary import Match

Key = TypeVar("Key", bound=Hashable)


class Meaning(NamedTuple):
    """What a text means, and the number under which the engine knows it.

    Attributes
    ----------
    number
        Its place among the distinct texts of its field, from 0.
    match
        Its code.
    by_school, unclear
        Of a source: whether it is one of the declared school codes, and whether it is ambiguous
        or unmapped.
    """

    number: int
    match: Match
    by_school: bool = False
    unclear: bool = False


class Texts(dict[Key, Meaning], Generic[Key]):
    """The distinct texts of a field, each looked up when it first comes.

    Memory grows with the distinct texts, not with the rows that bear them.

    Parameters
    ----------
    meaning
        Says what a text means.

    Examples
    --------
    >>> texts = Texts[str](lambda text, number: Meaning(number, Match(text.upper(), "label")))
    >>> texts["nfa"].match.code, texts["advice"].number, texts["nfa"].number, texts.typed
    ('NFA', 1, 0, ['nfa', 'advice'])
    """

    def __init__(self, meaning: Callable[[Key, int], Meaning]) -> None:
        super().__init__()
        self._meaning = meaning
        self.typed: list[Key] = []

    def __missing__(self, key: Key) -> Meaning:
        """Look a text up that was not there before."""
        found = self[key] = self._meaning(key, len(self.typed))
        self.typed.append(key)
        return found
