"""Unique pupil numbers: their check letter, temporary ones, who issued them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

#: Letters of the check, by remainder: I, O and S are left out.
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_SHAPE = re.compile(r"[A-Z]\d{11}[0-9A-Z]")

UpnState = Literal["valid", "temporary", "wrong-letter", "malformed", "blank"]


@dataclass(frozen=True)
class Upn:
    """A unique pupil number as read.

    Attributes
    ----------
    text
        In capitals, without spaces.
    state
        ``valid``, ``temporary`` (valid too, its last place a letter), ``wrong-letter``,
        ``malformed`` or ``blank``.
    """

    text: str
    state: UpnState

    @property
    def usable(self) -> bool:
        """Tell whether it can be looked up."""
        return self.state in ("valid", "temporary")

    @property
    def issuer(self) -> str:
        """Return authority and establishment that issued it: where the child was once, no more."""
        return self.text[1:8] if self.usable else ""


def check_letter(rest: str) -> str:
    """Return the check letter of the twelve characters behind it.

    The sum of each digit times its place (2 to 13), modulo 23, picks the letter. The letter at
    the end of a temporary number counts as its own place in the list, from 0.

    Parameters
    ----------
    rest
        Characters 2 to 13.

    Raises
    ------
    ValueError
        Where they are not eleven digits and a digit or letter of the list.

    Source
    ------
    Department for Education, Unique pupil numbers: guide for schools and local authorities,
    the check letter.

    Examples
    --------
    >>> check_letter("950000178301"), check_letter("801200005001")
    ('A', 'B')
    """
    if not re.fullmatch(rf"\d{{11}}[0-9{LETTERS}]", rest):
        raise ValueError("expected eleven digits, then a digit or a letter of the list")
    values = [int(c) if c.isdigit() else LETTERS.index(c) for c in rest]
    return LETTERS[sum(place * value for place, value in enumerate(values, start=2)) % 23]


def read_upn(text: str | None) -> Upn:
    """Read a unique pupil number.

    Examples
    --------
    >>> read_upn(" h243278544154 ").state, read_upn("R247962919251").state, read_upn("").state
    ('valid', 'wrong-letter', 'blank')
    """
    upn = "".join((text or "").split()).upper()
    if not upn:
        return Upn("", "blank")
    if not _SHAPE.fullmatch(upn) or (upn[12].isalpha() and upn[12] not in LETTERS):
        return Upn(upn, "malformed")
    if check_letter(upn[1:]) != upn[0]:
        return Upn(upn, "wrong-letter")
    return Upn(upn, "temporary" if upn[12].isalpha() else "valid")
