"""Many writers and kills: each at a hundredth or less of `make validate --part ledger`."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.core.base import ProblemsError
from equipoise.workspace.folder import Work, work
from validation.ledger.kills import killed
from validation.ledger.writers import written_at_once


@pytest.mark.slow
def test_eight_processes_draw_no_unit_twice_and_lose_none(tmp_path: Path) -> None:
    assert written_at_once(tmp_path, writers=8) == []


@pytest.mark.slow
def test_twelve_kills_lose_no_acknowledged_event(tmp_path: Path) -> None:
    problems, events = killed(tmp_path, kills=12)
    assert problems == []
    assert events > 0


def test_a_step_that_was_overtaken_writes_over_nothing(states, tmp_path: Path) -> None:
    """Both began when there was no file: the second would have lost what the first wrote."""
    walk = states["blind-run"].copy(tmp_path / "w")
    first, second = (Work(walk.folder(), "power") for _ in range(2))
    for step, data in ((first, b"1"), (second, b"2")):
        step.write("results/seats.json", data)
    first.finish()
    with pytest.raises(ProblemsError, match=r"results/seats\.json.* another step wrote it"):
        second.finish()
    assert (walk.trial / "results/seats.json").read_bytes() == b"1"
    assert walk.folder().chain().problems == ()
    assert not (walk.trial / ".pending").exists()


def test_every_thousandth_line_is_signed_by_whoever_has_a_key(
    states, tmp_path: Path, monkeypatch
) -> None:
    """With every second line for every thousandth, so that the test need not write a thousand."""
    monkeypatch.setattr(work, "SIGNED_EVERY", 2)
    monkeypatch.setattr("equipoise.core.ledger.chain.SIGNED_EVERY", 2)
    walk = states["draft"].copy(tmp_path / "w")
    folder = walk.folder()
    lines = [_event(folder) for _ in range(3)]
    by_number = {line.entry.seq + 1: set(line.signatures) for line in lines}
    assert all(bool(people) is (number % 2 == 0) for number, people in by_number.items())
    assert folder.chain().problems == ()
    for key in walk.keys.glob("*.signing.pem"):
        key.unlink()
    before = folder.chain().head
    with pytest.raises(
        ProblemsError, match="found no signing key at hand; expected the key of any"
    ):
        for _ in range(2):
            _event(walk.folder())
    assert len(walk.folder().chain().lines) - len(folder.chain().lines) <= 1
    assert before in walk.folder().chain().digests


def _event(folder):
    step = Work(folder, "power")
    step.write("results/power.json", b"{}\n")
    return step.finish()
