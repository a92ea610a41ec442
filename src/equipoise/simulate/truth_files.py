"""The folder of the truth, outside the trial: what was planted and what really happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date

from equipoise.core.base import Sink, canonical, csv_bytes
from equipoise.simulate.events import SCHOOL
from equipoise.simulate.facts import SchoolFacts, TrialFacts
from equipoise.simulate.rows import NOT_A_SCHOOL, Row
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.surveys import Answer
from equipoise.simulate.truth import COUNT_NAMES, Contact, count


@dataclass(frozen=True, slots=True)
class Expected:
    """Calls that a school is expected to make in a window, without any effect of the arms."""

    urn: str
    window: str
    calls: float


def write_truth(
    scenario: Scenario,
    facts: TrialFacts,
    schools: Sequence[SchoolFacts],
    rows: Sequence[Row],
    expected: Iterable[Expected],
    found: Iterable[Answer],
    held: Mapping[str, int],
    ratio: Mapping[str, float],
    sink: Sink,
) -> None:
    """Write the truth.

    ``schools.csv`` holds the true counts by URN and window; ``schools-as-recorded.csv`` what a
    perfect reader of the files and the reviewed maps would count; ``events.csv`` every contact,
    true and as recorded; ``authorities.csv`` the totals of each file; ``expected.csv`` the
    means without any effect, which know no arm; ``dose.csv`` the sessions and the planted
    ratio; ``wellbeing.csv`` everybody's true level; ``parameters.json`` the scenario.
    """
    urns = [school.urn for school in schools]
    days: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        days[_key(row)].append(row.event.day)
    for name, contacts in (
        ("schools.csv", _true(rows, facts)),
        ("schools-as-recorded.csv", _recorded(rows)),
    ):
        table = count(contacts, days, urns, facts)
        sink(
            name,
            csv_bytes(
                ("urn", "window", *COUNT_NAMES),
                ((*key, *astuple(table[key])) for key in sorted(table)),
            ),
        )
    sink("events.csv", csv_bytes(_EVENT_HEADER, (_event(row, facts) for row in rows)))
    sink(
        "authorities.csv",
        csv_bytes(("la_code", "window", "name", "value"), _authorities(rows, facts)),
    )
    sink(
        "expected.csv",
        csv_bytes(
            ("urn", "window", "calls"), ((e.urn, e.window, round(e.calls, 9)) for e in expected)
        ),
    )
    sink(
        "dose.csv",
        csv_bytes(
            ("urn", "sessions_held", "rate_ratio"),
            ((urn, held[urn], round(ratio[urn], 12)) for urn in sorted(held)),
        ),
    )
    sink(
        "wellbeing.csv",
        csv_bytes(
            ("person_id", "urn", "wave", "item_level", "in_post", "responded"),
            (
                (
                    a.person,
                    a.urn,
                    a.wave,
                    round(a.level, 9),
                    a.in_post,
                    a.completed_on is not None,
                )
                for a in found
            ),
        ),
    )
    sink("parameters.json", canonical(scenario.parameters()) + b"\n")


_EVENT_HEADER = (
    "contact_id", "la_code", "child_id", "date", "made_by", "source", "outcome", "open", "repeat",
    "new", "decided_on", "source_as_recorded", "made_by_as_recorded", "outcome_as_recorded",
)  # fmt: skip


def _event(row: Row, facts: TrialFacts) -> tuple[object, ...]:
    event = row.event
    new = not event.repeat and not (event.open and facts.open_set_aside)
    return (
        row.contact, event.la_code, event.child, event.day, event.made_by, event.source,
        event.outcome, event.open, event.repeat, new, event.decided_on, row.source, row.urn,
        row.outcome,
    )  # fmt: skip


def _key(row: Row) -> str:
    """Return the child, told apart from one with the same id in another authority."""
    return f"{row.event.la_code}/{row.event.child}"


def _true(rows: Iterable[Row], facts: TrialFacts) -> Iterator[Contact]:
    for row in rows:
        event = row.event
        if event.made_by:
            late = event.decided_on > facts.cut_off
            yield Contact(
                event.made_by, _key(row), event.day, row.contact,
                "PENDING" if late else event.outcome, event.open,
            )  # fmt: skip


def _recorded(rows: Iterable[Row]) -> Iterator[Contact]:
    for row in rows:
        if row.source == SCHOOL and row.urn and row.urn != NOT_A_SCHOOL:
            event = row.event
            yield Contact(row.urn, _key(row), event.day, row.contact, row.outcome, event.open)


def _authorities(rows: Iterable[Row], facts: TrialFacts) -> Iterator[tuple[str, str, str, int]]:
    """Yield the totals of each file by window; "all" is the whole file."""
    totals: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        event = row.event
        names = ["rows_read"]
        if row.source == "AMBIGUOUS":
            names.append("ambiguous_source")
        if row.source == SCHOOL:
            names.append("school_contacts")
            if row.urn == NOT_A_SCHOOL:
                names.append("not_school")
            elif not row.urn:
                names.append("school_contacts_unresolved")
        spans = ["all", *(w.id for w in facts.windows if w.holds(event.day))]
        totals.update((event.la_code, span, name) for span in spans for name in names)
    for key in sorted(totals):
        yield (*key, totals[key])
