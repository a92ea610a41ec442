"""Corrections and amendments: two people, everything kept, one sentence for whatever is refused."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from equipoise.core.ledger import read_chain
from equipoise.workspace.folder import KeyPair, KeyRing, RehearsalSecrets, vault
from equipoise.workspace.steps import computations, rehearsal
from equipoise.workspace.steps.corrections import CORRECTIONS, correct
from equipoise.workspace.steps.order import next_step
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import contents

#: Two drawn schools of the tiny trial, and one of its register that was never drawn.
ONE, TWO, NEVER = "900001", "900003", "900004"
BY = ("--by", "data-manager", "--and", "statistician")
AMENDERS = ("--by", "statistician", "--and", "sponsor")


def correction(kind="merged", units=f"{ONE},{TWO}", reason="letter of 4 January", by=BY):
    return ("--kind", kind, "--units", units, "--reason", reason, *by)


def problem(place: str, found: str, expected: str, do: str) -> str:
    return (
        "1 problem; nothing was changed.\n\n"
        f"  {place}\n    found:    {found}\n    expected: {expected}\n    do:       {do}\n"
    )


def edited(walk, old: str, new: str) -> None:
    path = walk.trial / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def margin(walk) -> None:
    edited(walk, "margin: {benefit: 2.0", "margin: {benefit: 1.5")


@pytest.fixture
def locked(states, tmp_path):
    return states["locked"].copy(tmp_path / "w")


@pytest.fixture
def walk(states, tmp_path):
    return states["sap-locked"].copy(tmp_path / "w")


SIGNERS = (
    "the signature of a data-manager or statistician or chief-investigator and of a second person"
)
GIVE = "give --by statistician --by sponsor"
ELSEWHERE = "; where the second is at another desk, name both and add --request FILE"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        pytest.param(
            correction(by=("--by", "sponsor", "--and", "statistician")),
            problem("trial.yaml, act correct", "the signature of sponsor, sponsor, first", SIGNERS,
                    GIVE),
            id="the wrong signer",
        ),
        pytest.param(
            correction(by=("--by", "statistician", "--and", "statistician")),
            problem("trial.yaml, act correct", "the same person twice", SIGNERS, GIVE),
            id="the same person twice",
        ),
        pytest.param(
            correction(by=("--by", "statistician")),
            problem("trial.yaml, act correct", "1 signature", SIGNERS, GIVE + ELSEWHERE),
            id="one person alone",
        ),
        pytest.param(
            correction(units=f"{ONE},123456"),
            problem("act correct, --units", "123456, a school that no register knows",
                    "the URNs of drawn schools", "correct the URN"),
            id="an unknown school",
        ),
        pytest.param(
            correction(units=f"{ONE},{NEVER}"),
            problem("act correct, --units", f"school {NEVER}, which was never drawn",
                    "the URNs of drawn schools",
                    "nothing is to be corrected: a school outside the draw is in no analysis"),
            id="a school never drawn",
        ),
        pytest.param(
            correction(reason="  "),
            problem("act correct, --reason", "no reason", "why, in words",
                    "say what was found, by whom and when"),
            id="a blank reason",
        ),
        pytest.param(
            (*correction(kind="withdrawn", units=ONE), "--stage", "901"),
            "Not now: stage 901 is enrolled; correct can be done only while it is randomised or "
            "revealed.\n",
            id="another stage",
        ),
    ],
)  # fmt: skip
def test_a_correction_that_is_refused_is_one_sentence(states, command, words, message):
    trial = states["sap-locked"]
    before = contents(trial.out)
    said = command("correct", trial.trial, *words, keys=trial.keys)
    assert (said.code, said.err) == (2, message)
    assert contents(trial.out) == before


def test_a_correction_of_a_day_to_come(states, command):
    trial = states["sap-locked"]
    words = (*correction(kind="withdrawn", units=ONE), "--effective", "9021-01-04")
    said = command("correct", trial.trial, *words, keys=trial.keys)
    assert said.code == 2
    assert "  act correct, --effective\n    found:    9021-01-04, a day to come\n" in said.err


def test_a_lost_key_of_the_second_person(walk, command):
    (walk.keys / "statistician.signing.pem").unlink()
    before = contents(walk.trial)
    said = command("correct", walk.trial, *correction(), keys=walk.keys)
    assert said.code == 2
    assert said.err.startswith(
        "1 problem; nothing was changed.\n\n  statistician.signing.pem, whole file\n"
        "    found:    no such key\n"
    )
    assert contents(walk.trial) == before


def test_a_correction_twice(walk, command):
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    line = len((walk.trial / "ledger.jsonl").read_bytes().splitlines())
    said = command("correct", walk.trial, *correction(units=f"{TWO},900002"), keys=walk.keys)
    assert said.err == problem(
        "act correct, --units",
        f"school {TWO}, corrected as merged already in line {line} of the ledger",
        "one correction of a kind for each school",
        "leave it: what was signed stands, and its reason with it",
    )


def rule(walk, command, kind: str, name: str) -> None:
    """Declare a rule by an amendment, as a trial would that forgot to."""
    edited(walk, "  disclosure: {", f"  corrections: {{{kind}: {name}}}\n  disclosure: {{")
    said = command("amend", walk.trial, "--reason", "a rule was missing", *AMENDERS, keys=walk.keys)
    assert said.code == 0, said


def test_a_kind_that_the_protocol_forbids(walk, command):
    rule(walk, command, "withdrawn", "forbid")
    said = command("correct", walk.trial, *correction(kind="withdrawn", units=ONE), keys=walk.keys)
    assert said.err == problem(
        "act correct, --kind",
        "a correction of the kind withdrawn",
        "none of that kind: design.corrections forbids it",
        "leave it, or change that rule with: equipoise amend FOLDER",
    )


def test_what_was_drawn_stays_drawn_and_the_correction_stands_beside_it(walk, command):
    drawn = (".sealed", "commitment-900.json")
    sealed = {name: d for name, d in contents(walk.trial).items() if name.endswith(drawn)}
    ledger = (walk.trial / "ledger.jsonl").read_bytes()
    said = command(
        "correct", walk.trial, *correction(), "--effective", "2022-01-01", keys=walk.keys
    )
    assert said.code == 0 and "every school stays in the arm it was drawn into" in said.out
    after = contents(walk.trial)
    assert {name: after[name] for name in sealed} == sealed
    assert (walk.trial / "ledger.jsonl").read_bytes().startswith(ledger)
    entry = walk.folder().last("correct", "900")
    assert entry.by == ("data-manager", "statistician") and entry.facts["effect"] == "kept"
    assert not [name for name in entry.reads if name.endswith(".sealed")]


def without_arms(walk, monkeypatch) -> None:
    """Take away whatever could tell an arm, and fail where it is looked for."""

    def opened(*given, **named):
        raise AssertionError("something sealed was opened")

    for one in ("take", "private_key", "unseal"):
        monkeypatch.setattr(vault, one, opened)
    (walk.keys / "see.sealing.pem").unlink()
    (walk.trial / "allocation.sealed").unlink()
    (walk.trial / "design" / "seeds.sealed").unlink()


EFFECTS = {
    "as-randomised": ("kept", []),
    "arm-of-larger": ("joined", [ONE]),
    "arm-of-first": ("joined", [TWO]),
    "set-aside": ("set-aside", [ONE, TWO]),
}


@pytest.mark.parametrize("name", EFFECTS)
def test_no_rule_of_a_merger_needs_the_arms(walk, command, monkeypatch, name):
    """So no byte of the blind side can say whether the two schools were in one arm or in two."""
    if name != "as-randomised":
        rule(walk, command, "merged", name)
    without_arms(walk, monkeypatch)
    words = correction(units=f"{TWO},{ONE}")
    assert command("correct", walk.trial, *words, keys=walk.keys).code == 0
    effect = json.loads((walk.trial / CORRECTIONS).read_bytes())["data"]["corrections"][0]
    assert (effect["effect"], effect["set_aside"]) == {
        **EFFECTS,
        "arm-of-first": ("joined", [ONE]),
        "set-aside": ("set-aside", [TWO, ONE]),
    }[name]


def test_the_blind_run_follows_a_merger_without_the_arms(states, tmp_path, command, monkeypatch):
    walk = states["ingested"].copy(tmp_path / "w")
    rule(walk, command, "merged", "arm-of-larger")
    assert computations_done(walk) == ["ingest", "analyse-blind"]
    before = rows_of_blind_run(walk)
    without_arms(walk, monkeypatch)
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    folder = walk.folder()
    folder.keys = KeyRing(())
    assert CORRECTIONS in computations.analyse_blind(folder).entry.reads
    assert rows_of_blind_run(walk) == before - 1


def computations_done(walk) -> list[str]:
    return [step.entry.name for step in list(rehearsal.run(walk.folder(), "X"))[:-1]]


def rows_of_blind_run(walk) -> int:
    outcomes = json.loads((walk.trial / "results" / "blind.json").read_bytes())["data"]["outcomes"]
    return outcomes[0]["models"][0]["rows"]


def test_who_is_not_blind_cannot_take_a_school_out(walk, command):
    rule(walk, command, "ineligible", "exclude-if-blind")
    words = (*correction(kind="ineligible", units=ONE)[:-4], "--effective", "2021-01-01")
    said = command(
        "correct", walk.trial, *words, "--by", "statistician", "--and", "sponsor", keys=walk.keys
    )
    assert "every school stays in the arm" in said.out
    words = (*correction(kind="ineligible", units=TWO), "--effective", "2021-01-01")
    said = command("correct", walk.trial, *words, keys=walk.keys)
    assert f"not analysed: {TWO}" in said.out


def test_a_correction_after_the_freeze_makes_the_blind_run_due_again(states, tmp_path, command):
    walk = states["frozen"].copy(tmp_path / "w")
    assert next_step(walk.folder()).name == "unblind"
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    assert next_step(walk.folder()).name == "analyse-blind"
    said = command(
        "unblind", walk.trial, "--by", "unblinded-statistician", "--by", "sponsor", keys=walk.keys
    )
    assert "analyse-blind of other files than these" in said.err


def test_an_edited_correction_is_found(walk, command):
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    assert verify(walk.folder()).consistent
    path = walk.trial / CORRECTIONS
    path.write_bytes(path.read_bytes().replace(b"letter of 4", b"letter of 5"))
    found = {f.subject: f.words for f in verify(walk.folder()).findings if f.verdict == "fails"}
    assert found["corrections"] == f"{CORRECTIONS} holds other corrections than the ledger"
    assert found["files"] == f"{CORRECTIONS} is not as it was recorded"


AMEND_SIGNERS = "the signature of a statistician or chief-investigator and of a second person"


def test_an_edit_without_an_amendment_stops_every_step_and_names_it(walk, command):
    margin(walk)
    said = command("ingest", walk.trial, keys=walk.keys)
    assert said.code == 2
    assert "another meaning than at lock" in said.err
    assert "equipoise amend FOLDER --reason TEXT --by PERSON --and PERSON" in said.err
    said = command("status", walk.trial)
    assert said.code == 0 and "Not recorded: trial.yaml" in said.out
    assert command("verify", walk.trial).code == 1


def test_an_amendment_lists_every_change_and_keeps_every_version(walk, command):
    texts = [(walk.trial / "trial.yaml").read_bytes()]
    margin(walk)
    edited(walk, "{id: school-average, tier: 1", "{id: school-average, tier: 2")
    texts.append((walk.trial / "trial.yaml").read_bytes())
    said = command("amend", walk.trial, "--reason", "asked for", *AMENDERS, keys=walk.keys)
    assert said.code == 0
    assert "design.outcomes[nfa_pupils].margin.benefit from 2 to 1.5" in said.out
    facts = walk.folder().last("amend").facts
    assert facts["changes"] == [
        {"place": "design.outcomes[nfa_pupils].margin.benefit", "old": "2", "new": "1.5"},
        {"place": "plan.sensitivity[school-average].tier", "old": "1", "new": "2"},
    ]
    assert (facts["phase"], facts["version"]) == ("sap-locked", 2)
    kept = [path.read_bytes() for path in (walk.trial / "design" / "versions").iterdir()]
    assert sorted(kept) == sorted(texts)
    words = [f.words for f in verify(walk.folder()).findings if f.subject == "amendment"]
    assert "2 changes made again from both versions, before unblinding" in words[0]


def test_what_was_computed_before_an_amendment_or_a_correction_is_due_again(
    states, tmp_path, command
):
    walk = states["written"].copy(tmp_path / "w")
    assert next_step(walk.folder()).name == "publish"
    margin(walk)
    words = ("--reason", "asked for late", *AMENDERS)
    assert command("amend", walk.trial, *words, keys=walk.keys).code == 0
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    said = command("publish", walk.trial, "--by", "sponsor", keys=walk.keys)
    assert said.code == 2 and "analyse of other files than these" in said.err
    older = [f.words for f in verify(walk.folder()).findings if f.verdict == "open"]
    assert any(w.startswith("ingest, analyse-blind, analyse, report: computed und") for w in older)
    assert computations_done(walk) == ["analyse", "report"]
    (page,) = (walk.trial / "report").glob("*-brief.html")
    text = page.read_text(encoding="utf-8")
    for words_ in (
        "Amendment, version 2 of the protocol",
        "design.outcomes[nfa_pupils].margin.benefit from 2 to 1.5",
        "asked for late",
        "Correction, schools that became one (2 schools); rule as-randomised",
        "letter of 4 January",
        "after unblinding",
    ):
        assert words_ in text, words_
    # A public document counts schools; the ledger names them.
    assert ONE not in text.replace(walk.trial.name, "")
    found = [f for f in verify(walk.folder()).findings if f.subject == "amendment"]
    assert [f.verdict for f in found] == ["holds", "open"]
    assert "after unblinding" in found[0].words
    # What was frozen cannot be made again, and is said so; what could be is.
    assert found[1].words.startswith("ingest, analyse-blind: computed under the version before")


def test_the_plan_needs_no_amendment_before_sap_lock(states, tmp_path, command):
    walk = states["revealed"].copy(tmp_path / "w")
    edited(walk, "permutations: 999", "permutations: 499")
    said = command("amend", walk.trial, "--reason", "fewer", *AMENDERS, keys=walk.keys)
    assert said.err == problem(
        "trial.yaml, whole file",
        "nothing changed that is fixed",
        "another meaning than the last version has (the plan is free until sap-lock)",
        "edit trial.yaml first, then amend",
    )


@pytest.mark.parametrize(
    ("change", "words", "message"),
    [
        pytest.param(
            None,
            ("--reason", "x", *AMENDERS),
            problem("trial.yaml, whole file", "nothing changed that is fixed",
                    "another meaning than the last version has",
                    "edit trial.yaml first, then amend"),
            id="nothing changed",
        ),
        pytest.param(
            ("margin: {benefit: 2.0", "margin: {benefit: 1.5"),
            ("--reason", "", *AMENDERS),
            problem("act amend, --reason", "no reason", "why, in words",
                    "say why the protocol changes, and who asked for it"),
            id="a blank reason",
        ),
        pytest.param(
            ("remainder: systematic", "remainder: fixed"),
            ("--reason", "x", *AMENDERS),
            problem("trial.yaml, design.scheme.remainder", "fixed",
                    "systematic, for good: a stage is committed with this scheme",
                    "put the old value back; no amendment can change it"),
            id="a field that never changes",
        ),
        pytest.param(
            ("margin: {benefit: 2.0", "margin: {benefit: 1.5"),
            ("--reason", "x", "--by", "sponsor", "--and", "statistician"),
            problem("trial.yaml, act amend", "the signature of sponsor, sponsor, first",
                    AMEND_SIGNERS, GIVE),
            id="the wrong signer",
        ),
        pytest.param(
            ("margin: {benefit: 2.0", "margin: {benefit: 1.5"),
            ("--reason", "x", "--by", "statistician", "--and", "statistician"),
            problem("trial.yaml, act amend", "the same person twice", AMEND_SIGNERS, GIVE),
            id="the same person twice",
        ),
    ],
)  # fmt: skip
def test_an_amendment_that_is_refused_is_one_sentence(walk, command, change, words, message):
    if change is not None:
        edited(walk, *change)
    before = contents(walk.out)
    said = command("amend", walk.trial, *words, keys=walk.keys)
    assert (said.code, said.err) == (2, message)
    assert contents(walk.out) == before


def test_nobody_signs_their_own_appointment(walk, command):
    folder = walk.folder()
    key = folder.person("programme-manager").signing_key
    new = key[:-1] + ("0" if key[-1] != "0" else "1")
    person = f'{{id: other, name: O, role: statistician, blind: true, signing_key: "{new}"}}'
    edited(walk, "keys:   ", f"  - {person}\nkeys:   ")
    words = ("--reason", "x", "--by", "statistician", "--and", "other")
    said = command("amend", walk.trial, *words, keys=walk.keys)
    assert said.code == 2
    assert "somebody whom this amendment brings in" in said.err


def test_a_signer_whose_key_is_exchanged_is_named_not_the_ledger(walk, command):
    key = walk.folder().person("statistician").signing_key
    edited(walk, key, key[:-1] + ("0" if key[-1] != "0" else "1"))
    said = command("amend", walk.trial, "--reason", "lost key", *AMENDERS, keys=walk.keys)
    assert said.code == 2
    assert "people[statistician].signing_key" in said.err
    assert "for good: statistician has signed" in said.err


def test_a_version_that_is_lost_is_asked_for_by_its_name(walk, command):
    shutil.rmtree(walk.trial / "design" / "versions")
    margin(walk)
    said = command("amend", walk.trial, "--reason", "x", *AMENDERS, keys=walk.keys)
    assert said.code == 2
    assert re.search(r"design/versions/[0-9a-f]{64}\.yaml, whole file", said.err)


def test_two_desks_sign_one_act(walk, command, tmp_path):
    """Each person has one key at hand; nothing is recorded before the second has signed."""
    desks = {}
    for person in ("data-manager", "statistician"):
        desks[person] = tmp_path / person
        desks[person].mkdir()
        name = f"{person}.signing.pem"
        shutil.copy(walk.keys / name, desks[person] / name)
    request = tmp_path / "merged.request"
    before = contents(walk.trial)
    words = (*correction(), "--request", request)
    said = command("correct", walk.trial, *words, keys=desks["data-manager"])
    assert said.code == 0 and "statistician signs with: equipoise sign" in said.out
    assert contents(walk.trial) == before
    said = command("sign", walk.trial, request, keys=desks["statistician"])
    assert "Signed by data-manager; waits for statistician." in said.out
    said = command("sign", walk.trial, request, "--by", "sponsor", keys=desks["statistician"])
    assert said.code == 2 and "the signature of sponsor" in said.err
    assert contents(walk.trial) == before
    said = command("sign", walk.trial, request, "--by", "statistician", keys=desks["statistician"])
    assert said.code == 0, said
    chain = read_chain((walk.trial / "ledger.jsonl").read_bytes(), walk.folder().signature_check)
    assert chain.problems == () and chain.entries[-1].name == "correct"
    assert set(chain.lines[-1].signatures) == {"data-manager", "statistician"}
    assert verify(walk.folder()).consistent
    said = command("sign", walk.trial, request, "--by", "statistician", keys=desks["statistician"])
    assert said.code == 2 and "the ledger went on since it was made" in said.err


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("letter of 4", "letter of 5", "another act than these files give"),
        ("dsl-primary", "dsl-another", "a request of the trial"),
    ],
)
def test_a_request_that_was_changed_on_its_way_is_not_signed(
    walk, command, tmp_path, old, new, found
):
    request = tmp_path / "r"
    command("correct", walk.trial, *correction(), "--request", request, keys=walk.keys)
    text = request.read_text(encoding="utf-8")
    assert old in text
    request.write_text(text.replace(old, new), encoding="utf-8")
    before = contents(walk.trial)
    said = command("sign", walk.trial, request, "--by", "statistician", keys=walk.keys)
    assert said.code == 2
    assert found in said.err or "that is not good" in said.err
    assert contents(walk.trial) == before


def test_a_request_is_written_outside_the_trial(walk, command):
    words = (*correction(), "--request", walk.trial / "r")
    said = command("correct", walk.trial, *words, keys=walk.keys)
    assert said.code == 2 and "a file inside the trial folder" in said.err


def test_status_names_the_acts_that_are_possible(states, command):
    expected = {
        "draft": "lock",
        "locked": "commit (stage 900); sap-lock; amend",
        "committed": "randomise (stage 900); sap-lock; amend",
        "revealed": "sap-lock; amend; correct (stage 900)",
        "frozen": "unblind; amend; correct (stage 900)",
    }
    for state, acts in expected.items():
        assert f"Possible acts: {acts}\n" in command("status", states[state].trial).out, state
    assert "Possible acts" not in command("status", states["reported"].trial).out


def test_a_merger_that_nobody_recorded_is_named(walk, command):
    path = walk.trial / "outcomes" / "school-changes.csv"
    path.write_text(
        "urn,on,kind,urn_to,name_to\n"
        f"{TWO},2022-01-01,merged,{ONE},First School\n"
        f"900002,2022-01-01,merged,{NEVER},Never Drawn School\n"
        "900005,2022-02-01,closed,,\n",
        encoding="utf-8",
    )
    said = command("status", walk.trial)
    assert said.out.count("Not recorded: ") == 1
    assert f"--kind merged --units {ONE},{TWO} --effective 2022-01-01" in said.out
    assert command("correct", walk.trial, *correction(), keys=walk.keys).code == 0
    assert "Not recorded: " not in command("status", walk.trial).out


def test_a_trial_drawn_elsewhere_is_corrected_where_it_was_drawn(tmp_path):
    from equipoise.core.base import write_atomic
    from equipoise.core.ledger import OutOfTurnError
    from equipoise.design.protocol import template
    from equipoise.workspace.folder import TrialFolder

    write_atomic(tmp_path / "trial.yaml", template("own-outcomes"))
    with pytest.raises(OutOfTurnError, match="its units are corrected where it was drawn"):
        correct(TrialFolder(tmp_path), kind="withdrawn", urns=["1"], reason="x", by=["a", "b"])


def test_a_draw_may_be_signed_at_two_desks_and_unblinding_may_not(states, tmp_path, command):
    walk = states["committed"].copy(tmp_path / "w")
    request = tmp_path / "draw.request"
    by = ("--by", "unblinded-statistician", "--by", "sponsor")
    event = ("--event-value", "1", "--event-source", "here", "--event-date", "2021-09-20")
    words = ("--stage", "900", *event, *by, "--request", request)
    before = contents(walk.trial)
    assert command("randomise", walk.trial, *words, keys=walk.keys).code == 0
    assert contents(walk.trial) == before
    # Base64 can say the same in two ways; only the one that was written is signed.
    data = request.read_bytes()
    end = data.index(b'"', data.index(b'"allocation.sealed":"') + 21)
    pad = data[:end].rstrip(b"=")
    other = request.with_suffix(".other")
    other.write_bytes(pad[:-1] + bytes([pad[-1] + 1]) + data[len(pad) :])
    said = command("sign", walk.trial, other, "--by", "sponsor", keys=walk.keys)
    assert said.code == 2 and "no request, or one that was damaged" in said.err
    said = command("sign", walk.trial, request, "--by", "sponsor", keys=walk.keys)
    assert said.code == 0, said
    assert walk.folder().standing().stage("900") == "randomised"
    assert verify(walk.folder()).consistent
    from equipoise.core.ledger import OutOfTurnError
    from equipoise.workspace.folder import Work
    from equipoise.workspace.steps.countersigned import write_request

    frozen = states["frozen"].folder()
    work = Work(frozen, "unblind", by=["unblinded-statistician", "sponsor"])
    with pytest.raises(OutOfTurnError, match="a request for it would carry the arms"):
        write_request(work, tmp_path / "r")


def test_an_amendment_before_the_draw_makes_the_size_due_again(states, tmp_path, command):
    walk = states["locked"].copy(tmp_path / "w")
    assert next_step(walk.folder()).name == "commit"
    edited(walk, "school_sd: 12.0", "school_sd: 13.0")
    said = command("amend", walk.trial, "--reason", "a better guess", *AMENDERS, keys=walk.keys)
    assert said.code == 0 and "design.power.school_sd from 12 to 13" in said.out
    assert next_step(walk.folder()).name == "power"
    assert walk.folder().last("amend").facts["plan"] is None
    assert verify(walk.folder()).consistent


def test_whoever_is_new_signs_after_the_amendment(states, tmp_path, command):
    """A lost key is met so: another person, named by two who still have theirs."""
    walk = states["revealed"].copy(tmp_path / "w")
    pair = KeyPair.make("signing", "successor", RehearsalSecrets(1))
    KeyRing((walk.keys,)).write("successor", pair)
    who = "id: successor, name: S, role: statistician, blind: true"
    person = f'{{{who}, signing_key: "{pair.public.hex()}"}}'
    edited(walk, "keys:   ", f"  - {person}\nkeys:   ")
    said = command("amend", walk.trial, "--reason", "a lost key", *AMENDERS, keys=walk.keys)
    assert said.code == 0 and "people[successor] from nothing to" in said.out
    said = command("sap-lock", walk.trial, "--by", "successor", keys=walk.keys)
    assert said.code == 0, said
    assert verify(walk.folder()).consistent
