"""A task in a process of its own, so that its peak memory can be seen; prints JSON."""

from __future__ import annotations

import json
import sys

from benchmarks.estimation.many_clusters import ESTIMATORS, Schools
from benchmarks.estimation.passes import over_keys
from benchmarks.estimation.resampling import stratified_p
from benchmarks.estimation.trial import FULL, QUICK, make
from benchmarks.measure import timed


def main(arguments: list[str]) -> None:
    """Do one task: ``draws full|quick NUMBER`` or ``clusters ESTIMATOR NUMBER``."""
    task, which, number = arguments[0], arguments[1], int(arguments[2])
    if task == "draws":
        trial = make(FULL if which == "full" else QUICK)
        once, _ = timed(over_keys(trial, number))
        seconds, _ = timed(lambda: stratified_p(trial, number))
        print(json.dumps({"seconds": seconds, "one_pass": once}))
        return
    schools = Schools.make(number)
    once, _ = timed(lambda: (schools.score.sum(), schools.events.sum(), schools.roll.sum()))
    seconds, _ = timed(lambda: ESTIMATORS[which].run(schools))
    print(json.dumps({"seconds": seconds, "one_pass": once}))


if __name__ == "__main__":
    main(sys.argv[1:])
