"""Weights: how much a word tells, learned from the register that is in hand."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from equipoise.authority.schools.names import NameForm
from equipoise.authority.schools.spelling import Spellings


class WordWeights:
    """How many schools of a register bear a word, and words together.

    Words of a name are not independent ("our" and "lady"), so that the weight of several is that
    of the schools which bear all of them, not the sum of their weights.

    Parameters
    ----------
    forms
        URN and form of every name of the register.

    Examples
    --------
    >>> from equipoise.authority.schools.names import name_form
    >>> weights = WordWeights([("1", name_form("Ash Park School")), ("2", name_form("Elm Park"))])
    >>> weights.information({"ash"}) > weights.information({"park"})
    True
    """

    def __init__(self, forms: Iterable[tuple[str, NameForm]]) -> None:
        numbers: dict[str, int] = {}
        holders: dict[str, set[int]] = defaultdict(set)
        texts: set[str] = set()
        for urn, form in forms:
            number = numbers.setdefault(urn, len(numbers))
            texts.update(form.key.split())
            for word in form.words:
                holders[word.stem].add(number)
        self._holders = holders
        self.schools = max(len(numbers), 1)
        #: Every word of every name, as written.
        self.texts = frozenset(texts)

    @cached_property
    def spellings(self) -> Spellings:
        """Return the index that finds the register's words again from a misspelling."""
        return Spellings(self._holders)

    def knows(self, stem: str) -> bool:
        """Tell whether some school's name holds the word."""
        return stem in self._holders

    def information(self, stems: Iterable[str]) -> float:
        """Return how surprising it is that a school bears all of some words, in nats."""
        sets = sorted((self._holders[stem] for stem in stems), key=len)
        if not sets:
            return 0.0
        together = sets[0].intersection(*sets[1:]) if len(sets) > 1 else sets[0]
        return math.log((self.schools + 1.0) / (len(together) + 0.5))
