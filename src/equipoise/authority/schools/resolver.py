"""The resolver: each distinct name as typed to a school, once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from equipoise.authority.schools.beyond import Beyond, home_of
from equipoise.authority.schools.bodies import body_in, is_person
from equipoise.authority.schools.evidence import Fit, fit
from equipoise.authority.schools.history import History
from equipoise.authority.schools.index import Entry, NameIndex, entry_of, marked
from equipoise.authority.schools.initials import LEAST_LETTERS, Initials
from equipoise.authority.schools.names import NameForm, name_form, plain
from equipoise.authority.schools.parts import before_and_after, several
from equipoise.authority.schools.reading import Reading, read_typed
from equipoise.authority.schools.register import KnownName
from equipoise.authority.schools.repair import Repair, without_contact
from equipoise.authority.schools.resolution import (
    EXACT_ODDS,
    NORMALISED_ODDS,
    Candidate,
    Resolution,
    decide,
    method_of,
)
from equipoise.authority.schools.reviewed import NOT_A_SCHOOL, ReviewedSchools
from equipoise.authority.schools.weights import WordWeights
from equipoise.authority.schools.words import name_words

#: Log-odds that a name typed at an authority's front door is one of its own schools.
HOME = 2.9
#: No more names are compared: of a whole register the ones with the rarest word.
MOST_COMPARED = 500


@dataclass(frozen=True)
class Found:
    """What was found for a typed name, whatever the day.

    Attributes
    ----------
    fixed
        The resolution where no day can change it.
    candidates
        The schools that it may mean otherwise.
    """

    fixed: Resolution | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True)
class Surroundings:
    """What a resolver may know beside the names of its own authority.

    Attributes
    ----------
    weights
        Weights learned from a whole register; from the names in hand where None.
    repair
        Made from the same weights.
    authority
        The authority's own name: its words tell nothing within it.
    beyond
        The schools of every authority; None keeps to one's own.
    history
        When schools were open, and who followed whom.
    initials
        Whether initials may find a school.
    """

    weights: WordWeights | None = None
    repair: Repair | None = None
    authority: str = ""
    beyond: Beyond | None = None
    history: History | None = None
    initials: bool = False


class SchoolResolver:
    """Names as typed to the schools of one authority.

    Parameters
    ----------
    names
        Every name of the authority's schools, from `known_names`; or entries made from them.
    reviewed
        What the authority has reviewed; it overrides everything else.
    surroundings
        What is known beside.

    Examples
    --------
    >>> schools = SchoolResolver([KnownName("St Chad's C of E Primary School", "900001"),
    ...                           KnownName("Thornwick Infant School", "900002")])
    >>> schools.resolve("Saint Chads CofE Prim", date(2024, 5, 1)).urn
    '900001'
    >>> schools.resolve("Thornwick Junior School", date(2024, 5, 1)).status
    'unmatched'
    """

    def __init__(
        self,
        names: Iterable[KnownName | Entry],
        reviewed: ReviewedSchools | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self._reviewed: Mapping[str, str] = {} if reviewed is None else reviewed.urns
        self._index = NameIndex(n if isinstance(n, Entry) else entry_of(n) for n in names)
        self._around = surroundings or Surroundings()
        self._home = home_of(self._around.authority) if self._around.authority else frozenset()
        self._history = self._around.history or History()
        self._found: dict[str, Found] = {}
        self._decided: dict[tuple[str, date | None], Resolution] = {}

    @cached_property
    def _weights(self) -> WordWeights:
        given = self._around.weights
        return given or WordWeights((e.name.urn, e.form) for e in self._index.entries)

    @cached_property
    def _repair(self) -> Repair:
        return self._around.repair or Repair(self._weights)

    @cached_property
    def _initials(self) -> Initials:
        return Initials(self._index.entries if self._around.initials else ())

    def resolve(self, typed: str, on: date | None) -> Resolution:
        """Return the school that a name means on a day; None where the day is not known."""
        found = self._found.get(typed)
        if found is None:
            found = self._found[typed] = self._settled(self._look_up(typed))
        if found.fixed is not None:
            return found.fixed
        key = (typed, on)
        if key not in self._decided:
            self._decided[key] = decide(found.candidates, on, self._history)
        return self._decided[key]

    def _settled(self, found: Found) -> Found:
        """Decide once and for all where no day can make a difference."""
        dated = any(c.name is not None and (c.name.start or c.name.end) for c in found.candidates)
        if found.fixed is not None or dated or self._around.history is not None:
            return found
        return Found(decide(found.candidates, None, self._history), found.candidates)

    def _look_up(self, typed: str) -> Found:
        text = plain(typed)
        if text in self._reviewed:
            urn = self._reviewed[text]
            if urn == NOT_A_SCHOOL:
                return Found(Resolution("not-a-school", None, "reviewed", 1.0))
            return Found(Resolution("matched", urn, "reviewed", 1.0, 0.0, (urn,)))
        if not text or text in name_words().blanks:
            return Found(Resolution("blank", None, "blank"))
        if text in self._index.by_plain:
            # "St John's" and "St Johns" may be two schools. Marks left out tell nothing; who puts
            # them as the register does means that school.
            text = marked(typed)
            same = self._index.by_text.get(text, ()) if "'" in text else ()
            return self._whole(same or self._index.by_plain[plain(typed)], "exact", EXACT_ODDS)
        mended = self._repair.mend(without_contact(typed))
        form = name_form(mended, typed=True)
        if form.key in self._index.by_key:
            return self._whole(self._index.by_key[form.key], "normalised", NORMALISED_ODDS)
        return self._of_parts(typed) or self._by_words(typed, mended, form)

    def _whole(self, numbers: Sequence[int], method: str, odds: float) -> Found:
        names = [self._index.entries[number].name for number in numbers]
        return Found(None, tuple(Candidate(n.urn, odds, method, name=n) for n in names))

    def _of_parts(self, typed: str) -> Found | None:
        """Look up a name together with the name before it, or several schools in one cell."""
        both = before_and_after(typed)
        if both is not None:
            for part in both:
                found = self._look_up(part)
                if self._accepted(found):
                    return found
        parts, marked = several(typed)
        if not 2 <= len(parts) <= 6:
            return None
        looked = [(part, self._look_up(part)) for part in parts]
        urns = {urn for _, found in looked if (urn := self._accepted(found))}
        named = [part for part, found in looked if name_form(part, typed=True).has_school]
        if len(urns) > 1 and (marked or len(named) > 1):
            listed = tuple(sorted(urns))
            return Found(Resolution("ambiguous", None, "several", 0.0, 0.0, listed))
        if marked and urns and len(named) > 1:
            return Found(Resolution("ambiguous", None, "several", 0.0, 0.0, tuple(sorted(urns))))
        return None

    def _accepted(self, found: Found) -> str | None:
        return None if found.fixed else decide(found.candidates, None, self._history).urn

    def _by_words(self, typed: str, mended: str, form: NameForm) -> Found:
        if is_person(typed) and not form.has_school:
            return Found(Resolution("not-a-school", None, "body"))
        reading = self._reading(form)
        ranked = self._ranked(reading)
        likeliest = ranked[0] if ranked else None
        school = ""
        if likeliest is not None and (likeliest[1].complete or form.has_school):
            school = likeliest[1].plain
        if body_in(mended, school, has_school=form.has_school):
            return Found(Resolution("not-a-school", None, "body"))
        candidates = [
            Candidate(urn, odds, method_of(best), best.complete) for urn, best, odds in ranked
        ]
        if self._around.beyond is not None:
            candidates += self._around.beyond.candidates(form, self._around.authority)
        return Found(None, tuple(self._by_initials(typed) or candidates))

    def _by_initials(self, typed: str) -> list[Candidate]:
        letters = len(plain(typed))
        odds = NORMALISED_ODDS / 40.0 if letters >= LEAST_LETTERS else 1.0
        return [Candidate(urn, odds, "initials") for urn in self._initials.find(typed)]

    def _reading(self, form: NameForm) -> Reading:
        beyond = self._around.beyond
        elsewhere = beyond.elsewhere(form, self._around.authority) if beyond else frozenset()
        return read_typed(form, self._index, self._weights, elsewhere)

    def _ranked(self, reading: Reading) -> list[tuple[str, Fit, float]]:
        """Return the schools that a name may mean: URN, fit and odds, the likeliest first."""
        prior = HOME - math.log(self._index.schools)
        best: dict[str, Fit] = {}
        for number in self._numbers(reading):
            entry = self._index.entries[number]
            found = fit(reading, entry, self._weights, self._home)
            urn = entry.name.urn
            if urn not in best or found.weight > best[urn].weight:
                best[urn] = found
        odds = ((u, f, math.exp(min(f.weight + prior, 60.0))) for u, f in best.items())
        return sorted(odds, key=lambda item: (-item[2], item[0]))

    def _numbers(self, reading: Reading) -> list[int]:
        """Return the names that share a word with the typed one; by "st" or a weak word last."""
        strong: set[int] = set()
        weak: set[int] = set()
        for word, options in zip(reading.form.words, reading.options, strict=True):
            found = {n for stem in options for n in self._index.bearing(stem)}
            if word.weak or word.stem == "st" or len(word.text) == 1:
                weak |= found
            else:
                strong |= found
        for _, stem in reading.joins:
            strong.update(self._index.bearing(stem))
        numbers = sorted(strong or weak)
        return numbers if len(numbers) <= MOST_COMPARED else self._rarest(reading)

    def _rarest(self, reading: Reading) -> list[int]:
        """Return the names that bear the typed word which the fewest names bear."""
        lists = [
            {n for stem in options for n in self._index.bearing(stem)}
            for word, options in zip(reading.form.words, reading.options, strict=True)
            if len(word.text) > 1
        ]
        return min((sorted(found) for found in lists if found), key=len)[:MOST_COMPARED]
