"""Comparability, changes between extracts and evaluability: what decides, and what is counted."""

import json
from dataclasses import replace
from datetime import date

import pytest

from equipoise.authority.pack import build_pack, extract_changes
from equipoise.authority.quality import (
    VERDICTS,
    Recorded,
    compare,
    evaluability,
    questions,
    spread_of,
)
from equipoise.authority.quality.findings import finding, kinds
from equipoise.authority.quality.incomparable import comparability_data
from equipoise.authority.rules import RULES, SQLiteEngine, Window
from equipoise.core.base import ProblemsError
from equipoise.core.results import from_plain, to_plain
from equipoise.workspace.folder.examined import baseline_window
from tests.authority.test_golden import LOCAL, files_of
from tests.authority.test_pack import HEADS, many

KNOWN = {
    "contact": "safeguarding", "one_row_per": "child", "siblings": "concerned",
    "gateway": "same-record", "time_limit": "one-day-received", "open_cases": "flagged",
    "repeats": "each", "overwritten": "first-kept", "threshold": "none", "family_help": "none",
    "front_door": "none", "system_change": "none",
}  # fmt: skip


def pack_of(rows=None, **profile):
    body = {**json.loads(files_of("local-columns")["profile.json"]), **profile}
    files = {
        **files_of("local-columns"),
        "contacts.csv": (HEADS + (rows or many(400))).encode("utf-8"),
        "profile.json": json.dumps(body).encode("utf-8"),
    }
    _, schools, definitions, windows = LOCAL
    return build_pack(files, schools, definitions, windows, SQLiteEngine())


def recorded(pack, **answers):
    quality = replace(pack.quality, answers={**KNOWN, **answers})
    definitions = replace(pack.definitions, reasons=("sexual-abuse",))
    return Recorded(pack.authority, pack.name, quality, pack.windows, definitions)


@pytest.fixture(scope="module")
def pack():
    return pack_of()


def verdict(one, outcome):
    return compare([one]).cell(one.authority, outcome).verdict


def test_an_authority_of_which_all_is_known_and_nothing_is_wrong_compares(pack):
    found = compare([recorded(pack)])
    assert {cell.verdict for cell in found.cells} == {"comparable"}


def test_answers_that_nobody_gave_are_unknown(pack):
    one = recorded(pack)
    asked = replace(one, quality=replace(one.quality, answers={}))
    cell = compare([asked]).cell("900", "nfa_any_strict")
    assert cell.verdict == "unknown"
    assert {"what-is-a-contact", "open-cases"} <= {reason.code for reason in cell.reasons}


@pytest.mark.parametrize(
    ("answers", "outcome", "expected", "code"),
    [
        ({"one_row_per": "family"}, "nfa_any_strict", "not", "a-row-for-each-child"),
        ({"one_row_per": "family"}, "contacts", "caveat", "a-row-for-each-child"),
        ({"gateway": "separate"}, "nfa_any_early_help", "not", "way-into-early-help"),
        ({"gateway": "separate"}, "nfa_any_strict", "comparable", None),
        ({"repeats": "varies"}, "recontact_after_nfa", "not", "repeats"),
        ({"open_cases": "by-outcome"}, "s47_first", "caveat", "open-cases"),
        ({"threshold": "2024-02-01"}, "nfa_any_strict", "caveat", "change-of-threshold"),
        ({"threshold": "2019-02-01"}, "nfa_any_strict", "comparable", None),
    ],
)
def test_an_answer_decides_by_the_rule_that_is_named(pack, answers, outcome, expected, code):
    cell = compare([recorded(pack, **answers)]).cell("900", outcome)
    assert cell.verdict == expected
    assert (cell.reasons[0].code if cell.reasons else None) == code


def test_of_several_rules_the_worst_decides_and_comes_first(pack):
    one = recorded(pack, one_row_per="family", siblings="unknown", open_cases="by-outcome")
    cell = compare([one]).cell("900", "nfa_any_strict")
    assert [reason.verdict for reason in cell.reasons] == ["not", "unknown", "caveat"]
    assert cell.verdict == "not"


def test_findings_in_the_windows_decide_and_those_outside_do_not(pack):
    one = recorded(pack)

    def with_finding(kind, month):
        told = finding("900", kind, [month], "s", "u", "sure")
        return replace(one, quality=replace(one.quality, findings=(told,)))

    assert verdict(with_finding("missing-month", 202402), "contacts") == "not"
    assert verdict(with_finding("missing-month", 201902), "contacts") == "comparable"
    assert verdict(with_finding("nfa-by-absence", 202402), "nfa_any_strict") == "not"
    assert verdict(with_finding("nfa-by-absence", 202402), "nfa_any_advice") == "caveat"
    assert verdict(with_finding("nfa-by-absence", 202402), "referral_any") == "comparable"


def test_shares_of_what_is_missing_decide():
    unclear = recorded(pack_of(many(100) + many(30, outcome="Gibberish").replace("C", "D")))
    cell = compare([unclear]).cell("900", "nfa_any_strict")
    assert (cell.verdict, cell.reasons[0].code) == ("not", "outcomes-unmapped")
    assert verdict(unclear, "contacts") == "comparable"


def test_a_window_that_is_not_covered_and_a_reason_not_counted_are_said(pack):
    part = pack_of(covers={"from": "2024-02-01", "to": "2024-06-30"})
    assert verdict(recorded(part), "children") == "not"
    uncounted = replace(recorded(pack), definitions=pack.definitions)
    assert verdict(uncounted, "csa_any") == "unknown"
    assert verdict(uncounted, "children") == "comparable"


def test_the_matrix_is_ordered_and_comes_back_from_plain_values(pack):
    one = recorded(pack)
    found = compare([replace(one, authority="902"), one])
    assert list(found.authorities) == ["900", "902"]
    assert from_plain(type(found), to_plain(found)) == found
    with pytest.raises(ValueError, match="twice"):
        compare([one, one])
    with pytest.raises(KeyError):
        found.cell("900", "happiness")


def test_every_rule_of_the_matrix_names_what_there_is():
    data = comparability_data()
    rules = {rule.code for rule in RULES}
    asked = {question.id: question for question in questions()}
    outcomes = {entry["id"] for entry in data["outcomes"]} | set(data["groups"])
    for entry in (*data["answers"], *data["findings"], *data["shares"]):
        assert entry["rule"] in rules
    for entry in data["answers"]:
        choices = {choice.code for choice in asked[entry["question"]].choices}
        assert set(entry["verdicts"]) <= choices | {"unknown", "in-window"}
        for verdicts in entry["verdicts"].values():
            assert set(verdicts) <= set(VERDICTS)
            assert {name for names in verdicts.values() for name in names} <= outcomes
    named = {kind for entry in data["findings"] for kind in entry["kinds"]}
    assert named == set(kinds())


# ----------------------------------------------------------------------------- changes


def changes_of(old, new, **profile):
    def files(rows, **more):
        body = {**json.loads(files_of("local-columns")["profile.json"]), **more}
        return {
            **files_of("local-columns"),
            "contacts.csv": (HEADS + rows).encode("utf-8"),
            "profile.json": json.dumps(body).encode("utf-8"),
        }

    _, schools, definitions, _ = LOCAL
    return extract_changes(files(old), files(new, **profile), schools, definitions, SQLiteEngine())


def line(contact, child, day, outcome="NFA", place="Thornwick Primary School"):
    return f"{contact},{child},{day},School,{place},{outcome},,N\n"


def test_rows_added_removed_moved_and_changed_are_counted_by_month():
    old = (
        line("1", "A", "05/01/2024")
        + line("2", "A", "06/01/2024", outcome="")
        + line("3", "B", "07/02/2024")
        + line("4", "C", "08/02/2024", place="Nowhere at all")
        + line("5", "D", "09/02/2024")
    )
    new = (
        line("1", "A", "05/01/2024")
        + line("2", "A", "06/01/2024")
        + line("4", "C", "08/02/2024")
        + line("5", "D", "09/03/2024", outcome="Referral")
        + line("6", "E", "10/03/2024")
    )
    found = changes_of(old, new)
    by_month = {month.month: month for month in found.months}
    january, february, march = (by_month[f"2024-0{n}"] for n in (1, 2, 3))
    assert (january.before, january.after, january.outcome_changed) == (2, 2, 1)
    assert (february.before, february.removed, february.moved) == (3, 1, 1)
    assert (february.school_changed, february.outcome_changed) == (1, 1)
    assert (march.before, march.after, march.added) == (0, 2, 1)
    assert {(c.before, c.after, c.rows) for c in found.outcomes} == {
        ("MISSING", "NFA", 1), ("NFA", "REFERRAL", 1),
    }  # fmt: skip
    assert found.total("added") == 1
    # Every row that is not gone is there again: nothing is counted twice or lost.
    kept = found.total("before") - found.total("removed")
    assert kept == found.total("after") - found.total("added")


def test_months_that_one_extract_does_not_cover_are_no_change():
    old, new = line("1", "A", "05/01/2024"), line("9", "B", "05/01/2024")
    found = changes_of(old, new, covers={"from": "2024-02-01", "to": "2024-06-30"})
    assert all(not month.both_cover for month in found.months if month.month == "2024-01")
    assert found.total("removed") == 0
    assert found.total("removed", both_cover=False) == 1


def test_the_first_of_copies_stands():
    twice = line("1", "A", "05/01/2024") + line("1", "A", "05/01/2024", outcome="Referral")
    found = changes_of(twice, line("1", "A", "05/01/2024"))
    assert found.outcomes == ()


def test_extracts_of_two_authorities_are_refused():
    with pytest.raises(ValueError, match="two authorities"):
        changes_of(line("1", "A", "05/01/2024"), line("1", "A", "05/01/2024"), authority="901")


# ----------------------------------------------------------------------------- evaluability


def test_spread_parts_chance_from_what_lies_between_schools():
    """By hand: rates .01 .03 .05 .07, variance .0006667; chance .04 x .96 / 200 = .000192."""
    found = spread_of([2, 6, 10, 14], [200] * 4)
    assert found.rate == pytest.approx(0.04)
    assert found.sd == pytest.approx(0.0006666667**0.5)
    assert found.between == pytest.approx((0.0006666667 - 0.000192) ** 0.5)
    assert found.cv == pytest.approx(0.54466, abs=1e-4)
    assert found.icc == pytest.approx(0.00047467 / 0.0384, rel=1e-4)


def test_spread_of_equal_schools_is_none_and_of_nothing_is_unknown():
    assert spread_of([5, 5, 5], [100, 100, 100]).between == 0.0
    none = spread_of([0, 0], [100, 50])
    assert (none.rate, none.cv, none.icc) == (0.0, None, None)
    with pytest.raises(ValueError, match="two schools"):
        spread_of([3], [10])


def year_pack(rows=None, **profile):
    spans = {"covers": {"from": "2023-07-01", "to": "2024-06-30"}, "extract_date": "2024-08-15"}
    body = {**json.loads(files_of("local-columns")["profile.json"]), **spans, **profile}
    rows = rows or "".join(
        line(f"C{n}", f"K{n}", f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{2024 if n % 12 < 6 else 2023}",
             place=("Thornwick Primary School", "Aldermere Infant School")[n % 3 == 0])
        for n in range(480)
    )  # fmt: skip
    # Some contacts are marked as on an open case, or it would be asked why none is.
    rows += "".join(f"P{n},P{n},0{n + 1}/03/2024,Police,,NFA,,Y\n" for n in range(5))
    files = {
        **files_of("local-columns"),
        "contacts.csv": (HEADS + rows).encode("utf-8"),
        "profile.json": json.dumps(body).encode("utf-8"),
    }
    _, schools, definitions, _ = LOCAL
    window = Window("baseline", date(2023, 7, 1), date(2024, 6, 30))
    definitions = replace(definitions, pending_cut_off=date(2024, 8, 15))
    return build_pack(files, schools, definitions, [window], SQLiteEngine())


ROLLS = {"900001": 400, "900002": 200, "900003": 400}


def test_an_authority_with_a_clear_year_and_rolls_can_carry_the_outcome():
    made = year_pack()
    found = evaluability(recorded(made), made.counts, ROLLS)
    assert (found.answer, found.obstacles, found.conditions) == ("yes", (), ())
    assert (found.months, found.months_usable) == (12, 12)
    assert (found.linkage, found.unclear) == (1.0, 0.0)
    assert (found.pupils, found.children) == (1000, 480)
    assert found.rate == pytest.approx(480.0)
    assert found.contacts_rate == pytest.approx(480.0)
    assert found.cv is not None and found.cv > 0


def test_what_is_missing_is_a_condition_and_what_cannot_be_mended_an_obstacle():
    made = year_pack()
    without_rolls = evaluability(recorded(made), made.counts, {})
    assert without_rolls.answer == "yes-if"
    assert without_rolls.rate is None
    unasked = evaluability(recorded(made, contact="unknown"), made.counts, ROLLS)
    assert unasked.answer == "yes-if"
    assert "answered in the profile" in unasked.conditions[0]
    family = evaluability(recorded(made, one_row_per="family"), made.counts, ROLLS)
    assert family.answer == "no"
    assert "family" in family.obstacles[0]


def test_schools_that_cannot_be_found_and_outcomes_that_are_unclear_count_against_it():
    rows = "".join(
        line(f"C{n}", f"K{n}", f"{n % 28 + 1:02d}/{n % 12 + 1:02d}/{2024 if n % 12 < 6 else 2023}",
             place="Nowhere at all" if n % 2 else "Thornwick Primary School",
             outcome="Gibberish" if n % 3 == 0 else "NFA")
        for n in range(480)
    )  # fmt: skip
    made = year_pack(rows)
    found = evaluability(recorded(made), made.counts, ROLLS)
    assert found.answer == "no"
    assert found.linkage == pytest.approx(0.5)
    assert found.unclear == pytest.approx(1 / 3)
    assert sum("50 %" in said or "33 %" in said for said in found.obstacles) == 2


def test_a_finding_spoils_its_months():
    made = year_pack()
    one = recorded(made)
    told = finding("900", "double-export", [202401, 202402], "s", "u", "sure")
    one = replace(one, quality=replace(one.quality, findings=(told,)))
    assert evaluability(one, made.counts, ROLLS).months_usable == 10


@pytest.mark.parametrize(
    ("covers", "made_on", "expected"),
    [
        (("2022-01-01", "2024-06-30"), "2024-08-15", ("2023-07-01", "2024-06-30")),
        (("2022-01-01", "2024-06-30"), "2024-07-10", ("2023-06-01", "2024-05-31")),
        (("2024-01-15", "2024-06-20"), "2024-12-01", ("2024-02-01", "2024-05-31")),
    ],
)
def test_the_baseline_is_the_last_whole_year_whose_outcomes_were_due(covers, made_on, expected):
    profile = profile_of(covers, made_on)
    window = baseline_window(profile)
    assert (window.start.isoformat(), window.end.isoformat()) == expected


def test_an_extract_without_a_whole_month_has_no_baseline():
    with pytest.raises(ProblemsError, match="no whole month"):
        baseline_window(profile_of(("2024-01-15", "2024-02-10"), "2024-03-01"))


def profile_of(covers, made_on):
    from equipoise.authority.readers import read_profile

    body = json.loads(files_of("local-columns")["profile.json"])
    body |= {"covers": {"from": covers[0], "to": covers[1]}, "extract_date": made_on}
    return read_profile(json.dumps(body).encode("utf-8"))
