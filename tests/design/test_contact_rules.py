"""What a protocol says about derived outcomes, families and clocks, and what is refused."""

from datetime import date

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import load_protocol, template
from equipoise.workspace.steps.declared import declared_definitions, definitions_of

HOOK = "source_codes: [2A]\n"


def changed(more, text=None):
    text = text or template("dsl-primary").decode("utf-8")
    assert text.count(HOOK) == 1
    return text.replace(HOOK, HOOK + more).encode("utf-8")


def without_also(text):
    """Take the other definitions of the template out, so that these tests bring their own."""
    lines = text.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.strip().startswith("also:"))
    indent = len(lines[start]) - len(lines[start].lstrip())
    end = start + 1
    while end < len(lines) and len(lines[end]) - len(lines[end].lstrip()) > indent:
        end += 1
    return "".join(lines[:start] + lines[end:])


@pytest.fixture(scope="module")
def plain():
    text = template("dsl-primary").decode("utf-8")
    return without_also(text) if "also:" in text else text


def problems_of(more, text):
    with pytest.raises(ProblemsError) as error:
        load_protocol(changed(more, text))
    return [f"{problem.place}: {problem.found}" for problem in error.value.problems]


def test_what_is_declared_is_what_is_counted(plain):
    protocol = load_protocol(
        changed(
            "    siblings: one\n    same_day: keep\n    clock_from: contact\n"
            "    decision_working_days: 2\n    also:\n"
            "    - {id: by-referral, outcome: derived, referral_within_days: 21}\n"
            "    - {id: each-child, siblings: each}\n",
            plain,
        )
    )
    own, _ = definitions_of(protocol)
    assert (own.outcome, own.siblings, own.same_day) == ("recorded", "one", "keep")
    assert (own.clock_from, own.decision_days, own.needs_referrals) == ("contact", 2, False)
    _, derived, each = (declared.definitions for declared in declared_definitions(protocol))
    assert (derived.outcome, derived.referral_within_days, derived.siblings) == (
        "derived", 21, "one",
    )  # fmt: skip
    assert derived.needs_referrals
    assert (each.outcome, each.siblings) == ("recorded", "each")
    assert protocol.counts[-3:] == ("clock_started", "decided_known", "decided_within_limit")


def test_defaults_mean_what_they_always_meant(plain):
    said = "    outcome: recorded\n    siblings: each\n    same_day: one\n    clock_from: null\n"
    before, after = load_protocol(plain.encode("utf-8")), load_protocol(changed(said, plain))
    assert after.meaning("all") == before.meaning("all")
    assert b"siblings" not in before.meaning("all")
    definitions, _ = definitions_of(before)
    assert (definitions.outcome, definitions.siblings, definitions.clock_from) == (
        "recorded", "each", "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ("    outcome: derived\n", "outcome"),
        ("    clock_from: referral\n", "clock_from"),
        ("    also: [{id: other, outcome: derived}]\n", "outcome"),
        ("    referral_within_days: 5\n", "referral_within_days"),
        ("    also: [{id: other, referral_within_days: 5}]\n", "referral_within_days"),
        ("    decision_working_days: 2\n", "decision_working_days"),
        ("    outcome: derived\n    referral_within_days: 300\n", "pending_cut_off"),
    ],
)
def test_what_does_not_agree_is_refused_at_its_place(plain, more, place):
    assert any(place in found.split(":")[0] for found in problems_of(more, plain))


def test_counts_that_derived_outcomes_do_not_give_are_refused(plain):
    more = "    outcome: derived\n    referral_within_days: 14\n"
    assert any("s47_first, which only recorded" in found for found in problems_of(more, plain))


def test_a_count_of_working_days_needs_a_clock(plain):
    text = plain.replace("numerator: s47_first", "numerator: decided_within_limit", 1)
    assert any("a count of working days" in found for found in problems_of("", text))
    protocol = load_protocol(changed("    clock_from: contact\n", text))
    assert protocol.pending_cut_off > date(2000, 1, 1)
