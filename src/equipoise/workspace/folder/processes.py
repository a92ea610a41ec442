"""Processes: work shared among processes of this machine."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Job = TypeVar("Job")
Answer = TypeVar("Answer")


def in_processes(
    work: Callable[[Job], Answer], jobs: Iterable[Job], processes: int
) -> Iterator[Answer]:
    """Yield the answers of jobs in their order, each job done in one of several processes.

    Parameters
    ----------
    work
        A function of a module: it is named to the processes, not copied.
    jobs
        What it is given, one by one.
    processes
        How many, 1 or more; with one the work is done here.

    Examples
    --------
    >>> list(in_processes(abs, [-1, 2], 1))
    [1, 2]
    """
    if processes == 1:
        return map(work, jobs)
    from joblib import Parallel, delayed

    # A process that has grown by 300 MB, as one does that has read a large trial, is replaced
    # after its job where psutil is there to see it. Nothing is lost, so nobody need be told; and
    # where warnings are errors, telling would end the thread that replaces it.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs were", UserWarning)
    shared: Iterator[Answer] = Parallel(n_jobs=processes, batch_size=1, return_as="generator")(
        delayed(work)(job) for job in jobs
    )
    return shared
