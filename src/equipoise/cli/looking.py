"""Looking at the machine: what `doctor` sees."""

from __future__ import annotations

import os
import shutil
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

#: From extra to the modules by which its presence is known.
_EXTRAS = {
    "default (an authority's analyst)": ("ibis", "duckdb", "python_calamine", "xlsxwriter"),
    "trial": ("numpy", "scipy", "polars", "pydantic", "ruamel.yaml", "altair", "typst"),
}
_LEAST_ROOM = 200 * 2**20


def looked() -> tuple[list[tuple[str, str, str]], bool]:
    """Return what was found, row by row, and whether what every user needs is there."""
    rows: list[tuple[str, str, str]] = []
    version = ".".join(map(str, sys.version_info[:3]))
    fits = sys.version_info >= (3, 11)
    rows.append(("Python", version, "good" if fits else "needs 3.11 or later"))
    sound = fits
    for extra, modules in _EXTRAS.items():
        missing = [name for name in modules if not _there(name)]
        if extra.startswith("default"):
            sound = sound and not missing
        verdict = "good" if not missing else "pip install 'equipoise[trial]'"
        rows.append((extra, "installed" if not missing else "no " + ", ".join(missing), verdict))
    rows.append(("duckdb", _version("duckdb"), "good" if _old_duckdb() else "needs below 2"))
    rows += [_keys(), _console()]
    room = shutil.disk_usage(Path.cwd()).free
    enough = room >= _LEAST_ROOM
    rows.append(("room on disk", f"{room / 2**30:.1f} GiB", "good" if enough else "too little"))
    return rows, sound and enough


def _there(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


def _old_duckdb() -> bool:
    return _version("duckdb").split(".")[0] in ("0", "1")


def _keys() -> tuple[str, str, str]:
    named = os.environ.get("EQUIPOISE_KEYS")
    if not named:
        return "keys", "EQUIPOISE_KEYS is not set", "the user's configuration folder is used"
    folders = [Path(part) for part in named.split(os.pathsep) if part]
    there = [folder for folder in folders if folder.is_dir()]
    count = sum(len(list(folder.glob("*.pem"))) for folder in there)
    verdict = "good" if len(there) == len(folders) else "a folder is missing"
    return "keys", f"{count} keys in {len(there)} folders", verdict


def _console() -> tuple[str, str, str]:
    encoding = getattr(sys.stdout, "encoding", None) or "unknown"
    return "console", encoding, "good: every message survives it"
