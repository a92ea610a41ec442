"""Surveys: the published tables, what is refused, what is set aside, and the summary by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.programme.surveys import (
    Instrument,
    Item,
    Response,
    Responses,
    ScoreTable,
    alpha,
    instrument,
    instruments,
    read_instrument,
    read_responses,
    score,
    screen,
    survey_result,
)

# Raw 7 to 35, as in the scoring guidance of the scale's owners.
SWEMWBS = {
    7: 7.00, 8: 9.51, 9: 11.25, 10: 12.40, 11: 13.33, 12: 14.08, 13: 14.75, 14: 15.32,
    15: 15.84, 16: 16.36, 17: 16.88, 18: 17.43, 19: 17.98, 20: 18.59, 21: 19.25, 22: 19.98,
    23: 20.73, 24: 21.54, 25: 22.35, 26: 23.21, 27: 24.11, 28: 25.03, 29: 26.02, 30: 27.03,
    31: 28.13, 32: 29.31, 33: 30.70, 34: 32.55, 35: 35.00,
}  # fmt: skip
HEAD = "person_id,urn,completed_on," + ",".join(f"swemwbs_{i}" for i in range(1, 8)) + "\n"
START, END = date(2025, 6, 9), date(2025, 7, 18)


def of(answers: Mapping[str, int | None], on: date = START) -> Responses:
    return Responses("endline", "endline.csv", (Response(2, "p1", on, answers),), (), 1)


def answers_to(raw: int) -> dict[str, int | None]:
    """Return seven answers of 1 to 5 that add up to `raw`."""
    each, more = divmod(raw, 7)
    return {f"swemwbs_{i}": each + (i <= more) for i in range(1, 8)}


def wave(text: str, *scales: str) -> Responses:
    found = [instrument(name) for name in scales or ("swemwbs",)]
    return read_responses(text.encode(), found, wave="endline", file="endline.csv")


@pytest.mark.parametrize(("raw", "metric"), SWEMWBS.items())
def test_swemwbs_has_all_29_published_values(raw: int, metric: float) -> None:
    row = score(instrument("swemwbs"), of(answers_to(raw))).rows[0]
    assert (row.raw, row.score, row.answered) == (raw, metric, 7)


def test_swemwbs_rises_and_stretches_towards_both_ends() -> None:
    scale = instrument("swemwbs")
    values = [scale.of_raw(raw) for raw in range(7, 36)]
    assert values == sorted(set(values))
    assert scale.score_range == (7.0, 35.0)
    with pytest.raises(ValueError, match="outside"):
        scale.of_raw(36)


@pytest.mark.parametrize("left_out", range(1, 8))
def test_swemwbs_needs_all_seven(left_out: int) -> None:
    row = score(instrument("swemwbs"), of(answers_to(28) | {f"swemwbs_{left_out}": None})).rows[0]
    assert (row.raw, row.score, row.answered) == (None, None, 6)


def test_who5_is_four_times_the_sum() -> None:
    answers = {f"who5_{i}": value for i, value in enumerate((0, 5, 3, 2, 1), start=1)}
    assert score(instrument("who5"), of(answers)).rows[0].score == 44.0


def test_shipped_instruments_name_source_and_terms_but_no_wording() -> None:
    assert instruments() == ("swemwbs", "who5")
    for name in instruments():
        scale = instrument(name)
        assert len(scale.source) > 20
        assert len(scale.licence) > 20
        assert all(item.id == f"{name}_{n}" for n, item in enumerate(scale.items, start=1))


def test_an_unknown_instrument_names_the_known_ones() -> None:
    with pytest.raises(ProblemsError, match="swemwbs, who5"):
        instrument("maslach")


def test_score_refuses_every_answer_out_of_range() -> None:
    answers = answers_to(28) | {"swemwbs_1": 6, "swemwbs_4": 0}
    with pytest.raises(ProblemsError) as caught:
        score(instrument("swemwbs"), of(answers))
    assert [p.place for p in caught.value.problems] == [
        "line 2, column swemwbs_1",
        "line 2, column swemwbs_4",
    ]


def test_score_refuses_a_wave_read_for_another_instrument() -> None:
    with pytest.raises(ProblemsError, match="no such column"):
        score(instrument("who5"), of(answers_to(28)))


def test_every_problem_of_a_file_at_once_by_shape_and_never_by_value() -> None:
    text = HEAD + "p1,900001,10/06/2025,9,1,1,1,1,1,x\n"
    with pytest.raises(ProblemsError) as caught:
        wave(text)
    shown = str(caught.value)
    assert len(caught.value.problems) == 3
    assert "99/99/9999" in shown
    assert "10/06/2025" not in shown
    assert "found 9;" in shown  # the shape of any one-digit answer


def test_a_column_that_is_not_of_the_instrument_is_refused() -> None:
    text = HEAD.replace("\n", ",useful\n") + "p1,900001,2025-06-10,4,4,4,4,4,4,4,5\n"
    with pytest.raises(ProblemsError, match="not known"):
        wave(text)


def test_a_response_before_the_instrument_was_valid_is_refused() -> None:
    with pytest.raises(ProblemsError, match="outside the dates of swemwbs"):
        wave(HEAD + "p1,900001,2005-06-10,4,4,4,4,4,4,4\n")


def test_one_file_may_hold_several_instruments() -> None:
    head = HEAD.replace("\n", "," + ",".join(f"who5_{i}" for i in range(1, 6)) + "\n")
    read = wave(head + "p1,900001,2025-06-10,4,4,4,4,4,4,4,3,3,3,3,3\n", "swemwbs", "who5")
    assert score(instrument("swemwbs"), read).rows[0].score == 25.03
    assert score(instrument("who5"), read).rows[0].score == 60.0


SEVEN_ROWS = HEAD + (
    "p1,900001,2025-06-20,4,4,4,4,4,4,4\n"  # line 2: again, later
    "p1,900001,2025-06-10,3,3,3,3,3,3,3\n"  # line 3: stands
    "p2,900002,2025-06-10,5,5,5,5,5,5,\n"  # line 4: incomplete
    "p3,900001,2025-06-10,4,4,4,4,4,4,4\n"  # line 5: listed for another school
    "p4,900004,2025-06-08,4,4,4,4,4,4,4\n"  # line 6: a day early
    "p5,900005,2025-07-19,4,4,4,4,4,4,4\n"  # line 7: a day late
    "p6,900006,2025-06-10,,,,,,,\n"  # line 8: no answer
    "p9,900009,2025-06-10,4,4,4,4,4,4,4\n"  # line 9: not on the list
    "p7,900007,2025-06-09,4,4,4,4,4,4,4\n"  # line 10: stands, first day
    "p8,900008,2025-07-18,5,4,4,4,4,4,3\n"  # line 11: stands, last day
)
LISTED = {f"p{i}": (f"90000{i}",) for i in (1, 2, 4, 5, 6, 7, 8)} | {"p3": ("900003",)}


def screened() -> Responses:
    return screen(wave(SEVEN_ROWS), LISTED, start=START, end=END)


def test_rows_read_are_rows_kept_and_rows_set_aside_with_a_reason() -> None:
    found = screened()
    assert [row.line for row in found.rows] == [3, 4, 10, 11]
    assert {a.line: a.reason for a in found.set_aside} == {
        2: "a later response of the same person",
        5: "listed for another school",
        6: "answered before the wave",
        7: "answered after the wave",
        8: "no answer given",
        9: "not on the list of the wave",
    }
    assert found.rows_read == len(found.rows) + len(found.set_aside) == 10


def test_a_person_of_two_schools_may_answer_for_either() -> None:
    text = HEAD + "p1,900002,2025-06-10,4,4,4,4,4,4,4\n"
    found = screen(wave(text), {"p1": ("900001", "900002")}, start=START, end=END)
    assert len(found.rows) == 1


def test_a_file_without_schools_takes_them_from_the_list() -> None:
    head = "person_id,completed_on," + ",".join(f"item_{i}" for i in range(1, 8)) + "\n"
    read = wave(head + "p1,2025-06-10,4,4,4,4,4,4,4\n")
    found = screen(read, {"p1": ("900002", "900001")}, start=START, end=END)
    row = score(instrument("swemwbs"), found).rows[0]
    assert (row.urn, row.score) == ("900002", 25.03)


def test_bare_item_names_do_not_do_for_two_instruments() -> None:
    head = "person_id,completed_on," + ",".join(f"item_{i}" for i in range(1, 8)) + "\n"
    with pytest.raises(ProblemsError, match="no column who5_1"):
        wave(head + "p1,2025-06-10,4,4,4,4,4,4,4\n", "swemwbs", "who5")


def test_survey_result_by_hand() -> None:
    scale = instrument("swemwbs")
    found = survey_result(scale, [score(scale, screened())]).waves[0]
    # Scored: raw 21 (19.25), 28 (25.03), 28 (25.03); p2 left one item out.
    assert (found.invited, found.responded, found.not_responded) == (8, 4, 4)
    assert (found.scored, found.incomplete) == (3, 1)
    assert (found.response_share, found.scored_share) == (0.5, 0.375)
    assert found.mean == pytest.approx(69.31 / 3)
    assert found.sd == pytest.approx(5.78 / 3**0.5)  # two equal values, one 5.78 below
    assert (found.lowest, found.highest) == (19.25, 25.03)
    assert (found.at_floor, found.at_ceiling) == (0, 0)
    assert [item.missing for item in found.items] == [0, 0, 0, 0, 0, 0, 1]
    assert sum(c.count for c in found.set_aside) + found.responded == found.rows_read


def two_items(*answers: tuple[int, int], reverse: bool = False) -> tuple[Instrument, ScoreTable]:
    scale = Instrument(
        "two", "Two items", "-", "-", "points", None, None,
        (Item("a", 1, 5), Item("b", 1, 5, reverse)), 2,
    )  # fmt: skip
    rows = tuple(
        Response(n, f"p{n}", START, {"a": a, "b": b}) for n, (a, b) in enumerate(answers, start=2)
    )
    return scale, score(scale, Responses("w", "w.csv", rows, (), len(rows), len(rows)))


def test_alpha_by_hand() -> None:
    # Item variances 1 and 1; sums 3, 3, 6 have variance 3; 2 x (1 - 2/3).
    found, people = alpha(*two_items((1, 2), (2, 1), (3, 3)))
    assert found == pytest.approx(2 / 3)
    assert people == 3
    assert alpha(*two_items((1, 1), (2, 2), (3, 3)))[0] == pytest.approx(1.0)


def test_a_reversed_item_counts_the_other_way() -> None:
    scale, table = two_items((1, 5), (2, 4), (3, 3), reverse=True)
    assert [row.score for row in table.rows] == [2.0, 4.0, 6.0]
    assert alpha(scale, table)[0] == pytest.approx(1.0)


def test_alpha_is_none_where_it_is_not_defined() -> None:
    assert alpha(*two_items((1, 2))) == (None, 1)
    assert alpha(*two_items((1, 3), (3, 1))) == (None, 2)


def test_a_wave_nobody_answered_has_numbers_and_no_mean() -> None:
    scale = instrument("swemwbs")
    empty = screen(wave(HEAD), LISTED, start=START, end=END)
    found = survey_result(scale, [score(scale, empty)]).waves[0]
    assert (found.invited, found.responded, found.response_share) == (8, 0, 0.0)
    assert (found.mean, found.sd, found.alpha) == (None, None, None)


def test_result_keeps_its_bytes() -> None:
    scale = instrument("swemwbs")
    found = survey_result(scale, [score(scale, screened())])
    content = encode_result(found, trial="t", simulated=True, inputs={})
    assert decode_result(content).data == found


def test_summary_needs_the_list_and_the_right_instrument() -> None:
    table = score(instrument("swemwbs"), wave(HEAD))
    with pytest.raises(ValueError, match="list of people"):
        survey_result(instrument("swemwbs"), [table])
    with pytest.raises(ValueError, match="not scores of who5"):
        survey_result(instrument("who5"), [table])


def declared(**changes: object) -> bytes:
    base: dict[str, object] = {
        "instrument": "own",
        "title": "Own scale",
        "source": "made for the test",
        "licence": "none needed",
        "valid_from": None,
        "valid_to": None,
        "items": [
            {"id": f"own_{i}", "minimum": 0, "maximum": 2, "reversed": False} for i in (1, 2)
        ],
        "least_answered": 1,
        "score": {"rule": "sum", "unit": "points", "times": 1},
    }
    return json.dumps(base | changes).encode()


def test_a_declared_scale_may_fill_missing_items_with_the_own_mean() -> None:
    scale = read_instrument(declared(), file="own.json")
    assert score(scale, of({"own_1": 2, "own_2": None})).rows[0].score == 4.0
    assert score(scale, of({"own_1": None, "own_2": None})).rows[0].score is None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"items": []}, "items"),
        ({"least_answered": 3}, "least_answered"),
        ({"valid_from": "soon"}, "valid_from"),
        ({"title": ""}, "title"),
        ({"score": {"rule": "mean", "unit": "points"}}, "score"),
        ({"score": {"rule": "sum", "unit": "points", "times": 0}}, "score, times"),
        (
            {"score": {"rule": "table", "unit": "p", "first_raw": 0, "metric": [0, 1]}},
            "score, metric",
        ),
        (
            {
                "least_answered": 2,
                "score": {"rule": "table", "unit": "p", "first_raw": 0, "metric": [0, 1, 1, 2, 3]},
            },
            "score, metric",
        ),
        (
            {"score": {"rule": "table", "unit": "p", "first_raw": 0, "metric": [0, 1, 2, 3, 4]}},
            "least_answered",
        ),
    ],
)
def test_a_wrong_declaration_is_refused_at_its_place(
    changes: dict[str, object], place: str
) -> None:
    with pytest.raises(ProblemsError) as caught:
        read_instrument(declared(**changes), file="own.json")
    assert place in [problem.place for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("item", "found"),
    [
        ({"id": "x"}, "other keys"),
        ({"id": "x", "minimum": 2, "maximum": 1, "reversed": False}, "no range"),
        ({"id": "x", "minimum": 0, "maximum": 1, "reversed": "no"}, "not true or false"),
        ({"id": "own_1", "minimum": 0, "maximum": 1, "reversed": False}, "stands twice"),
    ],
)
def test_a_wrong_item_is_refused(item: dict[str, object], found: str) -> None:
    first = {"id": "own_1", "minimum": 0, "maximum": 2, "reversed": False}
    with pytest.raises(ProblemsError, match=found):
        read_instrument(declared(items=[first, item]), file="own.json")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"swemwbs", "not JSON"),
        (b"[]", "no object"),
        (b"{}", "no licence"),
        (declared(colour="red"), "unknown key"),
        (declared(score={"rule": "sum"}), "no rule with a unit"),
    ],
)
def test_what_is_no_declaration_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(ProblemsError, match=found):
        read_instrument(data, file="own.json")


def test_a_table_scale_has_no_score_between_two_raw_sums() -> None:
    with pytest.raises(ValueError, match="whole raw sums"):
        instrument("swemwbs").of_raw(20.5)


def test_a_declaration_tells_every_problem_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_instrument(declared(items=[{"id": "x"}], title="", valid_to="x"), file="own.json")
    assert len(caught.value.problems) >= 3
