"""Events that were known at the commitment: refused in a real trial, said in a simulated one."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps import stage_acts
from equipoise.workspace.steps.events import ahead_notes, check_ahead, check_recorded
from equipoise.workspace.steps.verification import verify
from equipoise.workspace.steps.verified_draw import event_findings
from tests.workspace.records import SCHEMES, stage_of

BY = ["unblinded-statistician", "sponsor"]


@pytest.fixture
def late(states, tmp_path) -> TrialFolder:
    """A stage committed in 2030 to an event of 2021, and drawn with it."""
    folder: TrialFolder = states["locked"].copy(tmp_path / "w").folder()
    folder.clock = FixedClock.parse("2030-01-01")
    stage_acts.commit(folder, stage="900", by=BY[:1])
    stage_acts.randomise(
        folder, stage="900", by=BY, event_value="1", event_source="here",
        event_date=date(2021, 9, 20),
    )  # fmt: skip
    return folder


def as_real(folder: TrialFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    protocol = folder.protocol
    trial = protocol.trial.model_copy(update={"simulated": False})
    real = protocol.model_copy(update={"trial": trial})
    monkeypatch.setattr(TrialFolder, "protocol", property(lambda _: real))


def test_in_a_simulated_trial_it_is_said(late) -> None:
    first, second = ahead_notes(late, "900")
    assert "--not-before: an event of 2021-09-16, which may be known already." in first
    assert "--event-round: no round" in second
    found = verify(late)
    assert found.consistent
    (said,) = (one for one in found.findings if one.subject == "event")
    assert said.verdict == "open" and said.words == (
        "stage 900: its event of 2021-09-20 was before its commitment on 2030-01-01: the value "
        "could be known"
    )


def test_in_a_real_trial_it_is_refused_by_everyone(late, monkeypatch) -> None:
    as_real(late, monkeypatch)
    made = stage_of(SCHEMES["simple"], {"usual": 1, "new": 1}, "900")
    with pytest.raises(ProblemsError, match="which may be known already"):
        check_ahead(late, made)
    drawn = late.whole_chain().entries[-1]
    with pytest.raises(ProblemsError, match="the value could be known"):
        check_recorded(late, drawn)
    (said,) = event_findings(late, late.chain())
    assert said.verdict == "fails"


def test_an_event_to_come_is_no_matter(states, tmp_path, monkeypatch) -> None:
    folder = states["randomised"].copy(tmp_path / "w").folder()
    assert not [one for one in verify(folder).findings if one.subject == "event"]
    as_real(folder, monkeypatch)
    assert event_findings(folder, folder.chain()) == []
