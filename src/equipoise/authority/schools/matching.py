"""Matching: names as typed, with authority and date, to the schools of a whole register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date

from equipoise.authority.readers import domain_in
from equipoise.authority.schools.authorities import Authorities
from equipoise.authority.schools.beyond import Beyond
from equipoise.authority.schools.domains import Domains, register_domains
from equipoise.authority.schools.history import History
from equipoise.authority.schools.index import Entry, entry_of
from equipoise.authority.schools.official import OfficialSchool, links_of
from equipoise.authority.schools.register import KnownName
from equipoise.authority.schools.repair import Repair
from equipoise.authority.schools.resolution import Resolution
from equipoise.authority.schools.resolver import SchoolResolver, Surroundings
from equipoise.authority.schools.weights import WordWeights

Tell = Callable[[str], None]


def _silent(message: str) -> None:
    del message


class SchoolMatcher:
    """A register, ready to find schools by name.

    Parameters
    ----------
    schools
        The register.
    tell
        Is told what is being done, for a reader who waits.

    Examples
    --------
    >>> register = [OfficialSchool("900001", "Thornwick Primary School", "Bolton"),
    ...             OfficialSchool("900002", "Fennmere High School", "Bury")]
    >>> matcher = SchoolMatcher(register)
    >>> found = matcher.match("Thornwick Prim. Sch.", "Bolton Council")
    >>> found.urn, found.method
    ('900001', 'normalised')
    """

    def __init__(self, schools: Sequence[OfficialSchool], tell: Tell = _silent) -> None:
        self.authorities = Authorities((school.la, school.la_code) for school in schools)
        self._entries: dict[str, list[Entry]] = defaultdict(list)
        for number, school in enumerate(schools, start=1):
            for name in (school.name, *school.former):
                self._entries[school.authority].append(entry_of(KnownName(name, school.urn)))
            if number % 5000 == 0:
                tell(f"{number:,} of {len(schools):,} schools read")
        entries = [entry for listed in self._entries.values() for entry in listed]
        self._weights = WordWeights((entry.name.urn, entry.form) for entry in entries)
        self._repair = Repair(self._weights)
        self._beyond = Beyond(self._entries, self._weights)
        self._history = History({s.urn: s.span for s in schools}, links_of(schools))
        self._domains = Domains(register_domains(schools), self._history)
        self._resolvers: dict[tuple[str, ...], SchoolResolver] = {}

    def match(
        self, name: str, la: str = "", on: date | None = None, domain: str = ""
    ) -> Resolution:
        """Return the school that a name means.

        Parameters
        ----------
        name
            As typed.
        la
            The authority that was called: its name or code as typed. Where it is blank or not in
            the register, every authority's schools are looked at.
        on
            The day of the contact; None for today's schools.
        domain
            The caller's e-mail address or domain.

        Returns
        -------
        Resolution
            Where the name is blank or a word for not known, `status` is ``ambiguous`` and
            `method` ``blank``.
        """
        resolution = self._resolver(self.authorities.find(la) if la.strip() else ()).resolve(
            name, on
        )
        if resolution.status == "blank":
            resolution = Resolution("ambiguous", None, "blank")
        return self._domains.beside(resolution, domain_in(domain) or domain_in(name), on)

    def _resolver(self, found: tuple[str, ...]) -> SchoolResolver:
        """Return the resolver of an authority, of the parts of a former one, or of all."""
        if found not in self._resolvers:
            authority = found[0] if len(found) == 1 else ""
            listed = [entry for la in found or sorted(self._entries) for entry in self._entries[la]]
            around = Surroundings(
                weights=self._weights,
                repair=self._repair,
                authority=authority,
                beyond=self._beyond if authority else None,
                history=self._history,
                initials=bool(found),
            )
            self._resolvers[found] = SchoolResolver(listed, None, around)
        return self._resolvers[found]


def match_all(
    matcher: SchoolMatcher,
    rows: Iterable[tuple[str, str, date | None, str]],
    tell: Tell = _silent,
) -> tuple[Resolution, ...]:
    """Match rows of name, authority, day and e-mail domain, each distinct row once.

    Parameters
    ----------
    matcher
        The register.
    rows
        What was typed.
    tell
        Is told how many are done.

    Returns
    -------
    tuple
        A resolution for each row, in order.
    """
    known: dict[tuple[str, str, date | None, str], Resolution] = {}
    found = []
    for number, row in enumerate(rows, start=1):
        if row not in known:
            known[row] = matcher.match(*row)
        found.append(known[row])
        if number % 500 == 0:
            tell(f"{number:,} names looked up")
    return tuple(found)
