"""What a draw refuses, in one clear sentence each."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.design.randomisation import DeclaredEvent, check_event
from equipoise.workspace.steps import acts
from tests.workspace.records import SCHEMES, stage_of

BY = ["unblinded-statistician", "sponsor"]


def refusal(walk, **changes) -> str:
    """Draw stage 900 with something wrong; return the one sentence, nothing being written."""
    folder = walk.folder()
    folder.clock = FixedClock.parse("2030-01-01")
    given = {"stage": "900", "by": BY, "event_value": "1", "event_source": "here", **changes}
    before = (walk.trial / "ledger.jsonl").read_bytes()
    with pytest.raises(ProblemsError) as caught:
        acts.randomise(folder, **given)
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


def test_a_wrong_signer(committed) -> None:
    said = refusal(committed, by=["sponsor", "unblinded-statistician"])
    assert said.startswith(
        "trial.yaml, act randomise: found the signature of sponsor, sponsor, first; expected the "
        "signature of an unblinded-statistician or independent-statistician and of a second person"
    )
    assert "found 1 signature" in refusal(committed, by=BY[:1])
    assert "found the same person twice" in refusal(committed, by=[BY[0], BY[0]])
    assert "nobody called eve" in refusal(committed, by=[BY[0], "eve"])
