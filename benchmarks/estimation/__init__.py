"""The estimators beside the installed peers, on one trial, with the peers' fastest options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.estimation import counts, large, linear, marginal, missing, mixed, resampling
from benchmarks.estimation.comparison import Bench, Effort, Job
from benchmarks.estimation.trial import FULL, QUICK, make, write
from benchmarks.measure import Cell

ABOUT = f"""
One trial for all: {FULL.words}, simulated
(`benchmarks/estimation/trial.py`). Everything but the whole processes is from arrays in memory to
estimate, error and degrees of freedom. Ours runs on one thread. A rival runs in a process of its
own, with its fastest documented options (first lines of each script in `benchmarks/peers`), on as
many cores as it likes; how many it kept busy is said where it is more than one. Rivals in R are
Debian's packages; those in Python are pinned in `benchmarks/requirements-peers.txt` and installed
by `python3 tasks.py bench --peers`.

After one run that is not counted, ours and the rivals run in turn, five times; the median is
quoted, with the least and the most. A rival's first run of 4 s or more is counted, and one more is
made; of 15 s or more, none. A rival is stopped after {Effort().limit:.0f} s.

*Passes*: our seconds over those of one pass over the same data: the sum of an outcome and its sums
by school from pupils' rows, the sums of events and rolls from schools, and the sum of as many
64-bit numbers as there are keys for draws. *Digits*: to how many digits estimate, error and
degrees of freedom agree with ours. Where the estimates differ by more than one in 10,000 there is
no ratio but both numbers; p values from independent draws agree within four Monte Carlo errors. A
ratio under one, in bold, is a rival that is faster than we are.
"""

FOLDER = Path("build/bench")
"""Where the trial's columns are written for the peers."""

SMALL = Effort(rounds=1, slow=30.0, limit=60.0, scale=0.01)
"""What ``--quick`` measures: enough to see that each cell runs and agrees."""

TOPICS = (mixed, linear, counts, marginal, resampling, missing)


def cells(only: str = "", *, quick: bool = False, folder: Path = FOLDER) -> Iterator[Cell]:
    """Yield each cell as it is measured.

    Parameters
    ----------
    only
        Cells whose words hold this text, in any case.
    quick
        One hundredth of the pupils and draws, one run each.
    folder
        For the data.
    """
    effort = SMALL if quick else Effort()
    trial = make(QUICK if quick else FULL)
    bench = Bench(write(trial, folder), effort)
    every: list[Job | large.FitJob | large.WorkerJob] = []
    for topic in TOPICS:
        every += topic.jobs(trial, effort)
    every += large.jobs(effort)
    for job in every:
        if only.lower() in job.what.lower():
            yield job.measure(bench)
