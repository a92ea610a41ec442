"""How values are written: the only module that turns a number into text."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_EVEN, Decimal

from equipoise.reporting.tables.fields import Bound, Fields, Parts, Words

MINUS = "\N{MINUS SIGN}"
NONE = "\N{EN DASH}"
WITHHELD = "withheld"
NOT_GIVEN = "not given"
SMALLEST_P = Decimal("0.001")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def decimal(value: float, places: int) -> str:
    """Write a number with a fixed number of decimals, half to even, without a negative zero.

    Examples
    --------
    >>> decimal(-1234.56, 1)
    '\N{MINUS SIGN}1,234.6'
    >>> decimal(-0.01, 1)
    '0.0'
    """
    rounded = Decimal(repr(float(value))).quantize(
        Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN
    )
    return (MINUS if rounded < 0 else "") + f"{abs(rounded):,}"


def rate_text(value: float) -> str:
    """Write a rate, a share, a score or a difference: one decimal."""
    return decimal(value, 1)


def size_text(value: float) -> str:
    """Write the size of a difference without its sign; a trace is "less than" the last digit.

    Examples
    --------
    >>> size_text(-1.23), size_text(0.04)
    ('1.2', 'less than 0.1')
    """
    written = decimal(abs(value), 1)
    if value != 0 and not Decimal(written.replace(",", "")):
        return f"less than {Decimal(1).scaleb(-1)}"
    return written


def p_text(value: float) -> str:
    """Write a p value: three decimals, or "less than" the smallest of these.

    Examples
    --------
    >>> p_text(0.0312), p_text(0.0002)
    ('0.031', 'less than 0.001')
    """
    if Decimal(repr(float(value))) < SMALLEST_P:
        return f"less than {SMALLEST_P}"
    return decimal(value, 3)


def count_text(value: float) -> str:
    """Write a count with commas at thousands."""
    return decimal(value, 0)


def money_text(pence: float) -> str:
    """Write pence as pounds: whole pounds from a hundred up, pence below.

    Examples
    --------
    >>> money_text(85049), money_text(1250)
    ('£850', '£12.50')
    """
    pounds = float(Decimal(repr(float(pence))) / 100)
    sign = MINUS if pounds < 0 else ""
    return f"{sign}£{decimal(abs(pounds), 0 if abs(pounds) >= 100 else 2)}"


def ratio_text(logarithm: float) -> str:
    """Write a ratio, whose logarithm is given, with two decimals.

    Examples
    --------
    >>> ratio_text(0.0), ratio_text(-0.05)
    ('1.00', '0.95')
    """
    return decimal(math.exp(logarithm), 2)


def percent_text(share: float) -> str:
    """Write a share between nought and one as a whole percentage, or one decimal where needed.

    Examples
    --------
    >>> percent_text(0.95), percent_text(0.4064)
    ('95%', '40.6%')
    """
    written = decimal(float(Decimal(repr(float(share))) * 100), 1)
    return f"{written.removesuffix('.0')}%"


def date_text(iso: str | datetime.date) -> str:
    """Write a date in words.

    Examples
    --------
    >>> date_text("2024-06-03")
    '3 June 2024'
    """
    day = iso if isinstance(iso, datetime.date) else datetime.date.fromisoformat(str(iso)[:10])
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def plain_text(value: object) -> str:
    """Write a setting as it stands: a number without needless zeros, a word as a word."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}".replace("-", MINUS)
    return str(value)


class Writer:
    """Writes fields of results as bound text.

    Parameters
    ----------
    fields
        The results.
    smallest
        The smallest count of children or DSLs that may be shown; from nought upward to below
        it a count is withheld (nought itself is shown).

    Notes
    -----
    Every method takes ``source, path`` and returns `Bound`.
    """

    def __init__(self, fields: Fields, smallest: int) -> None:
        self.fields = fields
        self.smallest = smallest

    def _number(self, source: str, path: str) -> float | None:
        value = self.fields.value(source, path)
        return None if value is None else float(value)

    def rate(self, source: str, path: str) -> Bound:
        """One decimal, with its sign."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else rate_text(value))

    def two(self, source: str, path: str) -> Bound:
        """Two decimals: standardised effects."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else decimal(value, 2))

    def three(self, source: str, path: str) -> Bound:
        """Three decimals: variances between trials."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else decimal(value, 3))

    def ratio(self, source: str, path: str) -> Bound:
        """A ratio, two decimals, from its logarithm."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else ratio_text(value))

    def size(self, source: str, path: str) -> Bound:
        """One decimal, without sign: a word beside it says which way."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else size_text(value))

    def p(self, source: str, path: str) -> Bound:
        """A p value."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else p_text(value))

    def count(self, source: str, path: str) -> Bound:
        """A count of schools, sessions or of anything that may always be shown."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else count_text(value))

    def noun(self, source: str, path: str, one: str, many: str) -> Bound:
        """Return a noun in the number that a count asks for."""
        return self.fields.bind(source, path, one if self._number(source, path) == 1 else many)

    def things(self, source: str, path: str, one: str, many: str) -> Parts:
        """Return a count with its noun: "one" stands for a count of 1, "many" for all others."""
        return (self.count(source, path), Words(" "), self.noun(source, path, one, many))

    def entries(self, source: str, path: str) -> Bound:
        """Return how many entries a sequence has."""
        return self.fields.bind(source, path, count_text(len(self.fields.value(source, path))))

    def people(self, source: str, path: str) -> Bound:
        """A count of children or DSLs: withheld where small."""
        value = self._number(source, path)
        if value is None:
            return self.fields.bind(source, path, NONE)
        if 0 < value < self.smallest:
            return self.fields.bind(source, path, f"fewer than {self.smallest}")
        return self.fields.bind(source, path, count_text(value))

    def money(self, source: str, path: str) -> Bound:
        """Pence, as pounds."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else money_text(value))

    def percent(self, source: str, path: str) -> Bound:
        """A share, as a percentage."""
        value = self._number(source, path)
        return self.fields.bind(source, path, NONE if value is None else percent_text(value))

    def date(self, source: str, path: str) -> Bound:
        """A date in words."""
        value = self.fields.value(source, path)
        return self.fields.bind(source, path, NONE if value is None else date_text(value))

    def plain(self, source: str, path: str, missing: str = NOT_GIVEN) -> Bound:
        """A setting or a declared text as it stands."""
        value = self.fields.value(source, path)
        text = missing if value is None or value == "" else plain_text(value)
        return self.fields.bind(source, path, text)

    def choice(self, source: str, path: str, text: str, *also: str) -> Bound:
        """Words chosen by a field."""
        return self.fields.bind(source, path, text, *also)
