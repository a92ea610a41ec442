"""Beyond the border: schools of other authorities, where no school of one's own fits."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from equipoise.authority.schools.authorities import core_of
from equipoise.authority.schools.evidence import fit
from equipoise.authority.schools.index import Entry, NameIndex
from equipoise.authority.schools.names import NameForm, stem_of
from equipoise.authority.schools.reading import Reading, read_typed
from equipoise.authority.schools.resolution import Candidate
from equipoise.authority.schools.weights import WordWeights

#: Log-odds that a name typed at a front door is a school of another authority, where the typed
#: name says nothing of another and where it names that authority.
ABROAD = 1.0
NAMED = 2.0
#: A name all of whose words are borne by more schools than this is no evidence for any of them.
MOST_BEARERS = 80
#: What the whole name adds, written out.
WHOLE = 1.0
#: What it takes away that no word says that it is a school: a place has the same name.
UNSCHOOLED = 2.5


class Beyond:
    """The schools of every authority.

    Parameters
    ----------
    entries
        Names of schools by authority.
    weights
        The register's weights.
    """

    def __init__(self, entries: Mapping[str, Sequence[Entry]], weights: WordWeights) -> None:
        self._weights = weights
        ordered = [(la, entry) for la in sorted(entries) for entry in entries[la]]
        self.index = NameIndex(entry for _, entry in ordered)
        self._la = [la for la, _ in ordered]
        self.homes = {la: home_of(la) for la in entries}
        self._sizes = {la: len({e.name.urn for e in listed}) for la, listed in entries.items()}
        self._named = {
            next(iter(stems)): la for la, stems in sorted(self.homes.items()) if len(stems) == 1
        }

    def elsewhere(self, form: NameForm, la: str) -> frozenset[int]:
        """Return the positions of words that name another authority, apart from the school."""
        return frozenset(
            position
            for position, word in enumerate(form.words)
            if (word.aside or word.bracketed)
            and self._named.get(word.stem, la) != la
            and word.stem not in self.homes.get(la, ())
        )

    def candidates(self, form: NameForm, la: str, prior: float = ABROAD) -> list[Candidate]:
        """Return schools of other authorities that a typed name may mean.

        Parameters
        ----------
        form
            The typed name.
        la
            The authority that was called, whose schools are left out; "" for none.
        prior
            Log-odds that the school is one of these.
        """
        reading = read_typed(form, self.index, self._weights)
        named = {self._named[form.words[i].stem] for i in self.elsewhere(form, la)}
        found = []
        for number in self._numbers(reading):
            there = self._la[number]
            if there == la:
                continue
            entry = self.index.entries[number]
            fitted = fit(reading, entry, self._weights, self.homes[there])
            weight = fitted.weight + (WHOLE if form.key == entry.form.key else 0.0)
            if not form.has_school:
                weight -= UNSCHOOLED
            if there in named:
                weight += NAMED - math.log(self._sizes[there])
            else:
                weight += prior - math.log(self.index.schools)
            found.append(
                Candidate(entry.name.urn, math.exp(min(weight, 60.0)), "beyond", fitted.complete)
            )
        return found

    def _numbers(self, reading: Reading) -> tuple[int, ...]:
        """Return the names that bear the typed word which the fewest schools bear."""
        best: set[int] | None = None
        for word, options in zip(reading.form.words, reading.options, strict=True):
            if word.free or len(word.text) == 1:
                continue
            found = {n for stem in options for n in self.index.bearing(stem)}
            if found and (best is None or len(found) < len(best)):
                best = found
        if best is None or len(best) > MOST_BEARERS:
            return ()
        return tuple(sorted(best))


def home_of(la: str) -> frozenset[str]:
    """Return the words of an authority's name, as compared."""
    return frozenset(stem_of(word) for word in core_of(la).split())
