"""The analysis set from packs: nothing is lost, nothing knows an arm, bytes repeat."""

import subprocess
import sys
from dataclasses import make_dataclass
from datetime import date
from types import SimpleNamespace

import polars as pl
import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.design.protocol import COUNTS
from equipoise.design.registers import Registers, Roll, School
from equipoise.evaluation.outcomes import (
    analysis_set,
    analysis_set_files,
    outcome_values,
    read_analysis_set,
)


@pytest.fixture
def rows():
    low = {"urn": "900002", "la": "900", "stratum": "900/small", "pupils": 100}
    return [
        low | {"children_outcome": 103, "contacts_outcome": 110, "nfa_any_strict_outcome": 101},
        {"urn": "900001", "la": "900", "stratum": "900/small", "pupils": 200},
        {"urn": "900004", "la": "901", "stratum": "901/small", "pupils": 50, "no_data": True},
        {"urn": "900003", "la": "901", "stratum": "901/small", "pupils": 80}
        | {"contacts_baseline": 4, "children_baseline": 3, "nfa_any_strict_baseline": 2},
    ]


def test_schools_without_contacts_and_without_data_keep_their_rows(
    dsl_primary, make_school_set, rows
):
    data = make_school_set(dsl_primary(), rows)
    assert data.schools["urn"].to_list() == ["900001", "900002", "900003", "900004"]
    assert data.schools["contacts_outcome"].to_list() == [0, 110, 0, None]
    assert data.summary.schools_without_data == 1
    assert data.summary.schools_zero_contacts == 1  # 900003 had some before
    assert data.summary.pupils == 430


def test_summary_counts_per_authority_and_window(dsl_primary, make_school_set, rows):
    found = make_school_set(dsl_primary(), rows).summary.authorities
    assert [(a.la_code, a.window) for a in found] == [
        ("900", "baseline"), ("900", "outcome"), ("901", "baseline"), ("901", "outcome"),
    ]  # fmt: skip
    after = found[1]
    assert (after.schools, after.contacts, after.children, after.pupils) == (2, 110, 103, 300)
    assert after.children_beyond_roll == 3
    assert after.unresolved == 2
    assert (found[3].schools_without_data, found[3].schools_zero_contacts) == (1, 1)


def test_events_beyond_the_roll_refuse_binomial_models_by_name(dsl_primary, make_school_set, rows):
    found = {e.outcome: e for e in make_school_set(dsl_primary(), rows).summary.exceeding}
    assert found["nfa_pupils"].schools == 1
    assert (found["nfa_pupils"].refused, found["nfa_pupils"].alternative) == (
        "binomial",
        "poisson-log-roll",
    )
    assert "referrals" not in found


def test_rate_is_per_thousand_and_share_keeps_schools_without_contacts(
    dsl_primary, make_school_set, rows
):
    protocol = dsl_primary()
    data = make_school_set(protocol, rows)
    rate = outcome_values(protocol, protocol.outcome("nfa_pupils"), data)
    assert rate["value"].to_list() == [0.0, 1010.0, 0.0, None]
    assert rate["baseline"].to_list() == [0.0, 0.0, 25.0, None]
    share = outcome_values(protocol, protocol.outcome("nfa_share"), data)
    assert share["value"].to_list() == [None, 0.0, None, None]
    assert share["present"].to_list() == [True, True, True, False]


def test_no_table_has_an_arm_and_files_repeat(dsl_primary, make_school_set, rows, make_wellbeing):
    protocol = dsl_primary()
    one = make_school_set(protocol, rows, make_wellbeing(rows))
    two = make_school_set(protocol, rows[::-1], make_wellbeing(rows))
    assert analysis_set_files(one) == analysis_set_files(two)
    back = read_analysis_set(analysis_set_files(one), one.summary)
    for name in ("schools", "dsls", "roster"):
        frame = getattr(back, name)
        assert frame.equals(getattr(one, name))
        assert "arm" not in frame.columns
    written = encode_result(one.summary, trial="t", simulated=True, inputs={})
    assert decode_result(written).data == one.summary


def test_person_belongs_to_the_school_of_the_last_wave(dsl_primary, make_school_set, rows):
    def wave(name, *answers):
        rows = tuple(SimpleNamespace(person_id=p, urn=u, score=x) for p, u, x in answers)
        return SimpleNamespace(instrument="swemwbs", wave=name, rows=rows)

    waves = [
        wave("endline", ("p1", "900003", 24.1), ("p2", "900001", None), ("p3", "999", 20.0)),
        wave("baseline", ("p1", "900001", 21.0), ("p2", "900001", 19.0)),
    ]
    dsls = make_school_set(dsl_primary(), rows, waves).dsls
    assert dsls.select("key", "urn", "swemwbs_baseline", "swemwbs_endline").rows() == [
        ("p1", "900003", 21.0, 24.1),
        ("p2", "900001", 19.0, None),
    ]


def test_every_problem_is_named_at_once(dsl_primary, make_school_set, rows):
    bad = [
        rows[0] | {"contacts_outcome": -1},
        rows[1] | {"pupils": 0},
        rows[0] | {"unit": "900009"},
    ]
    with pytest.raises(ProblemsError) as caught:
        make_school_set(dsl_primary(), bad)
    assert "school 900002, which also stands in stage 900" in str(caught.value)
    with pytest.raises(ProblemsError) as caught:
        make_school_set(dsl_primary(), bad[:2])
    text = str(caught.value)
    assert "no count contacts, or one below zero" in text
    assert "no pupils at the declared census" in text


def test_pack_adapter_reads_what_authorities_send(dsl_primary):
    protocol = dsl_primary()
    roll = protocol.roll_date
    registers = Registers(
        (School("900001", "A", "900", "Here", "primary", "open"),),
        (Roll("900001", roll, 210), Roll("900001", date(2023, 1, 19), 999)),
    )
    count = make_dataclass("Count", ["urn", "window", *COUNTS])
    pack = SimpleNamespace(
        authority="900",
        counts=(
            count("900001", "baseline", *[1] * len(COUNTS)),
            count("900001", "outcome", *range(len(COUNTS))),
            count("900077", "outcome", *[5] * len(COUNTS)),
        ),
        quality=SimpleNamespace(
            windows=(SimpleNamespace(window="outcome", school_contacts_unresolved=4, not_school=6),)
        ),
    )
    unit = SimpleNamespace(unit="900001", urns=("900001",), stratum="900/small", pupils=210)
    stage = SimpleNamespace(stage="900", roster=(unit,))
    data = analysis_set(protocol, [stage], registers, [pack])
    row = data.schools.row(0, named=True)
    assert row["pupils"] == 210
    assert [row[f"{name}_outcome"] for name in COUNTS] == list(range(len(COUNTS)))
    assert data.summary.off_roster == 1
    outcome = data.summary.authorities[1]
    assert (outcome.unresolved, outcome.not_school) == (4, 6)
    assert data.schools.schema["contacts_outcome"] == pl.Int64


def test_the_room_is_arm_free_by_import():
    code = (
        "import sys, equipoise.evaluation.outcomes as _; "
        "print(sorted(m for m in sys.modules if m.startswith('equipoise.')))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True
    )
    for room in ("randomisation", "delivery", "process", "costs", "evaluation.analysis"):
        assert f".{room}" not in run.stdout
