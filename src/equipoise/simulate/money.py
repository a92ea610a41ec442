"""Cost sheets of the supervising authorities, line by line, in pence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.posts import Supervisor
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import school_year
from equipoise.simulate.sessions import ONLINE, Delivery


@dataclass(frozen=True)
class Line:
    """One line of a cost sheet."""

    la_code: str
    category: str
    description: str
    basis: str
    start: date
    end: date
    pence: int
    source: str


def cost_lines(scenario: Scenario, facts: TrialFacts, delivery: Delivery) -> tuple[Line, ...]:
    """Return the lines of every authority for the year of delivery.

    Recurring lines cover twelve months, so that their sum over the supervised schools is the
    cost per school and year: September to August, or, where the delivery runs over the summer,
    the twelve months from its first.
    """
    first, last = _year(facts)
    lines: list[Line] = []
    for la_code in sorted({s.la_code for s in delivery.supervisors}):
        lines.extend(_lines(scenario, facts, delivery, la_code, first, last))
    categories = set(facts.cost_categories)
    return tuple(line for line in lines if line.category in categories)


def write_costs(lines: tuple[Line, ...], sink: Sink) -> None:
    """Write the cost sheet."""
    header = (
        "line_id", "la_code", "category", "description", "basis", "from", "to", "amount_pence",
        "source",
    )  # fmt: skip
    sink(
        "costs.csv",
        csv_bytes(
            header,
            (
                (
                    f"C{number:04d}", line.la_code, line.category, line.description, line.basis,
                    line.start, line.end, line.pence, line.source,
                )
                for number, line in enumerate(lines, start=1)
            ),
        ),
    )  # fmt: skip


def _lines(
    scenario: Scenario,
    facts: TrialFacts,
    delivery: Delivery,
    la_code: str,
    first: date,
    last: date,
) -> Iterator[Line]:
    posts = [s for s in delivery.supervisors if s.la_code == la_code]
    authority_of = {s.id: s.la_code for s in posts}
    schools = len({c.urn for c in delivery.cases if c.supervisor in authority_of})
    salaries = 0
    for post in posts:
        start, end, days = _paid(post, facts, first, last)
        pence = round(scenario.salary_pounds * 100 * post.wte * days / _days(first, last))
        salaries += pence
        yield Line(
            la_code, "salary",
            f"Supervising social worker {post.id}, {post.wte:g} of a post, {days} days",
            "recurring", start, end, pence,
            f"salary of {scenario.salary_pounds} pounds a year; assumed",
        )  # fmt: skip
    on_costs = round(salaries * scenario.on_costs)
    managed = round((salaries + on_costs) * scenario.management)
    visits = len(
        {
            s.id
            for s in delivery.sessions
            if s.status == "held" and s.place != ONLINE and s.supervisor in authority_of
        }
    )
    training, materials = scenario.training_pounds * 100, scenario.materials_pounds * 100
    miles, rate = scenario.miles_per_visit, scenario.pence_per_mile
    for category, what, pence, source in (
        ("on-costs", "Employer's insurance and pension", on_costs, f"{scenario.on_costs:g} of pay"),
        ("management", "Line management", managed, f"{scenario.management:g} of pay and on-costs"),
        ("training", "Supervisors' training", training * schools, "share by school"),
        ("travel", f"Mileage to {visits} sessions", round(visits * miles * rate),
         f"{miles:g} miles at {rate}p"),
        ("materials", "Agreements and templates", materials * schools, "share by school"),
    ):  # fmt: skip
        yield Line(la_code, category, what, "recurring", first, last, pence, f"{source}; assumed")
    for category, what, each in (
        ("management", "Recruitment", scenario.recruitment_pounds),
        ("training", "Induction at the front door", scenario.induction_pounds),
    ):
        yield Line(
            la_code, category, what, "start-up", first, last,
            each * 100 * len(posts),
            f"{len(posts)} supervisors; assumed",
        )  # fmt: skip


def _year(facts: TrialFacts) -> tuple[date, date]:
    start, end = facts.delivery.start, facts.delivery.end
    if school_year(start) == school_year(end):
        first = date(school_year(start), 9, 1)
    else:
        first = start.replace(day=1)
    return first, first.replace(year=first.year + 1) - timedelta(days=1)


def _paid(post: Supervisor, facts: TrialFacts, first: date, last: date) -> tuple[date, date, int]:
    """Return the part of the twelve months for which this holder of the post was paid."""
    start = first if post.start == facts.delivery.start else post.start
    end = last if post.end == facts.delivery.end else post.end
    return start, end, _days(start, end)


def _days(start: date, end: date) -> int:
    return (end - start).days + 1
