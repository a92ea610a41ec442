"""Domains: the e-mail domain of whoever called, to the school whose web address has it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from equipoise.authority.schools.official import OfficialSchool

_ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_WEB = re.compile(r"^(?:https?:)?/*(?:www\d?\.)?([^/:?#\s]+)", flags=re.IGNORECASE)


def domain_in(text: str) -> str:
    """Return the domain of an e-mail address in a text, or the text where it is one itself.

    Examples
    --------
    >>> domain_in("J Okafor <office@ash.bolton.sch.uk>"), domain_in("@Ash.sch.uk"), domain_in("Ash")
    ('ash.bolton.sch.uk', 'ash.sch.uk', '')
    """
    found = _ADDRESS.search(text)
    if found:
        return found[1].lower()
    bare = text.strip().lower().lstrip("@")
    return bare if "." in bare and re.fullmatch(r"[\w.-]+", bare) else ""


def host_of(website: str) -> str:
    """Return the host of a web address.

    Examples
    --------
    >>> host_of("http://www.Ash.bolton.sch.uk/home"), host_of("ash.org"), host_of("")
    ('ash.bolton.sch.uk', 'ash.org', '')
    """
    found = _WEB.match(website.strip())
    return found[1].lower() if found and "." in found[1] else ""


class Domains:
    """Schools by domain, learned from the web addresses of the register.

    Parameters
    ----------
    schools
        The register.
    """

    def __init__(self, schools: Iterable[OfficialSchool]) -> None:
        self._urns: dict[str, set[str]] = defaultdict(set)
        for school in schools:
            host = host_of(school.website)
            if host and school.span.open_now():
                self._urns[host].add(school.urn)

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
