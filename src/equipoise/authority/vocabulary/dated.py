"""Dated: a vocabulary through time, so that each contact is read by the words of its own day."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta

from equipoise.authority.vocabulary.codes import load_codes
from equipoise.authority.vocabulary.labels import ReviewedLabels
from equipoise.authority.vocabulary.versions import starts_of
from equipoise.authority.vocabulary.vocabulary import Vocabulary

_DAY = timedelta(days=1)


class DatedVocabulary:
    """A vocabulary in every period of an authority's time in which it says the same.

    A new period begins where a difference begins, where a code begins or has ended, and where a
    review begins or has ended.

    Parameters
    ----------
    name
        The vocabulary.
    reviewed
        What the authority has reviewed.
    family_help
        The authority's own days of change to family help, as `load_codes` wants them.

    Examples
    --------
    >>> outcomes = DatedVocabulary("contact-outcome", family_help=(date(2024, 9, 2),))
    >>> [outcomes.of(outcomes.period(day.toordinal())).match("Family help referral").code
    ...  for day in (date(2024, 9, 1), date(2024, 9, 2))]
    ['UNMAPPED', 'AMBIGUOUS']
    """

    def __init__(
        self,
        name: str,
        reviewed: ReviewedLabels | None = None,
        family_help: tuple[date, ...] | None = None,
    ) -> None:
        self.name = name
        self._reviewed, self._family_help = reviewed, family_help
        spans = [(c.valid_from, c.valid_to) for c in load_codes(name).codes]
        if reviewed is not None:
            spans += [(r.valid_from, r.valid_to) for r in reviewed.reviews]
        days = {*starts_of(name, family_help)}
        days |= {begin for begin, _ in spans if begin is not None}
        days |= {end + _DAY for _, end in spans if end is not None}
        self._begins = sorted(day.toordinal() for day in days)
        self._made: dict[int, Vocabulary] = {}

    def period(self, day: int) -> int:
        """Return the number of the period of a day (`date.toordinal`), from 0."""
        return bisect_right(self._begins, day)

    def of(self, period: int) -> Vocabulary:
        """Return the vocabulary of a period."""
        if period not in self._made:
            day = self._day(period)
            codes = load_codes(self.name, day, self._family_help)
            self._made[period] = Vocabulary(codes, day, self._reviewed)
        return self._made[period]

    def version(self, first: date, last: date) -> str:
        """Return the version that holds between two days; where it changes, all, in their order.

        Examples
        --------
        >>> DatedVocabulary("contact-outcome").version(date(2025, 1, 1), date(2025, 6, 1))
        '3; 3, family help from 2025-04-01'
        """
        periods = range(self.period(first.toordinal()), self.period(last.toordinal()) + 1)
        return "; ".join(dict.fromkeys(self.of(period).codes.version for period in periods))

    def _day(self, period: int) -> date:
        """Return a day of a period: its first, of the first period its last."""
        if not self._begins:
            return date.max
        if period == 0:
            return date.fromordinal(self._begins[0]) - _DAY
        return date.fromordinal(self._begins[period - 1])
