"""Signals: planted faults are named with their month, and clean months are left alone."""

import csv
import io
import json
import random
from datetime import date, timedelta

import pytest

from equipoise.authority.pack import build_pack
from equipoise.authority.quality import Finding, kinds, limits, roll_findings, signals, signs_of
from equipoise.authority.quality.steps import level_steps, share_steps
from equipoise.authority.rules import Definitions, MonthSigns, SQLiteEngine, Window
from equipoise.workspace.folder.engine import DuckDBEngine
from tests.authority.test_golden import School
from tests.authority.test_pack import HEADS
from validation.quality.declared import FAULTS, LEAST_NAMED, MOST_FALSE
from validation.quality.run import alarms_of, part, tally_of

SCHOOLS = (School("900001", "Thornwick Primary School", "900"),)
FIRST, MONTHS = date(2022, 9, 1), 24
COVERS = (FIRST, date(2024, 8, 31))
MADE = date(2024, 11, 1)
OUTCOMES = ("NFA", "NFA", "NFA", "Advice", "Early help", "Referral")


def month_at(at):
    return (FIRST + timedelta(days=31 * at + 15 - at // 2)).replace(day=1)


def rows_of_extract(seed=5, a_month=140):
    """Return two years of contacts as an export holds them, nothing wrong with them."""
    draw, rows = random.Random(seed), []
    for at in range(MONTHS):
        for _ in range(a_month + draw.randrange(-14, 15)):
            day = month_at(at) + timedelta(days=draw.randrange(28))
            number = len(rows)
            child = f"K{draw.randrange(900)}"
            source, place = draw.choice([("School", "Thornwick Primary School"), ("Police", "")])
            opened = "Y" if draw.random() < 0.2 else "N"
            decided = (day + timedelta(days=1)).strftime("%d/%m/%Y")
            rows.append([f"{100000 + number}", child, day.strftime("%d/%m/%Y"), source, place,
                         draw.choice(OUTCOMES), decided, opened])  # fmt: skip
    return rows


def day_of(row):
    day, month, year = row[2].split("/")
    return date(int(year), int(month), int(day))


def quality_of_rows(rows, engine=None):
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    profile = {"authority": "900", "name": "Aldershire", "system": "local",
               "contacts_file": "contacts.csv", "one_row_per": "child", "open_cases": "flagged",
               "extract_date": MADE.isoformat(),
               "covers": {"from": COVERS[0].isoformat(), "to": COVERS[1].isoformat()}}  # fmt: skip
    files = {
        "profile.json": json.dumps(profile).encode("utf-8"),
        "contacts.csv": (HEADS + text.getvalue()).encode("utf-8"),
    }
    definitions = Definitions("made_by", ("2A",), "set-aside", 0, 90, 28, MADE)
    windows = [Window("all", *COVERS)]
    return build_pack(files, SCHOOLS, definitions, windows, engine or SQLiteEngine()).quality


def named(rows):
    return {(one.kind, one.first) for one in quality_of_rows(rows).findings}


ONSET = month_at(13)
NAME = f"{ONSET:%Y-%m}"


def later(row):
    return day_of(row) >= ONSET


def in_month(row):
    return day_of(row).replace(day=1) == ONSET


def without_month(rows):
    return [row for row in rows if not in_month(row)]


def doubled(rows):
    return [*rows, *[row for row in rows if in_month(row)]]


def doubled_under_new_numbers(rows):
    return [*rows, *[[f"{row[0]}7", *row[1:]] for row in rows if in_month(row)]]


def nfa_left_blank(rows):
    return [[*r[:5], "" if later(r) and r[5] == "NFA" else r[5], *r[6:]] for r in rows]


def marks_dropped(rows):
    return [[*r[:7], "N" if later(r) else r[7]] for r in rows]


def open_cases_let_in(rows):
    """Add calls about children already known, none of them marked."""
    draw, more = random.Random(9), []
    for number, row in enumerate(row for row in rows if later(row) and draw.random() < 0.4):
        day = day_of(row)
        again = min(day + timedelta(days=draw.randrange(1, 15)), COVERS[1])
        more.append([f"{700000 + number}", row[1], again.strftime("%d/%m/%Y"), "Police", "",
                     "NFA", again.strftime("%d/%m/%Y"), "N"])  # fmt: skip
    return [*rows, *more]


def moved_to_another_system(rows):
    words = {"Police": "Police service", "School": "Education - School", "NFA": "No further action",
             "Advice": "Advice and information", "Referral": "Referral to social care"}  # fmt: skip
    return [
        [f"CW-{r[0]}", *r[1:3], words[r[3]], r[4], words.get(r[5], r[5]), *r[6:]] if later(r) else r
        for r in rows
    ]


def test_an_extract_with_nothing_wrong_raises_nothing():
    assert named(rows_of_extract()) == set()


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (without_month, "missing-month"),
        (doubled, "double-export"),
        (doubled_under_new_numbers, "double-export"),
        (nfa_left_blank, "nfa-by-absence"),
        (marks_dropped, "open-cases-mixed"),
        (open_cases_let_in, "open-cases-mixed"),
        (moved_to_another_system, "migration"),
    ],
)
def test_a_fault_planted_in_rows_is_named_with_its_month(plant, kind):
    assert (kind, NAME) in named(plant(rows_of_extract()))


def test_signs_are_counted_by_hand_alike_on_both_engines():
    rows = [
        ["1", "A", "03/09/2022", "School", "Thornwick Primary School", "NFA", "04/09/2022", "N"],
        ["2", "A", "20/09/2022", "Police", "", "Advice", "21/09/2022", "Y"],
        ["3", "A", "20/09/2022", "Police", "", "Advice", "21/09/2022", "Y"],  # a twin of 2
        ["3", "A", "20/09/2022", "Police", "", "Advice", "21/09/2022", "Y"],  # a copy of 3
        ["3", "A", "20/09/2022", "Police", "", "NFA", "21/09/2022", "Y"],  # says something else
        ["4", "A", "01/10/2022", "School", "Nowhere at all", "", "", "N"],  # soon, not due
        ["5", "B", "01/10/2022", "Police", "", "Gibberish words", "", "N"],
    ]
    signs = quality_of_rows(rows).signs
    assert signs[0] == MonthSigns(
        202209, contacts=3, school_contacts=1, open_case=2, nfa=1, copies=1, conflicts=1,
        child_days=2, soon=1, twins=1,
    )  # fmt: skip
    assert signs[1] == MonthSigns(
        202210, contacts=2, school_contacts=1, unresolved=1, missing=1, unmapped=1,
        child_days=2, soon=1,
    )  # fmt: skip
    assert len(signs) == MONTHS
    assert quality_of_rows(rows, DuckDBEngine()).signs == signs


def test_planted_sets_are_named_and_clean_authorities_left_alone():
    """A hundredth of `make validate --part quality`; a fault may be missed once in ten here."""
    tally = tally_of(range(2001, 2003))
    assert all(tally.planted[fault] == 4 for fault in FAULTS)
    assert sum(tally.named.values()) >= 0.9 * sum(tally.planted.values())
    assert tally.clean == 32
    assert alarms_of(tally)[0] <= MOST_FALSE


def test_the_section_prints_errors_and_fails_where_nothing_is_named(monkeypatch):
    section, _ = part(0.005)
    assert "Monte Carlo" in section
    assert all(fault in section for fault in FAULTS)
    monkeypatch.setattr("validation.quality.run.signals", lambda _: ())
    section, passed = part(0.005)
    assert (passed, LEAST_NAMED) == (False, 0.95)
    assert "NOT AS REQUIRED" in section


# ----------------------------------------------------------------------------- steps


def test_a_step_of_a_share_is_found_where_it_is_and_a_drift_is_none():
    found = share_steps([10] * 8 + [40] * 9, [100] * 17, least=0.1, z=5.0)
    assert [(step.at, step.before, step.after) for step in found] == [(8, 0.1, 0.4)]
    drift = [1000 + 20 * n for n in range(20)]
    assert share_steps(drift, [10_000] * 20, least=0.05, z=5.0) == ()


def test_the_error_of_a_step_is_that_of_two_shares():
    """Two levels without spread: the two-proportion z of the textbook, by hand 10 / sqrt(7.5)."""
    (step,) = share_steps([10] * 4 + [20] * 4, [100] * 8, least=0.05, z=1.0)
    pooled = 0.15
    assert step.z == pytest.approx(0.1 / (pooled * (1 - pooled) * 2 / 400) ** 0.5)


def test_a_wide_spread_of_months_makes_a_step_less_sure():
    still = share_steps([10] * 6 + [30] * 6, [100] * 12, least=0.05, z=1.0)[0].z
    noisy = share_steps([2, 18] * 3 + [22, 38] * 3, [100] * 12, least=0.05, z=1.0)[0].z
    assert noisy < still / 1.5


def test_one_strange_month_is_no_step_of_level():
    months = [202201 + n for n in range(12)] + [202301 + n for n in range(12)]
    counts = [1000 + 7 * (n % 3) for n in range(24)]
    counts[11] = 30
    assert level_steps(counts, months, frozenset(), least=1.25, z=6.0) == ()
    moved = [1000 + 7 * (n % 3) for n in range(12)] + [1500 + 7 * (n % 3) for n in range(12)]
    assert [s.at for s in level_steps(moved, months, frozenset(), least=1.25, z=6.0)] == [12]


# ----------------------------------------------------------------------------- single signals


def months_of(change=None, **signs):
    base = {"contacts": 500, "school_contacts": 120, "child_days": 490, "soon": 60, "nfa": 200}
    rows = []
    for at in range(MONTHS):
        begin = month_at(at)
        values = {**base, **signs}
        values = {name: n + (7 * at) % 11 for name, n in values.items()}
        rows.append(MonthSigns(begin.year * 100 + begin.month, **values))
    return rows if change is None else change(rows)


def found_in(months, **more):
    return [
        (one.kind, one.first) for one in signals(signs_of("900", months, covers=COVERS, made=MADE,
                                                          **more))
    ]  # fmt: skip


def changed(at, **values):
    def change(rows):
        held = {name: getattr(rows[at], name) for name in MonthSigns.__dataclass_fields__}
        rows[at] = MonthSigns(**{**held, **values})
        return rows

    return change


@pytest.mark.parametrize(
    ("at", "values", "kind"),
    [
        (10, {"contacts": 0, "school_contacts": 0, "child_days": 0, "soon": 0, "nfa": 0},
         "missing-month"),
        (10, {"school_contacts": 0}, "missing-schools"),
        (23 - 1, {"contacts": 1400}, "unusual-month"),
        (0, {"contacts": 200}, "cut-off"),
        (4, {"copies": 300}, "double-export"),
    ],
)  # fmt: skip
def test_a_month_that_stands_out_is_named(at, values, kind):
    name = f"{month_at(at):%Y-%m}"
    assert (kind, name) in found_in(months_of(changed(at, **values)))


def test_steady_months_raise_nothing_and_months_of_closed_schools_neither():
    assert found_in(months_of()) == []
    first = date(2019, 9, 1)
    rows = []
    for at in range(24):
        month = (first + timedelta(days=31 * at + 15 - at // 2)).replace(day=1)
        number = month.year * 100 + month.month
        count = 250 if 202004 <= number <= 202007 else 500 + at % 5
        rows.append(MonthSigns(number, contacts=count, child_days=count, soon=count // 8))
    found = signals(
        signs_of("900", rows, covers=(first, date(2021, 8, 31)), made=date(2021, 11, 1))
    )
    assert found == ()


def test_outcomes_not_yet_due_are_not_missing():
    rows = months_of(changed(23, missing=400))
    assert found_in(rows) == []
    early = signs_of("900", rows, covers=COVERS, made=date(2025, 6, 1))
    assert early.settled[-1]


def test_too_few_months_say_nothing_but_copies_do():
    rows = [MonthSigns(202309, contacts=100, copies=90), MonthSigns(202310, contacts=2)]
    found = signals(signs_of("900", rows, covers=(date(2023, 9, 1), date(2023, 10, 31)), made=MADE))
    assert [one.kind for one in found] == ["double-export"]


def test_an_authority_that_marks_open_cases_but_marks_none_is_asked():
    assert found_in(months_of(), marks_open_cases=True) == [("open-cases-mixed", "2022-09")]


def test_contacts_of_no_school_here_are_told_where_they_are_many():
    assert ("border", "2022-09") in found_in(months_of(not_school=60))
    assert found_in(months_of(not_school=20)) == []


def test_a_school_with_more_children_than_its_roll_is_named():
    rows = quality_rows_of_school(children=80)
    assert [one.sure for one in roll_findings("900", rows, {"900001": 60})] == ["sure"]
    assert roll_findings("900", rows, {"900001": 300}) == ()
    assert roll_findings("900", rows, {}) == ()


def quality_rows_of_school(children):
    from dataclasses import fields

    from equipoise.authority.rules import SchoolCount

    values = {field.name: 0 for field in fields(SchoolCount)}
    return [SchoolCount(**{**values, "urn": "900001", "window": "w", "children": children})]


def test_a_finding_says_what_was_seen_what_is_usual_and_what_to_ask():
    (found,) = signals(signs_of("900", months_of(changed(4, copies=300)), covers=COVERS, made=MADE))
    assert isinstance(found, Finding)
    assert (found.authority, found.sure, found.months) == ("900", "sure", ("2023-01",))
    assert "300 rows" in found.seen
    assert found.usual.startswith("0.0 %")
    assert found.ask.endswith("once.")


def test_every_threshold_and_kind_says_why():
    assert all(len(limit.reason) > 30 for limit in limits().values())
    assert all(kind.ask and kind.title for kind in kinds().values())


def test_a_missing_month_makes_the_same_month_of_another_year_no_strange_one():
    nothing = {"contacts": 0, "school_contacts": 0, "child_days": 0, "soon": 0, "nfa": 0}
    assert found_in(months_of(changed(6, **nothing))) == [("missing-month", "2023-03")]
    assert found_in(months_of(changed(11, **nothing))) == [("missing-month", "2023-08")]
