"""The light set: authority starts without Ibis, DuckDB, NumPy or pydantic."""

import ast
import subprocess
import sys
from pathlib import Path

import equipoise.authority

ROOM = Path(equipoise.authority.__file__).parent
ALLOWED = {"python_calamine", "xlsxwriter", "equipoise"}
HEAVY = ("ibis", "duckdb", "numpy", "polars", "pandas", "pydantic", "ruamel", "pyarrow")


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def test_ibis_is_imported_in_one_module_and_nothing_else_is_heavy():
    strange = {
        (path.relative_to(ROOM).as_posix(), name)
        for path in ROOM.rglob("*.py")
        for name in imports_of(path)
        if name not in ALLOWED and name not in sys.stdlib_module_names
    }
    assert strange == {("rules/expressions.py", "ibis")}


def test_the_floor_loads_without_anything_heavy():
    code = (
        "import sys, equipoise.authority.pack\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert answer.stdout.strip() == "[]"
