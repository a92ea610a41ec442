"""A rival in a process of its own, that does one timed run for each line it is sent."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).resolve().parents[1] / "peers"
VENV = Path("build/peers")
"""Virtual environment of the peers in Python, made by ``--peers``."""

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Absent(Exception):
    """The rival gave no answer; the message says why, in words for the table."""


@dataclass(frozen=True)
class Peer:
    """A rival and what it is asked to do.

    Attributes
    ----------
    script
        File in ``benchmarks/peers``.
    task
        Name of the task in it.
    note
        What is particular about its way, or empty.
    draws
        Draws of a resampling task.
    wanted
        How many times our seconds it should take at least, where that is a target.
    """

    script: str
    task: str
    note: str = ""
    draws: int = 0
    wanted: float | None = None

    @property
    def name(self) -> str:
        """Name of the package."""
        return self.script.split("_peer.")[0]

    @property
    def command(self) -> list[str]:
        """The interpreter and the script.

        Raises
        ------
        Absent
            There is no such interpreter.
        """
        if self.script.endswith(".R"):
            found = shutil.which("Rscript")
            if found is None:
                raise Absent("not installed: there is no Rscript")
            return [found, str(SCRIPTS / self.script)]
        python = peers_python()
        if not python.exists():
            raise Absent("not installed: no build/peers (`python -m benchmarks --peers`)")
        return [str(python), str(SCRIPTS / self.script)]


def peers_python() -> Path:
    """Give the interpreter of the peers' virtual environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@dataclass
class Session:
    """A running rival.

    Attributes
    ----------
    child
        Its process.
    version
        What it says it is.
    """

    child: subprocess.Popen[str]
    version: str = ""
    _said: queue.Queue[str | None] = field(default_factory=queue.Queue)
    _listener: threading.Thread | None = None

    @classmethod
    def start(cls, peer: Peer, data: Path, limit: float) -> Session:
        """Start a rival and wait until its data is in memory.

        Raises
        ------
        Absent
            The package or interpreter is not installed, or it ended or took longer than `limit`.
        """
        # Rivals may use every core: our own limit of one thread is not handed on.
        environment = {key: value for key, value in os.environ.items() if key not in THREADS}
        child = subprocess.Popen(
            [*peer.command, peer.task, str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**environment, "BENCH_DRAWS": str(peer.draws)},
        )
        session = cls(child)
        session._listener = threading.Thread(target=session._listen, daemon=True)
        session._listener.start()
        try:
            first = session._answer(limit)
        except Absent:
            session.end()
            raise
        if "missing" in first:
            session.end()
            raise Absent(f"not installed: {first['missing']}")
        session.version = str(first["version"])
        return session

    def run(self, limit: float) -> Mapping[str, Any]:
        """Ask for one run and wait for it.

        Returns
        -------
        Mapping
            ``seconds``, ``cpu``, ``estimate``, ``se``, ``df``.

        Raises
        ------
        Absent
            It failed, or took longer than `limit` seconds and was stopped.
        """
        assert self.child.stdin is not None
        try:
            self.child.stdin.write("run\n")
            self.child.stdin.flush()
        except OSError:
            raise Absent("it ended between two runs") from None
        found = self._answer(limit)
        if "error" in found:
            raise Absent(f"failed: {str(found['error'])[:120]}")
        return found

    def end(self) -> None:
        """End the process."""
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        if self.child.stdin is not None:
            # What was written to an ended process cannot be handed over.
            with suppress(OSError):
                self.child.stdin.close()
        if self._listener is not None:
            self._listener.join()

    def _listen(self) -> None:
        """Take in what it says until it ends; anything but JSON is a package's own chatter."""
        assert self.child.stdout is not None
        with self.child.stdout:
            for line in self.child.stdout:
                if line.startswith("{"):
                    self._said.put(line)
        self._said.put(None)

    def _answer(self, limit: float) -> dict[str, Any]:
        try:
            line = self._said.get(timeout=limit)
        except queue.Empty:
            raise Absent(f"stopped after {limit:.0f} s without an answer") from None
        if line is None:
            raise Absent("it ended without an answer")
        found: dict[str, Any] = json.loads(line)
        return found


def install() -> None:
    """Make the virtual environment of the peers, or bring it up to date."""
    if not peers_python().exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    wanted = SCRIPTS.parent / "requirements-peers.txt"
    command = [str(peers_python()), "-m", "pip", "install", "--quiet", "-r", str(wanted)]
    subprocess.run([*command, "--disable-pip-version-check"], check=True)
