"""A step is done whole or not at all, and what it reads is what was recorded."""

import shutil

import pytest

from equipoise.core.base import FixedClock, ProblemsError
from equipoise.core.ledger import OutOfTurnError
from equipoise.workspace.folder import RehearsalSecrets, Work, is_current, pending, work
from equipoise.workspace.steps import acts, computations, stage_acts
from equipoise.workspace.steps.opening import unblind
from equipoise.workspace.steps.verification import verify
from tests.rehearsed import contents


def ready(walk):
    folder = walk.folder()
    folder.clock = FixedClock.parse("2030-01-01")
    folder.secrets = RehearsalSecrets(7)
    return folder


def test_nothing_is_written_when_a_key_is_missing(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    (walk.keys / "data-manager.signing.pem").unlink()
    before = contents(walk.out)
    with pytest.raises(ProblemsError, match="no such key"):
        acts.freeze(ready(walk), by=["data-manager"])
    assert contents(walk.out) == before


def test_a_failed_reveal_opens_no_arm(states, tmp_path):
    walk = states["randomised"].copy(tmp_path / "w")
    (walk.keys / "unblinded-statistician.signing.pem").unlink()
    with pytest.raises(ProblemsError):
        stage_acts.reveal(ready(walk), stage="900", by=["unblinded-statistician"])
    assert not list(walk.out.glob("**/allocation-*.csv"))


class CutOff(BaseException):
    """The machine goes off."""


@pytest.mark.parametrize("step", ["randomise", "unblind"])
def test_a_step_cut_off_anywhere_is_undone_or_finished(states, tmp_path, monkeypatch, step):
    """The power goes after the n-th write, for every n: the folder loads, the step repeats."""
    start = states["committed" if step == "randomise" else "frozen"]
    whole = start.copy(tmp_path / "whole")
    _do(whole, step)
    due = whole.folder().standing()
    for cut in range(0, 60, 1 if step == "randomise" else 3):
        walk = start.copy(tmp_path / f"cut-{cut}")
        with monkeypatch.context() as patch:
            _switch_off_after(cut, patch)
            try:
                _do(walk, step)
            except CutOff:
                pass
            else:
                break
        walk.folder().settle()
        assert verify(walk.folder()).consistent
        assert contents(walk.trial) in (contents(start.trial), contents(whole.trial))
        if contents(walk.trial) == contents(start.trial):
            _do(walk, step)
        assert contents(walk.trial) == contents(whole.trial)
        assert walk.folder().standing() == due
        shutil.rmtree(walk.out)
    else:
        pytest.fail("the step was never done")
    assert cut >= 4


def _do(walk, step):
    folder, by = ready(walk), ["unblinded-statistician", "sponsor"]
    if step == "unblind":
        return unblind(folder, by=by)
    return stage_acts.randomise(
        folder,
        stage="900",
        by=by,
        event_value="1",
        event_source="here",
    )


def _switch_off_after(count, patch):
    left = [count]
    import equipoise.core.ledger.chain as chain

    def counting(real):
        def done(*given):
            if left[0] == 0:
                raise CutOff
            left[0] -= 1
            return real(*given)

        return done

    patch.setattr(chain, "write_atomic", counting(chain.write_atomic))
    patch.setattr(pending, "write_atomic", counting(pending.write_atomic))
    patch.setattr(pending, "replace_file", counting(pending.replace_file))
    # Who is off cannot tidy up.
    patch.setattr(work, "release", counting(work.release))
    patch.setattr("equipoise.workspace.folder.trial.settle", _nothing_once(pending.settle))


def _nothing_once(real):
    calls = []

    def settle(path):
        calls.append(path)
        if len(calls) == 1:
            real(path)

    return settle


def test_two_files_at_once_and_the_second_writer_waits(states, tmp_path):
    """Two steps begun from one state: the second is refused, and leaves nothing."""
    walk = states["blind-run"].copy(tmp_path / "w")
    first, second = (Work(ready(walk), "freeze", by=["data-manager"]) for _ in range(2))
    first.write("frozen/a", b"1")
    second.write("frozen/b", b"2")
    first.finish()
    before = contents(walk.trial)
    with pytest.raises(OutOfTurnError):
        second.finish()
    assert contents(walk.trial) == before


@pytest.mark.parametrize("name", ["results/power.json", "outcomes/schools.parquet"])
def test_a_changed_product_is_never_read_as_good(states, tmp_path, name):
    walk = states["blind-run"].copy(tmp_path / "w")
    path = walk.trial / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(ProblemsError, match="other bytes than the ledger records"):
        computations.analyse_blind(ready(walk))
    path.unlink()
    if name.startswith("results/"):
        with pytest.raises(ProblemsError, match="no such file"):
            computations.analyse_blind(ready(walk))


def test_a_computation_is_current_until_what_it_read_changes(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    folder, prefixes = ready(walk), ("authority/", "outcomes/surveys/", "packs/")
    assert is_current(folder, "ingest", prefixes)
    assert not is_current(folder, "analyse")
    added = walk.trial / "packs" / "901.v1.sealed"
    added.write_bytes(b"new")
    assert not is_current(folder, "ingest", prefixes)
    added.unlink()
    for name in ("authority/900/labels.csv", "results/outcomes.json"):
        path = walk.trial / name
        data = path.read_bytes()
        path.write_bytes(data + b"\n")
        assert not is_current(folder, "ingest", prefixes), name
        path.write_bytes(data)
    (walk.trial / "authority/900/schools.csv").unlink()
    assert not is_current(folder, "ingest", prefixes)


def test_a_second_box_is_never_put_beside_a_lost_first(states, tmp_path):
    walk = states["randomised"].copy(tmp_path / "w")
    (walk.trial / "allocation.sealed").unlink()
    with pytest.raises(ProblemsError, match=r"allocation\.sealed"):
        stage_acts.reveal(ready(walk), stage="900", by=["unblinded-statistician"])
