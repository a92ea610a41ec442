"""The truth: counted again from the rows as written, by a counter made for this test."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta

import pytest

from equipoise.simulate import COUNT_NAMES
from tests.simulate.conftest import World
from tests.simulate.reading import authorities, book_rows, rows

WINDOWS = {
    "baseline": (date(2020, 10, 1), date(2021, 7, 21)),
    "outcome": (date(2021, 10, 1), date(2022, 7, 21)),
}
CUT_OFF = date(2022, 9, 30)
Row = tuple[date, str, str, bool, str, str]  # day, child, urn, open, outcome, reason


def written(world: World, *, recorded: bool) -> dict[str, list[Row]]:
    """Return each authority's rows: child and day as written, the rest from the truth's labels."""
    labels = {event["contact_id"]: event for event in rows(world.truth["events.csv"])}
    found: dict[str, list[Row]] = {}
    for code, files in authorities(world.trial):
        lines: list[tuple[str, str, date]] = []
        if "contacts.csv" in files:
            for row in rows(files["contacts.csv"]):
                day, month, year = (int(part) for part in row["Date of contact"].split("/"))
                lines.append((row["Contact ID"], row["Child ID"], date(year, month, day)))
        else:
            for line in book_rows(files["contacts.xlsx"]):
                day_cell = line["cont_contact_date"]
                assert isinstance(day_cell, date)
                lines.append((str(line["cont_contact_id"]), str(line["cont_person_id"]), day_cell))
        found[code] = [_row(labels[contact], child, day, recorded) for contact, child, day in lines]
    return found


def _row(label: dict[str, str], child: str, day: date, recorded: bool) -> Row:
    is_open = label["open"] == "true"
    if recorded:
        school = label["made_by_as_recorded"] if label["source_as_recorded"] == "2A" else ""
        urn = "" if school == "not-a-school" else school
        outcome, reason = label["outcome_as_recorded"], label["reason_as_recorded"]
        return day, child, urn, is_open, outcome, reason
    late = date.fromisoformat(label["decided_on"]) > CUT_OFF
    outcome = "PENDING" if late else label["outcome"]
    return day, child, label["made_by"], is_open, outcome, label["reason"]


def recount(lines: list[Row]) -> dict[tuple[str, str], dict[str, int]]:
    """Count plainly: sets of children, one pass for each name."""
    seen: dict[str, set[date]] = defaultdict(set)
    best: dict[tuple[str, str, date], str] = {}
    table: dict[tuple[str, str], dict[str, int]] = {}
    rank = [
        "CP_ENQUIRY",
        "REFERRAL",
        "EXISTING",
        "EARLY_HELP",
        "OTHER",
        "ADVICE",
        "NFA",
        "PENDING",
        "UNMAPPED",
        "MISSING",
    ]
    for day, child, *_ in lines:
        seen[child].add(day)
    why: dict[tuple[str, str, date], str] = {}
    for day, child, urn, is_open, outcome, reason in lines:
        why.setdefault((urn, child, day), reason)
        key = (urn, child, day)
        if urn and not is_open and (key not in best or rank.index(outcome) < rank.index(best[key])):
            best[key] = outcome
    for urn in {row[2] for row in lines if row[2]}:
        for window, (first, last) in WINDOWS.items():
            inside = [row for row in lines if row[2] == urn and first <= row[0] <= last]
            new = sorted(
                (day, child, code)
                for (school, child, day), code in best.items()
                if school == urn and first <= day <= last
            )
            by_child = defaultdict(list)
            for _, child, code in new:
                by_child[child].append(code)
            kinds = {"strict": {"NFA"}, "advice": {"NFA", "ADVICE"}}
            kinds["early_help"] = kinds["advice"] | {"EARLY_HELP"}
            counts = {"contacts": len(new), "children": len(by_child)}
            for kind, codes in kinds.items():
                counts[f"nfa_contacts_{kind}"] = len([1 for _, _, code in new if code in codes])
                counts[f"nfa_any_{kind}"] = len(
                    [1 for got in by_child.values() if codes & set(got)]
                )
            counts["nfa_all_strict"] = len([1 for got in by_child.values() if {"NFA"} == set(got)])
            counts["nfa_first_strict"] = len([1 for got in by_child.values() if got[0] == "NFA"])
            counts["referral_any"] = len(
                [1 for got in by_child.values() if {"REFERRAL", "CP_ENQUIRY"} & set(got)]
            )
            counts["s47_first"] = len([1 for got in by_child.values() if got[0] == "CP_ENQUIRY"])
            counts["recontact_after_nfa"] = len(
                {
                    child
                    for day, child, code in new
                    if code == "NFA"
                    and any(timedelta(0) < other - day <= timedelta(90) for other in seen[child])
                }
            )
            counts["csa_any"] = len(
                {child for day, child, _ in new if why[urn, child, day] == "SEXUAL_ABUSE"}
            )
            counts["pending"] = len([1 for _, _, code in new if code == "PENDING"])
            counts["unmapped"] = len([1 for _, _, code in new if code in ("UNMAPPED", "MISSING")])
            counts["open_case"] = len([1 for row in inside if row[3]])
            counts["repeats"] = len(inside) - counts["open_case"] - len(new)
            table[urn, window] = counts
    return table


@pytest.mark.parametrize(
    ("file", "recorded"), [("schools.csv", False), ("schools-as-recorded.csv", True)]
)
def test_counts_follow_from_the_rows(small: World, file: str, recorded: bool) -> None:
    again: dict[tuple[str, str], dict[str, int]] = {}
    for lines in written(small, recorded=recorded).values():
        again.update(recount(lines))
    zeros = dict.fromkeys(COUNT_NAMES, 0)
    told = rows(small.truth[file])
    assert {row["urn"] for row in told} == {school.urn for school in small.registers.schools}
    for row in told:
        counts = {name: int(row[name]) for name in COUNT_NAMES}
        assert counts == again.get((row["urn"], row["window"]), zeros), row["urn"]
    assert sum(int(row["repeats"]) for row in told) > 0
    assert sum(int(row["recontact_after_nfa"]) for row in told) > 0
    assert sum(int(row["csa_any"]) for row in told) > 0


def test_records_lose_something_and_invent_nothing(demo: World) -> None:
    true = {(r["urn"], r["window"]): r for r in rows(demo.truth["schools.csv"])}
    lost = 0
    for row in rows(demo.truth["schools-as-recorded.csv"]):
        at = true[row["urn"], row["window"]]
        assert int(row["contacts"]) <= int(at["contacts"])
        assert int(row["nfa_any_strict"]) <= int(at["nfa_any_strict"])
        lost += int(at["contacts"]) - int(row["contacts"])
    total = sum(int(row["contacts"]) for row in true.values())
    assert 0 < lost / total < 0.03


def test_expected_calls_are_near_the_calls_made(demo: World) -> None:
    expected = sum(float(row["calls"]) for row in rows(demo.truth["expected.csv"]))
    calls = {
        (event["made_by"], event["date"], event["decided_on"], event["outcome"], event["open"])
        for event in rows(demo.truth["events.csv"])
        if event["made_by"]
        and any(a <= date.fromisoformat(event["date"]) <= b for a, b in WINDOWS.values())
    }
    # Siblings of one call share all of these; of two calls they hardly ever do.
    assert abs(len(calls) - expected) < 4 * expected**0.5 + 0.03 * expected


def test_rates_are_those_that_the_template_plans_with(demo: World) -> None:
    pupils = {school.urn: school.pupils for school in demo.enrolment.schools}
    rates = [
        1000 * int(row["nfa_any_strict"]) / pupils[row["urn"]]
        for row in rows(demo.truth["schools.csv"])
        if row["urn"] in pupils and row["window"] == "outcome"
    ]
    mean = sum(rates) / len(rates)
    sd = (sum((rate - mean) ** 2 for rate in rates) / (len(rates) - 1)) ** 0.5
    assert 14 < mean < 28
    assert 9 < sd < 17, "power in the template assumes 12"
