"""The resolver: each distinct name as typed to a school, once."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.authority.schools.names import (
    NameForm,
    bracketed,
    name_form,
    name_words,
    plain,
)
from equipoise.authority.schools.register import KnownName
from equipoise.authority.schools.reviewed import NOT_A_SCHOOL, ReviewedSchools

#: A name is accepted by its words from this score, and this far before the runner-up.
LEAST_SCORE = 0.6
LEAST_MARGIN = 0.15
#: What is left of a score where the name typed has a word of kind that the school's name lacks.
LACKING_KIND = 0.7
#: Words shorter than this are never taken for a misspelling of another.
LEAST_LENGTH = 5


@dataclass(frozen=True)
class Resolution:
    """Which school a name means.

    Attributes
    ----------
    status
        ``matched``, ``ambiguous``, ``not-a-school``, ``unmatched`` or ``blank``.
    urn
        The school, where matched.
    method
        ``reviewed``, ``exact``, ``normalised``, ``words``, ``body`` or ``none``.
    score, runner_up
        How well the words fit the best and the second-best school, 0 to 1.
    """

    status: str
    urn: str | None
    method: str
    score: float = 0.0
    runner_up: float = 0.0


_BLANK = Resolution("blank", None, "none")
_UNMATCHED = Resolution("unmatched", None, "none")


class SchoolResolver:
    """Names as typed to the schools of one authority.

    Parameters
    ----------
    names
        Every name of the authority's schools, from `known_names`.
    reviewed
        What the authority has reviewed; it overrides everything else.

    Examples
    --------
    >>> schools = SchoolResolver([KnownName("St Chad's C of E Primary School", "900001"),
    ...                           KnownName("Thornwick Infant School", "900002")])
    >>> schools.resolve("Saint Chads CofE Prim", date(2024, 5, 1)).urn
    '900001'
    >>> schools.resolve("Thornwick Junior School", date(2024, 5, 1)).status
    'unmatched'
    """

    def __init__(self, names: Sequence[KnownName], reviewed: ReviewedSchools | None = None) -> None:
        self._reviewed: Mapping[str, str] = {} if reviewed is None else reviewed.urns
        self._forms = [(name, name_form(name.name)) for name in names]
        self._plain: dict[str, list[KnownName]] = defaultdict(list)
        self._keys: dict[str, list[KnownName]] = defaultdict(list)
        self._holders: dict[str, set[int]] = defaultdict(set)
        for index, (name, form) in enumerate(self._forms):
            self._plain[plain(name.name)].append(name)
            self._keys[form.key].append(name)
            for word in form.distinctive:
                self._holders[word].add(index)
        self._schools = len({name.urn for name in names}) or 1
        self._weights = {word: self._weight(holders) for word, holders in self._holders.items()}
        self._typed: dict[str, tuple[tuple[KnownName, ...], Resolution]] = {}

    def resolve(self, typed: str, on: date) -> Resolution:
        """Return the school that a name means on a day."""
        if typed not in self._typed:
            self._typed[typed] = self._look_up(typed)
        names, resolution = self._typed[typed]
        if resolution.status != "ambiguous" or not names:
            return resolution
        urns = {name.urn for name in names if name.valid_on(on)}
        if len(urns) != 1:
            return resolution
        return Resolution("matched", urns.pop(), resolution.method, 1.0, 0.0)

    def _look_up(self, typed: str) -> tuple[tuple[KnownName, ...], Resolution]:
        text = plain(typed)
        if text in self._reviewed:
            urn = self._reviewed[text]
            if urn == NOT_A_SCHOOL:
                return (), Resolution("not-a-school", None, "reviewed", 1.0)
            return (), Resolution("matched", urn, "reviewed", 1.0)
        if not text or text in name_words().blanks:
            return (), _BLANK
        if text in self._plain:
            return _of_names(self._plain[text], "exact")
        form = name_form(typed)
        if form.key in self._keys:
            return _of_names(self._keys[form.key], "normalised")
        return (), self._by_words(typed, form)

    def _by_words(self, typed: str, form: NameForm) -> Resolution:
        text = plain(typed)
        if any(f" {body} " in f" {text} " for body in name_words().bodies):
            return Resolution("not-a-school", None, "body")
        words = {self._known_word(word) for word in form.distinctive}
        inside = {self._known_word(word) for word in bracketed(typed)} & words
        scores: dict[str, float] = {}
        whole: set[str] = set()
        for index in sorted({i for word in words for i in self._holders.get(word, ())}):
            name, candidate = self._forms[index]
            if form.contradicts(candidate) or not _fits_place(words, inside, candidate):
                continue
            score = self._score(words, candidate.distinctive)
            if not form.kinds <= candidate.kinds:
                score *= LACKING_KIND
            elif words <= candidate.distinctive:
                whole.add(name.urn)
            scores[name.urn] = max(scores.get(name.urn, 0.0), score)
        if not scores:
            return _UNMATCHED
        ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        urn, score = ranked[0]
        runner_up = ranked[1][1] if len(ranked) > 1 else 0.0
        if score < LEAST_SCORE:
            return Resolution("unmatched", None, "words", score, runner_up)
        # "St John's" is nobody's where both "St John's" and "Ripley St John's" are there.
        if score - runner_up < LEAST_MARGIN or len(whole | {urn}) > 1:
            return Resolution("ambiguous", None, "words", score, runner_up)
        return Resolution("matched", urn, "words", score, runner_up)

    def _score(self, typed: set[str], candidate: frozenset[str]) -> float:
        """Return the weight of the words in common, as a share of all words (Jaccard)."""
        union = sum(self._weights.get(word, self._unseen()) for word in sorted(typed | candidate))
        common = sum(self._weights[word] for word in sorted(typed & candidate))
        return common / union if union else 0.0

    def _weight(self, holders: set[int]) -> float:
        """Weigh a word by how few schools bear it (inverse document frequency)."""
        urns = {self._forms[index][0].urn for index in holders}
        return math.log(1.0 + self._schools / len(urns))

    def _unseen(self) -> float:
        """Weigh a word that no school bears: a town, a road, or the name of another school."""
        return 0.5 * math.log(1.0 + self._schools)

    def _known_word(self, word: str) -> str:
        """Return the one known word that differs by a single slip, else the word itself."""
        if word in self._holders or len(word) < LEAST_LENGTH:
            return word
        near = [known for known in self._holders if known[0] == word[0] and _one_slip(word, known)]
        return near[0] if len(near) == 1 else word


def _fits_place(words: set[str], inside: set[str], candidate: NameForm) -> bool:
    """Tell whether what stands in brackets can belong to a school, and is not all that does.

    "Ashby School (Ripley)" is neither Ripley School nor an Ashby School that nobody calls Ripley:
    brackets often hold the place of a school beyond the border.
    """
    outside = words - inside
    if not inside <= candidate.distinctive:
        return False
    return not outside or bool(outside & candidate.distinctive)


def _of_names(names: Sequence[KnownName], method: str) -> tuple[tuple[KnownName, ...], Resolution]:
    urns = {name.urn for name in names}
    if len(urns) == 1:
        return (), Resolution("matched", urns.pop(), method, 1.0)
    return tuple(names), Resolution("ambiguous", None, method, 1.0, 1.0)


def _one_slip(a: str, b: str) -> bool:
    """Tell whether two words differ by one letter more, less, other, or two exchanged.

    Examples
    --------
    >>> _one_slip("thornwick", "thornwik"), _one_slip("thornwick", "thronwick")
    (True, True)
    >>> _one_slip("thornwick", "thornwood")
    False
    """
    if abs(len(a) - len(b)) > 1 or min(len(a), len(b)) < LEAST_LENGTH - 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        exchanged = rest_a[:2] == rest_b[:2][::-1] and rest_a[2:] == rest_b[2:]
        return rest_a[1:] == rest_b[1:] or exchanged
    return rest_a[1:] == rest_b if len(a) > len(b) else rest_a == rest_b[1:]
