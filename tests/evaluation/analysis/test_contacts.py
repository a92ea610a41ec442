"""The primary outcome under other declared definitions of a new contact."""

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import ContactVariant
from equipoise.evaluation.analysis import analyse, analyse_blind
from equipoise.evaluation.analysis.contacts import title_of
from equipoise.evaluation.outcomes import AuthorityCounts, SchoolCounts

ALSO = ("design", "contact", "also")
MONTH = "a-month-apart"
COUNTS = ("nfa_any_strict", "nfa_any_advice", "nfa_any_early_help")
QUICK = {("plan", "models", name, "permutations"): 99 for name in ("default", "dsl")}


@pytest.fixture
def trial(dsl_primary, make_school_set, make_wellbeing, hand_trial):
    """Return a protocol, a function from rows to its analysis set, the rows and the arms."""
    protocol = dsl_primary({**QUICK, ALSO: [{"id": MONTH, "repeat_days": 30}]})
    rows, arms = hand_trial
    scores = make_wellbeing(rows)
    return protocol, lambda changed: make_school_set(protocol, changed, scores), rows, arms


def counted(row, factor, windows=("baseline", "outcome")):
    """Return a row whose counts under the other definition are so many times its own."""
    return row | {
        f"{name}_{window}@{MONTH}": factor * row[f"{name}_{window}"]
        for name in COUNTS
        for window in windows
    }


def primary(found):
    return next(outcome for outcome in found.outcomes if outcome.role == "primary")


def beside(found):
    return {one.id: one for one in primary(found).sensitivity if one.id.startswith("contact@")}


def test_twice_the_counts_are_twice_the_effect_and_its_error(trial):
    protocol, made, rows, arms = trial
    found = analyse(protocol, made([counted(row, 2) for row in rows]), arms)
    main, other = primary(found), beside(found)[f"contact@{MONTH}"]
    # Outcome and baseline are both doubled, so the model is the same in another unit.
    assert other.estimate == pytest.approx(2 * main.estimate, rel=1e-12)
    assert other.se == pytest.approx(2 * main.se, rel=1e-12)
    assert other.p == pytest.approx(main.p, rel=1e-10)
    assert (other.rows, other.tier) == (main.rows, 1)


def test_the_baseline_is_counted_by_the_other_definition_too(trial):
    protocol, made, rows, arms = trial
    half = analyse(protocol, made([counted(row, 3, ("outcome",)) for row in rows]), arms)
    whole = analyse(protocol, made([counted(row, 3) for row in rows]), arms)
    # An outcome three times as large on a baseline of another unit: the same effect, for a
    # covariate's unit changes nothing.
    one, other = (beside(found)[f"contact@{MONTH}"] for found in (half, whole))
    assert one.estimate == pytest.approx(other.estimate, rel=1e-10)
    own = [row | {f"{COUNTS[0]}_baseline@{MONTH}": 7} for row in rows]
    constant = analyse(protocol, made(own), arms)
    assert beside(constant)[f"contact@{MONTH}"].estimate != pytest.approx(
        primary(constant).estimate
    )


def test_each_definition_that_is_always_shown_stands_under_it(trial):
    protocol, made, rows, arms = trial
    found = analyse(protocol, made([counted(row, 2) for row in rows]), arms)
    shown = {one.id: one for one in primary(found).shown}
    for name in ("nfa_pupils_advice", "nfa_pupils_early_help"):
        other = beside(found)[f"contact@{MONTH}@{name}"]
        assert other.estimate == pytest.approx(2 * shown[name].estimate, rel=1e-12)
        assert other.title.startswith("counting no contact within 30 days of an earlier one")
        assert shown[name].title in other.title


def test_only_the_primary_outcome_is_fitted_under_it(trial):
    protocol, made, rows, arms = trial
    found = analyse(protocol, made(rows), arms)
    others = [one.id for o in found.outcomes if o.role != "primary" for one in o.sensitivity]
    assert not any("@" in name for name in others)
    assert len(beside(found)) == 3
    assert not any(MONTH in line for line in primary(found).warnings)


def test_an_authority_that_left_it_out_is_named_and_the_rest_is_fitted(trial):
    protocol, made, rows, arms = trial
    some = [row | ({"left_out": (MONTH,)} if row["la"] == "901" else {}) for row in rows]
    found = analyse(protocol, made(some), arms)
    assert beside(found)[f"contact@{MONTH}"].rows == sum(row["la"] == "900" for row in rows)
    (said,) = [line for line in primary(found).warnings if MONTH in line]
    assert said == (
        f"Authority 901 did not count under the definition {MONTH}; its schools are not in that "
        "analysis."
    )


def test_a_definition_that_nobody_counted_keeps_no_finding_back(trial):
    protocol, made, rows, arms = trial
    found = analyse(protocol, made([row | {"left_out": (MONTH,)} for row in rows]), arms)
    assert beside(found) == {}
    said = [line for line in primary(found).warnings if MONTH in line]
    assert said[0].startswith("Authorities 900, 901 did not count")
    assert all("there is no estimate" in line for line in said[1:])
    assert len(said) == 4
    assert primary(found).estimate == primary(analyse(protocol, made(rows), arms)).estimate


def test_the_blind_run_fits_it_too(trial):
    protocol, made, rows, _ = trial
    blind = analyse_blind(protocol, made(rows))
    models = next(o for o in blind.outcomes if o.outcome == protocol.primary.id).models
    assert [m.ran for m in models if m.id.startswith(f"contact@{MONTH}")] == [True] * 3


def test_what_is_wrong_in_its_counts_is_said_with_its_name(trial):
    from equipoise.evaluation.outcomes import SchoolFacts
    from equipoise.evaluation.outcomes.assembly import assemble
    from tests.evaluation.conftest import Stage, Unit

    protocol = trial[0]
    windows = [window.id for window in protocol.design.periods.windows]
    good = [SchoolCounts("900001", w, dict.fromkeys(protocol.counts, 1)) for w in windows]
    bad = [SchoolCounts("900001", windows[0], dict.fromkeys(protocol.counts, -1)), *good[1:]]
    pack = AuthorityCounts("900", good, {}, {}, {MONTH: bad})
    stage = Stage("900", (Unit("900001", ("900001",), "s", 50),))
    with pytest.raises(ProblemsError) as error:
        assemble(protocol, [stage], [SchoolFacts("900001", "900", "primary", 50)], [pack], [])
    assert all(p.place.startswith(f"definitions {MONTH}, ") for p in error.value.problems)
    assert len(error.value.problems) == len(protocol.counts)


@pytest.mark.parametrize(
    "field",
    [name for name in ContactVariant.model_fields if name != "id"],
)
def test_whatever_may_be_declared_is_said_in_words(field):
    values = {"open_cases": "count", "repeat_days": 7, "school": "attended", "outcome": "derived",
              "referral_within_days": 10, "siblings": "one", "same_day": "keep"}  # fmt: skip
    assert title_of(ContactVariant(**{"id": "other", field: values[field]}))
