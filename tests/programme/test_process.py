"""Process: theme counts and the perceived item by hand, Wilson's interval as published."""

from __future__ import annotations

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.programme.process import (
    Feedback,
    Interviews,
    ThemeResult,
    read_feedback,
    read_interviews,
    themes,
    wilson,
)

THEMES = {"time": "finding time", "reflection": "time to reflect", "unused": "never said"}
INTERVIEWS = """interview_id,role,urn,la_code,theme,stance
i1,dsl,900001,900,time,negative
i1,dsl,900001,900,reflection,positive
i1,dsl,900001,900,reflection,positive
i2,dsl,900002,900,time,negative
i2,dsl,900002,900,time,positive
i3,supervisor,,901,reflection,positive
i4,dsl,900002,900,,
"""
FEEDBACK = """person_id,urn,item,value
p1,900001,useful,5
p2,900002,useful,4
p3,900002,useful,2
p1,900001,again,1
p9,900009,useful,5
"""


def interviews(text: str = INTERVIEWS) -> Interviews:
    return read_interviews(text.encode(), themes=THEMES)


def feedback(text: str = FEEDBACK, item: str | None = "useful") -> Feedback:
    return read_feedback(text.encode(), schools={"900001", "900002"}, perceived_item=item)


def worked() -> ThemeResult:
    return themes(interviews(), feedback(), perceived_item="useful", people_supervised=6)


def test_themes_by_interview_stance_role_and_school() -> None:
    found = {t.code: t for t in worked().themes}
    time = found["time"]
    # i2 speaks of it both ways and is mixed, so that each interview counts once.
    assert (time.interviews, time.positive, time.mixed, time.negative) == (2, 0, 1, 1)
    assert time.share == 0.5
    assert [(r.role, r.interviews, r.of) for r in time.roles] == [
        ("dsl", 2, 3),
        ("supervisor", 0, 1),
    ]
    assert (found["reflection"].interviews, found["reflection"].schools) == (2, 1)
    assert (found["unused"].interviews, found["unused"].share) == (0, 0.0)
    assert list(found) == list(THEMES)


def test_participation_by_hand() -> None:
    found = worked()
    assert (found.interviews, found.interviews_without_theme) == (4, 1)
    assert [(c.code, c.count) for c in found.roles] == [("dsl", 3), ("supervisor", 1)]
    assert [(c.code, c.count) for c in found.authorities] == [("900", 3), ("901", 1)]
    assert found.schools_interviewed == 2
    assert (found.feedback_people, found.feedback_schools) == (3, 2)
    assert found.feedback_share == 0.5
    assert [(c.code, c.count) for c in found.set_aside] == [
        ("the same theme and stance again in the interview", 1),
        ("school on no caseload", 1),
    ]


def test_perceived_item_by_hand() -> None:
    found = worked().perceived
    assert found is not None
    assert (found.n, found.values, found.high) == (3, (0, 1, 0, 1, 1), 2)
    assert found.mean == pytest.approx(11 / 3)
    assert found.share_high == pytest.approx(2 / 3)
    assert (found.lower, found.upper) == wilson(2, 3, 0.95)
    assert found.interval == "Wilson score interval"
    assert [item.item for item in worked().items] == ["again", "useful"]


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [
        # Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_as_published(successes: int, n: int, lower: float, upper: float) -> None:
    assert wilson(successes, n, 0.95) == pytest.approx((lower, upper), abs=5e-5)


def test_wilson_refuses_what_is_no_share() -> None:
    for arguments in ((1, 0, 0.95), (3, 2, 0.95), (-1, 2, 0.95), (1, 2, 1.0)):
        with pytest.raises(ValueError, match="share"):
            wilson(*arguments)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("i9,dsl,900001,900,tiem,positive", "'tiem'"),
        ("i9,dsl,900001,900,time,glad", "'glad'"),
        ("i9,dsl,900001,900,time,", "one of the two empty"),
        ("i1,head,900001,900,time,positive", "another role"),
        ("i1,dsl,900002,900,time,positive", "another role, school"),
    ],
)
def test_wrong_interview_rows_are_problems(row: str, found: str) -> None:
    with pytest.raises(ProblemsError, match=found) as caught:
        interviews(INTERVIEWS + row + "\n")
    assert [problem.place[:6] for problem in caught.value.problems] == ["line 9"]


@pytest.mark.parametrize("row", ["p1,900001,useful,3", "p7,900001,useful,6", "p7,900001,useful,"])
def test_wrong_feedback_rows_are_problems(row: str) -> None:
    with pytest.raises(ProblemsError) as caught:
        feedback(FEEDBACK + row + "\n")
    assert len(caught.value.problems) == 1
    assert "p7" not in str(caught.value)


def test_a_misspelt_perceived_item_is_a_problem_and_silence_is_not() -> None:
    with pytest.raises(ProblemsError, match="answers to usefull"):
        feedback(item="usefull")
    silent = themes(
        interviews(), feedback("person_id,urn,item,value\n"), perceived_item="useful"
    ).perceived
    assert silent is not None
    assert (silent.n, silent.mean, silent.share_high, silent.lower) == (0, None, None, None)


def test_no_item_declared_means_none_shown() -> None:
    assert themes(interviews(), feedback()).perceived is None


def test_result_keeps_its_bytes() -> None:
    content = encode_result(worked(), trial="t", simulated=True, inputs={})
    assert decode_result(content).data == worked()
