"""Properties that hold for any input: order, addition, nothing dropped, no value shown."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from equipoise.core.base import ProblemsError, csv_bytes
from equipoise.programme.costs import CostLine, CostResult, cost, months
from equipoise.programme.delivery import Delivery, dose, read_delivery
from equipoise.programme.process import read_feedback, read_interviews, themes, wilson
from equipoise.programme.surveys import (
    Responses,
    alpha,
    instrument,
    read_responses,
    score,
    screen,
    survey_result,
)

FEW = settings(max_examples=60, deadline=None, derandomize=True, database=None)
ITEMS = [f"swemwbs_{i}" for i in range(1, 8)]
START, END = date(2024, 10, 1), date(2025, 7, 31)

answer = st.one_of(st.none(), st.integers(1, 5))
survey_row = st.tuples(
    st.sampled_from([f"p{i}" for i in range(8)]),
    st.sampled_from(["900001", "900002"]),
    st.dates(date(2024, 9, 1), date(2025, 8, 31)),
    st.lists(answer, min_size=7, max_size=7),
)


def responses(rows: list[tuple[str, str, date, list[int | None]]]) -> Responses:
    data = csv_bytes(
        ["person_id", "urn", "completed_on", *ITEMS], [[p, u, d, *a] for p, u, d, a in rows]
    )
    return read_responses(data, [instrument("swemwbs")], wave="w", file="w.csv")


LIST = {f"p{i}": ("900001",) for i in range(6)}


@FEW
@given(st.lists(survey_row, max_size=25))
def test_survey_numbers_always_add_up(
    rows: list[tuple[str, str, date, list[int | None]]],
) -> None:
    scale = instrument("swemwbs")
    screened = screen(responses(rows), LIST, start=START, end=END)
    found = survey_result(scale, [score(scale, screened)]).waves[0]
    assert found.rows_read == len(rows)
    assert found.rows_read == found.responded + sum(c.count for c in found.set_aside)
    assert found.invited == found.responded + found.not_responded
    assert found.responded == found.scored + found.incomplete
    assert all(i.answered + i.missing == found.responded for i in found.items)
    assert len({row.person_id for row in screened.rows}) == len(screened.rows)
    assert found.mean is None or 7 <= found.mean <= 35


@FEW
@given(st.lists(survey_row, max_size=20), st.randoms(use_true_random=False))
def test_survey_summary_does_not_depend_on_the_order_of_rows_of_different_days(
    rows: list[tuple[str, str, date, list[int | None]]], shuffler: random.Random
) -> None:
    # On one day the first row of the file stands, so the days of a person are made distinct.
    apart = list({(person, on): (person, urn, on, a) for person, urn, on, a in rows}.values())
    mixed = list(apart)
    shuffler.shuffle(mixed)
    scale = instrument("swemwbs")

    def summary(some: list[tuple[str, str, date, list[int | None]]]) -> object:
        screened = screen(responses(some), LIST, start=START, end=END)
        return survey_result(scale, [score(scale, screened)])

    assert summary(apart) == summary(mixed)


@FEW
@given(st.lists(st.integers(1, 5), min_size=7, max_size=7), st.integers(0, 6))
def test_a_better_answer_never_lowers_a_score(answers: list[int], item: int) -> None:
    better = list(answers)
    better[item] = min(5, better[item] + 1)
    rows = [("p1", "900001", START, list[int | None](a)) for a in (answers, better)]
    first, second = score(instrument("swemwbs"), responses(rows)).rows
    assert first.score is not None
    assert second.score is not None
    assert second.score >= first.score
    assert (second.score == first.score) == (better == answers)


@FEW
@given(st.lists(st.lists(st.integers(1, 5), min_size=7, max_size=7), max_size=12))
def test_alpha_is_at_most_one(people: list[list[int]]) -> None:
    scale = instrument("swemwbs")
    rows = [(f"p{n}", "900001", START, list[int | None](a)) for n, a in enumerate(people)]
    found, count = alpha(scale, score(scale, responses(rows)))
    assert count == len(people)
    assert found is None or found <= 1 + 1e-12


@FEW
@given(st.text(alphabet="QXZ78", min_size=4, max_size=12))
def test_no_value_of_a_private_file_is_ever_shown(secret: str) -> None:
    row = [secret, secret, secret, *[secret] * 7]
    data = csv_bytes(["person_id", "urn", "completed_on", *ITEMS], [row])
    with pytest.raises(ProblemsError) as caught:
        read_responses(data, [instrument("swemwbs")], wave="w", file="w.csv")
    assert secret not in str(caught.value)
    assert len(caught.value.problems) == 8


session = st.tuples(
    st.sampled_from(["900001", "900002", "900003", "999999"]),
    st.integers(-20, 330),
    st.sampled_from(["held", "held", "cancelled-by-school", "not-arranged"]),
    st.integers(5, 480),
)
SCHOOLS = {"900001": "900", "900002": "900", "900003": "901"}


def delivery(rows: list[tuple[str, int, str, int]]) -> Delivery:
    cells = []
    for number, (urn, shift, status, minutes) in enumerate(rows):
        on = START + timedelta(days=shift)
        held = status == "held"
        cells.append(
            [f"t{number}", "s1", urn, "p1", on, on if held else None, status, "one-to-one", None,
             minutes if held else None]
        )  # fmt: skip
    heads = ["session_id", "supervisor_id", "urn", "person_id", "planned_on", "held_on", "status",
             "mode", "place", "minutes"]  # fmt: skip
    return read_delivery(
        b"supervisor_id,la_code,name,wte,from,to\ns1,900,,1,2024-01-01,\n",
        b"supervisor_id,urn,from,to\ns1,900001,2024-10-01,\ns1,900002,2024-10-01,\n",
        csv_bytes(heads, cells),
        schools=SCHOOLS,
        start=START,
        end=END,
    )


@FEW
@given(st.lists(session, max_size=30))
def test_dose_always_adds_up(rows: list[tuple[str, int, str, int]]) -> None:
    records = delivery(rows)
    found = dose(records, any_level=1, intended_level=3)
    result = found.result
    on_list = [s for s in found.schools if s.on_caseload]
    assert len(found.schools) == len(SCHOOLS)
    assert records.rows_read == len(records.sessions) + len(records.set_aside)
    assert result.sessions_held == sum(s.sessions_held for s in on_list)
    assert result.sessions_held == sum(d.sessions * d.schools for d in result.distribution)
    assert result.schools == sum(d.schools for d in result.distribution)
    assert result.sessions_held == sum(a.sessions_held for a in result.authorities)
    assert result.sessions_held == sum(c.count for c in result.modes)
    assert result.sessions_held == sum(m.sessions_held for m in result.months)
    not_held = sum(c.count for c in result.reasons_not_held)
    assert result.sessions_planned == result.sessions_held + not_held
    strays = sum(c.sessions_held for c in result.contaminated)
    assert result.distinct_sessions_held == result.sessions_held + strays
    assert result.schools_intended <= result.schools_any <= result.schools
    assert all(s.intended <= s.any for s in found.schools)


@FEW
@given(st.lists(session, max_size=15), st.integers(0, 300))
def test_one_more_session_is_one_more_session(
    rows: list[tuple[str, int, str, int]], shift: int
) -> None:
    taken = {(urn, day) for urn, day, status, _ in rows if status == "held"}
    if ("900001", shift) in taken:
        return
    before = dose(delivery(rows), any_level=1, intended_level=3)
    after = dose(delivery([*rows, ("900001", shift, "held", 60)]), any_level=1, intended_level=3)
    assert after.result.sessions_held == before.result.sessions_held + 1
    assert after.result.minutes == before.result.minutes + 60
    assert after.schools[1:] == before.schools[1:]


@FEW
@given(st.lists(session, max_size=15), st.integers(1, 5), st.integers(0, 5))
def test_a_higher_level_is_reached_by_fewer(
    rows: list[tuple[str, int, str, int]], level: int, more: int
) -> None:
    records = delivery(rows)
    low = dose(records, any_level=1, intended_level=level).result.schools_intended
    high = dose(records, any_level=1, intended_level=level + more).result.schools_intended
    assert high <= low


line = st.builds(
    CostLine,
    line_id=st.just("c"),
    la_code=st.sampled_from(["900", "901", ""]),
    category=st.sampled_from(["salary", "travel"]),
    basis=st.sampled_from(["recurring", "start-up"]),
    start=st.just(START),
    end=st.just(END),
    amount_pence=st.integers(0, 10**9),
    source=st.just("x"),
)


def costed(lines: list[CostLine]) -> CostResult:
    return cost(
        lines,
        categories=("salary", "travel"),
        schools={"900": 7, "901": 3},
        pupils={"900": 1500, "901": 700},
        sessions_held=11,
        start=START,
        end=END,
        price_year="2024-25",
        perspective="authority",
    )


@FEW
@given(st.lists(line, max_size=12))
def test_money_is_neither_lost_nor_made(lines: list[CostLine]) -> None:
    found = costed(lines)
    assert found.total_pence == sum(one.amount_pence for one in lines)
    assert found.total_pence == found.recurring_pence + found.start_up_pence
    for parts in (found.categories, found.authorities):
        assert sum(p.recurring_pence for p in parts) == found.recurring_pence
        assert sum(p.start_up_pence for p in parts) == found.start_up_pence
    assert costed(lines[::-1]) == found


@FEW
@given(st.lists(line, min_size=1, max_size=8), st.data())
def test_doubling_a_line_adds_its_amount_once(lines: list[CostLine], data: st.DataObject) -> None:
    which = data.draw(st.integers(0, len(lines) - 1))
    doubled = list(lines)
    doubled[which] = replace(lines[which], amount_pence=2 * lines[which].amount_pence)
    before, after = costed(lines), costed(doubled)
    assert after.total_pence == before.total_pence + lines[which].amount_pence
    recurring = lines[which].basis == "recurring"
    expected = lines[which].amount_pence * 12 / 10 / 10 if recurring else 0.0
    was, now = before.recurring_pence_per_school_year, after.recurring_pence_per_school_year
    assert was is not None
    assert now is not None
    moved = now - was
    assert moved == pytest.approx(expected, abs=1)  # each of the two is rounded to a penny


@FEW
@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 900), st.integers(1, 900))
def test_months_of_two_periods_add_up(start: date, first: int, second: int) -> None:
    middle = start + timedelta(days=first)
    end = middle + timedelta(days=second)
    after = middle + timedelta(days=1)
    assert months(start, end) == months(start, middle) + months(after, end)


@FEW
@given(st.integers(1, 400), st.integers(0, 400), st.floats(0.5, 0.999))
def test_wilson_holds_the_share_and_mirrors(n: int, k: int, level: float) -> None:
    successes = min(n, k)
    lower, upper = wilson(successes, n, level)
    assert 0 <= lower <= successes / n <= upper <= 1
    mirrored = wilson(n - successes, n, level)
    assert (1 - upper, 1 - lower) == pytest.approx(mirrored, abs=1e-12)


mention = st.tuples(
    st.integers(0, 6),
    st.sampled_from(["time", "reflection"]),
    st.sampled_from(["positive", "mixed", "negative"]),
)


@FEW
@given(st.lists(mention, max_size=20), st.lists(st.integers(1, 5), max_size=12))
def test_themes_count_each_interview_once(
    mentions: list[tuple[int, str, str]], values: list[int]
) -> None:
    rows = [[f"i{n}", f"role{n % 2}", None, "900", theme, stance] for n, theme, stance in mentions]
    interviews = read_interviews(
        csv_bytes(["interview_id", "role", "urn", "la_code", "theme", "stance"], rows),
        themes={"time": "t", "reflection": "r"},
    )
    feedback = read_feedback(
        csv_bytes(
            ["person_id", "urn", "item", "value"],
            [[f"p{n}", "900001", "useful", value] for n, value in enumerate(values)],
        ),
        schools={"900001"},
    )
    found = themes(interviews, feedback, perceived_item="useful")
    assert found.interviews == len({n for n, _, _ in mentions})
    for theme in found.themes:
        assert theme.interviews == theme.positive + theme.mixed + theme.negative
        assert theme.interviews == len({n for n, code, _ in mentions if code == theme.code})
        assert theme.interviews == sum(role.interviews for role in theme.roles)
        assert found.interviews == sum(role.of for role in theme.roles)
    assert found.perceived is not None
    assert found.perceived.n == sum(found.perceived.values) == len(values)
