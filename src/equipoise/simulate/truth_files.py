"""The folder of the truth, outside the trial: what was planted and what really happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from equipoise.core.base import Sink, canonical, csv_bytes
from equipoise.simulate.events import SCHOOL
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.planted import Planted
from equipoise.simulate.practices import Practice
from equipoise.simulate.rolls import Rolls
from equipoise.simulate.rows import NOT_A_SCHOOL, Row
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.surveys import Answer
from equipoise.simulate.truth import COUNT_NAMES, Contact, count

_IN_ORDER = attrgetter(*COUNT_NAMES)
CountTable = dict[tuple[str, str], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Expected:
    """Calls that a school is expected to make in a window, without any effect of the arms."""

    urn: str
    window: str
    calls: float


@dataclass(frozen=True)
class AuthorityTruth:
    """What is true of one authority's contacts.

    Attributes
    ----------
    counts, recorded
        By URN and window, the true counts and those of a perfect reader of the files, in the
        order of `COUNT_NAMES`. A school's contacts may lie in several authorities: they add up,
        for no child is counted in two.
    events
        Every contact, as lines of ``events.csv`` without the heading.
    totals
        Lines of ``authorities.csv``.
    attended
        As `recorded`, by the school on whose roll the child was; empty where nobody counts so.
    practice, system
        The authority's ways, and the name of its system.
    """

    counts: CountTable
    recorded: CountTable
    attended: CountTable
    events: bytes
    totals: tuple[tuple[str, str, str, int], ...]
    practice: Practice
    system: str


def authority_truth(
    rows: Sequence[Row],
    urns: Sequence[str],
    practice: Practice,
    system: str,
    facts: TrialFacts,
    rolls: Rolls,
) -> AuthorityTruth:
    """Count one authority's contacts.

    Parameters
    ----------
    rows
        Its contacts.
    urns
        Schools to report: its own, and those beyond the border with pupils who live in it.
    practice, system
        Kept for the folder.
    facts
        Windows and rules of counting.
    rolls
        Where its children are on roll, if contacts are counted by that too.
    """
    days: dict[str, list[date]] = defaultdict(list)
    for row in rows:
        days[_key(row)].append(row.event.day)
    lines = csv_bytes(_EVENT_HEADER, (_event(row, facts) for row in rows))
    return AuthorityTruth(
        counts=_table(_true(rows, facts), days, urns, facts),
        recorded=_table(_recorded(rows), days, urns, facts),
        attended=_table(_attended(rows, rolls), days, urns, facts) if rolls else {},
        events=lines.partition(b"\n")[2],
        totals=tuple(_authorities(rows, facts)),
        practice=practice,
        system=system,
    )


def write_truth(
    scenario: Scenario,
    authorities: Sequence[AuthorityTruth],
    expected: Iterable[Expected],
    found: Iterable[Answer],
    held: Mapping[str, int],
    effects: Mapping[str, Planted],
    sink: Sink,
) -> None:
    """Write the truth.

    ``schools.csv`` holds the true counts by URN and window; ``schools-as-recorded.csv`` what a
    perfect reader of the files and the reviewed maps would count, ``schools-attended.csv`` the
    same by the school attended, where the trial counts so; ``events.csv`` every contact,
    true and as recorded; ``authorities.csv`` the totals of each file; ``practices.csv`` what
    each authority counts as a contact; ``expected.csv`` the means without any effect, which know
    no arm; ``dose.csv`` the sessions and the planted ratios; ``wellbeing.csv`` everybody's true
    level; ``parameters.json`` the scenario.
    """
    for name, tables in (
        ("schools.csv", [a.counts for a in authorities]),
        ("schools-as-recorded.csv", [a.recorded for a in authorities]),
        ("schools-attended.csv", [a.attended for a in authorities]),
    ):
        table = _sum(tables)
        if not table:
            continue
        sink(
            name,
            csv_bytes(
                ("urn", "window", *COUNT_NAMES), ((*key, *table[key]) for key in sorted(table))
            ),
        )
    head = csv_bytes(_EVENT_HEADER, ())
    sink("events.csv", b"".join((head, *(a.events for a in authorities))))
    sink(
        "authorities.csv",
        csv_bytes(
            ("la_code", "window", "name", "value"),
            (line for authority in authorities for line in authority.totals),
        ),
    )
    sink(
        "practices.csv",
        csv_bytes(
            (
                "la_code", "system", "busy", "strict", "advice_logged", "open_logged",
                "early_help_apart",
            ),
            (
                (
                    a.practice.la_code, a.system, round(a.practice.busy, 9),
                    round(a.practice.strict, 9), a.practice.advice_logged,
                    a.practice.open_logged, a.practice.early_help_apart,
                )
                for a in authorities
            ),
        ),
    )  # fmt: skip
    sink(
        "expected.csv",
        csv_bytes(
            ("urn", "window", "calls"), ((e.urn, e.window, round(e.calls, 9)) for e in expected)
        ),
    )
    sink("dose.csv", _dose(held, effects))
    sink("wellbeing.csv", _wellbeing(found))
    sink("parameters.json", canonical(scenario.parameters()) + b"\n")


def _table(
    contacts: Iterable[Contact],
    days: Mapping[str, Sequence[date]],
    urns: Sequence[str],
    facts: TrialFacts,
) -> CountTable:
    counted = count(contacts, days, urns, facts)
    return {key: _IN_ORDER(counts) for key, counts in counted.items()}


def _sum(tables: Iterable[CountTable]) -> CountTable:
    total: CountTable = {}
    for table in tables:
        for key, counts in table.items():
            before = total.get(key)
            total[key] = counts if before is None else _added(before, counts)
    return total


def _added(one: tuple[int, ...], other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(a + b for a, b in zip(one, other, strict=True))


def _dose(held: Mapping[str, int], effects: Mapping[str, Planted]) -> bytes:
    return csv_bytes(
        ("urn", "sessions_held", "rate_ratio", "advice_ratio", "csa_ratio", "relabelled"),
        (
            (
                urn,
                held[urn],
                round(effects[urn].nfa, 12),
                round(effects[urn].advice, 12),
                round(effects[urn].csa, 12),
                effects[urn].relabelled,
            )
            for urn in sorted(held)
        ),
    )


def _wellbeing(found: Iterable[Answer]) -> bytes:
    return csv_bytes(
        ("person_id", "urn", "wave", "item_level", "in_post", "responded"),
        (
            (a.person, a.urn, a.wave, round(a.level, 9), a.in_post, a.completed_on is not None)
            for a in found
        ),
    )


_EVENT_HEADER = (
    "contact_id", "la_code", "child_id", "date", "made_by", "source", "outcome", "open", "repeat",
    "new", "decided_on", "reason", "source_as_recorded", "made_by_as_recorded",
    "outcome_as_recorded", "reason_as_recorded",
)  # fmt: skip


def _event(row: Row, facts: TrialFacts) -> tuple[object, ...]:
    event = row.event
    new = not event.repeat and not (event.open and facts.open_set_aside)
    return (
        row.contact, event.la_code, event.child, event.day, event.made_by, event.source,
        event.outcome, event.open, event.repeat, new, event.decided_on, event.reason, row.source,
        row.urn, row.outcome, row.reason,
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
                "PENDING" if late else event.outcome, event.open, event.reason,
            )  # fmt: skip


def _recorded(rows: Iterable[Row]) -> Iterator[Contact]:
    for row in rows:
        if row.source == SCHOOL and row.urn and row.urn != NOT_A_SCHOOL:
            event = row.event
            yield Contact(
                row.urn, _key(row), event.day, row.contact, row.outcome, event.open, row.reason
            )


def _attended(rows: Iterable[Row], rolls: Rolls) -> Iterator[Contact]:
    """Yield what is entered as a school's contact, by the school on whose roll the child was."""
    for row in rows:
        event = row.event
        urn = rolls[event.child].school_on(event.day) if event.child in rolls else ""
        if row.source == SCHOOL and urn:
            yield Contact(
                urn, _key(row), event.day, row.contact, row.outcome, event.open, row.reason
            )


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
