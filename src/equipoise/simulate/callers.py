"""School names as call-takers type them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from equipoise.simulate.changes import Change
from equipoise.simulate.dialects import NOT_SCHOOLS, UNKNOWN_SCHOOLS
from equipoise.simulate.facts import SchoolFacts
from equipoise.simulate.streams import Stream

Habit = Callable[[str], str]

_ABBREVIATIONS = (
    ("Our Lady and St ", "OL & St "),
    ("Catholic Primary School", "RC Prim"),
    ("C of E Primary School", "CE Pri"),
    ("Community Primary School", "Comm Prim Sch"),
    ("Primary School", "Prim"),
    ("Primary Academy", "Pri Acad"),
    ("Junior School", "Jnr"),
    ("Infant School", "Inf"),
    ("Catholic High School", "RC High"),
    ("High School", "HS"),
)
_ENDINGS = (*(long for long, _ in _ABBREVIATIONS[1:]), "Academy", "Nursery School")


def abbreviated(name: str) -> str:
    """Return the name with the usual abbreviations and no apostrophe.

    >>> abbreviated("St Hilda's Catholic Primary School")
    'St Hildas RC Prim'
    """
    for long, short in _ABBREVIATIONS:
        name = name.replace(long, short)
    return name.replace("'", "")


def shortened(name: str) -> str:
    """Return only the place or the saint.

    >>> shortened("Thornwick C of E Primary School")
    'Thornwick'
    """
    for ending in _ENDINGS:
        name = name.replace(ending, "")
    return " ".join(name.replace(",", " ").split())


def misspelt(name: str) -> str:
    """Return the name with two letters of its longest word exchanged.

    >>> misspelt("Thornwick Primary School")
    'Thonrwick Primary School'
    """
    word = max(name.split(), key=len) if " " not in name else max(name.split()[:2], key=len)
    middle = len(word) // 2 - 1 if len(word) > 3 else 0
    changed = word[:middle] + word[middle + 1 : middle + 2] + word[middle] + word[middle + 2 :]
    return name.replace(word, changed, 1)


def cased(name: str) -> str:
    """Return the name in capitals with a space too many.

    >>> cased("Thornwick Primary School")
    'THORNWICK  PRIMARY SCHOOL '
    """
    return name.upper().replace(" ", "  ", 1) + " "


def plain(name: str) -> str:
    """Return the name with "CE" for "C of E", a full stop after "St" and no comma.

    >>> plain("St Chad's C of E Primary School")
    "St. Chad's CE Primary School"
    """
    return name.replace("C of E", "CE").replace("St ", "St. ").replace(",", "")


def initials(name: str) -> str:
    """Return the first letters, as those write who think that everybody knows the school.

    >>> initials("Thornwick C of E Primary School")
    'TCoEPS'
    """
    return "".join(word[0] for word in name.replace("St ", "S ").split())


# How a name that is not typed exactly is changed, and how often; assumed (data.md B.6).
_HABITS: tuple[tuple[Habit, float], ...] = (
    (abbreviated, 0.34),
    (cased, 0.20),
    (plain, 0.18),
    (misspelt, 0.13),
    (shortened, 0.11),
    (initials, 0.04),
)
_OUT_OF_AREA = "out of area school"
_EASY = (cased, plain)  # differences that need no person to decide


class Caller:
    """Types school names of one authority, so that each typed form means one school only.

    Parameters
    ----------
    seed
        Seed of the scenario.
    la_code
        The authority.
    schools
        Every school of the authority, closed ones too.
    exact_name
        Share of names typed as they stand in the register.
    unreviewed
        Share of the schools known by initials that the analyst could not name.
    changes
        Schools that bear another name from a day on.
    neighbours
        Schools of another authority, typed with their place behind them.
    """

    def __init__(
        self,
        seed: int,
        la_code: str,
        schools: Sequence[SchoolFacts],
        exact_name: float,
        unreviewed: float = 0.0,
        changes: Mapping[str, Change] | None = None,
        neighbours: Sequence[SchoolFacts] = (),
    ) -> None:
        self._exact = exact_name
        self._seed, self._la_code, self._unreviewed = seed, la_code, unreviewed
        self._changes = {u: c for u, c in (changes or {}).items() if not c.ends}
        self._names = {school.urn: school.name for school in schools}
        former = Stream(seed, "former names", la_code)
        self._former = {
            school.urn: school.aliases[0]
            for school in schools
            if school.aliases and school.status != "closed" and former.uniform() < 0.9
        }
        self._easy: dict[str, set[str]] = {}
        forms = Counter(
            form
            for school in schools
            for form in {_key(text) for text in _forms(school.name, school.aliases)}
        )
        # "NHS" typed for a school would be taken for the other body of that name.
        others = {_key(text) for text in (*NOT_SCHOOLS, *UNKNOWN_SCHOOLS)}
        self._shared = others | {form for form, count in forms.items() if count > 1}
        # Where a school here has a like name, the place behind it would not tell them apart.
        self._beyond = {
            s.urn: _OUT_OF_AREA
            if any(_key(form) in forms for form in _forms(s.name, s.aliases))
            else f"{s.name} ({s.la_name.split()[0]})"
            for s in neighbours
        }

    def is_beyond(self, urn: str) -> bool:
        """Tell whether a school lies in another authority."""
        return urn in self._beyond

    def beyond(self, urn: str) -> str:
        """Return what is typed for a school of another authority."""
        return self._beyond[urn]

    def typed(self, urn: str, u: float, day: date | None = None) -> str:
        """Return what is typed for a school on a day, decided by a uniform number."""
        name = self._names[urn]
        change = self._changes.get(urn)
        if change is not None and day is not None and day >= change.on:
            return change.name_to if u < 0.8 else cased(change.name_to)
        if u < self._exact:
            return name
        rest = (u - self._exact) / (1.0 - self._exact)
        if urn in self._former and rest < 0.25:
            return self._free(self._former[urn], name)
        rest = (rest * 3.7) % 1.0
        for habit, share in _HABITS:
            if rest < share:
                return self._free(habit(name), name)
            rest -= share
        return name

    def needs_review(self, urn: str, text: str) -> bool:
        """Tell whether only a person can know that the text means this school."""
        if urn not in self._easy:
            name = self._names[urn]
            self._easy[urn] = {_key(form) for form in (name, *(c(name) for c in _EASY))}
        return _key(text) not in self._easy[urn]

    def left_alone(self, urn: str, text: str) -> bool:
        """Tell whether neither a person nor a rule could say which school is meant."""
        stream = Stream(self._seed, "left alone", self._la_code, urn)
        return text == initials(self._names[urn]) and stream.uniform() < self._unreviewed

    def _free(self, text: str, name: str) -> str:
        return name if _key(text) in self._shared else text


def _forms(name: str, aliases: Iterable[str]) -> tuple[str, ...]:
    return (name, *aliases, *(change(name) for change, _ in _HABITS))


@lru_cache(maxsize=100_000)
def _key(text: str) -> str:
    """Return the letters and digits alone: two names with one key are not told apart."""
    kept = text.casefold().replace("&", " and ").replace("'", "").replace(".", "")
    return " ".join(re.sub(r"[^0-9a-z]+", " ", kept).split())
