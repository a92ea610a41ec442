"""Domains: of an e-mail address only what stands after the @ is ever read on."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@([\w-]+(?:\.[\w-]+)+)")
_BARE = re.compile(r"[\w-]+(?:\.[\w-]+)+")


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
    return bare if _BARE.fullmatch(bare) else ""
