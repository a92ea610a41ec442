"""Authorities as typed: a name or a code to the authority of the register."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

from equipoise.authority.schools.names import plain
from equipoise.authority.schools.spelling import slips_between

#: Words that stand in an authority's full name and tell nothing.
_FILLERS = frozenset(
    (
        *("the", "of", "and", "upon", "on", "in", "a", "with"),
        *("council", "councils", "borough", "boroughs", "metropolitan", "met", "county", "city"),
        *("royal", "unitary", "district", "authority", "local", "la", "town", "london"),
        *("mbc", "mdc", "bc", "cc", "dc", "cbc", "lb", "rb", "lbc", "bmbc"),
        *("children", "childrens", "services", "service", "social", "care"),
    )
)
_LEAST_LENGTH = 5


@cache
def _listed() -> Mapping[str, Mapping[str, str | list[str]]]:
    resource = files("equipoise.authority.schools").joinpath("data", "authority-names.json")
    loaded: Mapping[str, Mapping[str, str | list[str]]] = json.loads(
        resource.read_text(encoding="utf-8")
    )
    return loaded


def core_of(name: str) -> str:
    """Return the words of an authority's name that tell it from others.

    Examples
    --------
    >>> core_of("Bristol, City of"), core_of("LB of Barking & Dagenham Council")
    ('bristol', 'barking dagenham')
    """
    words = [word for word in plain(name).split() if word not in _FILLERS]
    return " ".join(words) or plain(name)


class Authorities:
    """The authorities of a register, found by what was typed.

    Parameters
    ----------
    pairs
        Name and code ("" where the register has none) of the authority of every school.

    Examples
    --------
    >>> found = Authorities([("Kingston upon Hull, City of", ""), ("Bolton", "350")])
    >>> found.find("Hull City Council"), found.find("350"), found.find("Boltn"), found.find("Kent")
    (('Kingston upon Hull, City of',), ('Bolton',), ('Bolton',), ())
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._by_core: dict[str, set[str]] = defaultdict(set)
        self._by_code: dict[str, set[str]] = defaultdict(set)
        listed = _listed()
        codes = {core_of(str(name)): code for code, name in listed["codes"].items()}
        for name, code in sorted(set(pairs)):
            authority = name or code
            self._by_core[core_of(authority)].add(authority)
            code = code or codes.get(core_of(name), "")
            if code:
                self._by_code[code.lstrip("0")].add(authority)
        self._found: dict[str, tuple[str, ...]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """Return every authority, in order."""
        return tuple(sorted({name for names in self._by_core.values() for name in names}))

    def find(self, typed: str) -> tuple[str, ...]:
        """Return the authority that was meant; several where one was split; none where unclear."""
        if typed not in self._found:
            self._found[typed] = self._find(typed)
        return self._found[typed]

    def _find(self, typed: str) -> tuple[str, ...]:
        code = typed.strip().removesuffix(".0").lstrip("0")
        if code.isdigit():
            return tuple(sorted(self._by_code.get(code, ())))
        core = core_of(typed)
        if core in self._by_core:
            return tuple(sorted(self._by_core[core]))
        listed = _listed()
        other = listed["variants"].get(core) or listed["variants"].get(plain(typed))
        if isinstance(other, str) and core_of(other) in self._by_core:
            return tuple(sorted(self._by_core[core_of(other)]))
        later = listed["became"].get(core, ())
        found = {a for name in later for a in self._by_core.get(core_of(name), ())}
        if found:
            return tuple(sorted(found))
        return self._near(core)

    def _near(self, core: str) -> tuple[str, ...]:
        if len(core) < _LEAST_LENGTH:
            return ()
        near = {
            name
            for known, names in self._by_core.items()
            if known[:1] == core[:1] and slips_between(core, known, 1) <= 1
            for name in names
        }
        return tuple(near) if len(near) == 1 else ()
