"""What REDCap's own validation suite asks of randomisation, and what is asked beyond it.

One test for each requirement of the folder C/Randomization_30 of vanderbilt-redcap/redcap_rsvc
that makes sense without a web page; the name begins with its number. The sentence says what is
done better here. Requirements, not text, are taken over.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import fields, replace

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.core.ledger import STEPS
from equipoise.core.results import decode_result
from equipoise.evaluation.outcomes.roster import roster_frame
from equipoise.workspace.folder import KeyRing, RehearsalSecrets, pending
from equipoise.workspace.folder.vault import ALLOCATION
from equipoise.workspace.steps import stage_acts
from equipoise.workspace.steps.declared import roster_of
from equipoise.workspace.steps.opening import ARMS
from equipoise.workspace.steps.stages import open_allocations, registers_in
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import contents

DRAWERS = ("--by", "unblinded-statistician", "--by", "sponsor")
RANDOMISE = ("--stage", "900", "--event-value", "1", "--event-source", "x", *DRAWERS)
TWO = ("--by", "data-manager", "--and", "statistician")


def commitment(walk):
    return decode_result((walk.trial / "results" / "commitment-900.json").read_bytes()).data


def drawing(walk):
    """Return the folder on a day when the event has happened."""
    folder = walk.folder()
    folder.clock, folder.secrets = FixedClock.parse("2030-01-01"), RehearsalSecrets(7)
    return folder


def drawn(folder):
    stage_acts.randomise(
        folder, stage="900", by=["unblinded-statistician", "sponsor"], event_value="1",
        event_source="x",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "words", "refused"),
    [
        ("draft", ("lock", "--by", "data-manager"), "statistician or chief-investigator"),
        ("locked", ("commit", "--stage", "900", "--by", "statistician"), "unblinded-statistician"),
        (
            "committed",
            ("randomise", *RANDOMISE[:-4], "--by", "sponsor", "--by", "statistician"),
            "unblinded-statistician",
        ),
        ("randomised", ("reveal", "--stage", "900", "--by", "sponsor"), "unblinded-statistician"),
    ],
)
def test_redcap_0200_to_0500_setting_up_drawing_and_seeing_are_rights_of_different_people(
    states, command, state, words, refused
):
    """Beyond REDCap's three rights: to see is a right of its own, held by a key."""
    walk = states[state]
    verb, *rest = words
    said = command(verb, walk.trial, *rest, keys=walk.keys)
    assert said.code == 2 and refused in said.err


def test_redcap_0200_to_0500_who_may_draw_may_not_see(states, tmp_path):
    walk = states["randomised"].copy(tmp_path / "w")
    (walk.keys / "see.sealing.pem").unlink()
    folder = walk.folder()
    with pytest.raises(ProblemsError, match="the see-key"):
        open_allocations(folder, (walk.trial / ALLOCATION).read_bytes())


def test_redcap_0600_an_authority_sees_its_own_schools_alone_and_is_a_stratum(demo):
    """Beyond: by construction. An authority is handed a roster; there is no query to widen."""
    from equipoise.workspace.folder import TrialFolder

    folder = TrialFolder(demo.trial)
    everyone = {school.urn: school.la_code for school in registers_in(folder).schools}
    for code in sorted(set(everyone.values())):
        handed = roster_of(folder, code)
        assert {school.la_code for school in handed.schools} == {code}
        assert {everyone[school.urn] for school in handed.schools} == {code}
        assert not [
            f.name for of in (handed, handed.schools[0]) for f in fields(of) if "arm" in f.name
        ]
    assert folder.protocol.design.scheme.strata[0].variable == "la_code"


def test_redcap_0700_strata_come_from_the_locked_protocol_and_from_no_form(
    states, command, tmp_path
):
    walk = states["locked"].copy(tmp_path / "w")
    path = walk.trial / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("      - {variable: la_code}\n", "", 1), encoding="utf-8")
    words = ("--stage", "900", "--by", "unblinded-statistician")
    said = command("commit", walk.trial, *words, keys=walk.keys)
    assert said.code == 2 and "another meaning than at lock" in said.err
    assert {unit.stratum.split("/")[0] for unit in commitment(states["committed"]).roster} == {
        "900"
    }


def test_redcap_0800_a_whole_authority_is_drawn_in_one_transaction_or_not_at_all(
    states, tmp_path, monkeypatch
):
    walk = states["committed"].copy(tmp_path / "w")
    before = contents(walk.trial)

    def broken(*given, **named):
        raise OSError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(pending, "write_atomic", broken)
        with pytest.raises(OSError, match="the disk is full"):
            drawn(drawing(walk))
    assert contents(walk.trial) == before
    folder = drawing(walk)
    drawn(folder)
    (found,) = open_allocations(folder, (walk.trial / ALLOCATION).read_bytes())
    assert len(found.rows) == sum(len(unit.urns) for unit in commitment(walk).roster)


def test_redcap_0900_what_will_be_drawn_is_hashed_and_signed_before_anybody_is_told(
    states, tmp_path
):
    walk = states["committed"].copy(tmp_path / "w")
    facts = walk.folder().last("commit", "900").facts
    assert {"seed_hash", "roster_digest", "event_source", "event_round", "not_before"} <= {*facts}
    path = walk.trial / "results" / "commitment-900.json"
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"pupils":', b'"pupils":1', 1))
    with pytest.raises(ProblemsError, match="other bytes than the ledger records"):
        drawn(drawing(walk))
    assert not verify(walk.folder()).consistent


def test_redcap_1000_a_bad_list_is_refused_and_every_school_has_one_arm(states, command, tmp_path):
    walk = states["locked"].copy(tmp_path / "bad")
    path = walk.trial / "design" / "register.csv"
    rows = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*rows, rows[1]]))
    words = ("--stage", "900", "--by", "unblinded-statistician")
    said = command("commit", walk.trial, *words, keys=walk.keys)
    assert said.code == 2 and "design/register.csv" in said.err
    walk = states["unblinded"]
    arms = list(csv.DictReader(io.StringIO((walk.trial / ARMS).read_text(encoding="utf-8"))))
    assert len({row["urn"] for row in arms}) == len(arms) == len(commitment(walk).roster)


def test_redcap_1000_a_stage_is_never_drawn_twice(states, command):
    walk = states["randomised"]
    before = contents(walk.trial)
    said = command("randomise", walk.trial, *RANDOMISE, keys=walk.keys)
    assert said.code == 2 and "randomise can be done only while it is committed" in said.err
    assert contents(walk.trial) == before


def test_redcap_1200_the_log_says_who_and_when_and_hides_the_arm_from_every_role(states, command):
    """REDCap shows the value to whoever may read the log; here no line holds it until opened."""
    walk = states["frozen"]
    lines = json.loads(command("log", walk.trial, "--json", keys=walk.keys).out)
    (draw,) = [line for line in lines if line["entry"]["name"] == "randomise"]
    assert draw["entry"]["by"] == ["unblinded-statistician", "sponsor"]
    assert draw["entry"]["at"].endswith("Z")
    arms = [arm.id for arm in walk.folder().protocol.design.arms]
    assert not [arm for arm in arms if f'"{arm}"' in json.dumps(lines)]
    assert not [name for name in draw["entry"]["writes"] if name.endswith("allocation.csv")]


def test_redcap_1400_a_school_stands_once_in_the_draw_over_all_stages(states):
    made = commitment(states["committed"])
    with pytest.raises(ProblemsError, match="each unit in one unit of one stage"):
        roster_frame([made, replace(made, stage="901")])


def test_redcap_1500_and_1700_nobody_reads_an_arm_of_a_school_before_it_is_opened(states):
    """Every file of the trial folder, for whoever may read it; schools and arms stand apart."""
    walk = states["frozen"]
    intervention = [arm.id for arm in walk.folder().protocol.design.arms if arm.intervention]
    urns = [urn for unit in commitment(walk).roster for urn in unit.urns]
    for path in sorted(walk.trial.rglob("*")):
        if path.suffix in (".csv", ".json", ".jsonl", ".html"):
            for line in path.read_text(encoding="utf-8").splitlines():
                if path.suffix == ".csv" and any(arm in line for arm in intervention):
                    assert not [urn for urn in urns if urn in line], path.name
    assert not (walk.trial / ARMS).exists()
    names = {path.name for path in walk.trial.rglob("*.json")}
    assert not {"impact.json", "flow.json", "dose.json"} & names


def test_redcap_1600_no_count_of_arms_is_shown_while_they_are_concealed(states, command):
    walk = states["randomised"]
    shown = json.loads(command("status", walk.trial, "--json", keys=walk.keys).out)
    assert "arm" not in json.dumps(shown)
    balance = json.loads((walk.trial / "results" / "balance.json").read_bytes())["data"]
    assert set(balance["rows"][0]) & {"n", "count", "mean", "units"} == set()


def corrected(walk, command, *extra: str, by=TWO, reason="written by the school"):
    words = ("--kind", "withdrawn", "--units", "900001", "--reason", reason, *by, *extra)
    return command("correct", walk.trial, *words, keys=walk.keys)


def test_redcap_1800_every_correction_has_one_line_with_school_value_and_reason(
    states, command, tmp_path
):
    walk = states["frozen"].copy(tmp_path / "w")
    before = (walk.trial / "ledger.jsonl").read_bytes()
    sealed = (walk.trial / ALLOCATION).read_bytes()
    assert corrected(walk, command, "--effective", "2022-01-10").code == 0
    after = (walk.trial / "ledger.jsonl").read_bytes()
    assert after.startswith(before) and after.count(b"\n") == before.count(b"\n") + 1
    facts = json.loads(after.splitlines()[-1])["entry"]["facts"]
    assert (facts["urns"], facts["kind"], facts["effect"]) == (["900001"], "withdrawn", "kept")
    assert (facts["reason"], facts["effective"]) == ("written by the school", "2022-01-10")
    # The original row is kept: what supersedes it stands beside it.
    assert (walk.trial / ALLOCATION).read_bytes() == sealed


@pytest.mark.parametrize(
    ("by", "reason", "refused"),
    [
        (("--by", "data-manager"), "letter", "1 signature"),
        (("--by", "data-manager", "--and", "data-manager"), "letter", "the same person twice"),
        (TWO, " ", "no reason"),
    ],
)
def test_redcap_1800_one_administrator_alone_or_without_a_reason_corrects_nothing(
    states, command, by, reason, refused
):
    """REDCap lets one do this alone, with a typed CONFIRM."""
    walk = states["frozen"]
    before = contents(walk.trial)
    said = corrected(walk, command, by=by, reason=reason)
    assert said.code == 2 and refused in said.err
    assert contents(walk.trial) == before


def test_redcap_1800_no_act_changes_removes_or_hands_out_an_arm(states, tmp_path, command):
    """There is no manual allocation, no slot to restore, no arm to remove: nothing writes one."""
    writers = {name for name, step in STEPS.items() if step.stage_leads_to == "randomised"}
    assert writers == {"randomise"}
    walk = states["frozen"].copy(tmp_path / "w")
    shutil.copy(walk.trial / ALLOCATION, tmp_path / "kept")
    for kind, units in (("ineligible", "900002"), ("merged", "900003,900005")):
        words = ("--kind", kind, "--units", units, "--reason", "letter", *TWO)
        assert command("correct", walk.trial, *words, keys=walk.keys).code == 0
    assert (walk.trial / ALLOCATION).read_bytes() == (tmp_path / "kept").read_bytes()
    assert verify(walk.folder()).consistent


def test_concealment_a_folder_without_keys_proves_itself_and_opens_nothing(states):
    folder = states["frozen"].folder()
    folder.keys = KeyRing(())
    found = verify(folder)
    assert found.consistent
    assert any("the seeds are sealed" in finding.words for finding in found.findings)
