"""Reading: a name as typed, each of its words with what it may have been meant to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.authority.schools.index import NameIndex
from equipoise.authority.schools.names import NameForm, Word, stem_of
from equipoise.authority.schools.weights import WordWeights

#: What it costs, in nats, to take a word for another: by slips, on top where the word as typed is
#: itself a word of the register, where the first letter differs, and where only its beginning or
#: first letter was typed.
SLIP_COSTS = (0.0, 1.2, 3.2)
REAL_WORD_COST = 3.0
FIRST_LETTER_COST = 1.0
SHORT_WORD_COST = 1.5
BEGINNING_COST = 1.6
LETTER_COST = 3.0
LEAST_BEGINNING = 4


@dataclass(frozen=True)
class Reading:
    """A typed name made ready for comparison with the names of an index.

    Attributes
    ----------
    form
        Its form.
    options
        For each word the stems of the index that it may mean, and what taking it so costs.
    joins
        Position of a word that, written together with the next, is a word of the index.
    elsewhere
        Positions of words that are the name of another authority.
    """

    form: NameForm
    options: tuple[Mapping[str, float], ...]
    joins: tuple[tuple[int, str], ...]
    elsewhere: frozenset[int] = frozenset()


def read_typed(
    form: NameForm,
    index: NameIndex,
    weights: WordWeights,
    elsewhere: frozenset[int] = frozenset(),
) -> Reading:
    """Return what each word of a typed name may mean in an index."""
    joins = []
    for position, (a, b) in enumerate(zip(form.words, form.words[1:], strict=False)):
        stem = stem_of(a.text + b.text)
        if index.knows(stem):
            joins.append((position, stem))
    options = tuple(_options(word, index, weights) for word in form.words)
    return Reading(form, options, tuple(joins), elsewhere)


def _options(word: Word, index: NameIndex, weights: WordWeights) -> dict[str, float]:
    found: dict[str, float] = {}
    if index.knows(word.stem):
        found[word.stem] = 0.0
    if len(word.text) == 1:
        return found | dict.fromkeys(index.beginning(word.text), LETTER_COST)
    if word.free or word.stem == "st":
        return found
    real = REAL_WORD_COST if weights.knows(word.stem) else 0.0
    for stem, slips in weights.spellings.near(word.stem):
        if not index.knows(stem):
            continue
        cost = SLIP_COSTS[slips] + real
        if stem[0] != word.stem[0]:
            cost += FIRST_LETTER_COST
        if min(len(stem), len(word.stem)) <= 4:
            cost += SHORT_WORD_COST
        found.setdefault(stem, cost)
    if not found and len(word.text) >= LEAST_BEGINNING:
        found.update(dict.fromkeys(index.beginning(word.text), BEGINNING_COST))
    return found
