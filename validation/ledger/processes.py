"""Worker processes: started together, told to go, listened to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def started(how: str, path: Path, numbers: range) -> list[subprocess.Popen[bytes]]:
    """Start workers, and return when each of them waits for its word."""
    found = [
        subprocess.Popen(
            [sys.executable, "-m", "validation.ledger.worker", how, str(path), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        for number in numbers
    ]
    for process in found:
        assert process.stdout is not None
        if process.stdout.readline().strip() != b"ready":
            for other in found:
                other.kill()
            raise RuntimeError("a worker did not come up")
    return found


def go(process: subprocess.Popen[bytes]) -> None:
    """Let a worker begin."""
    assert process.stdin is not None
    process.stdin.write(b"go\n")
    process.stdin.flush()


def acknowledged(process: subprocess.Popen[bytes]) -> list[str]:
    """Wait for the end of a worker; return the digests that it printed whole."""
    out, _ = process.communicate()
    whole, _, _ = out.rpartition(b"\n")
    return whole.decode("ascii").split()
