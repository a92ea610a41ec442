"""Cost sheets of the supervising authorities, line by line, in pence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Sink, csv_bytes
from equipoise.simulate.facts import TrialFacts
from equipoise.simulate.scenario import Scenario
from equipoise.simulate.school_days import school_year
from equipoise.simulate.sessions import Delivery, Supervisor

# All assumed, at 2024-25 prices. With the hours and the salary of the scenario they come near
# the £850 per school and year of one-to-one supervision [A].
_TRAINING_PENCE = 1_900  # a school: supervisor's own supervision and courses, her share
_MILES = 11.5  # a session at the school, there and back
_PENCE_PER_MILE = 45  # HM Revenue and Customs' approved mileage rate
_MATERIALS_PENCE = 800  # a school: agreement, record template, printing
_RECRUITMENT_PENCE = 24_000  # a supervisor
_INDUCTION_PENCE = 15_500  # a supervisor: two days with the front door


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

    Recurring lines cover twelve months, September to August, so that their sum over the
    supervised schools is the cost per school and year.
    """
    year = school_year(facts.delivery.start)
    first, last = date(year, 9, 1), date(year + 1, 8, 31)
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
    visits = sum(
        s.status == "held" and s.place == "school" and s.supervisor in authority_of
        for s in delivery.sessions
    )
    for category, what, pence, source in (
        ("on-costs", "Employer's insurance and pension", on_costs, f"{scenario.on_costs:g} of pay"),
        ("management", "Line management", managed, f"{scenario.management:g} of pay and on-costs"),
        ("training", "Supervisors' training", _TRAINING_PENCE * schools, "share by school"),
        ("travel", f"Mileage to {visits} sessions", round(visits * _MILES * _PENCE_PER_MILE),
         f"{_MILES:g} miles at {_PENCE_PER_MILE}p"),
        ("materials", "Agreements and templates", _MATERIALS_PENCE * schools, "share by school"),
    ):  # fmt: skip
        yield Line(la_code, category, what, "recurring", first, last, pence, f"{source}; assumed")
    for category, what, each in (
        ("management", "Recruitment", _RECRUITMENT_PENCE),
        ("training", "Induction at the front door", _INDUCTION_PENCE),
    ):
        yield Line(
            la_code, category, what, "start-up", first, last, each * len(posts),
            f"{len(posts)} supervisors; assumed",
        )  # fmt: skip


def _paid(post: Supervisor, facts: TrialFacts, first: date, last: date) -> tuple[date, date, int]:
    """Return the part of the twelve months for which this holder of the post was paid."""
    start = first if post.start == facts.delivery.start else post.start
    end = last if post.end == facts.delivery.end else post.end
    return start, end, _days(start, end)


def _days(start: date, end: date) -> int:
    return (end - start).days + 1
