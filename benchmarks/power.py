"""Power by simulation: 10,000 trials of the planned size, beside fitting them one by one."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.estimation.rivals import Absent, Peer, Session
from benchmarks.measure import Cell, Figure, Rival, told
from equipoise.design.power import Experiment, experiment_of, simulated
from equipoise.design.power.roads import estimates
from validation.power.protocols import of_members, of_schools
from validation.power.rows import pupils_of

ABOUT = """
Whole simulations in processes of their own: trials drawn by the declared scheme, schools' moments
made, the declared model fitted, start of the processes included. No package has the whole; a rival
fits the random-intercept model to the pupils' rows of one such trial (the same moments, so that the
estimate must be ours), and its seconds are those times 10,000. Fitting is all that is counted of
the rival, not the drawing or the making of 400,000 rows.
"""
TRIALS = 10_000
RIVALS = (Peer("lme4_peer.R", "reml"), Peer("mixedlm_peer.py", "reml"))
RUNS, LIMIT = 3, 120.0


def experiments() -> dict[str, Experiment]:
    """Give what is simulated, by name."""
    return {
        "pupils": experiment_of(
            of_members(units=1_678, authorities=26, members=240, icc=0.05), effect=1.0
        ),
        "schools": experiment_of(of_schools(units=1_678, authorities=26)),
    }


def cells(trials: int = TRIALS) -> Iterator[Cell]:
    """Yield each cell as it is measured.

    Parameters
    ----------
    trials
        Simulated.
    """
    kinds = {
        "pupils": "random intercepts of pupils in schools",
        "schools": "least squares of schools' values, HC2",
    }
    size = f"{trials:,} trials of 1,678 schools in 26 authorities"
    for name, words in kinds.items():
        for workers in ("1", "2"):
            figure, _ = told(
                [sys.executable, "-m", "benchmarks.power_run", name, str(trials), workers]
            )
            target = "10 s" if (name, workers) == ("pupils", "2") else ""
            many = "2 processes" if workers == "2" else "1 process"
            rivals = tuple(_rivals(trials)) if (name, workers) == ("pupils", "1") else ()
            yield Cell(f"{size}: {words}; {many}", figure, target, rivals)


def _rivals(trials: int) -> Iterator[Rival]:
    """Time rivals on the pupils of one trial, and reckon what all would take."""
    experiment = experiments()["pupils"]
    drawn = experiment.block(0)
    found = estimates(drawn, experiment.sites, experiment.world, experiment.analysis)
    rows = pupils_of(experiment, drawn, 0)
    columns = {
        "school": rows.unit,
        "authority": rows.stratum,
        "treated": rows.arm,
        "baseline": rows.baseline,
        "score": rows.value,
    }
    with tempfile.TemporaryDirectory() as place:
        table = Path(place) / "pupils"
        table.mkdir()
        for name, values in columns.items():
            np.asarray(values).astype("<f8").tofile(table / name)
        for peer in RIVALS:
            yield _timed(peer, Path(place), trials, (found.estimate[0], found.se[0]))


def _timed(peer: Peer, data: Path, trials: int, ours: tuple[float, float]) -> Rival:
    try:
        session = Session.start(peer, data, LIMIT)
    except Absent as why:
        return Rival(peer.name, words=str(why))
    try:
        session.run(LIMIT)
        said = [session.run(LIMIT) for _ in range(RUNS)]
    except Absent as why:
        return Rival(f"{peer.name} {session.version}", words=str(why))
    finally:
        session.end()
    taken = [float(one["seconds"]) for one in said]
    differs = max(
        abs(float(said[-1][name]) / own - 1)
        for name, own in zip(("estimate", "se"), ours, strict=True)
    )
    agrees = differs < 1e-4
    words = f"{np.median(taken):.2f} s a trial, times {trials:,}; "
    words += f"differs by {differs:.0e}" if agrees else f"another estimate (by {differs:.0e})"
    return Rival(
        f"{peer.name} {session.version}", Figure.of([one * trials for one in taken]), words, agrees
    )


def timed_run(name: str, trials: int, workers: str) -> None:
    """Simulate, and print the seconds as JSON."""
    import json
    import time

    from equipoise.workspace.steps.crews import Crew

    begun = time.perf_counter()
    found = simulated(experiments()[name], trials, Crew(workers).spread())
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "failed": int(np.isnan(found.estimate).sum())}))
