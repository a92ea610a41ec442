"""Run the benchmarks: `python -m benchmarks [--part NAME] [--only TEXT]`.

Writes build/benchmarks.md; with `--document` the section of each part that ran is written again
in docs/benchmarks.md, and the others are left.
"""

from __future__ import annotations

import argparse
import os
import platform
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

from benchmarks.measure import HEAD, Cell  # noqa: E402

PARTS = (
    "spine",
    "programme",
    "england",
    "contacts",
    "estimation",
    "census",
    "ledger",
    "draws",
    "power",
)
DOCUMENT = Path("docs/benchmarks.md")
TITLE = "# Benchmarks\n\nWritten by `make bench ARGS=--document`; do not edit.\n"


def machine() -> str:
    """Say on what this ran, without a name that could be a person's."""
    name, kinds = platform.machine(), Path("/proc/cpuinfo")
    if kinds.exists():
        lines = kinds.read_text(encoding="utf-8").splitlines()
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        name = models[0] if models else name
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def load() -> str:
    """Say how busy the machine is with other work, where the system tells."""
    if not hasattr(os, "getloadavg"):
        return ""
    return f"; load average at the start {os.getloadavg()[0]:.1f}"


def replaced(document: str, part: str, section: str) -> str:
    """Put a part's section in its place, or at the end."""
    begin, end = f"<!-- begin {part} -->\n", f"<!-- end {part} -->\n"
    block = f"{begin}{section}{end}"
    if begin in document and end in document:
        head, rest = document.split(begin, 1)
        return head + block + rest.split(end, 1)[1]
    return f"{document}\n{block}"


def section(part: str, rows: list[str], seconds: float, busy: str) -> str:
    """Write a part of the document: on what, when, how to read it, the table."""
    module = import_module(f"benchmarks.{part}")
    about = getattr(module, "ABOUT", "")
    day = datetime.now(UTC).date().isoformat()
    run = f"{machine()}, {day}{busy}; the run took {seconds / 60:.0f} minutes."
    return f"## {part}\n\n{run}\n{about}\n{HEAD}" + "".join(row + "\n" for row in rows)


def cells_of(part: str, given: argparse.Namespace) -> Iterator[Cell]:
    """Yield the cells of a part."""
    module = import_module(f"benchmarks.{part}")
    if part == "estimation":
        return iter(module.cells(given.only, quick=given.quick))
    return iter(module.cells())


def main() -> None:
    """Measure, print each row as it comes, and write them all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--part", choices=PARTS, action="append")
    parser.add_argument("--only", default="", help="estimation: cells whose words hold this text")
    parser.add_argument("--quick", action="store_true", help="estimation: one hundredth the size")
    parser.add_argument(
        "--peers", action="store_true", help="only install the peers in Python, into build/peers"
    )
    parser.add_argument("--document", action="store_true", help=f"write {DOCUMENT} too")
    parser.add_argument("--out", type=Path, default=Path("build/benchmarks.md"))
    given = parser.parse_args()
    if given.document and (given.only or given.quick):
        parser.error("--document is of whole parts at full size: not with --only or --quick")
    if given.peers:
        from benchmarks.estimation.rivals import VENV, install

        install()
        print(VENV)
        return
    given.out.parent.mkdir(parents=True, exist_ok=True)
    text = f"# Benchmarks\n\n{machine()}.\n"
    chosen = given.part or (("estimation",) if given.only or given.quick else PARTS)
    for part in chosen:
        begun, rows, busy = time.monotonic(), [], load()
        text += f"\n## {part}\n\n{HEAD}"
        for cell in cells_of(part, given):
            rows.append(cell.rows())
            print(rows[-1], flush=True)
            text += rows[-1] + "\n"
            given.out.write_text(text, encoding="utf-8", newline="\n")
        if given.document:
            old = DOCUMENT.read_text(encoding="utf-8") if DOCUMENT.exists() else TITLE
            new = replaced(old, part, section(part, rows, time.monotonic() - begun, busy))
            DOCUMENT.write_text(new, encoding="utf-8", newline="\n")
    print(given.out)


if __name__ == "__main__":
    main()
