"""The register as this room needs it: which names mean which school, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


class RosterSchool(Protocol):
    """A school of the register. `aliases` are earlier or other names: text, or with dates."""

    @property
    def urn(self) -> str:
        """Return the unique reference number."""

    @property
    def name(self) -> str:
        """Return the school's name."""

    @property
    def la_code(self) -> str:
        """Return the code of its authority."""

    @property
    def aliases(self) -> Iterable[Any]:
        """Return its other names: text, or objects with name, start and end."""


@dataclass(frozen=True)
class KnownName:
    """A name, the school that it means, and the days on which it does, both ends included."""

    name: str
    urn: str
    start: date | None = None
    end: date | None = None

    def valid_on(self, on: date) -> bool:
        """Tell whether the school bore the name on a day."""
        return (self.start is None or on >= self.start) and (self.end is None or on <= self.end)


def known_names(schools: Iterable[RosterSchool], authority: str) -> tuple[KnownName, ...]:
    """Return every name of an authority's schools, in order of URN and name.

    Parameters
    ----------
    schools
        Schools of the register, of any authority.
    authority
        The code of the authority whose schools count.
    """
    names: set[KnownName] = set()
    for school in schools:
        if str(school.la_code) != authority:
            continue
        names.add(KnownName(school.name, str(school.urn)))
        for alias in school.aliases:
            if isinstance(alias, str):
                names.add(KnownName(alias, str(school.urn)))
            else:
                names.add(KnownName(alias.name, str(school.urn), alias.start, alias.end))
    return tuple(sorted(names, key=lambda n: (n.urn, n.name, str(n.start), str(n.end))))
