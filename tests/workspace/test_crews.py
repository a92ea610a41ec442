"""Crews: the numbers are the same for one process, for several, and for a Dask cluster."""

import json
import subprocess
import sys
from importlib.util import find_spec
from types import SimpleNamespace

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.results import to_plain
from equipoise.design.power import Losses, experiment_of, simulated
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.beginning import begin
from equipoise.workspace.steps.crews import Crew
from equipoise.workspace.steps.simulated_power import AskedTrials, simulated_power
from validation.power.protocols import of_members

# Separate processes with a scheduler of their own; the address is told, then they wait.
CLUSTER = """
import sys
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address=None
    ) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.read()
"""


def arrays(found):
    return [getattr(found, name).tobytes() for name in ("estimate", "se", "df", "rows")]


def test_two_processes_find_what_one_finds():
    experiment = experiment_of(of_members(units=20), losses=Losses(dose=0.5))
    said = []
    alone = simulated(experiment, 300, Crew("1").spread())
    together = simulated(experiment, 300, Crew("2").spread(said.append))
    assert arrays(alone) == arrays(together) == arrays(simulated(experiment, 300))
    assert said[-1] == "round 1: 6 of 6 parts done"


@pytest.mark.parametrize("workers", ["0", "-1", "many", "1.5", ""])
def test_what_is_neither_a_number_nor_an_address_is_refused(workers):
    with pytest.raises(ProblemsError, match="a number of processes"):
        Crew(workers).spread()


def test_without_dask_an_address_is_refused_with_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    experiment = experiment_of(of_members(units=20))
    with pytest.raises(ProblemsError, match=r"equipoise\[dask\]"):
        simulated(experiment, 50, Crew("tcp://127.0.0.1:1").spread())


@pytest.mark.parametrize(
    ("versions", "words"), [({}, "a scheduler with workers"), ({"w": "0.0.0"}, "not 0.0.0")]
)
def test_a_cluster_that_cannot_find_our_numbers_is_refused(monkeypatch, versions, words):
    client = SimpleNamespace(run=lambda asked: versions, close=lambda: None)
    made = SimpleNamespace(Client=lambda address, **options: client)
    monkeypatch.setitem(sys.modules, "distributed", made)
    with pytest.raises(ProblemsError, match=words):
        simulated(experiment_of(of_members(units=20)), 50, Crew("tcp://127.0.0.1:9").spread())


@pytest.fixture
def cluster(tmp_path):
    """Give the address of a Dask scheduler with two worker processes."""
    if find_spec("distributed") is None:
        pytest.skip("the extra `dask` is not installed")
    script = tmp_path / "cluster.py"
    script.write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, str(script)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        cwd=tmp_path,
    ) as process:
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(timeout=60)


@pytest.mark.dask
@pytest.mark.slow
def test_a_dask_cluster_of_separate_processes_takes_over(cluster, tmp_path):
    """The command line asks a scheduler by its address and gets the bytes of one process."""
    begin(tmp_path / "trial", template="dsl-primary")
    asked = AskedTrials(200, losses=Losses(dose=0.4))
    here = simulated_power(TrialFolder(tmp_path / "trial"), asked)
    options = ["--simulate", "200", "--dose", "0.4", "--workers", cluster, "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "equipoise", "power", str(tmp_path / "trial"), *options],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == to_plain(here)


def test_a_scheduler_that_does_not_answer_is_refused(monkeypatch):
    def refuse(address, **options):
        raise OSError(f"Timed out trying to connect to {address}")

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=refuse))
    experiment = experiment_of(of_members(units=20))
    with pytest.raises(ProblemsError, match="a Dask scheduler that answers"):
        simulated(experiment, 50, Crew("tcp://127.0.0.1:9").spread())
