"""A common outcome is re-derived where trials count alike, and refused by name where not."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from equipoise.design.protocol import load_protocol, template
from equipoise.evaluation.synthesis import TrialEvidence, common_outcome
from equipoise.evaluation.synthesis.definitions import differences, school_days

WINDOWS = ("design", "periods", "windows")
CONTACT = ("design", "contact")


def test_trials_that_count_alike_are_their_own_findings(common, make_trial):
    trials = [make_trial("one"), make_trial("two", seed=8, year=2022)]
    found = common_outcome(common, trials)
    assert [row.evidence.id for row in found.rows] == ["one", "two"]
    assert found.not_pooled == ()
    for row in found.rows:
        primary = row.evidence.primary
        assert row.effect.estimate == pytest.approx(primary.estimate, abs=1e-10)
        assert row.effect.se == pytest.approx(primary.se, abs=1e-10)
        assert row.days == 294


@pytest.mark.parametrize(
    ("changes", "part", "found"),
    [
        ({(*CONTACT, "school"): "attended"}, "contact-school", "attended"),
        ({(*CONTACT, "open_cases"): "count"}, "contact-open-cases", "count"),
        ({(*CONTACT, "repeat_days"): 14}, "contact-repeats", "14 days"),
        ({(*CONTACT, "siblings"): "one"}, "contact-siblings", "one"),
        (
            {
                (*CONTACT, "outcome"): "derived",
                (*CONTACT, "referral_within_days"): 14,
                # A list of referrals does not tell enquiries.
                ("design", "outcomes", 4, "measure", "numerator"): "children",
            },
            "contact-outcome",
            "derived from referrals within 14 days",
        ),
        ({(*CONTACT, "source_codes"): ["2A", "2B"]}, "contact-sources", "2A, 2B"),
        ({("design", "periods", "settling_days"): 56}, "settling-days", "56 days"),
        (
            {("design", "periods", "roll_date"): "2020-05-20"},
            "roll-census",
            "a census 499 days before the window",
        ),
        (
            {(*WINDOWS, 1): {"id": "outcome", "from": "2021-10-01", "to": "2022-03-31"}},
            "window-length",
            "182 days outside the summer holiday",
        ),
        (
            {
                ("design", "outcomes", 0, "measure", "numerator"): "nfa_any_advice",
                ("design", "outcomes", 0, "also_shown"): [],
                ("design", "outcomes", 0, "id"): "nfa_wide",
                ("design", "subgroups"): [],
                ("plan", "sensitivity"): [],
            },
            "numerator",
            "nfa_any_advice",
        ),
    ],
)
def test_another_definition_is_refused_by_name(common, make_trial, changes, part, found):
    trials = [make_trial("one"), make_trial("two", seed=8), make_trial("three", changes=changes)]
    made = common_outcome(common, trials)
    assert [row.evidence.id for row in made.rows] == ["one", "two"]
    assert [(n.trial, n.outcome, n.part, n.found) for n in made.not_pooled] == [
        ("three", "nfa_pupils", part, found)
    ]


def test_the_model_is_that_of_the_trials_own_outcome(common, make_trial):
    """A trial that plans another model for these counts keeps it, though its primary differs."""
    models = ("plan", "models")
    plain = {"model": "wls", "error": "hc2", "strata": True, "baseline": False, "permutations": 99}
    trial = make_trial(
        "one", changes={(*models, "plain"): plain, ("design", "outcomes", 0, "model"): "plain"}
    )
    (row,) = common_outcome(common, [trial]).rows
    assert row.effect.estimate == pytest.approx(trial.primary.estimate, abs=1e-10)
    adjusted = common_outcome(common, [make_trial("one")]).rows[0].effect
    assert abs(adjusted.estimate - row.effect.estimate) > 1e-3


def test_every_difference_is_named_at_once(common, make_trial):
    changes = {(*CONTACT, "school"): "attended", (*CONTACT, "repeat_days"): 14}
    trials = [make_trial("one"), make_trial("two", seed=8), make_trial("three", changes=changes)]
    parts = [entry.part for entry in common_outcome(common, trials).not_pooled]
    assert parts == ["contact-school", "contact-repeats"]


def test_what_most_trials_declare_is_expected(common, make_trial):
    """The earliest trial does not set the definition for the rest."""
    early = make_trial("one", changes={(*CONTACT, "repeat_days"): 14})
    made = common_outcome(common, [early, make_trial("two", seed=8), make_trial("three", seed=9)])
    assert [row.evidence.id for row in made.rows] == ["two", "three"]
    assert made.not_pooled[0].expected == "0 days"


def test_a_trial_that_is_not_named_or_lacks_the_count_stays_out(common, make_trial):
    one, two, three = make_trial("one"), make_trial("two", seed=8), make_trial("three", seed=9)
    bare = replace(two.data, schools=two.data.schools.drop("nfa_any_strict_outcome"))
    named = common.model_copy(update={"trials": ("one", "two")})
    made = common_outcome(named, [one, replace(two, data=bare), three])
    assert [row.evidence.id for row in made.rows] == ["one"]
    assert [(n.trial, n.part) for n in made.not_pooled] == [
        ("two", "numerator"),
        ("three", "not-named"),
    ]


def test_a_model_without_an_estimate_keeps_its_trial_out(common, make_trial):
    one, two = make_trial("one"), make_trial("two", seed=8)
    same = two.data.schools.with_columns(pl.lit(0).alias("nfa_any_strict_outcome"))
    made = common_outcome(common, [one, replace(two, data=replace(two.data, schools=same))])
    assert [(n.trial, n.part) for n in made.not_pooled] == [("two", "no-estimate")]
    assert "outcome" in made.not_pooled[0].found.lower()


class Counted:
    """A table that has every count in every window."""

    schools = pl.DataFrame({"pupils": [100], "nfa_any_strict_outcome": [1]})


def test_of_the_five_trials_the_pilot_is_too_short(common):
    """Six months against ten; a calendar year's terms are as long as a school year's."""
    names = ("bolton-pilot", "dsl-gmca", "dsl-secondary", "dsl-primary", "dsl-csa")
    trials = [TrialEvidence(load_protocol(template(n)), None, Counted, {}) for n in names]
    alike, refused = differences(common.model_copy(update={"trials": names}), trials)
    assert [trial.id for trial, _, _ in alike] == list(names[1:])
    assert [(n.trial, n.part) for n in refused] == [("bolton-pilot", "window-length")]


def test_a_census_after_the_window_began_is_not_the_last_before_the_draw(common):
    protocol = load_protocol(template("dsl-primary"))
    trial = TrialEvidence(protocol, None, Counted, {})
    periods = protocol.design.periods.model_copy(update={"roll_date": date(2021, 10, 2)})
    design = protocol.design.model_copy(update={"periods": periods})
    late = replace(trial, protocol=protocol.model_copy(update={"design": design}))
    named = common.model_copy(update={"trials": ("dsl-primary",)})
    _, refused = differences(named, [trial, trial, late])
    assert [(n.part, n.found) for n in refused] == [
        ("roll-census", "a census -1 days before the window")
    ]


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        (date(2021, 7, 1), date(2021, 7, 21), 21),
        (date(2021, 7, 22), date(2021, 8, 31), 0),
        (date(2021, 8, 30), date(2021, 9, 2), 2),
        (date(2021, 1, 1), date(2022, 12, 31), 730 - 82),
    ],
)
def test_days_outside_the_summer_holiday(first, last, days):
    assert school_days(first, last) == days
