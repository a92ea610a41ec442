"""What a draw refuses, in one clear sentence each."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.design.randomisation import DeclaredEvent, check_event
from equipoise.workspace.steps import stage_acts
from tests.workspace.records import SCHEMES, stage_of

BY = ["unblinded-statistician", "sponsor"]


def refusal(walk, **changes) -> str:
    """Draw stage 900 with something wrong; return the one sentence, nothing being written."""
    folder = walk.folder()
    folder.clock = FixedClock.parse("2030-01-01")
    given = {"stage": "900", "by": BY, "event_value": "1", "event_source": "here", **changes}
    before = (walk.trial / "ledger.jsonl").read_bytes()
    with pytest.raises(ProblemsError) as caught:
        stage_acts.randomise(folder, **given)
    assert (walk.trial / "ledger.jsonl").read_bytes() == before
    (problem,) = caught.value.problems
    return problem.sentence()


@pytest.fixture
def committed(states, tmp_path):
    return states["committed"].copy(tmp_path / "w")


def test_a_lost_key(committed) -> None:
    for name in ("see.sealing.pem", "sponsor.signing.pem"):
        path = committed.keys / name
        data = path.read_bytes()
        path.unlink()
        said = refusal(committed)
        assert said.startswith(f"{name}, whole file: found no such key; expected the ")
        assert said.endswith("a key that is lost cannot be made again.")
        path.write_bytes(data)


def test_a_key_of_somebody_else(committed) -> None:
    (committed.keys / "sponsor.signing.pem").write_bytes(
        (committed.keys / "statistician.signing.pem").read_bytes()
    )
    assert "found a key that does not fit; expected the signing key of sponsor" in refusal(
        committed
    )


def test_an_event_value_too_early(committed) -> None:
    said = refusal(committed, event_date=date(2021, 9, 15))
    assert said.startswith(
        "commitment of stage 900, event: found an event of 2021-09-15; expected one of 2021-09-16 "
        "or later, as was committed."
    )


def test_an_event_that_nobody_can_have_seen(committed) -> None:
    said = refusal(committed, event_date=date(2031, 9, 15))
    assert "found an event of 2031-09-15, a day to come; expected one of 2030-01-01 or ear" in said


def test_a_value_seen_nowhere(committed) -> None:
    assert "found no source; expected where the value of" in refusal(committed, event_source=" ")


def test_a_draw_of_an_unknown_authority(committed) -> None:
    said = refusal(committed, stage="777")
    assert said == (
        "--stage, stage 777: found no such stage; expected one of 900. Correct the stage's name."
    )


def test_an_event_of_another_round(committed) -> None:
    said = refusal(committed, event_round="4711")
    assert said.startswith(
        "commitment of stage 900, event: found the round 4711; expected the round declared per "
        "stage at commit, as was committed."
    )


def test_an_event_of_another_source() -> None:
    """An address can be compared; the name of a source cannot, and the exported proof says so."""
    made = stage_of(SCHEMES["simple"], {"usual": 1, "new": 1}, "900")
    address = DeclaredEvent("https://drand.example/chain", "12", "2021-09-16")
    named = type(made)(**{**vars(made), "event": address})
    check_event(named, "https://drand.example/chain/public/12", "12")
    check_event(made, "anywhere")
    with pytest.raises(ProblemsError, match=r"found a value seen at https://lottery\.example/7"):
        check_event(named, "https://lottery.example/7", "12")


def committing(walk, stage: str) -> str:
    """Commit a stage that cannot be; return the one sentence, nothing being written."""
    folder = walk.folder()
    before = (walk.trial / "ledger.jsonl").read_bytes()
    with pytest.raises(ProblemsError) as caught:
        stage_acts.commit(folder, stage=stage, by=BY[:1])
    assert (walk.trial / "ledger.jsonl").read_bytes() == before
    (problem,) = caught.value.problems
    return problem.sentence()


@pytest.fixture
def locked(states, tmp_path):
    return states["locked"].copy(tmp_path / "w")


def test_an_unknown_authority(locked) -> None:
    assert committing(locked, "777").startswith(
        "design/register.csv, stage 777: found no unit to draw; expected one of the stages 900."
    )


def test_a_school_twice_in_the_register(locked) -> None:
    register = locked.trial / "design" / "register.csv"
    lines = register.read_text(encoding="utf-8").splitlines(keepends=True)
    register.write_text("".join([*lines, lines[1]]), encoding="utf-8", newline="\n")
    said = committing(locked, "900")
    urn = lines[1].split(",")[0]
    assert said.startswith(f"design/register.csv, line {len(lines) + 1}")
    assert f"{urn} again" in said or f"found {urn}" in said


def test_a_stratum_of_one_school(locked, command) -> None:
    """It is no error: the school is drawn by chance, and what that means is said."""
    rolls = locked.trial / "design" / "rolls.csv"
    lines = rolls.read_text(encoding="utf-8").splitlines(keepends=True)
    urn = lines[-1].split(",")[0]
    kept = [
        line if line.startswith((urn, "urn")) else ",".join([*line.split(",")[:2], "100\n"])
        for line in lines
    ]
    rolls.write_text("".join(kept), encoding="utf-8", newline="\n")
    said = command("check", locked.trial, keys=locked.keys)
    assert said.code == 0
    assert (
        "Note: one unit alone in stratum 900/large of stage 900: it is drawn by chance, tells "
        "nothing of the effect, and will be set aside in the analysis"
    ) in " ".join(said.out.split())


def test_a_wrong_signer(committed) -> None:
    said = refusal(committed, by=["sponsor", "unblinded-statistician"])
    assert said.startswith(
        "trial.yaml, act randomise: found the signature of sponsor, sponsor, first; expected the "
        "signature of an unblinded-statistician or independent-statistician and of a second person"
    )
    assert "found 1 signature" in refusal(committed, by=BY[:1])
    assert "found the same person twice" in refusal(committed, by=[BY[0], BY[0]])
    assert "nobody called eve" in refusal(committed, by=[BY[0], "eve"])
