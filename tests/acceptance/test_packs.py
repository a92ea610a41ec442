"""The pack from end to end: roster, pack, receive, ingest; and the road of rows beside it."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.authority.pack import parse_roster, roster_bytes
from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result
from equipoise.workspace.folder.authority_keys import make_authority_keys
from equipoise.workspace.folder.engine import ENGINES
from equipoise.workspace.folder.randomness import SystemSecrets
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.receiving import receive
from tests.rehearsed import contents
from tests.workspace.test_work import ready

CODE = "900"


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

    def rows(self):
        """Write rows, and put them where the evaluator keeps them."""
        made = self.walk.out / "sent" / CODE
        self.ok("contacts", "rows", self.extract, "--trial", self.roster, "--hmac", self.keys,
                "--out", made, "--yes")  # fmt: skip
        return Path(shutil.copytree(made, self.walk.trial / "authority" / CODE))

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
    assert sorted(path.name for path in desk.rows().iterdir()) == ["rows.csv", "rows.json"]
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


def test_rows_that_were_changed_do_not_add_up(desk):
    rows = desk.rows()
    lines = (rows / "rows.csv").read_text("ascii").splitlines(keepends=True)
    (rows / "rows.csv").write_text("".join(lines[:-1]), "ascii", newline="\n")
    with pytest.raises(ProblemsError, match="others than rows"):
        ingest(ready(desk.walk))


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
    """A draft that declares other definitions, and the key of the authority's analyst."""
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
    also = (
        "    also:\n      - id: open-cases-counted\n        open_cases: count\n"
        "      - id: a-month-apart\n        repeat_days: 30\n"
    )
    lines = text.splitlines(keepends=True)
    for key, more in (("people:", person), ("  contact:", also)):
        (place,) = [n for n, line in enumerate(lines) if line.startswith(key)]
        lines.insert(place + 1, more)
    path.write_text("".join(lines), "utf-8", newline="\n")
    return Desk(walk, command)


def test_a_declared_key_proves_a_pack_and_every_declared_definition_is_in_it(draft):
    found = draft.receive(draft.pack())
    assert "which the protocol declares for 900" in found["signature"]
    assert found["definitions"] == ["primary", "open-cases-counted", "a-month-apart"]
    assert found["left_out"] == []
    some = draft.receive(draft.pack("900.v2.sealed", "--definitions", "a-month-apart"))
    assert some["definitions"] == ["primary", "a-month-apart"]
    assert some["left_out"] == ["open-cases-counted"]


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
