"""Run the benchmarks: `python -m benchmarks [--part NAME]`; writes build/benchmarks.md."""

from __future__ import annotations

import argparse
import os
import platform
from importlib import import_module
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

PARTS = ("spine", "programme", "england")
HEAD = (
    "| what | seconds (least-most) | peak memory | target | rival | seconds | times ours |\n"
    "| --- | ---: | ---: | --- | --- | ---: | ---: |\n"
)


def main() -> None:
    """Measure, print each row as it comes, and write them all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks.md"))
    given = parser.parse_args()
    cores = os.cpu_count()
    machine = f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
    text = f"# Benchmarks\n\n{machine}.\n"
    for part in given.part or PARTS:
        text += f"\n## {part}\n\n{HEAD}"
        for cell in import_module(f"benchmarks.{part}").cells():
            print(cell.row(), flush=True)
            text += cell.row() + "\n"
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(text, encoding="utf-8", newline="\n")
    print(given.out)


if __name__ == "__main__":
    main()
