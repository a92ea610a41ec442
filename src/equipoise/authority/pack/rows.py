"""Rows: the other road, pseudonymised contacts for the evaluator's secure environment.

Every identifier is HMAC-SHA-256 (RFC 2104, FIPS 180-4) under a key that never leaves the
authority, separated by purpose and authority; everything else is a date, a code or a URN. No text
is among the columns.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Protocol

from equipoise.authority.pack.resolving import Tap
from equipoise.authority.readers import Record
from equipoise.authority.rules import Value

#: The two files of this road: the rows, and the pack that says what they must add up to.
ROWS, ACCOUNT = "rows.csv", "rows.json"
#: Columns of rows.csv. A day is written as a date, yes and no as 1 and 0, nothing as "".
COLUMNS = (
    "contact",
    "child",
    "content",
    "day",
    "decided",
    "source",
    "urn",
    "resolution",
    "open_case",
    "open_unrecorded",
    "by_absence",
    "decided_unreadable",
    "outcome",
    "reason",
    "attended",
    "linkage",
    "referred",
    "family",
)
#: What each column holds, for the page that says what leaves.
MEANING = {
    "contact": "the contact's number, HMAC-SHA-256",
    "child": "the child's number, HMAC-SHA-256",
    "content": "whether two rows say the same, HMAC-SHA-256",
    "day": "date of the contact",
    "decided": "date of the decision",
    "source": "code of the source",
    "urn": "the school that made the contact, where it is one of the roster's",
    "resolution": "how the organisation was resolved: a code",
    "open_case": "whether the case was open",
    "open_unrecorded": "whether nobody recorded that",
    "by_absence": "whether no further action was read from empty boxes",
    "decided_unreadable": "whether the date of decision was no date",
    "outcome": "code of the outcome",
    "reason": "code of the reason, where the trial asks for it",
    "attended": "the school on whose roll the child was that day, where the trial asks for it and "
    "it is one of the roster's",
    "linkage": "how that was found, or why not: a code",
    "referred": "date of the child's next referral, where the trial asks for referrals",
    "family": "the household's number, HMAC-SHA-256, where the trial counts by family",
}
#: An HMAC key has at least so many bytes.
LEAST_KEY = 32


class TextSink(Protocol):
    """Something that text is written to."""

    def write(self, text: str, /) -> object:
        """Write some text."""


def pseudonym(key: bytes, purpose: str, authority: str) -> Callable[[str], str]:
    """Return a function from an identifier to its pseudonym, 64 hexadecimal digits.

    The message is ``equipoise PURPOSE v1|AUTHORITY|identifier`` in UTF-8.

    Parameters
    ----------
    key
        The authority's HMAC key, 32 bytes or more.
    purpose
        ``child``, ``contact`` or ``content``: the same number as a child's and as a contact's
        gives two pseudonyms.
    authority
        Its code.

    Raises
    ------
    ValueError
        Where the key is too short.

    Examples
    --------
    >>> child = pseudonym(bytes(32), "child", "350")
    >>> child("4711") == pseudonym(bytes(32), "child", "351")("4711")
    False
    >>> len(child("4711"))
    64
    """
    if len(key) < LEAST_KEY:
        raise ValueError(f"an HMAC key of at least {LEAST_KEY} bytes")
    begun = hmac.new(key, f"equipoise {purpose} v1|{authority}|".encode(), hashlib.sha256).copy

    def hidden(identifier: str) -> str:
        code = begun()
        code.update(identifier.encode("utf-8", "surrogatepass"))
        return code.hexdigest()

    return hidden


def row_writer(sink: TextSink, *, key: bytes, authority: str) -> Tap:
    r"""Return a tap that writes each record it is shown as a pseudonymised row.

    Parameters
    ----------
    sink
        Takes the text of rows.csv; lines end with ``\n``.
    key, authority
        As for `pseudonym`.
    """
    child, contact, content, family = (
        pseudonym(key, purpose, authority) for purpose in ("child", "contact", "content", "family")
    )
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(COLUMNS)

    def write(record: Record, source: str, meant: tuple[Value, ...]) -> None:
        if record.day is None:
            raise AssertionError("a row without a day is set aside")
        (_, _, _, _, _, _, urn, resolution, open_case, unrecorded, absence, unreadable) = meant[:12]
        outcome, reason, attended, linkage, referred = meant[12:]
        writer.writerow(
            (
                contact(record.contact_id),
                child(record.child_id),
                content(record.content()),
                _written(record.day),
                "" if record.decided is None else _written(record.decided),
                source,
                "" if urn is None else urn,
                resolution,
                *(int(bool(flag)) for flag in (open_case, unrecorded, absence, unreadable)),
                outcome,
                reason,
                "" if attended is None else attended,
                linkage,
                _written(referred) if isinstance(referred, int) else "",
                family(record.family) if record.family else "",
            )
        )

    return write


@cache
def _written(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
