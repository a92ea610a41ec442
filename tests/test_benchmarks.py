"""The benchmarks of the estimators run at a hundredth of their size; nothing here is timed."""

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import draws, estimation
from benchmarks.__main__ import replaced
from benchmarks.estimation import large, rivals
from benchmarks.estimation.comparison import Answer, Bench, Effort, Job, digits
from benchmarks.estimation.many_clusters import ESTIMATORS, Schools
from benchmarks.estimation.rivals import Absent, Peer, Session
from benchmarks.estimation.trial import QUICK, make, write
from benchmarks.measure import Cell, Figure, Rival

JOBS = [job for topic in estimation.TOPICS for job in topic.jobs(make(QUICK), estimation.SMALL)]
OURS = Figure(0.01, 0.01, 0.01)
ECHO = """
import json, sys, time
print(json.dumps({"peer": "echo", "version": "1"}), flush=True)
for _ in sys.stdin:
    time.sleep({pause})
    print(json.dumps({answer}), flush=True)
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return write(make(QUICK), tmp_path_factory.mktemp("bench"))


@pytest.fixture
def no_peers(monkeypatch, tmp_path):
    monkeypatch.setattr(rivals, "VENV", tmp_path / "peers")
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.fixture
def echo(monkeypatch, tmp_path):
    """Return a function: a peer that pauses and then gives an answer."""

    def of(answer, pause: float = 0.0) -> Peer:
        script = tmp_path / "echo_peer.py"
        words = ECHO.replace("{pause}", str(pause)).replace("{answer}", repr(answer))
        script.write_text(words, encoding="utf-8")
        monkeypatch.setattr(Peer, "command", [sys.executable, str(script)])
        return Peer("echo_peer.py", "any")

    return of


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.what)
def test_a_cell_gives_our_figure_and_says_which_peer_is_not_installed(job, data, no_peers):
    cell = job.measure(Bench(data, estimation.SMALL))
    assert cell.ours.seconds > 0 and np.isfinite(job.ours().estimate)
    assert len(cell.rivals) == max(1, len(job.peers))
    assert all(rival.figure is None for rival in cell.rivals)
    said = "not installed" if job.peers else "none: "
    assert all(said in rival.words + rival.name for rival in cell.rivals)


@pytest.mark.parametrize("name", ESTIMATORS)
def test_an_estimator_fits_many_schools(name):
    assert ESTIMATORS[name].run(Schools.make(1_000)) is not None


def test_a_whole_process_tells_seconds_and_memory(data):
    job = large.WorkerJob("", "1 GB", ("clusters", "ratio", "500"))
    cell = job.measure(Bench(data, estimation.SMALL))
    assert cell.ours.seconds > 0 and (cell.ours.megabytes or 11) > 10


def test_a_parquet_file_is_fitted_as_a_user_would(data):
    job = large.FitJob("", "", 20_000, ("--model", "ols", "--covariates", "baseline"))
    cell = job.measure(Bench(data, estimation.SMALL))
    assert cell.ours.seconds > 0


@pytest.mark.r
@pytest.mark.slow
@pytest.mark.parametrize(
    "what",
    ["df, from pupils'", "CR2 with Satterthwaite df, from 8,400", "ratios of", "9 nodes"],
)
def test_rivals_in_r_agree_with_us(what, data, monkeypatch, tmp_path):
    if shutil.which("Rscript") is None:
        pytest.skip("there is no Rscript")
    monkeypatch.setattr(rivals, "VENV", tmp_path / "peers")
    job = next(job for job in JOBS if what in job.what)
    wanted = tuple(peer for peer in job.peers if peer.script.endswith(".R"))
    cell = replace(job, peers=wanted).measure(Bench(data, estimation.SMALL))
    assert wanted and all(rival.agrees and rival.figure for rival in cell.rivals), cell.rows()


def test_peers_in_python_agree_with_us_where_they_are_installed(data):
    if not rivals.peers_python().exists():
        pytest.skip("no build/peers: python -m benchmarks --peers makes it")
    job = next(job for job in JOBS if "Laplace" in job.what)
    wanted = tuple(peer for peer in job.peers if peer.name in ("glmm", "mixedlm"))
    cell = replace(job, peers=wanted).measure(Bench(data, estimation.SMALL))
    assert len(wanted) == 2 and all(rival.agrees and rival.figure for rival in cell.rivals)


def test_a_trial_has_its_size_and_is_the_same_each_time():
    one, two = make(QUICK), make(QUICK)
    assert one.score.size == QUICK.pupils and one.roster.size == QUICK.schools
    assert len(set(one.strata.tolist())) == QUICK.authorities
    assert (one.score == two.score).all() and (one.arms == two.arms).all()
    assert one.schools["roll"].sum() == QUICK.pupils


def test_written_columns_are_the_trial(data):
    read = np.fromfile(data / "pupils" / "score", dtype="<f8")
    assert (read == make(QUICK).score).all()


def test_a_rival_answers_once_for_each_run(echo, data):
    session = Session.start(echo({"seconds": 2.0, "estimate": 1.5}), data, 20)
    answers = [session.run(20)["estimate"] for _ in range(2)]
    session.end()
    assert answers == [1.5, 1.5] and session.version == "1"


def test_a_rival_that_takes_too_long_is_stopped(echo, data):
    session = Session.start(echo({}, pause=60.0), data, 20)
    with pytest.raises(Absent, match="stopped after 0 s"):
        session.run(0.2)
    session.end()
    assert session.child.poll() is not None


def test_a_rival_s_own_failure_is_told(echo, data):
    session = Session.start(echo({"error": "no convergence"}), data, 20)
    with pytest.raises(Absent, match="failed: no convergence"):
        session.run(20)
    session.end()


@pytest.mark.parametrize(
    ("estimate", "shown"), [(1.00002, "estimate 4, error 3"), (1.001, "differs: 1.001, ours 1")]
)
def test_only_a_rival_with_our_estimate_gets_a_ratio(echo, data, estimate, shown):
    peer = echo({"seconds": 0.5, "cpu": 0.5, "estimate": estimate, "se": 0.1001, "df": None})
    job = Job("", lambda: Answer(1.0, 0.1), lambda: None, peers=(peer,))
    rival = job.measure(Bench(data, Effort(rounds=2))).rivals[0]
    assert rival.words == shown and rival.agrees is shown.startswith("estimate")
    row = Cell("", OURS, rivals=(rival,)).rows()
    assert ("| 50 |" in row) is rival.agrees


def test_p_values_by_chance_agree_within_their_error(echo, data):
    peer = echo({"seconds": 0.5, "cpu": 0.5, "estimate": 0.06, "se": None, "df": None})

    def said(draws: int) -> str:
        job = Job("", lambda: Answer(0.05), lambda: None, peers=(peer,), draws=draws)
        return job.measure(Bench(data, Effort(rounds=1))).rivals[0].words

    assert said(1_000) == "p 0.0600, ours 0.0500: within chance"
    assert said(1_000_000).startswith("differs")


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [(1.2345, 1.2346, 4), (2.0, 2.0, 12), (1.0, -1.0, 0), (1.0, None, None), (1.0, np.inf, None)],
)
def test_digits(left, right, same):
    assert digits(left, right) == same


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("0.3 s, 1 GB", ": met"),
        ("0.3 s, 100 MB", ": **missed**"),
        ("0.1 s", ": **missed**"),
        ("", ""),
    ],
)
def test_a_target_is_met_or_missed(target, words):
    assert Cell("", Figure(0.2, 0.1, 0.4, 500.0), target).verdict() == words


def test_a_faster_rival_is_printed_too():
    rival = Rival("fast 1", Figure(0.005, 0.005, 0.005))
    assert "| **0.5** |" in Cell("", OURS, rivals=(rival,)).rows()


def test_a_ratio_that_is_a_target_is_judged():
    rivals_ = (Rival("slow 1", Figure(1.0, 1.0, 1.0), wanted=50),)
    assert "100 (target 50: met)" in Cell("", OURS, rivals=rivals_).rows()


def test_a_rival_that_ended_is_told(echo, data):
    session = Session.start(echo({}), data, 20)
    session.child.kill()
    session.child.wait()
    with pytest.raises(Absent, match="ended"):
        session.run(20)
    session.end()


def test_a_part_of_the_document_is_replaced_and_the_others_are_left():
    first = replaced(replaced("# T\n", "a", "old\n"), "b", "other\n")
    assert replaced(first, "a", "new\n") == first.replace("old", "new")


def test_help_names_the_options():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--help"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    assert all(name in done.stdout for name in ("--only", "--quick", "--peers", "--document"))


def test_the_draw_is_measured_for_every_scheme():
    found = list(draws.cells(schools=64, authorities=2))
    assert [cell.what.split(":")[0] for cell in found[::2]] == list(draws.SCHEMES)
    assert all(cell.ours.seconds > 0 and cell.verdict() == ": met" for cell in found)
    assert all(cell.rivals[0].figure.seconds > 0 for cell in found[::2])
