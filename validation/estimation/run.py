"""Running cells: blocks of trials over processes, finished cells kept."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import joblib

from equipoise.statistics import estimation, models, schemes
from validation.estimation.declared import CELLS, Cell
from validation.estimation.found import Result, Tally, tally
from validation.estimation.targets import GROUPS, estimators_of, targets
from validation.estimation.trials import BLOCK, block

KEPT = Path("build/validation/estimation")
LEAST = 20
"""Trials of a cell at the smallest fraction."""

OWN = (
    "declared",
    "declared_estimators",
    "found",
    "linear",
    "models",
    "population",
    "resampling",
    "run",
    "targets",
    "trials",
)
"""The modules here that numbers come from; how they are judged and printed is not among them."""


def trials_wanted(cell: Cell, fraction: float) -> dict[str, int]:
    """Give the number of trials of each group of a cell."""
    return {
        estimator.group: max(LEAST, round(estimator.replicates * fraction))
        for estimator in estimators_of(cell)
    }


def run_block(
    cell: Cell, number: int, wanted: dict[str, int], truths: dict[str, float]
) -> dict[str, Tally]:
    """Run all groups of a cell on the trials of one block."""
    first = number * BLOCK
    size = min(BLOCK, max(wanted.values()) - first)
    found: dict[str, list[Result]] = {name: [] for name in truths}
    for trial in islice(block(cell, number), size):
        for group, trials in wanted.items():
            if trial.number < trials:
                for name, result in GROUPS[group](cell, trial):
                    found[name].append(result)
    return {name: tally(results, truths[name]) for name, results in found.items() if results}


def run_cell(cell: Cell, fraction: float, workers: int) -> dict[str, Tally]:
    """Run a cell; its numbers do not depend on the number of workers."""
    wanted, truths = trials_wanted(cell, fraction), targets(cell)
    blocks = range(-(-max(wanted.values()) // BLOCK))
    most = joblib.cpu_count() if workers < 1 else workers
    parts = joblib.Parallel(n_jobs=min(most, len(blocks)))(
        joblib.delayed(run_block)(cell, number, wanted, truths) for number in blocks
    )
    total = {estimator.name: Tally() for estimator in estimators_of(cell)}
    for part in parts:
        for name, found in part.items():
            total[name].add(found)
    return total


def run_grid(
    fraction: float,
    *,
    cells: Sequence[Cell] = CELLS,
    workers: int = -1,
    kept: Path | None = None,
    say: Callable[[str], None] = print,
) -> dict[int, dict[str, Tally]]:
    """Run the cells that are not kept from an earlier run, and keep them.

    Parameters
    ----------
    fraction
        Of the declared trials.
    cells, workers
        Which cells, and over how many processes; -1 takes every core.
    kept
        Folder of finished cells, each named by the digest of its declaration, fraction and code;
        None means `KEPT`.
    say
        Told one line a cell.

    Returns
    -------
    dict
        By number of the cell, then by name of the estimator.
    """
    code, folder = code_digest(), KEPT if kept is None else kept
    results = {}
    for place, cell in enumerate(cells, start=1):
        path = folder / f"{cell.number:02d}-{_key(cell, fraction, code)}.json"
        line = f"estimation {place}/{len(cells)}: {cell.name} ({cell.schools:,} schools)"
        if path.exists():
            results[cell.number] = _read(path)
            say(f"{line}: kept from an earlier run")
            continue
        say(f"{line}: {', '.join(cell.groups)}")
        results[cell.number] = run_cell(cell, fraction, workers)
        _write(path, results[cell.number])
    if code_digest() != code:
        raise RuntimeError("The code changed while the grid ran; run it again.")
    return results


def code_digest() -> str:
    """Digest the code that the numbers come from, the product's estimators and schemes included."""
    here = Path(__file__).parent
    files = [here / f"{name}.py" for name in OWN]
    for room in (estimation, models, schemes):
        files += sorted(Path(str(room.__file__)).parent.glob("*.py"))
    return digest_of(files)


def digest_of(files: Sequence[Path]) -> str:
    """Digest what Python reads of modules: comments, docstrings and layout may change."""
    digest = hashlib.sha256()
    for file in files:
        tree = _WithoutWords().visit(ast.parse(file.read_text(encoding="utf-8")))
        digest.update(f"{file.name}\0{ast.dump(tree)}\0".encode())
    return digest.hexdigest()


class _WithoutWords(ast.NodeTransformer):
    """Takes docstrings, and other strings that stand alone, out of a tree."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        value = node.value
        return None if isinstance(value, ast.Constant) and isinstance(value.value, str) else node


def _key(cell: Cell, fraction: float, code: str) -> str:
    wanted = json.dumps([repr(cell), trials_wanted(cell, fraction), code])
    return hashlib.sha256(wanted.encode()).hexdigest()[:16]


def _write(path: Path, found: dict[str, Tally]) -> None:
    """Write a finished cell whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({name: vars(part) for name, part in found.items()}, indent=1)
    part = path.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8", newline="\n")
    part.replace(path)


def _read(path: Path) -> dict[str, Tally]:
    kept = json.loads(path.read_text(encoding="utf-8"))
    return {name: Tally(**{**part, "why": Counter(part["why"])}) for name, part in kept.items()}
