"""Parts: several schools in one cell, or a name and the name before it."""

from __future__ import annotations

import re
from functools import cache

from equipoise.authority.schools.names import name_form
from equipoise.authority.schools.words import name_words

# A slash within "c/e" or "n/a" parts nothing.
_HARD = re.compile(
    r"\s*[;|\n\\]\s*|\s+/\s*|\s*/\s+|(?<=\w{3})/(?=\w{3})|\s+or\s+", flags=re.IGNORECASE
)
_SOFT = re.compile(r"\s+(?:and|&|\+)\s+|\s*[,+&]\s*", flags=re.IGNORECASE)


@cache
def _former() -> re.Pattern[str]:
    phrases = sorted(
        (" ".join(words) for group in name_words().former.values() for words, _ in group),
        key=lambda phrase: (-len(phrase), phrase),
    )
    return re.compile(
        r"[\s,;:([-]+(?:" + "|".join(p.replace(" ", r"\s+") for p in phrases) + r")\b[\s:,.]*",
        flags=re.IGNORECASE,
    )


def before_and_after(typed: str) -> tuple[str, str] | None:
    """Return two names of one school where somebody typed both.

    Examples
    --------
    >>> before_and_after("Manor Wood Primary School formerly Carr Manor Primary")
    ('Manor Wood Primary School', 'Carr Manor Primary')
    """
    parts = _former().split(typed, maxsplit=1)
    if len(parts) != 2 or not all(name_form(part).words for part in parts):
        return None
    return parts[0].strip(), parts[1].strip(" )]")


def several(typed: str) -> tuple[tuple[str, ...], bool]:
    """Return the parts of a cell that may be several schools, and whether a mark says so.

    Examples
    --------
    >>> several("Thornwick Primary / Fennmere High")
    (('Thornwick Primary', 'Fennmere High'), True)
    >>> several("Thornwick Infants and Fennmere Juniors")
    (('Thornwick Infants', 'Fennmere Juniors'), False)
    """
    hard = tuple(part for part in _HARD.split(typed) if part.strip())
    if len(hard) > 1:
        return hard, True
    return tuple(part for part in _SOFT.split(typed) if part.strip()), False
