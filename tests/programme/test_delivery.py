"""Delivery: contradictions refused, strays set aside, and a dose worked by hand."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.programme.delivery import Delivery, Dose, dose, read_delivery

START, END = date(2024, 10, 1), date(2025, 7, 21)
SCHOOLS = {"900001": "900", "900002": "900", "900003": "901", "900004": "901", "900005": "901"}
SUPERVISORS = """supervisor_id,la_code,name,wte,from,to
s1,900,Invented One,1.0,2024-09-01,
s2,901,Invented Two,0.6,2024-09-01,2025-07-31
"""
CASELOADS = """supervisor_id,urn,from,to
s1,900001,2024-10-01,
s1,900002,2024-10-01,2024-12-31
s2,900003,2024-10-01,
"""
HEAD = "session_id,supervisor_id,urn,person_id,planned_on,held_on,status,mode,place,minutes\n"
SESSIONS = HEAD + (
    "a1,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,60\n"
    "a2,s1,900001,p1,2024-11-10,2024-11-17,held,one-to-one,online,45\n"  # moved
    "a3,s1,900001,p1,2024-12-10,,cancelled-by-school,one-to-one,school,\n"
    "a4,s1,900002,p2,2024-10-11,,not-arranged,one-to-one,,\n"
    "a5,s2,900002,p2,2025-01-15,2025-01-15,held,one-to-one,school,60\n"  # cover, list ended
    "g1,s2,900003,p3,2024-10-12,2024-10-12,held,group,office,90\n"
    "g1,s2,900003,p4,2024-10-12,2024-10-12,held,group,office,90\n"  # same school, once
    "g1,s2,900004,p5,2024-10-12,2024-10-12,held,group,office,90\n"  # on no caseload
    "g2,s2,900003,p3,2024-11-12,,cancelled-by-supervisor,group,office,\n"
)


def read(
    supervisors: str = SUPERVISORS, caseloads: str = CASELOADS, sessions: str = SESSIONS
) -> Delivery:
    return read_delivery(
        supervisors.encode(),
        caseloads.encode(),
        sessions.encode(),
        schools=SCHOOLS,
        start=START,
        end=END,
    )


def worked() -> Dose:
    return dose(read(), any_level=1, intended_level=2)


def places(caught: pytest.ExceptionInfo[ProblemsError]) -> list[tuple[str, str]]:
    return [(problem.file, problem.place) for problem in caught.value.problems]


def test_dose_of_every_school_by_hand() -> None:
    rows = {
        s.urn: (s.on_caseload, s.sessions_planned, s.sessions_held, s.minutes, s.people)
        for s in worked().schools
    }
    assert rows == {
        "900001": (True, 3, 2, 105, 1),
        "900002": (True, 2, 1, 60, 1),
        "900003": (True, 2, 1, 90, 2),
        "900004": (False, 1, 1, 90, 1),
        "900005": (False, 0, 0, 0, 0),
    }
    levels = {s.urn: (s.any, s.intended) for s in worked().schools}
    assert levels["900001"] == (True, True)
    assert levels["900003"] == (True, False)
    assert levels["900005"] == (False, False)


def test_trial_dose_by_hand() -> None:
    found = worked().result
    assert (found.schools, found.schools_any, found.schools_intended) == (3, 3, 1)
    assert found.share_any == 1.0
    assert found.share_intended == pytest.approx(1 / 3)
    assert (found.sessions_planned, found.sessions_held) == (7, 4)
    assert found.share_held == pytest.approx(4 / 7)
    assert found.distinct_sessions_held == 4  # a1, a2, a5, g1
    assert (found.sessions_moved, found.outside_caseload_dates) == (1, 1)
    assert (found.minutes, found.people) == (255, 4)
    assert found.mean_sessions == pytest.approx(4 / 3)
    assert found.sd_sessions == pytest.approx((1 / 3) ** 0.5)
    assert found.quartiles == (1, 1, 2)
    assert [(d.sessions, d.schools) for d in found.distribution] == [(0, 0), (1, 2), (2, 1)]
    assert [(c.code, c.count) for c in found.modes] == [("one-to-one", 3), ("group", 1)]
    assert [(c.code, c.count) for c in found.reasons_not_held] == [
        ("cancelled-by-school", 1),
        ("cancelled-by-supervisor", 1),
        ("not-arranged", 1),
    ]
    assert [(m.month, m.sessions_planned, m.sessions_held) for m in found.months] == [
        ("2024-10", 3, 2),
        ("2024-11", 2, 1),
        ("2024-12", 1, 0),
        ("2025-01", 1, 1),
    ]


def test_by_authority_and_by_supervisor() -> None:
    found = worked().result
    assert [(a.la_code, a.schools, a.sessions_held) for a in found.authorities] == [
        ("900", 2, 3),
        ("901", 1, 1),
    ]
    # s2 covered for s1 and held the group session once.
    assert [(s.supervisor_id, s.schools, s.sessions_planned, s.sessions_held, s.minutes)
            for s in found.supervisors] == [("s1", 2, 4, 2, 105), ("s2", 1, 3, 2, 150)]  # fmt: skip
    assert "Invented" not in repr(read())


def test_supervision_of_a_school_on_no_caseload_is_contamination() -> None:
    found = [(c.urn, c.la_code, c.sessions_held, c.minutes) for c in worked().result.contaminated]
    assert found == [("900004", "901", 1, 90)]


def test_levels_may_be_minutes() -> None:
    rows = dose(read(), any_level=1, intended_level=90, unit="minutes").schools
    assert [row.urn for row in rows if row.intended] == ["900001", "900003", "900004"]


def test_levels_must_make_sense() -> None:
    with pytest.raises(ValueError, match="levels"):
        dose(read(), any_level=2, intended_level=1)
    with pytest.raises(ValueError, match="unit"):
        dose(read(), any_level=1, intended_level=2, unit="visits")  # type: ignore[arg-type]


STRAYS = SESSIONS + (
    "x1,s1,900001,p1,2024-09-30,2024-09-30,held,one-to-one,school,60\n"
    "x2,s1,900001,p1,2025-07-22,2025-07-22,held,one-to-one,school,60\n"
    "x3,s1,999999,p1,2024-11-01,2024-11-01,held,one-to-one,school,60\n"
    "x4,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,60\n"
    "x5,s1,900001,p1,2024-10-01,2024-10-01,held,one-to-one,school,60\n"  # first day: in
    "x6,s1,900001,p1,2025-07-21,2025-07-21,held,one-to-one,school,60\n"  # last day: in
)


def test_strays_are_set_aside_with_a_reason_and_do_not_count() -> None:
    found = read(sessions=STRAYS)
    assert [a.reason for a in found.set_aside] == [
        "before the delivery period",
        "after the delivery period",
        "school not in the trial",
        "the same supervisor, school, person and day as another session",
    ]
    assert found.rows_read == len(found.sessions) + len(found.set_aside) == 15
    assert dose(found, any_level=1, intended_level=2).schools[0].sessions_held == 4
    counted = {c.code: c.count for c in dose(found, any_level=1, intended_level=2).result.set_aside}
    assert sum(counted.values()) == 4


def test_a_caseload_of_another_time_or_school_is_set_aside() -> None:
    text = CASELOADS + "s2,900005,2023-10-01,2024-07-31\ns2,999999,2024-10-01,\n"
    found = read(caseloads=text)
    assert [a.reason for a in found.set_aside] == [
        "caseload outside the delivery period",
        "school not in the trial",
    ]
    assert not dose(found, any_level=1, intended_level=2).schools[4].on_caseload


@pytest.mark.parametrize(
    ("row", "place"),
    [
        ("z,s1,900001,p1,2024-10-10,,held,one-to-one,school,60", "column held_on"),
        ("z,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,", "column minutes"),
        ("z,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,4", "column minutes"),
        ("z,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,481", "column minutes"),
        ("z,s1,900001,p1,2024-10-10,2024-10-10,not-arranged,one-to-one,,", "column held_on"),
        ("z,s1,900001,p1,2024-10-10,,not-arranged,one-to-one,,60", "column minutes"),
        ("z,s1,900001,p1,,,cancelled-by-school,one-to-one,,", "column planned_on"),
        ("z,s9,900001,p1,2024-10-10,,not-arranged,one-to-one,,", "column supervisor_id"),
        ("z,s1,900001,p1,2024-10-10,2024-10-10,held,one-to-one,school,0", "column minutes"),
        ("a1,s1,900002,p2,2024-10-10,2024-10-10,held,one-to-one,,60", "column session_id"),
        ("z,s1,900001,p1,2024-10-10,,lost,one-to-one,,", "column status"),
        ("z,s1,900001,p1,2024-10-10,,not-arranged,one-to-two,,", "column mode"),
    ],
)
def test_a_session_that_contradicts_itself_or_another_file_is_a_problem(
    row: str, place: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        read(sessions=SESSIONS + row + "\n")
    assert places(caught) == [("sessions.csv", f"line 11, {place}")]


@pytest.mark.parametrize(
    "row",
    [
        "g1,s1,900003,p8,2024-10-12,,cancelled-by-school,group,office,",
        "g1,s2,900003,p8,2024-10-13,,cancelled-by-school,group,office,",
        "g1,s2,900003,p8,2024-10-12,2024-10-12,held,group,office,60",
    ],
)
def test_rows_of_one_group_session_agree(row: str) -> None:
    with pytest.raises(ProblemsError, match="g1"):
        read(sessions=SESSIONS + row + "\n")


def test_a_row_twice_is_a_problem() -> None:
    with pytest.raises(ProblemsError, match="again"):
        read(sessions=SESSIONS + SESSIONS.splitlines()[1] + "\n")


def test_lists_that_overlap_and_dates_out_of_order_are_problems() -> None:
    text = CASELOADS + "s1,900001,2025-01-01,\ns2,900004,2025-01-01,2024-12-01\n"
    with pytest.raises(ProblemsError) as caught:
        read(caseloads=text)
    assert places(caught) == [
        ("caseloads.csv", "line 6, column to"),
        ("caseloads.csv", "line 5"),
    ]


def test_a_school_may_come_back_to_a_list() -> None:
    found = dose(
        read(caseloads=CASELOADS + "s1,900002,2025-01-01,\n"), any_level=1, intended_level=2
    )
    assert found.result.schools == 3
    assert found.result.outside_caseload_dates == 0


def test_problems_of_all_three_files_are_told_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        read(
            supervisors=SUPERVISORS.replace("1.0", "much"),
            caseloads=CASELOADS.replace("2024-12-31", "31/12/2024"),
            sessions=SESSIONS.replace("60", "hour"),
        )
    assert {file for file, _ in places(caught)} == {
        "supervisors.csv",
        "caseloads.csv",
        "sessions.csv",
    }


def test_a_session_by_one_who_had_left_counts_and_is_shown() -> None:
    left = SUPERVISORS.replace("2024-09-01,\n", "2024-09-01,2024-11-16\n")
    found = dose(read(supervisors=left), any_level=1, intended_level=2).result
    assert (found.sessions_held, found.outside_post_dates) == (4, 1)  # a2, held on 17 November
    assert worked().result.outside_post_dates == 0


def test_no_minutes_may_be_written_as_nothing_or_as_0() -> None:
    as_zero = SESSIONS.replace("school,\n", "school,0\n").replace("office,\n", "office,0\n")
    assert as_zero != SESSIONS
    assert read(sessions=as_zero) == read()


def test_a_programme_without_sessions_has_zeros_not_errors() -> None:
    found = dose(read(sessions=HEAD), any_level=1, intended_level=6).result
    assert (found.schools, found.sessions_held, found.share_any) == (3, 0, 0.0)
    assert found.share_held is None
    assert [(d.sessions, d.schools) for d in found.distribution] == [(0, 3)]


def test_result_keeps_its_bytes() -> None:
    found = worked().result
    content = encode_result(found, trial="t", simulated=True, inputs={})
    assert decode_result(content).data == found
