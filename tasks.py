"""The project's commands: demo, test, lint, bench, validate, docs, setup and ci.

Standard library only, and readable by Python 3.8, so that a machine without what equipoise needs
gets one line that says what to install. Each command first brings `.venv` up to date: the lock
file with its hashes, then the package itself. A stamp skips that where nothing has changed.
"""

import sys

OLDEST = (3, 11)

if sys.version_info < OLDEST:
    print(
        f"equipoise needs Python {OLDEST[0]}.{OLDEST[1]} or later and this is "
        f"{sys.version_info[0]}.{sys.version_info[1]}: install a newer Python, "
        "then run tasks.py with it (make PYTHON=python3.12 ...)."
    )
    sys.exit(2)

try:
    import ensurepip  # noqa: F401
    import venv  # noqa: F401
except ImportError:
    print(
        "equipoise needs Python's venv and ensurepip modules: install them "
        "(Debian and Ubuntu: apt-get install python3-venv), then run this again."
    )
    sys.exit(2)

import hashlib
import os
import subprocess
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
SCRIPTS = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
LOCK = ROOT / "requirements.lock"
PYPROJECT = ROOT / "pyproject.toml"
STAMP = VENV / "equipoise-stamp.txt"
BUILD = ROOT / "build"
INSTALL_LOG = BUILD / "install.log"

# One BLAS thread per process: more would change the last digits of a sum with the machine, and
# the workers of a simulation would fight for the cores.
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

HEARTBEAT = 5.0


class Failed(Exception):
    """A stage did not succeed; the message is for the reader, the code for the shell."""

    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code


def say(message):
    """Print one line that any console can show."""
    encoding = sys.stdout.encoding or "ascii"
    print(message.encode(encoding, "replace").decode(encoding), flush=True)


def environment():
    """Return the children's environment."""
    return {**os.environ, **ONE_THREAD}


def run(stage, command, **variables):
    """Run one command, and say how long it took."""
    say(f"[{stage}] started")
    start = time.monotonic()
    code = subprocess.call(
        [str(part) for part in command], cwd=str(ROOT), env=dict(environment(), **variables)
    )
    seconds = time.monotonic() - start
    if code:
        raise Failed(f"[{stage}] failed after {seconds:.0f} s (exit code {code})", code)
    say(f"[{stage}] done in {seconds:.0f} s")


# ------------------------------------------------------------------------------------- setup


def digest():
    """Return what the installation depends on, as one digest."""
    found = hashlib.sha256()
    for part in (LOCK.read_bytes(), PYPROJECT.read_bytes(), sys.version.encode(), bytes(VENV)):
        found.update(hashlib.sha256(part).digest())
    return found.hexdigest()


def is_current():
    """Say whether `.venv` was completed from these very files."""
    return (
        PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8").strip() == digest()
    )


def has_same_python():
    """Say whether `.venv` works and is of this very Python, so that it can be kept."""
    if not PYTHON.exists():
        return False
    try:
        found = subprocess.run(
            [str(PYTHON), "-c", "import sys, pip; print(sys.version)"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=False,
        )
    except OSError:
        return False
    return found.returncode == 0 and found.stdout.strip() == sys.version.strip()


def locked_packages():
    """Return how many packages the lock file names."""
    lines = LOCK.read_text(encoding="utf-8").splitlines()
    return sum(1 for line in lines if "==" in line and not line.startswith((" ", "#")))


def pip_install(arguments, start, log):
    """Run pip, its words to the log and a line every few seconds to the console."""
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    command += ["--progress-bar", "off", *arguments]
    child = subprocess.Popen(
        command,
        cwd=str(ROOT),
        env=dict(environment(), PYTHONIOENCODING="utf-8"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    total, collected, last = locked_packages(), 0, time.monotonic()
    placing = False
    for line in child.stdout:
        log.write(line)
        collected += line.startswith(("Collecting ", "Requirement already satisfied"))
        begins = not placing and line.startswith("Installing collected packages")
        placing = placing or begins
        if begins or time.monotonic() - last >= HEARTBEAT:
            last = time.monotonic()
            what = (
                "putting them in place"
                if placing
                else f"{collected} of about {total} packages fetched"
            )
            say(f"[setup] {last - start:3.0f} s: {what}")
    return child.wait()


def setup():
    """Bring `.venv` up to date, unless the stamp says that it is."""
    if is_current():
        return
    start = time.monotonic()
    BUILD.mkdir(exist_ok=True)
    if STAMP.exists():
        STAMP.unlink()
    if not has_same_python():
        say(f"[setup]   0 s: making .venv with Python {sys.version.split()[0]}")
        # In a process of its own: venv refuses some layouts by exiting.
        made = subprocess.call([sys.executable, "-m", "venv", "--clear", str(VENV)])
        if made:
            raise Failed(
                "[setup] could not make .venv: delete that folder, check that this folder can be "
                "written to and that Python's venv module is installed, then run this again."
            )
    say(f"[setup] {time.monotonic() - start:3.0f} s: installing (log: build/install.log)")
    steps = (
        # Wheels only: a source package would bring build tools that no hash covers.
        ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)],
        ["--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    )
    with INSTALL_LOG.open("w", encoding="utf-8") as log:
        codes = []
        for step in steps:
            codes.append(pip_install(step, start, log))
            if codes[-1]:
                break
    if any(codes):
        lines = INSTALL_LOG.read_text(encoding="utf-8").splitlines()
        for line in [line for line in lines if line.startswith("ERROR")][-5:]:
            say("[setup] pip: " + line)
        raise Failed(
            f"[setup] the install failed after {time.monotonic() - start:.0f} s. Check the "
            "connection to your package index, and that this is Python 3.11 to 3.14 on 64-bit "
            "Linux, Windows or an Apple-silicon Mac; the whole text is in build/install.log. "
            "Then run this again."
        )
    STAMP.write_text(digest() + "\n", encoding="utf-8")
    say(f"[setup] done in {time.monotonic() - start:.0f} s")


# ---------------------------------------------------------------------------------- commands


def script(name):
    """Return the path of a command that the installation put beside Python."""
    return SCRIPTS / (name + ".exe" if os.name == "nt" else name)


def demo(extra):
    """Take one simulated trial from protocol to brief, under build/demo."""
    named = any(part == "--out" or part.startswith("--out=") for part in extra)
    run("demo", [script("equipoise"), "demo"] + ([] if named else ["--out", "build/demo"]) + extra)


def test(extra):
    """Run the tests; --cov adds branch coverage."""
    BUILD.mkdir(exist_ok=True)
    # Each file stays in one process, so that what a file prepares is prepared once.
    spread = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "loadfile"]
    # Whoever names files, or a way to run, gets that and no more.
    named = [word for word in extra if word != "--cov"]
    run("test", [PYTHON, "-m", "pytest", *([] if named else spread), *extra])


def lint(extra):
    """Check style, formatting, types and the floors of the house."""
    if extra:
        raise Failed("lint takes no arguments: it checks everything", 2)
    checks = (
        ("ruff check", [PYTHON, "-m", "ruff", "check", "."]),
        ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "."]),
        ("mypy", [PYTHON, "-m", "mypy", "--strict", "src"]),
        ("imports", [script("lint-imports")]),
    )
    failures = []
    for name, command in checks:
        try:
            # lint-imports draws a banner that a cp1252 console cannot show.
            run("lint: " + name, command, PYTHONIOENCODING=":replace")
        except Failed as failure:
            say(str(failure))
            failures.append(name)
    if failures:
        raise Failed("[lint] failed: " + ", ".join(failures))


def bench(extra):
    """Measure sizes and seconds."""
    run("bench", [PYTHON, "-m", "benchmarks", *extra])


def validate(extra):
    """Measure bias, coverage and rejection by simulation (`--part NAME` for one part)."""
    run("validate", [PYTHON, "-m", "validation", *extra])


def docs(extra):
    """Write again the pages that are generated from the code."""
    generated = (
        ("docs/generated/trial.schema.json", ["schema"]),
        ("docs/generated/states.md", ["schema", "states"]),
        ("docs/generated/other-files.md", ["schema", "other-files"]),
    )
    for path, arguments in generated:
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        say("[docs] " + path)
        command = [str(script("equipoise")), *arguments, *extra]
        made = subprocess.run(
            command,
            cwd=str(ROOT),
            env=dict(environment(), PYTHONIOENCODING="utf-8"),
            stdout=subprocess.PIPE,
            check=False,
        )
        if made.returncode:
            words = " ".join(arguments)
            raise Failed(f"[docs] `equipoise {words}` failed, {path} is unchanged", made.returncode)
        target.write_bytes(made.stdout.replace(b"\r\n", b"\n"))


def ci(extra):
    """Do what .ci/run does once the machine has what it needs: lint, test, demo."""
    if extra:
        raise Failed("ci takes no arguments", 2)
    failures = []
    for command in (lint, test, demo):
        try:
            command([])
        except Failed as failure:
            say(str(failure))
            failures.append(command.__name__)
    if failures:
        raise Failed("[ci] failed: " + ", ".join(failures))


COMMANDS = {command.__name__: command for command in (demo, test, lint, bench, validate, docs, ci)}


def usage():
    """Say which commands there are."""
    say("usage: python3 tasks.py COMMAND [arguments for it]")
    say("  setup     make .venv, or bring it up to date")
    for name, command in COMMANDS.items():
        say(f"  {name:9} {command.__doc__}")


def main(arguments):
    """Run one command; return the exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        usage()
        return 0 if arguments else 2
    name, extra = arguments[0], arguments[1:]
    if name != "setup" and name not in COMMANDS:
        say(f"tasks.py has no command {name!r}")
        usage()
        return 2
    try:
        setup()
        if name == "setup":
            say("[setup] .venv is up to date")
        else:
            COMMANDS[name](extra)
    except Failed as failure:
        say(str(failure))
        return failure.code if failure.code > 0 else 1
    except KeyboardInterrupt:
        say(f"[{name}] stopped")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
