"""Domains: the e-mail domain of whoever called, to the one school that has it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files

from equipoise.authority.readers import domain_in
from equipoise.authority.schools.history import History
from equipoise.authority.schools.official import OfficialSchool
from equipoise.authority.schools.resolution import Resolution
from equipoise.core.base import Column, Problems, read_csv

#: How likely a school is that only the caller's e-mail domain tells.
DOMAIN_SCORE = 0.97
_WEB = re.compile(r"^(?:https?:)?/*(?:www\d?\.)?([^/:?#\s]+)", flags=re.IGNORECASE)
_COLUMNS = (Column("domain"), Column("urn"))


def host_of(website: str) -> str:
    """Return the host of a web address.

    Examples
    --------
    >>> host_of("http://www.Ash.bolton.sch.uk/home"), host_of("ash.org"), host_of("")
    ('ash.bolton.sch.uk', 'ash.org', '')
    """
    found = _WEB.match(website.strip())
    return found[1].lower() if found and "." in found[1] else ""


def register_domains(schools: Iterable[OfficialSchool]) -> Iterator[tuple[str, str]]:
    """Yield domain and URN of each open school of a register, by its web address."""
    for school in schools:
        host = host_of(school.website)
        if host and school.span.open_now():
            yield host, school.urn


@cache
def tells_nothing() -> frozenset[str]:
    """Return the domains that tell no school: free mail, and endings that many share.

    Examples
    --------
    >>> "gmail.com" in tells_nothing(), "ash.bolton.sch.uk" in tells_nothing()
    (True, False)
    """
    path = files(__package__) / "data" / "no-school-domains.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    return frozenset(body["free_mail"]) | frozenset(body["endings"])


class Domains:
    """Schools by domain. One that several schools share, as a trust's do, tells none of them.

    Parameters
    ----------
    pairs
        Domain and URN.
    history
        When schools were open, and who followed whom.

    Examples
    --------
    >>> domains = Domains([("ash.bolton.sch.uk", "1"), ("trust.org", "1"), ("trust.org", "2")])
    >>> domains.find("mail.ash.bolton.sch.uk"), domains.find("trust.org"), domains.find("gmail.com")
    ('1', None, None)
    """

    def __init__(self, pairs: Iterable[tuple[str, str]], history: History | None = None) -> None:
        self._urns: dict[str, set[str]] = defaultdict(set)
        self._history = history or History()
        for domain, urn in pairs:
            if domain not in tells_nothing():
                self._urns[domain].add(urn)

    def __bool__(self) -> bool:
        """Tell whether any domain is known."""
        return bool(self._urns)

    def find(self, domain: str) -> str | None:
        """Return the only school with a domain, also where it is a part of its host's name."""
        while domain.count(".") >= 1:
            urns = self._urns.get(domain, ())
            if len(urns) == 1:
                return next(iter(urns))
            if urns:
                return None
            domain = domain.split(".", 1)[1]
        return None

    def beside(self, resolution: Resolution, domain: str, on: date | None) -> Resolution:
        """Return what a typed name and a domain say together.

        The domain finds the school where the name found none. Where the name says one school and
        the domain another, a person has to look; what a person has decided already stands.
        """
        urn = self.find(domain)
        if urn is None or resolution.method == "reviewed":
            return resolution
        at = self._history.at(urn, on)
        if resolution.status == "not-a-school" or at.urn == resolution.urn:
            return resolution
        if resolution.status == "matched":
            both = (str(resolution.urn), at.urn)
            return Resolution("ambiguous", None, "domain", 0.0, 0.0, both)
        return Resolution("matched", at.urn, "domain", DOMAIN_SCORE, 0.0, (at.urn,))


def read_domains(
    data: bytes | None, known: Collection[str], file: str = "domains.csv"
) -> tuple[tuple[str, str], ...]:
    """Read domains.csv: columns domain, urn; a line for each school and domain.

    Parameters
    ----------
    data
        The bytes, or None where the authority has declared none.
    known
        The URNs of the authority's schools.
    file
        The file's name for the messages.

    Raises
    ------
    ProblemsError
        With every problem: what is no domain, and URNs that are not on the roster. What stood
        there is never shown: it may be somebody's address.
    """
    if data is None:
        return ()
    table = read_csv(data, _COLUMNS, file=file, private=True)
    problems = Problems()
    pairs: list[tuple[str, str]] = []
    for row, line in zip(table.rows, table.lines, strict=True):
        domain, urn = domain_in(row["domain"]), row["urn"]
        if not domain:
            problems.add(
                file=file,
                place=f"line {line}, column domain",
                found="no e-mail domain",
                expected="what stands after the @, like ash.bolton.sch.uk",
                remedy="correct it, or remove the line",
            )
        elif domain in tells_nothing():
            problems.add(
                file=file,
                place=f"line {line}, column domain",
                found="a domain that many share: free mail, or an ending of addresses",
                expected="a domain of the school's own",
                remedy="remove the line",
            )
        if urn not in known:
            problems.add(
                file=file,
                place=f"line {line}, column urn",
                found="a URN that the roster does not have",
                expected="the URN of a school of this authority",
                remedy="look the URN up in the roster, or remove the line",
            )
        pairs.append((domain, urn))
    problems.raise_if_any()
    return tuple(pairs)
