"""`contacts compare`, `changes` and `evaluable`: what an analyst reads, and what a program does."""

import json
import shutil
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "samples" / "simulated-authority"


@pytest.fixture
def extract(tmp_path):
    folder = tmp_path / "extract"
    shutil.copytree(SAMPLE, folder)
    return folder, folder / "register.csv"


def urns_of(register):
    _, *lines = register.read_text(encoding="utf-8").splitlines()
    return [line.split(",")[0] for line in lines]


def test_an_extract_is_compared_and_each_verdict_names_its_rule(command, extract):
    folder, register = extract
    said = command("contacts", "compare", folder, "--register", register)
    assert (said.code, said.err) == (0, "")
    assert "Children with no further action, strict" in said.out
    assert "[what-is-a-contact] What counts as a contact: don't know." in said.out
    told = json.loads(command("contacts", "compare", folder, "--register", register, "--json").out)
    cell = next(c for c in told["cells"] if c["outcome"] == "csa_any")
    assert {reason["code"] for reason in cell["reasons"]} >= {"not-counted"}


def test_a_pack_is_compared_without_a_register(command, extract, tmp_path):
    from equipoise.authority.pack import pack_bytes
    from equipoise.workspace.folder.examined import examined

    folder, register = extract
    made = examined(folder, register).pack
    pack = tmp_path / "pack.json"
    pack.write_bytes(pack_bytes(made, trial="t", simulated=True))
    from_pack = command("contacts", "compare", pack, "--json")
    from_rows = command("contacts", "compare", folder, "--register", register, "--json")
    assert (from_pack.code, from_pack.out) == (0, from_rows.out)
    twice = command("contacts", "compare", pack, folder, "--register", register)
    assert twice.code == 2
    assert "authority 900" in twice.err


def test_an_extract_needs_the_register_and_what_is_no_pack_is_refused(command, extract, tmp_path):
    folder, _ = extract
    said = command("contacts", "compare", folder)
    assert said.code == 2
    assert "give --register FILE" in said.err
    (tmp_path / "strange.json").write_text("{}", encoding="utf-8")
    assert "not a pack" in command("contacts", "compare", tmp_path / "strange.json").err


def test_a_second_extract_shows_what_changed_and_nothing_that_was_typed(command, extract, tmp_path):
    folder, register = extract
    later = tmp_path / "later"
    shutil.copytree(folder, later)
    rows = (later / "contacts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    rows[1] = rows[1].replace("No further action", "Referral to social care")
    del rows[3]
    (later / "contacts.csv").write_text("".join(rows), encoding="utf-8", newline="\n")
    said = command("contacts", "changes", folder, later, "--register", register)
    assert said.code == 0
    assert "1 rows removed" in said.out
    assert "NFA became REFERRAL: 1" in said.out
    assert not any(word in said.out for word in ("C0001", "70011", "Aelred", "Thornwick"))
    told = json.loads(
        command("contacts", "changes", folder, later, "--register", register, "--json").out
    )
    assert sum(month["removed"] for month in told["months"]) == 1


def test_extracts_of_two_authorities_are_refused_by_name(command, extract, tmp_path):
    folder, register = extract
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    profile = json.loads((other / "profile.json").read_text(encoding="utf-8"))
    profile["authority"] = "901"
    (other / "profile.json").write_text(json.dumps(profile), encoding="utf-8")
    said = command("contacts", "changes", folder, other, "--register", register)
    assert said.code == 2
    assert "two extracts of one authority" in said.err


def test_evaluability_says_no_and_why_and_gives_rates_and_an_effect(command, extract):
    folder, register = extract
    rolls = folder.parent / "rolls.csv"
    lines = "".join(f"{urn},2024-05-16,200\n" for urn in urns_of(register))
    rolls.write_text("urn,date,pupils\n" + lines, encoding="utf-8")
    said = command(
        "contacts", "evaluable", folder, "--register", register, "--rolls", rolls, "--schools", 80
    )
    assert said.code == 0, said.err
    assert "No, because:" in said.out
    assert "9 months are usable; a year needs 12." in said.out
    assert "per 1,000 pupils" in said.out
    assert "a trial with 80 such schools" in said.out
    told = json.loads(
        command("contacts", "evaluable", folder, "--register", register, "--rolls", rolls,
                "--schools", 80, "--json").out
    )  # fmt: skip
    assert told["answer"] == "no"
    assert told["power"]["schools"] == 80
    assert told["power"]["ruled_out"] < told["power"]["mde"]


def test_without_rolls_there_is_no_rate_and_the_page_says_so(command, extract):
    folder, register = extract
    said = command("contacts", "evaluable", folder, "--register", register)
    assert said.code == 0
    assert "no rolls, so no rate" in said.out
    assert "Rolls are given" in said.out


def test_a_folder_that_is_not_there_is_named(command, extract, tmp_path):
    _, register = extract
    said = command("contacts", "evaluable", tmp_path / "none", "--register", register)
    assert said.code == 2
    assert "no such folder" in said.err


def test_the_packs_of_a_trial_folder_are_compared(command, demo):
    trial = demo.trial
    said = command("contacts", "compare", trial, "--json", keys=trial.parent / "keys")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    assert len(told["authorities"]) == 4
    assert len(told["cells"]) == 4 * len(told["outcomes"])
    both = command("contacts", "compare", trial, trial)
    assert "one trial folder" in both.err
