"""Verify: every changed byte is named; what cannot be seen is said."""

import json
import random
import re

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.ledger import Line, read_chain
from equipoise.workspace.steps.rehearsal import rehearse
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import Walk, contents

EDITS = 320


@pytest.fixture
def published(demo, tmp_path):
    return Walk(demo.trial.parent).copy(tmp_path / "published")


def failing(walk: Walk, *receipts: str) -> str:
    return "\n".join(f.words for f in _verified(walk, *receipts).findings if f.verdict == "fails")


def _verified(walk: Walk, *receipts: str):
    return verify(walk.folder(), receipts)


def words(walk: Walk, verdict: str) -> list[str]:
    return [f.words for f in _verified(walk).findings if f.verdict == verdict]


def test_every_edit_of_one_byte_is_named(published):
    """Ledger and protocol alone, of the other files four at a time, one byte in each."""
    chance = random.Random(20260101)
    names = sorted(contents(published.trial))
    alone = ["ledger.jsonl", "trial.yaml"]
    names = [name for name in names if name not in alone]
    together = [names[at : at + 4] for at in range(0, len(names), 4)]
    together += [chance.sample(names, 4) for _ in range((EDITS - 30 - len(names)) // 4 + 1)]
    batches = [*([name] for name in alone for _ in range(15)), *together]
    assert sum(map(len, batches)) >= 300
    folder, missed = published.folder(), []
    for batch in batches:
        whole = {name: (published.trial / name).read_bytes() for name in batch}
        for name, data in whole.items():
            (published.trial / name).write_bytes(one_byte_other(data, chance))
        found = [f.words for f in verify(folder).findings if f.verdict == "fails"]
        missed += [name for name in batch if not any(name in words_ for words_ in found)]
        for name, data in whole.items():
            (published.trial / name).write_bytes(data)
    assert missed == []
    assert verify(folder).consistent


def one_byte_other(data: bytes, chance: random.Random) -> bytes:
    changed, place = bytearray(data), chance.randrange(len(data))
    changed[place] = (changed[place] + chance.randrange(1, 256)) % 256
    return bytes(changed)


def test_a_ledger_edited_in_the_middle_accuses_no_other_file(published):
    path = published.trial / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[4] = lines[4].replace(b'"seq":4', b'"seq":9')
    path.write_bytes(b"".join(lines))
    said = failing(published)
    assert "ledger.jsonl, line 5" in said
    assert ".json is not" not in said and ".sealed is not" not in said


def test_a_changed_signing_key_is_the_protocols_fault_too(published):
    """The signatures no longer hold; the file that was edited is named all the same."""
    folder = published.folder()
    text = (published.trial / "trial.yaml").read_text(encoding="utf-8")
    old, new = (folder.person(name).signing_key for name in ("statistician", "sponsor"))
    (published.trial / "trial.yaml").write_text(
        text.replace(old, new[:-1] + ("0" if new[-1] != "0" else "1")), encoding="utf-8"
    )
    said = failing(published)
    assert "a signature of statistician that is not good" in said
    assert "trial.yaml is not as it was at amend" in said


def test_removed_added_and_renamed_files(published):
    (published.trial / "results" / "impact.json").unlink()
    (published.trial / "report" / "second-brief.html").write_bytes(b"<p>better</p>")
    said = failing(published)
    assert "results/impact.json is missing" in said
    assert "report/second-brief.html is not recorded" in said


def test_the_lock_file_stays_empty(published):
    (published.trial / ".ledger-lock").write_bytes(b"x")
    assert ".ledger-lock holds bytes" in failing(published)


def test_a_removed_tail_is_seen_with_a_receipt_alone(published):
    receipts = (published.out / "receipts.txt").read_text(encoding="utf-8").split()
    assert failing(published, *receipts) == ""
    path = published.trial / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:-1]))
    assert failing(published) == ""
    (without,) = [w for w in words(published, "open") if "anchored" in w]
    assert without == (
        "consistent, not anchored: without a receipt lodged outside, a removed tail or a rewrite "
        "of the whole ledger cannot be seen"
    )
    assert "it was rewritten or its tail removed" in failing(published, *receipts)


def test_a_rewritten_ledger_is_seen_with_a_receipt_alone(published):
    """Whoever holds every key can write another history; the receipts are of the first."""
    receipts = (published.out / "receipts.txt").read_text(encoding="utf-8").split()
    path, folder = published.trial / "ledger.jsonl", published.folder()
    chain, written, previous = read_chain(path.read_bytes()), [], "0" * 64
    for line in chain.lines:
        entry = type(line.entry)(**{**vars(line.entry), "prev": previous})
        if entry.name == "lock":
            entry = type(entry)(**{**vars(entry), "at": "2020-01-01T00:00:00Z"})
        signatures = {}
        for person in entry.by:
            public = bytes.fromhex(folder.person(person).signing_key)
            key = folder.keys.find(person, "signing", public=public)
            signatures[person] = key.sign(entry.message()).hex()
        again = Line(entry, signatures)
        written.append(again.encode() + b"\n")
        previous = again.digest()
    path.write_bytes(b"".join(written))
    assert failing(published) == ""
    assert "it was rewritten or its tail removed" in failing(published, *receipts)


def test_a_ledger_line_changed_and_the_chain_mended_fails_its_signature(published):
    path, folder = published.trial / "ledger.jsonl", published.folder()
    chain, written, previous = read_chain(path.read_bytes()), [], "0" * 64
    for line in chain.lines:
        entry = type(line.entry)(**{**vars(line.entry), "prev": previous})
        again = Line(entry, line.signatures)
        if entry.name == "lock":
            again = Line(
                type(entry)(**{**vars(entry), "at": "2020-01-01T00:00:00Z"}), line.signatures
            )
        written.append(again.encode() + b"\n")
        previous = again.digest()
    path.write_bytes(b"".join(written))
    assert "that is not good" in failing(published)
    assert folder is not None


def test_before_publishing_files_are_not_yet_recorded(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    (walk.trial / "notes.txt").write_bytes(b"mine")
    found = _verified(walk)
    assert found.consistent
    assert "notes.txt is not yet recorded" in words(walk, "open")
    assert any(
        w.startswith("draw committed, not yet repeatable in public") for w in words(walk, "open")
    )
    (walk.keys / "see.sealing.pem").unlink()
    assert "draw committed, not yet repeatable: the seeds are sealed" in words(walk, "open")


def comment(walk: Walk) -> None:
    path = walk.trial / "trial.yaml"
    path.write_bytes(path.read_bytes() + b"# a thought\n")


@pytest.mark.parametrize(("state", "verdict"), [("locked", "open"), ("blind-run", "fails")])
def test_a_comment_is_no_change_of_meaning_and_is_named(states, tmp_path, state, verdict):
    walk = states[state].copy(tmp_path / "w")
    comment(walk)
    (said,) = [w for w in words(walk, verdict) if w.startswith("trial.yaml")]
    assert "its bytes differ and" in said and "means the same" in said
    folder = walk.folder()
    done = [line.entry.name for line in rehearse(folder, truth=walk.out / "truth")]
    assert done[-1] == "publish"
    if state == "blind-run":
        (said,) = [w for w in words(walk, "fails") if w.startswith("trial.yaml")]


def test_another_meaning_stops_every_step(states, tmp_path, command):
    from tests.cli.test_turns import IN_TURN, WORDS

    for state in (
        "locked",
        "committed",
        "randomised",
        "blind-run",
        "frozen",
        "unblinded",
        "written",
    ):
        walk = states[state].copy(tmp_path / state)
        path = walk.trial / "trial.yaml"
        text = path.read_text(encoding="utf-8")
        changed = re.sub(r"benefit: [0-9.]+", "benefit: 1.5", text, count=1)
        assert changed != text
        path.write_text(changed, encoding="utf-8")
        before = contents(walk.out)
        for name, turns in IN_TURN.items():
            # An amendment is what makes another meaning the fixed one.
            if state not in turns or name == "amend":
                continue
            verb, *rest = WORDS[name]
            said = command(verb, walk.trial, *rest, keys=walk.keys)
            assert said.code == 2, (state, name)
            assert "another meaning than at lock" in said.err, (state, name)
        assert contents(walk.out) == before
        assert "it means something else" in failing(walk)


def test_a_protocol_that_cannot_be_read_is_not_the_ledgers_fault(states, tmp_path, command):
    walk = states["locked"].copy(tmp_path / "w")
    path = walk.trial / "trial.yaml"
    path.write_bytes(path.read_bytes().replace(b"alpha: 0.05", b"alpha: five"))
    said = command("status", walk.trial)
    assert said.code == 2
    assert "trial.yaml, line" in said.err and "'five'" in said.err
    assert "ledger.jsonl" not in said.err
    said = command("verify", walk.trial)
    assert said.code == 1
    assert "trial.yaml, line" in said.out
    assert "trial.yaml is not as it was recorded" in said.out


def test_the_plan_may_change_until_sap_lock(states, tmp_path, command):
    for state, refused in (("revealed", False), ("sap-locked", True)):
        walk = states[state].copy(tmp_path / state)
        path = walk.trial / "trial.yaml"
        text = path.read_text(encoding="utf-8")
        assert "permutations: " in text
        head, tail = text.split("permutations: ", 1)
        digits = len(tail) - len(tail.lstrip("0123456789"))
        path.write_text(f"{head}permutations: 499{tail[digits:]}", encoding="utf-8")
        words_ = (
            ("ingest", walk.trial) if refused else ("sap-lock", walk.trial, "--by", "statistician")
        )
        said = command(*words_, keys=walk.keys)
        assert said.code == (2 if refused else 0), said
        assert ("another meaning than at sap-lock" in said.err) is refused


def test_what_was_analysed_is_what_is_published(states, tmp_path, command):
    walk = states["written"].copy(tmp_path / "w")
    path = walk.trial / "authority" / "900" / "labels.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    said = command("publish", walk.trial, "--by", "sponsor", keys=walk.keys)
    assert said.code == 2
    assert "authority/900/labels.csv, whole file\n    found:    other bytes" in said.err
    path.unlink()
    said = command("publish", walk.trial, "--by", "sponsor", keys=walk.keys)
    assert "authority/900/labels.csv, whole file\n    found:    no such file" in said.err


def test_a_receipt_may_be_a_file_or_a_word(published, command):
    file = published.out / "receipts.txt"
    one = file.read_text(encoding="utf-8").split()[0]
    for given in (file, one, one.upper()):
        said = command("verify", published.trial, "--receipt", given)
        assert said.code == 0
        assert "consistent and anchored" in said.out
    said = command("verify", published.trial, "--receipt", "0" * 64)
    assert said.code == 1
    assert "NOT consistent." in said.out


def test_other_arms_in_the_open_are_named(published):
    path = published.trial / "frozen" / "allocation.csv"
    rows = path.read_text(encoding="utf-8")
    arms = sorted({row.rsplit(",", 1)[1] for row in rows.splitlines()[1:]})
    path.write_text(rows.replace(f",{arms[0]}\n", f",{arms[1]}\n", 1), encoding="utf-8")
    said = failing(published)
    assert "frozen/allocation.csv is not as it was recorded" in said
    assert "the arms are not those drawn" in said


def test_a_damaged_ledger_stops_every_step(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    path = walk.trial / "ledger.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    with pytest.raises(ProblemsError, match="line 3"):
        list(rehearse(walk.folder(), truth=walk.out / "truth"))
    assert json.loads(lines[2])["entry"]["seq"] == 2
