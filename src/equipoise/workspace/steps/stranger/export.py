"""The export: one Python file that holds a trial's public record and what proves it."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import equipoise
from equipoise.core.base import Problem, ProblemsError, write_atomic
from equipoise.core.ledger import Entry
from equipoise.core.results import SIMULATED_MARK
from equipoise.design.protocol import load_protocol
from equipoise.workspace.folder import PROTOCOL, RESTORE, TrialFolder, fixed_text, fixings
from equipoise.workspace.steps.corrections import CORRECTIONS
from equipoise.workspace.steps.opening import ARMS
from equipoise.workspace.steps.stages import commitment_file, is_external

#: Modules of the script, each after those that it uses.
PARTS = ("signatures", "lines", "changes", "seats", "chosen", "proof")
_ROOM = "equipoise.workspace.steps.stranger"
_ABOUT = '''"""Public record of the trial {trial}, and the proof of it.
{mark}
Run with: python3 -I -S THIS-FILE.py [--receipt HEAD] ... (Python 3.10 or later, its standard
library alone; nothing is written, nothing is fetched).

It proves the ledger line by line (canonical form, numbering, hashes, signatures), that the design
is the one locked or amended, each stage's commitment (roster, seed hash, event), every change
of an amendment and every correction. After unblinding it repeats the draw. A receipt is a ledger
head that was lodged outside: without one, a removed tail or a rewrite of the whole ledger cannot be
seen. The record itself stands at the end.
"""
'''


def public_record(folder: TrialFolder) -> dict[str, Any]:
    """Return what a stranger needs to prove a trial, nothing sealed or secret among it.

    Parameters
    ----------
    folder
        The trial folder; it is not judged here, for the proof is the stranger's.

    Returns
    -------
    dict
        ``trial``, ``version``, ``mark``, ``design`` (what `lock` fixes, canonical JSON),
        ``ledger`` (its lines), ``commitments`` by stage, ``versions`` (what each act fixed, where
        there is an amendment), ``corrections``, and ``arms``, empty before unblinding and where
        the trial was drawn elsewhere (its units may be children).

    Raises
    ------
    ProblemsError
        Where the ledger is damaged or a commitment is missing.
    """
    chain = folder.whole_chain()
    protocol = folder.protocol
    committed = [e.stage for e in chain.entries if e.name == "commit" and e.stage is not None]
    corrected = any(e.name == "correct" for e in chain.entries)
    opened = any(e.name == "unblind" for e in chain.entries) and not is_external(folder)
    return {
        "trial": protocol.trial.id,
        "version": equipoise.__version__,
        "mark": SIMULATED_MARK if protocol.trial.simulated else "",
        "design": protocol.meaning("design").decode("utf-8"),
        "ledger": [line.encode().decode("utf-8") for line in chain.lines],
        "commitments": {stage: _text(folder, commitment_file(stage)) for stage in committed},
        "versions": _versions(folder, chain.entries),
        "corrections": _text(folder, CORRECTIONS) if corrected else "",
        "arms": _text(folder, ARMS) if opened else "",
    }


def _versions(folder: TrialFolder, entries: Sequence[Entry]) -> list[dict[str, str]]:
    """Return what each fixing act fixed, as canonical JSON; nothing where nothing was amended."""
    if all(entry.name != "amend" for entry in entries):
        return []
    found = []
    for entry in fixings(entries):
        protocol = load_protocol(fixed_text(folder, entry), PROTOCOL)
        version = {}
        if entry.name != "sap-lock":
            version["design"] = protocol.meaning("design").decode("utf-8")
        if entry.name == "sap-lock" or entry.facts.get("plan") is not None:
            version["plan"] = protocol.meaning("plan").decode("utf-8")
        found.append(version)
    return found


def _text(folder: TrialFolder, name: str) -> str:
    return folder.read(name, remedy=RESTORE).decode("utf-8")


def export(folder: TrialFolder) -> bytes:
    """Write the public record and the proof of it as one Python file.

    Parameters
    ----------
    folder
        As `public_record`.

    Returns
    -------
    bytes
        UTF-8; the same for the same folder.
    """
    return script(public_record(folder))


def script(record: Mapping[str, Any]) -> bytes:
    """Return a public record and what proves it as the bytes of one Python file."""
    imports, sources = _sources()
    about = _ABOUT.format(
        trial=record["trial"], mark=f"{record['mark']}\n" if record["mark"] else ""
    )
    shown = json.dumps(record, ensure_ascii=False, indent=1)
    parts = [
        about,
        "from __future__ import annotations\n",
        "".join(f"{line}\n" for line in imports),
        *sources,
        f"RECORD = {shown}\n\nsys.exit(tell(RECORD, sys.argv[1:]))\n",
    ]
    return "\n".join(parts).encode("utf-8")


def write_export(folder: TrialFolder, path: Path) -> None:
    """Write the export to a file outside the trial folder.

    Raises
    ------
    ProblemsError
        Where the path lies in the trial folder, whose every file the ledger records.
    """
    if path.resolve().is_relative_to(folder.path.resolve()):
        raise ProblemsError(
            [
                Problem(
                    path.name,
                    "--export",
                    "a file inside the trial folder",
                    "a file outside it: the ledger would not know it",
                    "name a file elsewhere",
                )
            ]
        )
    write_atomic(path, export(folder))


def _sources() -> tuple[list[str], list[str]]:
    """Return the standard library's imports, and each module without imports, under its title."""
    imports: dict[str, set[str]] = {}
    sources = []
    for name in PARTS:
        text = (resources.files(_ROOM) / f"{name}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        kept = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
        for node in tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                _take(node, imports)
        words = (ast.get_docstring(tree) or "").splitlines()
        title = "".join(f"# {line}\n" for line in words if line)
        body = "\n".join(text.splitlines()[kept[1].lineno - 1 :])
        sources.append(f"# ----- {title[2:]}{body}\n".replace("\n\n\n", "\n\n"))
    lines = (
        f"from {module} import {', '.join(sorted(names))}" if names else f"import {module}"
        for module, names in sorted(imports.items())
    )
    return list(lines), sources


def _take(node: ast.Import | ast.ImportFrom, imports: dict[str, set[str]]) -> None:
    """Add what a statement imports of the standard library."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            imports.setdefault(alias.name, set())
    elif node.module is not None and not node.module.startswith(("equipoise", "__future__")):
        names = imports.setdefault(node.module, set())
        names.update(ast.unparse(alias) for alias in node.names)
