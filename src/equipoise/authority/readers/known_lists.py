"""Known lists: which list a sheet holds, told by its headings however they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.authority.readers.shapes import plain_head


@dataclass(frozen=True)
class KnownList:
    """A list of the Annex A workbook, or a table of the standard dataset.

    Attributes
    ----------
    id, title
        Its short name and its name.
    file
        The `OtherFile` that it is part of: ``annex-a`` or ``standard-dataset``.
    event
        What a row of it is, in words, where rows are counted by month; else "".
    needs
        The fields without which it is not this list.
    forms
        For each field the forms of its heading, the most usual first.
    """

    id: str
    title: str
    file: str
    event: str
    needs: tuple[str, ...]
    forms: tuple[tuple[str, tuple[re.Pattern[str], ...]], ...]

    def columns(self, heads: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Return for each field the positions of the columns whose heading has its first form.

        The forms of a field are tried in their order; the first that any heading has decides.

        Examples
        --------
        >>> contacts = known_lists()[0]
        >>> contacts.columns(["Child Unique ID", "Date of Contact", "Contact Source"])
        {'person': (0,), 'start': (1,), 'source': (2,)}
        """
        plain = [plain_head(head) for head in heads]
        found: dict[str, tuple[int, ...]] = {}
        for field, forms in self.forms:
            for form in forms:
                positions = tuple(n for n, head in enumerate(plain) if form.search(head))
                if positions:
                    found[field] = positions
                    break
        return found


@cache
def known_lists() -> tuple[KnownList, ...]:
    """Return the lists that can be read: Annex A's 1 to 11, then the standard dataset's."""
    return tuple(
        KnownList(
            id=entry["id"],
            title=entry["title"],
            file=entry["file"],
            event=entry["event"],
            needs=tuple(entry["needs"]),
            forms=tuple(
                (field, tuple(re.compile(form) for form in forms))
                for field, forms in entry["fields"].items()
            ),
        )
        for entry in _body()["lists"]
    )


@cache
def list_of(heads: tuple[str, ...]) -> KnownList | None:
    """Return the list whose headings these are, or None.

    Of several that would do the one with the most fields is meant.

    Examples
    --------
    >>> list_of(("Child Unique ID", "DATE of  contact:", "Contact_Source")).title
    'List 1, contacts'
    >>> list_of(("Child Unique ID", "Notes")) is None
    True
    """
    best: KnownList | None = None
    most = 0
    for known in known_lists():
        found = known.columns(heads)
        if all(field in found for field in known.needs) and len(found) > most:
            best, most = known, len(found)
    return best


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "known-lists.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
