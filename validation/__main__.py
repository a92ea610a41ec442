"""Run the validation: `python -m validation [--part NAME] [--fraction F] [--out FILE]`.

A part is a module `validation.NAME` with `part(fraction) -> (section, passed)`. A run rewrites the
section of each part that it ran in the document, as soon as the part is done, and leaves the
others.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

# Set before NumPy is loaded: one thread, so that sums are the same everywhere.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

TITLE = "# Validation\n\nWritten by `make validate`; do not edit.\n"
PARTS = ("spine", "numbers", "estimation", "quality", "ledger", "draws", "power")


def replaced(document: str, part: str, section: str) -> str:
    """Put a part's section in its place, or at the end."""
    begin, end = f"<!-- begin {part} -->\n", f"<!-- end {part} -->\n"
    block = f"{begin}{section}{end}"
    if begin in document and end in document:
        head, rest = document.split(begin, 1)
        return head + block + rest.split(end, 1)[1]
    return f"{document}\n{block}"


def run(part: str, fraction: float) -> tuple[str, bool]:
    """Run a part, imported only now: its section of the document, and whether it passed."""
    section, passed = importlib.import_module(f"validation.{part}").part(fraction)
    return str(section), bool(passed)


def main(arguments: list[str] | None = None) -> int:
    """Run the parts asked for; 1 if one did not pass."""
    parser = argparse.ArgumentParser(prog="python -m validation", description=__doc__)
    parser.add_argument("--part", choices=PARTS, help="one part; without it, all")
    parser.add_argument("--fraction", type=float, default=1.0, help="of the replicates, 0 to 1")
    parser.add_argument("--out", type=Path, default=Path("docs/validation.md"))
    given = parser.parse_args(arguments)
    passed = True
    for part in PARTS if given.part is None else (given.part,):
        section, ok = run(part, given.fraction)
        passed = passed and ok
        document = given.out.read_text(encoding="utf-8") if given.out.exists() else TITLE
        given.out.parent.mkdir(parents=True, exist_ok=True)
        with given.out.open("w", encoding="utf-8", newline="\n") as file:
            file.write(replaced(document, part, section))
    print(given.out)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
