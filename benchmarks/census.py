"""The children-in-need census: seconds grow with the file and no faster, in flat memory."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.census_files import write_census
from benchmarks.measure import Cell, Rival, told

ABOUT = (
    "\nGenerated returns of 2024 with every module; only reading is timed. The sector's validator "
    "(cin-validator 0.1.13) was measured once, on two cores: 7.6 s for 1,000 children, "
    "62.6 s for 5,000. It also checks rules, which this reader does not.\n"
)
_SIZES = ((1_000, ""), (10_000, ""), (100_000, "15 s"))


def cells() -> Iterator[Cell]:
    """Yield each size as it is measured."""
    with tempfile.TemporaryDirectory() as folder:
        before = None
        for children, target in _SIZES:
            path = Path(folder) / f"census-{children}.xml"
            write_census(path, children)
            size = path.stat().st_size / 1e6
            command = [sys.executable, "-m", "benchmarks.census_run", str(path)]
            ours, said = told(command, runs=1 if children > 10_000 else 3)
            if said["read"]["children"] != children:
                raise SystemExit(f"{said['read']['children']} of {children} children were read")
            words = f"{children:,} children, {size:,.1f} MB"
            if before is not None:
                words += f", {ours.seconds / before:.1f} times the line above"
            before = ours.seconds
            yield Cell(words, ours, target, (Rival("cin-validator 0.1.13", words="see above"),))
            path.unlink()
