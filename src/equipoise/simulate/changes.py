"""What happens to schools after the draw: they close, are taken in, or become academies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import SchoolFacts, TrialFacts
from equipoise.simulate.names import school_name
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.streams import Stream

CLOSED, MERGED, SUCCESSOR = "closed", "merged", "successor"
_NEW_URN = 60_000  # a new URN lies so far above the old one: beyond all others


@dataclass(frozen=True)
class Change:
    """What happens to a school, and when.

    Attributes
    ----------
    urn, on
        The school as drawn; the first day on which things are different.
    kind
        ``closed``; ``merged``: another school took it in; ``successor``: it goes on as an
        academy with a URN and a name of its own.
    urn_to, name_to
        The other school, or the new URN and name; blank where it closed.
    """

    urn: str
    on: date
    kind: str
    urn_to: str = ""
    name_to: str = ""

    @property
    def ends(self) -> bool:
        """Whether the school makes no more calls."""
        return self.kind != SUCCESSOR


def changes_of(
    schools: Sequence[SchoolFacts], scenario: Scenario, facts: TrialFacts
) -> dict[str, Change]:
    """Draw the changes among one authority's schools, by URN; they know no arm.

    A school that takes another in stays as it is.
    """
    shares = (scenario.closing_share, scenario.merging_share, scenario.academising_share)
    if not any(shares):
        return {}
    open_now = [s for s in schools if s.status != "closed" and s.phase in facts.phases]
    used = {name.casefold() for s in schools for name in (s.name, *s.aliases)}
    days = _first_days(facts)
    found: dict[str, Change] = {}
    kept: set[str] = set()
    for place, school in enumerate(open_now):
        stream = Stream(scenario.seed, "changes", school.urn)
        u, on = stream.uniform(), stream.pick(days)
        if school.urn in kept:
            continue
        if u < shares[0]:
            found[school.urn] = Change(school.urn, on, CLOSED)
        elif u < shares[0] + shares[1]:
            host = _host(school, open_now[place + 1 :])
            if host is not None:
                kept.add(host.urn)
                found[school.urn] = Change(school.urn, on, MERGED, host.urn, host.name)
        elif u < sum(shares):
            name = school_name(stream, school.phase, used)
            new = str(int(school.urn) + _NEW_URN)
            found[school.urn] = Change(school.urn, on, SUCCESSOR, new, name)
    return found


def write_changes(changes: Iterable[Change], sink: Sink, name: str) -> None:
    """Write the changes, if there are any: urn, on, kind, urn_to, name_to."""
    rows = sorted((c.urn, c.on, c.kind, c.urn_to, c.name_to) for c in changes)
    if rows:
        sink(name, csv_bytes(("urn", "on", "kind", "urn_to", "name_to"), rows))


def made_by(urn: str, day: date, changes: Mapping[str, Change]) -> str | None:
    """Return which school makes a call on a day that this one would have made; None if nobody."""
    change = changes.get(urn)
    if change is None or day < change.on or not change.ends:
        return urn
    return change.urn_to or None


def _first_days(facts: TrialFacts) -> list[date]:
    """Return the first days of months of the delivery after its first: most changes fall there."""
    start, end = facts.delivery.start, facts.delivery.end
    months = range(start.year * 12 + start.month, end.year * 12 + end.month)
    return [date(m // 12, m % 12 + 1, 1) for m in months] or [end]


def _host(school: SchoolFacts, others: Sequence[SchoolFacts]) -> SchoolFacts | None:
    return next((s for s in others if s.phase == school.phase), None)
