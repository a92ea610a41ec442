"""Contacts: raw files to the table of schools, and what an analyst waits for."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.contact_files import DIALECTS, School, schools_of, write_authority
from benchmarks.measure import Cell, Figure, Rival, process

ABOUT = (
    "Made-up files in the six shapes, half of them workbooks. Memory is the sum over all processes "
    "at its worst moment.\n"
)
_RUN = [sys.executable, "-m", "benchmarks.contacts_run"]
_PROGRAM = [sys.executable, "-m", "equipoise"]
_POLARS = "import sys, polars as pl\nprint(pl.read_csv(sys.argv[1], infer_schema=False).height)"


def cells(millions: int = 30) -> Iterator[Cell]:
    """Yield each cell as it is measured.

    Parameters
    ----------
    millions
        How many million rows the largest file has.
    """
    with tempfile.TemporaryDirectory() as folder:
        country = Path(folder) / "country"
        write_country(country, authorities=26, rows=1_500_000)
        yield Cell(
            "1.5 million contacts of 26 authorities, raw files to the school table, 2 processes",
            measured([*_RUN, str(country), "--workers", "2"]),
            "30 s, 2 GB",
        )
        year = Path(folder) / "year"
        write_country(year, authorities=1, rows=60_000)
        register = write_register(year)
        for engine in ("duckdb", "sqlite"):
            out = str(year / "unclear.csv")
            words = ["contacts", "check", str(year / "800"), "--register", str(register)]
            yield Cell(
                f"`contacts check`, 60,000 rows, to the list of unclear rows ({engine})",
                measured([*_PROGRAM, *words, "--engine", engine, "--out", out], runs=3),
                "10 s",
            )
        peaks = []
        for count in (3, millions):
            place = Path(folder) / f"rows-{count}"
            write_country(place, authorities=1, rows=count * 1_000_000)
            figure = measured([*_RUN, str(place)])
            peaks.append(figure.megabytes or 0.0)
            file = place / "800" / "contacts.csv"
            rival = process([sys.executable, "-c", _POLARS, str(file)], runs=1, warm=False)
            words = f"reads and types nothing; {rival.megabytes or 0:,.0f} MB"
            ratio = f"; {peaks[-1] / peaks[0] - 1:+.0%} on 3 million" if len(peaks) > 1 else ""
            yield Cell(
                f"{count} million rows of one authority, 1 process{ratio}",
                figure,
                "memory within 20 % of 3 million" if ratio else "",
                (Rival("Polars, the CSV alone", rival, words),),
            )
            file.unlink()


def write_country(folder: Path, *, authorities: int, rows: int) -> None:
    """Write the files of authorities in all shapes, and the schools of them all."""
    schools: list[School] = []
    for number in range(authorities):
        code = str(800 + number)
        share = rows // authorities + (number < rows % authorities)
        dialect = DIALECTS[number % len(DIALECTS)]
        schools += write_authority(folder / code, code, share, dialect)
    text = json.dumps([school.__dict__ for school in schools])
    (folder / "schools.json").write_text(text, encoding="utf-8", newline="\n")


def write_register(folder: Path) -> Path:
    """Write the register of the first authority as `contacts check` reads it."""
    heads = (
        "URN,EstablishmentName,LA (code),LA (name),PhaseOfEducation (name),"
        "EstablishmentStatus (name),OpenDate,CloseDate"
    )
    lines = [f"{s.urn},{s.name},{s.la_code},Authority,Primary,Open,," for s in schools_of("800")]
    path = folder / "register.csv"
    path.write_text("\n".join([heads, *lines, ""]), encoding="utf-8", newline="\n")
    return path


def measured(command: list[str], *, runs: int = 1) -> Figure:
    """Time a whole process and the sum of memory of all that it starts."""
    taken, peaks = [], []
    for _ in range(runs):
        begun = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        done = threading.Event()
        peak = [0.0]
        watch = threading.Thread(target=_watch, args=(child.pid, peak, done))
        watch.start()
        code = child.wait()
        taken.append(time.perf_counter() - begun)
        done.set()
        watch.join()
        if code != 0:
            raise SystemExit(f"{' '.join(command)} ended with {code}")
        peaks.append(peak[0] or None)
    return Figure.of(taken, peaks)


def _watch(root: int, peak: list[float], done: threading.Event) -> None:
    """Note the most megabytes that a process and its descendants held together (Linux only)."""
    while not done.wait(0.05):
        peak[0] = max(peak[0], sum(map(_megabytes, _tree(root))))


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(entry.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[1])
        except OSError:
            continue  # it ended meanwhile
        children.setdefault(parent, []).append(int(entry.parent.name))
    found, new = [root], [root]
    while new:
        new = [child for parent in new for child in children.get(parent, ())]
        found += new
    return found


def _megabytes(process_id: int) -> float:
    """Return a process's own share of memory: pages that several share are divided among them."""
    try:
        text = Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0.0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return int(line.split()[1]) / 1024
