"""Maps: which words were read as which code, with rare words and possible names only as a count."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.authority.vocabulary import Match, label_words, normalise

#: A label leaves the authority only if seen so often (rule 13).
LEAST_SEEN = 10
_WORD = re.compile(r"[^\W\d_]+")
_PERSONAL = re.compile(r"@|\d{4,}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}")


@dataclass(frozen=True)
class MapUse:
    """Labels that were read as one code.

    Attributes
    ----------
    field
        ``source``, ``outcome`` or ``reason``.
    label
        The words, or None: labels that are rare or may hold a name, taken together.
    code, method
        What they were read as, and how.
    labels
        How many different labels (1 where `label` is given).
    rows
        How many contacts bear them.
    """

    field: str
    label: str | None
    code: str
    method: str
    labels: int
    rows: int


def may_be_personal(label: str) -> bool:
    """Tell whether a label may hold a name, a number or an address of a person.

    Any word that the vocabularies do not know may be a name; so this errs on the safe side.

    Examples
    --------
    >>> may_be_personal("Jane Smith"), may_be_personal("School [2A]")
    (True, False)
    >>> may_be_personal("No further action - Mrs Khan"), may_be_personal("Police 01234 567890")
    (True, True)
    """
    if _PERSONAL.search(label):
        return True
    words = _WORD.findall(normalise(label))
    return any(len(word) > 1 and word not in label_words() for word in words)


def maps_used(field: str, seen: Mapping[tuple[str, Match], int]) -> tuple[MapUse, ...]:
    """Return which labels were read as which code.

    Parameters
    ----------
    field
        ``source``, ``outcome`` or ``reason``.
    seen
        From each label and what it means to the number of contacts that bear it; a label whose
        meaning changed on a day stands there with each.
    """
    shown: list[MapUse] = []
    hidden: Counter[tuple[str, str]] = Counter()
    hidden_rows: Counter[tuple[str, str]] = Counter()
    for (label, match), rows in seen.items():
        if not label.strip():
            continue
        if rows >= LEAST_SEEN and not may_be_personal(label):
            shown.append(MapUse(field, label, match.code, match.method, 1, rows))
        else:
            hidden[match.code, match.method] += 1
            hidden_rows[match.code, match.method] += rows
    rest = [
        MapUse(field, None, code, method, count, hidden_rows[code, method])
        for (code, method), count in hidden.items()
    ]
    return tuple(
        sorted(
            shown + rest, key=lambda use: (use.code, use.method, use.label is None, use.label or "")
        )
    )
