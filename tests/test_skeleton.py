"""The skeleton holds: lock, dependencies, floors, tasks, and the rule about skips."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "equipoise"
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCKED_EXTRAS = ("trial", "dev")


def run(*command, cwd=ROOT, **environment):
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


def project():
    return tomllib.loads(PYPROJECT)["project"]


# ------------------------------------------------------------------------------------- the lock


def lock_entries():
    return re.split(r"^(?=\S)", re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE), flags=re.M)[1:]


def test_lock_names_no_index_and_no_address():
    assert not re.findall(r"://|^-|--(?:extra-)?index|--find-links|--trusted| @ ", LOCK, re.M)


def test_lock_pins_and_hashes_every_package():
    loose = [
        entry
        for entry in lock_entries()
        if not re.match(r"[a-z0-9-]+==\S+[^\n]* \\\n    --hash=sha256:[0-9a-f]{64}", entry)
    ]
    assert lock_entries() and not loose


def test_lock_has_every_dependency_of_the_default_and_of_the_locked_extras():
    wanted = project()["dependencies"] + [
        requirement
        for extra in LOCKED_EXTRAS
        for requirement in project()["optional-dependencies"][extra]
    ]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", text)[0]).lower() for text in wanted}
    assert names <= {entry.split("==")[0] for entry in lock_entries()}


# --------------------------------------------------------------------------------- dependencies


def test_every_dependency_says_why_it_is_there():
    requirements = project()["dependencies"] + [
        requirement
        for extra in project()["optional-dependencies"].values()
        for requirement in extra
    ]
    lines = [line.strip() for line in PYPROJECT.splitlines()]
    silent = [
        requirement
        for requirement in requirements
        if not lines[lines.index(f'"{requirement}",') - 1].startswith("# ")
    ]
    assert not silent


# ----------------------------------------------------------------------------------- the floors


@pytest.fixture(scope="module")
def floors_of(tmp_path_factory):
    """Return a function: lint-imports' verdict on a copy of src with some imports added."""

    def check(*added):
        copy = tmp_path_factory.mktemp("floors")
        shutil.copy(ROOT / "pyproject.toml", copy)
        shutil.copytree(
            PACKAGE, copy / "src" / "equipoise", ignore=shutil.ignore_patterns("__pycache__")
        )
        for room, statement in added:
            path = (copy / "src").joinpath(*room.split("."))
            module = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            with module.open("a", encoding="utf-8") as file:
                file.write(f"\n{statement}\n")
        found = run(
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as go; go()",
            "--no-cache",
            cwd=copy,
            PYTHONPATH=str(copy / "src"),
            NO_COLOR="1",
            COLUMNS="200",
        )
        return found.returncode, found.stdout

    return check


def test_the_floors_hold(floors_of):
    code, text = floors_of()
    assert code == 0, text


@pytest.mark.parametrize(
    ("room", "statement", "contract"),
    [
        ("equipoise.simulate", "import equipoise.authority", "Simulate has its own labels"),
        ("equipoise.statistics.estimation", "import polars", "Estimation uses NumPy and SciPy"),
        ("equipoise.authority.quality", "import equipoise.statistics.models", "Authority knows no"),
        ("equipoise.evaluation.outcomes", "import equipoise.programme.costs", "Outcomes know no"),
        ("equipoise.design.registers", "import ruamel.yaml", "The light set imports only"),
        ("equipoise.authority.pack", "import ibis", "The light set imports only"),
        ("equipoise.design.power", "import pydantic", "Only design.protocol imports"),
        ("equipoise.evaluation.analysis", "import pandas", "No module imports pandas"),
        ("equipoise.core.base", "import equipoise.workspace", "Floors: each uses only"),
        ("equipoise.design.registers", "import equipoise.design.protocol", "Rooms of design"),
    ],
)
def test_a_forbidden_import_breaks_its_contract(floors_of, room, statement, contract):
    code, text = floors_of((room, statement))
    assert code == 1, text
    assert re.search(rf"^{re.escape(contract)}.* BROKEN( \(.*\))?$", text, re.MULTILINE), text


def test_an_import_by_way_of_another_module_breaks_the_contract_too(floors_of):
    # By the floors alone outcomes may use surveys, and surveys may use randomisation.
    code, text = floors_of(
        ("equipoise.evaluation.outcomes", "import equipoise.programme.surveys"),
        ("equipoise.programme.surveys", "import equipoise.design.randomisation"),
    )
    assert code == 1, text
    broken = re.findall(r"^(.*) BROKEN$", text, re.MULTILINE)
    assert broken == ["Outcomes know no arm"], text


def test_every_contract_of_the_house_is_there():
    contracts = tomllib.loads(PYPROJECT)["tool"]["importlinter"]["contracts"]
    floors = next(contract for contract in contracts if contract["id"] == "floors")["layers"]
    rooms = {c["id"].removeprefix("rooms-") for c in contracts if c["id"].startswith("rooms-")}
    assert rooms == set(floors) - {"cli", "simulate"}


def test_ibis_is_imported_by_one_module_of_authority_at_most():
    importers = [
        path
        for path in sorted((PACKAGE / "authority").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Import) and any(a.name.startswith("ibis") for a in node.names))
        or (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ibis"))
    ]
    assert len(set(importers)) <= 1, importers


def test_the_light_set_loads_without_anything_heavy():
    # Import contracts see what a module names; this also sees what its parent packages bring.
    light = [
        f"equipoise.{floor}.{room}"
        for floor, rooms in {
            "core": ("base", "results", "ledger", "disclosure"),
            "authority": ("readers", "vocabulary", "schools", "rules", "quality", "pack"),
            "design": ("registers",),
        }.items()
        for room in rooms
    ]
    program = f"""
import importlib, sys
before = set(sys.modules)
for name in {light!r}:
    importlib.import_module(name)
loaded = {{name.split(".")[0] for name in set(sys.modules) - before}}
allowed = set(sys.stdlib_module_names) | {{"equipoise", "python_calamine", "xlsxwriter"}}
print(" ".join(sorted(loaded - allowed)))
"""
    found = run(sys.executable, "-c", program)
    assert (found.returncode, found.stdout.strip()) == (0, "")


# -------------------------------------------------------------------------------------- tasks.py


def tasks_where(preparation):
    program = f"import runpy, sys; {preparation}; runpy.run_path('tasks.py', run_name='__main__')"
    return run(sys.executable, "-c", program)


def test_an_old_python_gets_one_line():
    found = tasks_where("sys.version_info = (3, 8, 18, 'final', 0)")
    assert found.returncode == 2
    assert found.stdout.splitlines() == [
        "equipoise needs Python 3.11 or later and this is 3.8: install a newer Python, "
        "then run tasks.py with it (make PYTHON=python3.12 ...)."
    ]


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_gets_one_line(module):
    found = tasks_where(f"sys.modules[{module!r}] = None")
    assert found.returncode == 2
    assert len(found.stdout.splitlines()) == 1
    assert "apt-get install python3-venv" in found.stdout


def test_tasks_can_be_read_by_python_3_8():
    ast.parse((ROOT / "tasks.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def test_an_unknown_command_says_which_there_are():
    found = run(sys.executable, "tasks.py", "dmeo")
    assert found.returncode == 2
    assert "no command 'dmeo'" in found.stdout
    assert "demo" in found.stdout.splitlines()[3]


def test_a_failed_install_leaves_no_stamp_and_says_what_to_do(tmp_path):
    for name in ("tasks.py", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    nowhere = tmp_path / "nowhere"
    nowhere.mkdir()
    (tmp_path / "requirements.lock").write_text(
        f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    found = run(
        sys.executable,
        "tasks.py",
        "setup",
        cwd=tmp_path,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(nowhere),
        PIP_CONFIG_FILE=os.devnull,
    )
    assert found.returncode == 1, found.stdout
    assert "Check the connection to your package index" in found.stdout
    assert (tmp_path / ".venv").is_dir()
    assert not list((tmp_path / ".venv").glob("equipoise-stamp*"))


# ----------------------------------------------------------------------------------------- skips

MARKED = """
import pytest

@pytest.mark.r
def test_compared():
    pytest.skip("no Rscript")

@pytest.mark.r
@pytest.mark.xfail(reason="known", strict=False)
def test_known():
    assert False

def test_plain():
    pytest.skip("not today")
"""


@pytest.mark.parametrize(
    ("ci", "module", "expected"),
    [
        ("true", MARKED, "1 failed, 1 skipped, 1 xfailed"),
        ("", MARKED, "2 skipped, 1 xfailed"),
        ("true", "import pytest\npytest.importorskip('no_such_module')\n", "1 error"),
        ("", "import pytest\npytest.importorskip('no_such_module')\n", "1 skipped"),
    ],
    ids=["marked-ci", "marked", "module-ci", "module"],
)
def test_in_ci_a_skipped_comparison_is_a_failure(tmp_path, ci, module, expected):
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path)
    (tmp_path / "test_some.py").write_text(module, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    r: compares with R\n", encoding="utf-8"
    )
    found = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path, CI=ci)
    assert expected in found.stdout.splitlines()[-1], found.stdout


# ----------------------------------------------------------------------------------------- files


def text_files():
    listing = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    if listing.returncode:
        pytest.skip("this is not a git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        if path.is_file() and b"\0" not in (content := path.read_bytes())[:8192]:
            yield name, content.decode("utf-8", "replace")


def test_no_file_names_a_place_on_somebody_s_machine():
    place = re.compile(
        r"(?<![\w.}/~*-])/(?:home|root|Users|work|opt|mnt|media)/[\w.]|\b[A-Z]:\\+Users\\"
    )
    found = [f"{name}: {match[0]}" for name, text in text_files() for match in place.finditer(text)]
    assert not found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
def test_ci_can_be_run():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
