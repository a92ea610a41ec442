"""Linking: the school that a contact's child attended on the day of the contact."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from equipoise.authority.readers import Record
from equipoise.authority.schools.attended import Attended, Rolls
from equipoise.authority.schools.child_tables import TableAccount
from equipoise.authority.schools.history import History

#: What is said of a child on the roll of a school that the roster does not have.
ELSEWHERE = "elsewhere"
#: How a child was linked by date of birth, names and postcode; or that this left it open.
DETAILS, UNCLEAR = "details", "unclear"
_WITHOUT_NUMBER = ("no-upn", "invalid-upn")


class Linking:
    """Rolls and pupil numbers of one authority, ready to be asked contact by contact.

    Parameters
    ----------
    rolls
        Who was on the roll of which school when.
    numbers
        From the authority's number of a child to pupil numbers, where a list holds them.
    urns
        The schools of the roster.
    history
        Who followed whom: a roll may still bear the number of a school that became another.
    details
        From the authority's number of a child to the pupil number of the one child of the roll
        whose date of birth, names and postcode fit; "" where none or several do. They are asked
        only for contacts without a valid number.
    accounts
        What became of the rows of the tables.

    Examples
    --------
    >>> from equipoise.authority.schools.attended import RollSpell
    >>> rolls = Rolls([RollSpell("A950000178301", "900001", date(2023, 9, 1))])
    >>> linking = Linking(rolls, {"K1": ("A950000178301",)}, {"900001"})
    >>> linking.find("", "K1", date(2024, 5, 1)), linking.find("", "K2", date(2024, 5, 1))
    (('900001', 'upn'), (None, 'no-upn'))
    """

    def __init__(
        self,
        rolls: Rolls,
        numbers: Mapping[str, Sequence[str]],
        urns: Collection[str],
        *,
        history: History | None = None,
        details: Mapping[str, str] | None = None,
        accounts: Sequence[TableAccount] = (),
    ) -> None:
        self._rolls, self._numbers, self._urns = rolls, numbers, frozenset(urns)
        self._history = history or History()
        self._details = details or {}
        self.accounts = tuple(accounts)

    def of(self, record: Record, day: int) -> tuple[int | None, str]:
        """Return the school that a record's child attended on a day, and how it was found."""
        urn, how = self.find(record.upn, record.child_id, date.fromordinal(day))
        return (None if urn is None else int(urn)), how

    def find(self, upn: str, child: str, on: date) -> tuple[str | None, str]:
        """Return the school of a child on a day, and how it was found or why not.

        Parameters
        ----------
        upn, child
            The pupil number as it stands with the contact, and the authority's own number.
        on
            The day of the contact.

        Returns
        -------
        tuple
            URN or None; and ``upn``, ``temporary-upn``, ``former-upn`` or ``details`` where
            linked, ``elsewhere`` where the school is not the roster's, else the state of
            `Attended` or ``unclear``.
        """
        found = self._rolls.attended_by((upn, *self._numbers.get(child, ())), on)
        how = found.method
        if found.state in _WITHOUT_NUMBER and child in self._details:
            held = self._details[child]
            if not held:
                return None, UNCLEAR
            found, how = self._rolls.attended(held, on), DETAILS
        return self._placed(found, how, on)

    def _placed(self, found: Attended, how: str, on: date) -> tuple[str | None, str]:
        if found.urn is None:
            return None, found.state
        urn = self._history.at(found.urn, on).urn
        return (urn, how) if urn in self._urns else (None, ELSEWHERE)
