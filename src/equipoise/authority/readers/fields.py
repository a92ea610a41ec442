"""Fields: the fewest that an extract of contacts must hold, what for, and what it must not hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

Needed = Literal["always", "if recorded", "if asked"]


@dataclass(frozen=True)
class ContactField:
    """A column of an extract of contacts.

    Attributes
    ----------
    field
        The field of the shape ``local-columns`` that it is read as.
    heading
        The heading that is asked for.
    needed
        ``always``, ``if recorded``, or ``if asked``: only where the trial asks for it.
    holds, use
        What stands in it, and what that is used for.
    form
        ``text``, ``date``, ``yes-no``, ``source`` or ``outcome``.
    """

    field: str
    heading: str
    needed: Needed
    holds: str
    use: str
    form: str


@cache
def contact_fields() -> tuple[ContactField, ...]:
    """Return the fields, in the order of the template.

    Examples
    --------
    >>> [field.heading for field in contact_fields()][:3]
    ['Contact ID', 'Child ID', 'Date of contact']
    """
    return tuple(ContactField(**entry) for entry in _body()["fields"])


def never_sent() -> tuple[str, ...]:
    """Return what must not be in an extract, in words."""
    return tuple(_body()["never"])


@cache
def _body() -> dict[str, Any]:
    path = files(__package__) / "data" / "contact-fields.json"
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body
