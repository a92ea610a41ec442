"""The pack from end to end: roster, pack, receive, ingest; and the road of rows beside it."""

import io
import json
import shutil
from dataclasses import replace

import polars as pl
import pytest

from equipoise.authority.pack import parse_roster, roster_bytes
from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result
from equipoise.workspace.folder.authority_keys import make_authority_keys
from equipoise.workspace.folder.engine import ENGINES
from equipoise.workspace.folder.randomness import SystemSecrets
from equipoise.workspace.folder.seal import boxes, unseal
from equipoise.workspace.folder.vault import private_key
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.receiving import receive
from tests.rehearsed import contents
from tests.workspace.test_work import ready

CODE = "900"
DECLARED = ["primary", "open-cases-counted", "a-month-apart", "by-school-attended"]


class Desk:
    """A sap-locked trial, and the authority's desk beside it."""

    def __init__(self, walk, command):
        self.walk, self.give = walk, command
        self.roster = walk.out / "roster.json"
        self.extract = walk.out / "extract"
        self.keys = walk.out / "authority-keys"
        (walk.trial / "authority" / CODE).rename(self.extract)
        self.ok("contacts", "roster", walk.trial, "--authority", CODE, "--out", self.roster)
        self.ok("contacts", "keys", self.keys)

    def ok(self, *words):
        said = self.give(*words, keys=self.walk.keys)
        assert said.code == 0, said.err
        return said.out

    def refused(self, *words):
        said = self.give(*words, keys=self.walk.keys)
        assert said.code != 0
        return said.err

    def pack(self, name="900.v1.sealed", *more, roster=None):
        out = self.walk.out / "sent" / name
        self.ok(*self.packing(out, roster=roster), "--sign", self.keys, *more)
        return out

    def packing(self, out, *, roster=None):
        trial = roster or self.roster
        return ("contacts", "pack", self.extract, "--trial", trial, "--out", out, "--yes")

    def rows(self, name="900.rows.v1.sealed", *more, roster=None):
        """Write rows, sealed and signed."""
        out = self.walk.out / "sent" / name
        self.ok("contacts", "rows", self.extract, "--trial", roster or self.roster, "--hmac",
                self.keys, "--sign", self.keys, "--out", out, "--yes", *more)  # fmt: skip
        return out

    def receive(self, path):
        return json.loads(self.ok("contacts", "receive", path, self.walk.trial, "--json"))

    def changed_roster(self, change):
        handed = parse_roster(self.roster.read_bytes())
        made = roster_bytes(change(handed.roster), trial=handed.trial, simulated=True)
        path = self.walk.out / "other-roster.json"
        path.write_bytes(made)
        return path


@pytest.fixture
def desk(states, tmp_path, command):
    return Desk(states["blind-run"].copy(tmp_path / "w"), command)


def analysis_of(walk):
    """Return the analysis set, and its summary without the digests of what it was read from."""
    summary = decode_result((walk.trial / "results" / "outcomes.json").read_bytes())
    return contents(walk.trial / "outcomes"), summary.data


def test_the_pack_and_the_rows_give_the_same_analysis_as_the_extract(desk):
    walk = desk.walk
    before = analysis_of(walk)
    found = desk.receive(desk.pack())
    assert (found["file"], found["new"]) == (f"packs/{CODE}.v2.sealed", True)
    shutil.rmtree(walk.trial / "authority")
    ingest(ready(walk))
    assert analysis_of(walk) == before
    columns = pl.read_parquet(walk.trial / "outcomes" / "schools.parquet").columns
    for name in ("open-cases-counted", "a-month-apart", "by-school-attended"):
        assert f"nfa_any_strict_outcome@{name}" in columns
    taken = desk.receive(desk.rows())
    assert (taken["kind"], taken["file"]) == ("rows", f"authority/{CODE}/rows.v1.sealed")
    assert taken["definitions"] == DECLARED
    for engine in ENGINES[:2]:
        ingest(ready(walk), engine=engine)
        assert analysis_of(walk) == before


def test_ingest_records_every_version_that_was_received(desk):
    for name in ("900.v2.sealed", "900.v3.sealed"):
        desk.receive(desk.pack(name))
    shutil.rmtree(desk.walk.trial / "authority")
    entry = ingest(ready(desk.walk)).entry
    held = {f"packs/{CODE}.v{number}.sealed" for number in (1, 2, 3)}
    assert held <= {*entry.reads}


def test_a_second_version_says_which_schools_changed_and_the_same_file_is_kept_once(desk):
    first = desk.pack("900.v2.sealed")
    desk.receive(first)
    assert desk.receive(first)["new"] is False
    contacts = (
        desk.extract
        / json.loads((desk.extract / "profile.json").read_text("utf-8"))["contacts_file"]
    )
    lines = contacts.read_text("utf-8").splitlines(keepends=True)
    contacts.write_text("".join(lines[: len(lines) * 3 // 4]), "utf-8", newline="\n")
    found = desk.receive(desk.pack("900.v3.sealed"))
    changed = found["changed"]
    assert (found["previous"], found["version"]) == (f"packs/{CODE}.v2.sealed", 3)
    assert found["schools_changed"] == len({one["urn"] for one in changed["schools"]}) > 0
    totals = {(one["window"], one["count"]): one["total"] for one in found["totals"]}
    for one in changed["totals"]:
        assert totals[one["window"], one["count"]] == one["after"]
        moved = [s["after"] - s["before"] for s in changed["schools"]
                 if (s["window"], s["count"]) == (one["window"], one["count"])]  # fmt: skip
        assert sum(moved) == one["after"] - one["before"]
    assert any(line.startswith("rows read: ") for line in changed["quality"])


def test_a_signature_that_the_protocol_does_not_declare_is_said(desk):
    assert desk.receive(desk.pack())["signature"].startswith("signature not declared")
    out = desk.walk.out / "sent" / "unsigned"
    desk.ok(*desk.packing(out))
    assert desk.receive(out)["signature"].startswith("not signed")


def test_before_the_sap_lock_no_count_is_shown(states, tmp_path, command):
    walk = states["blind-run"].copy(tmp_path / "w")
    desk = Desk(walk, command)
    sent = desk.pack()
    drawn = states["revealed"].copy(tmp_path / "early")
    early = ready(drawn)
    assert early.standing().trial == "locked"
    found = receive(early, sent)
    assert (found.totals, found.changed, found.twice) == ({}, None, {})
    assert any("sap-lock" in note for note in found.notes)


# ---------------------------------------------------------------------------- wrong inputs


def test_another_roster_and_other_definitions_are_refused_by_name(desk):
    def change(roster):
        own = roster.declared[0]
        other = replace(own, definitions=replace(own.definitions, repeat_days=14))
        window = replace(roster.windows[0], id="another")
        return replace(roster, declared=(other,), windows=(window, *roster.windows[1:]))

    sent = desk.pack(roster=desk.changed_roster(change))
    before = contents(desk.walk.trial)
    said = desk.refused("contacts", "receive", sent, desk.walk.trial)
    assert "definitions primary" in said
    assert "windows" in said
    assert "schools" not in said
    assert contents(desk.walk.trial) == before


def test_a_school_name_that_was_changed_makes_another_roster(desk):
    def change(roster):
        first = replace(roster.schools[0], name="Another Name School")
        return replace(roster, schools=(first, *roster.schools[1:]))

    said = desk.refused(
        "contacts", "receive", desk.pack(roster=desk.changed_roster(change)), desk.walk.trial
    )
    assert "schools" in said
    assert "definitions" not in said.split("do:")[0]


DAMAGE = {
    "an empty file": lambda data: b"",
    "a sealed file that was cut off": lambda data: data[:-1_000],
    "cut off, or": lambda data: data[:9],
    "has more at its end": lambda data: data + b"x",
    "a file that is not sealed": lambda data: b"urn,name\n900001,Elm\n",
}


def test_what_came_damaged_is_said_to_be(desk):
    sent = desk.pack()
    data, before = sent.read_bytes(), contents(desk.walk.trial)
    for words, change in DAMAGE.items():
        sent.write_bytes(change(data))
        assert words in desk.refused("contacts", "receive", sent, desk.walk.trial)
    assert contents(desk.walk.trial) == before


def redated(desk, day):
    path = desk.extract / "profile.json"
    profile = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**profile, "extract_date": day}), "utf-8")


def test_an_older_extract_or_version_is_refused_unless_it_is_meant(desk):
    desk.receive(desk.pack("900.v5.sealed"))
    before = contents(desk.walk.trial)
    older = desk.pack("900.v4.sealed")
    said = desk.refused("contacts", "receive", older, desk.walk.trial)
    assert "version" in said
    assert "5 or later" in said
    redated(desk, "2022-10-03")
    said = desk.refused("contacts", "receive", desk.pack("900.v6.sealed"), desk.walk.trial)
    assert "extract made on" in said
    assert "--older" in said
    assert contents(desk.walk.trial) == before
    taken = json.loads(
        desk.ok("contacts", "receive", desk.walk.out / "sent" / "900.v6.sealed", desk.walk.trial,
                "--older", "--json")
    )  # fmt: skip
    assert taken["new"]


def test_the_same_counts_sealed_anew_are_no_new_version(desk):
    first = desk.receive(desk.pack("900.v2.sealed"))
    again = desk.receive(desk.pack("again/900.v2.sealed"))
    assert (again["new"], again["file"]) == (False, first["file"])


def test_an_earlier_file_that_comes_again_does_not_pass_for_the_one_that_counts(desk):
    first = desk.pack("900.v2.sealed")
    desk.receive(first)
    desk.receive(desk.pack("900.v3.sealed"))
    again = desk.receive(first)
    assert again["new"] is False
    assert "version 3 was received after it, and is the one that counts" in again["notes"]


def test_a_signature_that_is_gone_or_another_is_said(desk):
    desk.receive(desk.pack("900.v2.sealed"))
    out = desk.walk.out / "sent" / "900.v3.sealed"
    desk.ok(*desk.packing(out))
    assert any("this one is not" in note for note in desk.receive(out)["notes"])
    desk.receive(desk.pack("900.v4.sealed"))
    other = desk.walk.out / "other-keys"
    make_authority_keys(other, SystemSecrets())
    out = desk.walk.out / "sent" / "900.v5.sealed"
    desk.ok(*desk.packing(out), "--sign", other)
    assert any("signed with another key" in note for note in desk.receive(out)["notes"])


def test_a_pack_of_another_trial_does_not_open(desk, tmp_path):
    other = desk.walk.copy(tmp_path / "other")
    path = other.trial / "trial.yaml"
    text = path.read_text("utf-8")
    path.write_text(text.replace("id: dsl-primary", "id: dsl-another", 1), "utf-8", newline="\n")
    out = tmp_path / "roster.json"
    words = ("contacts", "roster", other.trial, "--authority", CODE, "--out", out)
    assert desk.give(*words, keys=other.keys).code == 0
    sent = desk.pack(roster=out)
    assert "does not open" in desk.refused("contacts", "receive", sent, desk.walk.trial)


def test_without_the_trials_key_it_is_said_whose_it_is(desk, tmp_path):
    sent = desk.pack()
    said = desk.give("contacts", "receive", sent, desk.walk.trial, keys=tmp_path / "none")
    assert said.code != 0
    assert "trial-key" in said.err


@pytest.mark.parametrize("place", [60, 5_000, -1])
def test_a_pack_with_a_byte_changed_does_not_open(desk, place):
    sent = desk.pack()
    data = bytearray(sent.read_bytes())
    data[place] ^= 1
    sent.write_bytes(data)
    assert "does not open" in desk.refused("contacts", "receive", sent, desk.walk.trial)


def test_a_pack_for_another_trials_key_does_not_open(desk):
    sent = desk.pack(roster=desk.changed_roster(lambda r: replace(r, trial_key="5" * 64)))
    assert "does not open" in desk.refused("contacts", "receive", sent, desk.walk.trial)


def test_a_frozen_trial_takes_nothing_in(desk, states, tmp_path):
    frozen = states["frozen"].copy(tmp_path / "frozen")
    before = contents(frozen.trial)
    said = desk.give("contacts", "receive", desk.pack(), frozen.trial, keys=frozen.keys)
    assert said.code != 0
    assert "frozen" in said.err
    assert contents(frozen.trial) == before


def test_a_pack_put_there_by_hand_is_checked_by_ingest_too(desk):
    def change(roster):
        return replace(roster, windows=roster.windows[:1])

    walk = desk.walk
    sent = desk.pack(roster=desk.changed_roster(change))
    shutil.rmtree(walk.trial / "authority")
    shutil.copy(sent, walk.trial / "packs" / f"{CODE}.v9.sealed")
    with pytest.raises(ProblemsError, match="windows"):
        ingest(ready(walk))


# ----------------------------------------------------------------------------------- rows


def boxes_of(path):
    return list(boxes(path.read_bytes()))


def opened(desk, path):
    """Open every box of rows with the trial's key, as its holder could."""
    key = private_key(desk.walk.folder(), "trial").private
    parts = boxes_of(path)
    purpose = f"rows of {CODE} for {desk.walk.folder().protocol.trial.id}"
    texts = [unseal(box, key=key, purpose=f"{purpose}, part {n}")
             for n, box in enumerate(parts[:-1], start=1)]  # fmt: skip
    return b"".join(texts), unseal(parts[-1], key=key, purpose=purpose)


def test_rows_leave_in_one_sealed_file_and_nothing_lies_there_in_the_clear(desk):
    sent = desk.rows()
    names = [f"SIMULATED-DATA-NOT-FINDINGS-900.rows.v1-{name}.html"
             for name in ("statement", "what-leaves")]  # fmt: skip
    assert sorted(path.name for path in sent.parent.iterdir()) == sorted([sent.name, *names])
    text, head = opened(desk, sent)
    first = text.split(b"\n")[1].split(b",")[0]
    for path in sent.parent.iterdir():
        assert first not in path.read_bytes()
    leaves = (sent.parent / names[1]).read_text("utf-8")
    assert sent.name in leaves
    assert "encrypted to the trial" in leaves
    assert "signed with the key" in leaves
    assert f"{len(text.splitlines()) - 1:,} rows" in leaves
    for column in ("contact", "child", "content", "decided_unreadable"):
        assert f">{column}<" in leaves
    statement = (sent.parent / names[0]).read_text("utf-8")
    assert "encrypted to the trial" in statement
    assert b'"signature"' in head.splitlines()[-1]


def test_rows_stay_sealed_in_the_trial_and_every_version_is_kept(desk):
    first = desk.rows()
    desk.receive(first)
    again = desk.receive(first)
    assert (again["new"], again["file"]) == (False, f"authority/{CODE}/rows.v1.sealed")
    later = desk.receive(desk.rows("900.rows.v2.sealed"))
    assert (later["version"], later["previous"]) == (2, f"authority/{CODE}/rows.v1.sealed")
    assert later["schools_changed"] == 0
    held = sorted(path.name for path in (desk.walk.trial / "authority" / CODE).iterdir())
    assert held == ["rows.v1.sealed", "rows.v2.sealed"]
    assert (desk.walk.trial / "authority" / CODE / "rows.v1.sealed").read_bytes() == (
        first.read_bytes()
    )
    entry = ingest(ready(desk.walk)).entry
    assert {f"authority/{CODE}/{name}" for name in held} <= {*entry.reads}


CHANGED = {
    "a byte": lambda parts: [bytes([*parts[0][:-1], parts[0][-1] ^ 1]), *parts[1:]],
    "a part gone": lambda parts: parts[1:],
    "the head gone": lambda parts: parts[:-1],
    "cut off": lambda parts: [parts[0][:-100]],
    "a part twice": lambda parts: [parts[0], *parts],
    "a byte more": lambda parts: [*parts, b"x"],
}


def test_rows_that_were_changed_on_the_way_are_refused_and_nothing_is_kept(desk):
    sent = desk.rows()
    parts, before = boxes_of(sent), contents(desk.walk.trial)
    for name, change in CHANGED.items():
        sent.write_bytes(b"".join(change(parts)))
        said = desk.refused("contacts", "receive", sent, desk.walk.trial)
        assert "ask the authority" in said, name
    assert contents(desk.walk.trial) == before


def test_a_raw_extract_and_rows_of_one_authority_do_not_lie_together(desk):
    sent = desk.rows()
    shutil.copytree(desk.extract, desk.walk.trial / "authority" / CODE)
    assert "which road" in desk.refused("contacts", "receive", sent, desk.walk.trial)
    shutil.copy(sent, desk.walk.trial / "authority" / CODE / "rows.v1.sealed")
    with pytest.raises(ProblemsError, match="which road"):
        ingest(ready(desk.walk))


def test_rows_for_another_roster_are_refused_by_name(desk):
    def change(roster):
        own = roster.declared[0]
        other = replace(own, definitions=replace(own.definitions, recontact_days=14))
        return replace(roster, declared=(other, *roster.declared[1:]))

    sent = desk.rows(roster=desk.changed_roster(change))
    said = desk.refused("contacts", "receive", sent, desk.walk.trial)
    assert "definitions primary" in said
    assert not (desk.walk.trial / "authority" / CODE).exists()


def test_no_rows_are_written_where_she_does_not_agree(desk, monkeypatch):
    out = desk.walk.out / "sent" / "900.rows.v1.sealed"
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    said = desk.give("contacts", "rows", desk.extract, "--trial", desk.roster, "--hmac",
                     desk.keys, "--out", out)  # fmt: skip
    assert said.code == 1
    assert "What leaves this computer as rows" in said.out
    assert not out.exists()


def test_nothing_is_packed_where_she_does_not_agree(desk, monkeypatch):
    out = desk.walk.out / "sent" / "900.v1.sealed"
    monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
    said = desk.give(*desk.packing(out)[:-1])
    assert said.code == 1
    assert "What leaves this computer" in said.out
    assert not out.exists()
    pages = [f"SIMULATED-DATA-NOT-FINDINGS-900.v1-{name}.html" for name in ("statement",
             "what-leaves")]  # fmt: skip
    assert sorted(path.name for path in out.parent.iterdir()) == pages


# ------------------------------------------------------- declared keys and other definitions


@pytest.fixture
def draft(states, tmp_path, command):
    """A draft that declares the key of the authority's analyst, and other definitions."""
    walk = states["draft"].copy(tmp_path / "w")
    source = states["blind-run"].trial / "authority" / CODE
    shutil.copytree(source, walk.trial / "authority" / CODE)
    path = walk.trial / "trial.yaml"
    text = path.read_text("utf-8")
    key = make_authority_keys(walk.out / "authority-keys", SystemSecrets()).public.hex()
    person = (
        "  - id: analyst-900\n    name: Analyst\n    role: authority-analyst\n"
        f'    blind: false\n    signing_key: "{key}"\n    authority: "900"\n'
    )
    lines = text.splitlines(keepends=True)
    (place,) = [n for n, line in enumerate(lines) if line.startswith("people:")]
    lines.insert(place + 1, person)
    path.write_text("".join(lines), "utf-8", newline="\n")
    return Desk(walk, command)


def test_a_declared_key_proves_a_pack_and_every_declared_definition_is_in_it(draft):
    found = draft.receive(draft.pack())
    assert "which the protocol declares for 900" in found["signature"]
    assert found["definitions"] == DECLARED
    assert found["left_out"] == []
    some = draft.receive(draft.pack("900.v2.sealed", "--definitions", "a-month-apart"))
    assert some["definitions"] == ["primary", "a-month-apart"]
    assert some["left_out"] == ["open-cases-counted", "by-school-attended"]


def test_definitions_that_are_not_declared_are_refused_by_name(draft):
    out = draft.walk.out / "sent" / "900.v1.sealed"
    words = (*draft.packing(out), "--sign", draft.keys, "--definitions", "a-week-apart")
    said = draft.refused(*words)
    assert "a-week-apart" in said
    assert "a-month-apart" in said
    assert not out.parent.exists()


def test_another_key_than_the_declared_one_is_refused_on_both_sides(draft):
    other = draft.walk.out / "other-keys"
    make_authority_keys(other, SystemSecrets())
    out = draft.walk.out / "sent" / "900.v1.sealed"
    assert "signing key" in draft.refused(*draft.packing(out), "--sign", other)
    assert "signing key" in draft.refused(*draft.packing(out))
    free = draft.changed_roster(lambda roster: replace(roster, signing_keys=()))
    draft.ok(*draft.packing(out, roster=free), "--sign", other)
    said = draft.refused("contacts", "receive", out, draft.walk.trial)
    assert "signature" in said
    draft.ok(*draft.packing(out, roster=free))
    assert "no signature" in draft.refused("contacts", "receive", out, draft.walk.trial)


def test_the_trial_key_is_held_against_the_digits_that_were_told(draft):
    digits = parse_roster(draft.roster.read_bytes()).roster.trial_key[:16]
    spaced = " ".join(digits[n : n + 4] for n in range(0, 16, 4))
    draft.pack("900.v1.sealed", "--key", spaced)
    out = draft.walk.out / "sent" / "900.v2.sealed"
    words = (*draft.packing(out), "--sign", draft.keys, "--key")
    assert "trial key" in draft.refused(*words, "0000 1111 2222 3333")
    assert "trial key" in draft.refused(*words, digits[:4])
