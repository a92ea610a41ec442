"""History: which school of a line of predecessors and successors was open on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: Contacts go on naming a school that closed for the summer.
GRACE = timedelta(days=92)


@dataclass(frozen=True)
class Span:
    """The days on which a school was open, both included; None where the register gives none.

    Attributes
    ----------
    opened, closed
        First and last day.
    is_closed
        Whether the register calls it closed, with or without a day.
    """

    opened: date | None = None
    closed: date | None = None
    is_closed: bool = False

    def open_on(self, on: date) -> bool:
        """Tell whether the school was open on a day."""
        if self.closed is None and self.is_closed:
            return False
        return (self.opened is None or on >= self.opened) and (
            self.closed is None or on <= self.closed
        )

    def before(self, on: date) -> bool:
        """Tell whether the school opened only after a day."""
        return self.opened is not None and on < self.opened

    def open_now(self) -> bool:
        """Tell whether the register gives no end."""
        return self.closed is None and not self.is_closed


ALWAYS = Span()
_Fits = Callable[[Span], bool]


@dataclass(frozen=True)
class AtDate:
    """A school of a line at a day.

    Attributes
    ----------
    urn
        The school.
    relation
        ``same``, ``successor``, ``predecessor``, or ``closed`` where none of the line was open.
    """

    urn: str
    relation: str


class History:
    """Spans of schools, and who followed whom.

    Parameters
    ----------
    spans
        By URN; a school that is not in it was always open.
    links
        Pairs (URN, URN of its successor).

    Examples
    --------
    >>> moved = date(2022, 9, 1)
    >>> history = History({"1": Span(None, date(2022, 8, 31)), "2": Span(moved)}, [("1", "2")])
    >>> history.at("1", date(2023, 1, 9)), history.at("2", date(2022, 1, 9)).urn
    (AtDate(urn='2', relation='successor'), '1')
    """

    def __init__(
        self, spans: Mapping[str, Span] | None = None, links: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._spans = dict(spans or {})
        self._after: dict[str, list[str]] = defaultdict(list)
        self._before: dict[str, list[str]] = defaultdict(list)
        for earlier, later in sorted(set(links)):
            if earlier != later:
                self._after[earlier].append(later)
                self._before[later].append(earlier)

    def span(self, urn: str) -> Span:
        """Return when a school was open."""
        return self._spans.get(urn, ALWAYS)

    def at(self, urn: str, on: date | None) -> AtDate:
        """Return which school of a school's line was open on a day, or is now where None."""
        span = self.span(urn)
        if on is None:
            if span.open_now():
                return AtDate(urn, "same")
            later = self._of_line(urn, self._after, lambda s: s.open_now())
            return AtDate(later, "successor") if later else AtDate(urn, "closed")
        if span.open_on(on):
            return AtDate(urn, "same")
        if span.before(on):
            earlier = self._of_line(urn, self._before, lambda s: s.open_on(on))
            # Where the register lacks what went before, the school of today stands for it.
            return AtDate(earlier, "predecessor") if earlier else AtDate(urn, "successor")
        later = self._of_line(urn, self._after, lambda s: s.open_on(on))
        if later:
            return AtDate(later, "successor")
        if span.closed is not None and on <= span.closed + GRACE:
            return AtDate(urn, "same")
        return AtDate(urn, "closed")

    def _of_line(self, urn: str, links: Mapping[str, list[str]], fits: _Fits) -> str | None:
        """Return the only fitting school along the links; None where there is none or several."""
        current, seen = [urn], {urn}
        while current:
            current = sorted({u for here in current for u in links.get(here, ())} - seen)
            fitting = [u for u in current if fits(self.span(u))]
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
            seen.update(current)
        return None
