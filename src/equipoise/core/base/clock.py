"""The one clock: everything that is dated is dated by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol


class Clock(Protocol):
    """Whatever can say what time it is."""

    def now(self) -> datetime:
        """Return the time, in UTC, to the second."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the time, in UTC, to the second."""
        return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still: ``--now``, rehearsals and tests.

    Parameters
    ----------
    at
        The time; one without a zone is taken as UTC.

    Examples
    --------
    >>> FixedClock.parse("2024-09-16").now().isoformat()
    '2024-09-16T00:00:00+00:00'
    """

    at: datetime

    @classmethod
    def parse(cls, text: str) -> FixedClock:
        """Read a date (``2024-09-16``) or a time (``2024-09-16T10:00:00Z``)."""
        moment = datetime.fromisoformat(text)
        return cls(moment)

    def now(self) -> datetime:
        """Return the time, in UTC, to the second."""
        at = self.at if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        return at.astimezone(UTC).replace(microsecond=0)


def timestamp(moment: datetime) -> str:
    """Write a time as it stands in the ledger.

    Examples
    --------
    >>> timestamp(FixedClock.parse("2024-09-16T10:00:00").now())
    '2024-09-16T10:00:00Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(moment: datetime) -> date:
    """Return the date of a time in UTC."""
    return moment.astimezone(UTC).date()
