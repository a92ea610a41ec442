"""Costs: a sheet worked by hand, the bands at their edges, and every wrong line at once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.programme.costs import (
    CostLine,
    CostResult,
    band_schemes,
    cost,
    cost_year,
    months,
    read_costs,
)

START, END = date(2024, 10, 1), date(2025, 7, 31)  # ten whole months
CATEGORIES = ("salary", "on-costs", "training", "travel")
HEAD = "line_id,la_code,category,description,basis,from,to,amount_pence,source\n"
SHEET = HEAD + (
    "c1,900,salary,Supervisor,recurring,2024-10-01,2025-07-31,1000000,payroll\n"
    "c2,900,on-costs,Pension,recurring,2024-10-01,2025-07-31,200000,payroll\n"
    "c3,901,salary,Supervisor,recurring,2024-10-01,2025-07-31,800000,payroll\n"
    "c4,900,training,Induction,start-up,2024-09-02,2024-09-06,50000,invoice\n"
)


def read(text: str = SHEET) -> tuple[CostLine, ...]:
    return read_costs(
        text.encode(), categories=CATEGORIES, authorities={"900", "901"}, start=START, end=END
    )


def worked(
    lines: tuple[CostLine, ...] | None = None, *, sessions: int = 100, schools: int = 12
) -> CostResult:
    return cost(
        read() if lines is None else lines,
        categories=CATEGORIES,
        schools={"900": schools, "901": 8},
        pupils={"900": 3000, "901": 2000},
        sessions_held=sessions,
        start=START,
        end=END,
        annual_months=12,
        price_year="2024-25",
        perspective="authority",
    )


def test_unit_costs_by_hand() -> None:
    found = worked()
    assert (found.recurring_pence, found.start_up_pence) == (2_000_000, 50_000)
    assert found.total_pence == 2_050_000
    assert found.costed_months == 10.0
    assert found.recurring_pence_per_school_year == 120_000  # 2,000,000 x 12 / 10 / 20
    assert found.recurring_pence_per_pupil_year == 480  # ... / 5,000
    assert found.recurring_pence_per_session_held == 20_000  # 2,000,000 / 100
    assert found.start_up_pence_per_school == 2_500  # 50,000 / 20
    assert (found.price_year, found.perspective) == ("2024-25", "authority")


def test_by_category_and_by_authority() -> None:
    found = worked()
    assert [(c.category, c.recurring_pence, c.start_up_pence) for c in found.categories] == [
        ("salary", 1_800_000, 0),
        ("on-costs", 200_000, 0),
        ("training", 0, 50_000),
        ("travel", 0, 0),
    ]
    assert found.categories[0].share_of_recurring == 0.9
    assert [
        (a.la_code, a.recurring_pence, a.start_up_pence, a.recurring_pence_per_school_year)
        for a in found.authorities
    ] == [("900", 1_200_000, 50_000, 120_000), ("901", 800_000, 0, 120_000)]


def test_doubling_one_salary_line_moves_the_total_by_the_worked_amount() -> None:
    before = worked()
    after = worked(read(SHEET.replace("1000000", "2000000")))
    assert after.total_pence - before.total_pence == 1_000_000
    moved = after.recurring_pence_per_school_year, before.recurring_pence_per_school_year
    assert moved == (180_000, 120_000)  # by 1,000,000 x 12 / 10 / 20
    assert after.start_up_pence == before.start_up_pence


def test_a_sheet_that_pays_for_twelve_months_is_not_made_yearly_again() -> None:
    text = SHEET.replace("2024-10-01,2025-07-31", "2024-09-01,2025-08-31")
    found = worked(read(text))
    assert (found.costed_start, found.costed_end) == ("2024-09-01", "2025-08-31")
    assert found.costed_months == 12.0
    assert found.recurring_pence_per_school_year == 100_000  # 2,000,000 / 20


@pytest.mark.parametrize(
    ("start", "end", "first", "last"),
    [
        (date(2024, 10, 1), date(2025, 7, 21), date(2024, 9, 1), date(2025, 8, 31)),
        (date(2024, 9, 1), date(2025, 8, 31), date(2024, 9, 1), date(2025, 8, 31)),
        (date(2025, 1, 6), date(2025, 12, 19), date(2024, 9, 1), date(2026, 8, 31)),
    ],
)
def test_the_years_of_delivery_are_school_years(
    start: date, end: date, first: date, last: date
) -> None:
    assert cost_year(start, end) == (first, last)


def test_the_worked_arithmetic_gives_every_unit_cost() -> None:
    found = worked(read(SHEET.replace("1000000", "1000003")), sessions=7)
    for step in found.worked:
        over = Fraction(step.over_numerator, step.over_denominator)
        exact = Fraction(step.pence * step.times) / over / step.divided_by
        assert step.result_pence == getattr(found, step.measure)
        assert step.result_pence is not None
        assert abs(exact - step.result_pence) <= Fraction(1, 2)


def test_where_there_is_no_unit_there_is_no_unit_cost_and_no_band() -> None:
    found = cost(
        (),
        categories=CATEGORIES,
        schools={},
        pupils={},
        sessions_held=0,
        start=START,
        end=END,
        price_year="2024-25",
        perspective="authority",
    )
    assert found.recurring_pence_per_school_year is None
    assert found.recurring_pence_per_session_held is None
    assert found.ratings == ()


def test_a_rating_always_names_its_unit() -> None:
    school, pupil = worked().ratings
    assert (school.scheme, school.unit, school.band) == (
        "foundations-unit-cost",
        "school a year",
        4,
    )
    assert (pupil.scheme, pupil.unit, pupil.label) == ("eef-cost", "pupil a year", "very low")
    assert (school.amount_pence, pupil.amount_pence) == (120_000, 480)
    assert school.source
    assert pupil.source


@pytest.mark.parametrize(
    ("scheme", "pounds", "band"),
    [
        # Foundations: under 100; 100 to 499; 500 to 999; 1,000 to 2,000; over 2,000.
        (0, "0", 1), (0, "99.99", 1), (0, "100", 2), (0, "499.99", 2), (0, "500", 3),
        (0, "999.99", 3), (0, "1000", 4), (0, "2000", 4), (0, "2000.01", 5),
        # EEF: less than 80; up to 200; up to 720; up to 1,200; over 1,200.
        (1, "79.99", 1), (1, "80", 2), (1, "200", 2), (1, "200.01", 3), (1, "720", 3),
        (1, "720.01", 4), (1, "1200", 4), (1, "1200.01", 5),
    ],
)  # fmt: skip
def test_bands_at_their_edges(scheme: int, pounds: str, band: int) -> None:
    found = band_schemes()[scheme].rate(int(Fraction(pounds) * 100))
    assert found.band == band
    assert found.lower_pence <= found.amount_pence
    assert found.upper_pence is None or found.amount_pence <= found.upper_pence


def test_a_negative_amount_has_no_band() -> None:
    with pytest.raises(ValueError, match="negative"):
        band_schemes()[0].rate(-1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2024, 10, 1), date(2024, 10, 31), Fraction(1)),
        (date(2024, 10, 1), date(2025, 7, 21), 9 + Fraction(21, 31)),
        (date(2025, 2, 15), date(2025, 2, 28), Fraction(1, 2)),
        (date(2024, 1, 1), date(2024, 12, 31), Fraction(12)),
        (date(2024, 12, 31), date(2025, 1, 1), Fraction(2, 31)),
    ],
)
def test_months_by_hand(start: date, end: date, expected: Fraction) -> None:
    assert months(start, end) == expected


def test_months_refuses_a_period_backwards() -> None:
    with pytest.raises(ValueError, match="ends on or after"):
        months(END, START)


def test_a_half_penny_goes_up() -> None:
    found = worked(read(SHEET.replace("50000,invoice", "50010,invoice")))
    assert found.start_up_pence_per_school == 2_501  # 2,500.5


def test_every_wrong_line_is_told_at_once() -> None:
    text = SHEET + (
        "c5,900,salary,x,recurring,2024-08-31,2025-07-31,1,x\n"  # begins before the year
        "c6,900,salary,x,recurring,2025-08-01,2025-09-01,1,x\n"  # ends after the year
        "c7,900,training,x,start-up,2025-07-01,2025-09-01,1,x\n"  # start-up after the year
        "c8,900,salary,x,recurring,2025-02-01,2025-01-01,1,x\n"  # backwards
    )
    with pytest.raises(ProblemsError) as caught:
        read(text)
    assert [p.place for p in caught.value.problems] == [
        f"line {n}, columns from and to" for n in (6, 7, 8, 9)
    ]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("c9,900,salary,x,recurring,2024-10-01,2025-07-31,-1,x", "amount_pence"),
        ("c9,900,salary,x,recurring,2024-10-01,2025-07-31,10.50,x", "amount_pence"),
        ("c9,900,gifts,x,recurring,2024-10-01,2025-07-31,1,x", "category"),
        ("c9,902,salary,x,recurring,2024-10-01,2025-07-31,1,x", "la_code"),
        ("c9,900,salary,x,sometimes,2024-10-01,2025-07-31,1,x", "basis"),
        ("c1,900,salary,x,recurring,2024-10-01,2025-07-31,1,x", "line_id"),
        ("c9,900,salary,x,recurring,2024-10-01,2025-07-31,1,", "source"),
    ],
)
def test_a_wrong_cell_names_its_column(row: str, column: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        read(SHEET + row + "\n")
    assert [p.place for p in caught.value.problems] == [f"line 6, column {column}"]


def test_an_authority_that_forgot_its_sheet_is_a_problem() -> None:
    lines = [line for line in SHEET.splitlines() if not line.startswith("c3")]
    with pytest.raises(ProblemsError, match="no recurring line of authority 901"):
        read("\n".join(lines) + "\n")


def test_a_central_line_is_in_the_total_and_in_no_authority() -> None:
    central = "c5,,travel,Shared,recurring,2024-10-01,2025-07-31,100000,invoice\n"
    found = worked(read(SHEET + central))
    assert found.recurring_pence == 2_100_000
    assert found.authorities[-1].la_code == ""
    assert found.authorities[-1].recurring_pence_per_school_year is None
    assert sum(a.recurring_pence for a in found.authorities) == found.recurring_pence


def test_cost_refuses_counts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="negative"):
        worked(sessions=-1)
    stray = CostLine("x", "999", "salary", "recurring", START, END, 1, "x")
    with pytest.raises(ValueError, match="unknown authority 999"):
        worked((stray,))
    stray = CostLine("x", "900", "gifts", "recurring", START, END, 1, "x")
    with pytest.raises(ValueError, match="unknown category gifts"):
        worked((stray,))


def test_result_keeps_its_bytes() -> None:
    content = encode_result(worked(), trial="t", simulated=True, inputs={})
    assert decode_result(content).data == worked()
