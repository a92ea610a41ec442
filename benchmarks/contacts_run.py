"""One run over raw files of contacts, as a process of its own, so that its memory can be seen."""

from __future__ import annotations

import argparse
import json
from dataclasses import astuple, fields
from pathlib import Path

from benchmarks.contact_files import DEFINITIONS, WINDOWS, School
from equipoise.authority.rules import SchoolCount
from equipoise.core.base import ProblemsError, csv_bytes
from equipoise.workspace.steps.packs import PackJob, build_packs


def main() -> None:
    """Read every authority under a folder and write the table of its schools."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--engine", default="duckdb")
    given = parser.parse_args()
    roster = json.loads((given.folder / "schools.json").read_text(encoding="utf-8"))
    schools = [School(**school) for school in roster]
    jobs = [
        PackJob(path.name, {f.name: f for f in sorted(path.iterdir())}, schools, DEFINITIONS,
                WINDOWS)
        for path in sorted(given.folder.iterdir())
        if path.is_dir()
    ]  # fmt: skip
    answers = build_packs(jobs, given.engine, workers=given.workers)
    names = [field.name for field in fields(SchoolCount)]
    rows, read = [], 0
    for answer in answers:
        if isinstance(answer, ProblemsError):
            raise answer
        pack, _ = answer
        rows += [astuple(count) for count in pack.counts]
        read += pack.quality.rows_read
    (given.folder / "table.csv").write_bytes(csv_bytes(names, rows))
    print(f"{read} rows, {len(rows)} counts, {sum(row[2] for row in rows)} contacts of schools")


if __name__ == "__main__":
    main()
