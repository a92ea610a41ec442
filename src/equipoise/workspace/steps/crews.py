"""Crews: the processes that share the jobs of a simulation, here or on other machines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Any

import equipoise
from equipoise.core.base import Problem, ProblemsError
from equipoise.design.power import Estimates, Job, Spread, run_job
from equipoise.workspace.folder.processes import in_processes

PATIENCE = "15s"
"""How long a cluster may take to answer."""


@dataclass(frozen=True)
class Crew:
    """Who runs jobs; what they find does not depend on it.

    Attributes
    ----------
    workers
        Processes of this machine, or the address of a Dask scheduler (``tcp://host:port``).
    """

    workers: str = "1"

    @property
    def address(self) -> str | None:
        """The scheduler's address, or None."""
        return self.workers if "://" in self.workers else None

    @property
    def processes(self) -> int:
        """Processes of this machine.

        Raises
        ------
        ProblemsError
            Neither a number above zero nor an address.

        Examples
        --------
        >>> Crew("2").processes, Crew("tcp://127.0.0.1:8786").address
        (2, 'tcp://127.0.0.1:8786')
        """
        if self.workers.isdecimal() and int(self.workers) > 0:
            return int(self.workers)
        raise _refused(
            self.workers,
            "a number of processes, or the address of a Dask scheduler",
            "give a number such as 2, or an address such as tcp://127.0.0.1:8786",
        )

    def spread(self, tell: Callable[[str], object] = str) -> Spread:
        """Return what runs jobs, in their order.

        Parameters
        ----------
        tell
            Is told how many are done. Each call of what is returned is a round.

        Raises
        ------
        ProblemsError
            Without Dask, or without an answer from the scheduler.
        """
        # Refused before anything is begun.
        processes = 0 if self.address else self.processes

        def run(jobs: Sequence[Job]) -> Iterator[Estimates]:
            if self.address:
                return self._on_cluster(jobs)
            return in_processes(run_job, jobs, processes)

        rounds = count(1)

        def told(jobs: Sequence[Job]) -> Iterator[Estimates]:
            this = next(rounds)
            for number, found in enumerate(run(jobs), 1):
                tell(f"round {this}: {number} of {len(jobs)} parts done")
                yield found

        return told

    def _on_cluster(self, jobs: Sequence[Job]) -> Iterator[Estimates]:
        client = _client(str(self.address))
        try:
            _check_workers(str(self.address), client.run(_version))
            # Each job is work, never a value to be looked up: keys by content cost more.
            for future in client.map(run_job, list(jobs), pure=False):
                yield future.result()
        finally:
            client.close()


def _client(address: str) -> Any:
    """Ask a scheduler to take work."""
    try:
        client = import_module("distributed").Client
    except ModuleNotFoundError:
        raise _refused(
            address,
            "the extra `dask`, which is not installed",
            "pip install 'equipoise[dask]', or give a number of processes",
        ) from None
    try:
        return client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise _refused(
            address,
            f"a Dask scheduler that answers ({type(error).__name__})",
            "start one with `dask scheduler`, with workers that have this version of equipoise",
        ) from None


def _version() -> str:
    """Say which equipoise a worker has."""
    return equipoise.__version__


def _check_workers(address: str, versions: Mapping[str, str]) -> None:
    """Refuse a cluster without workers, or with workers that would find other numbers."""
    if not versions:
        raise _refused(address, "a scheduler with workers", f"start some: dask worker {address}")
    others = sorted({version for version in versions.values() if version != _version()})
    if others:
        raise _refused(
            address,
            f"workers with equipoise {_version()}, not {', '.join(others)}",
            "install the same version, with the same lock file, on every worker",
        )


def _refused(found: str, expected: str, remedy: str) -> ProblemsError:
    return ProblemsError([Problem("the command line", "--workers", found, expected, remedy)])
