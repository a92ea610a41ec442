"""How a peer in Python talks with the benchmark; the twin of session.R.

A peer loads its package and the data, says which version it is, and then does one timed run for
each line it is sent. Answers are lines of JSON. Nothing here imports equipoise.
"""

from __future__ import annotations

import json
import math
import sys
import time
import warnings
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[2])
_ANSWERS = sys.stdout
# What a peer prints on its own is not an answer.
sys.stdout = sys.stderr

Answer = tuple[float, float | None, float | None]


def say(**parts: Any) -> None:
    """Write one answer; numbers that are not finite become null."""
    for name, part in parts.items():
        if isinstance(part, float) and not math.isfinite(part):
            parts[name] = None
    print(json.dumps(parts), file=_ANSWERS, flush=True)


def needs(*packages: str) -> None:
    """End, saying so, where a package is not installed."""
    for package in packages:
        try:
            import_module(package)
        except ImportError:
            say(missing=package)
            sys.exit(0)


def table_of(name: str, *columns: str) -> dict[str, Any]:
    """Read columns of a table; school and authority as whole numbers."""
    import numpy as np

    place = FOLDER / name
    wanted = columns or tuple(sorted(path.name for path in place.iterdir()))
    found = {column: np.fromfile(place / column, dtype="<f8") for column in wanted}
    whole = {"school", "authority"} & set(found)
    return {**found, **{column: found[column].astype(np.int64) for column in whole}}


def dummies(codes: Any) -> Any:
    """Indicators of 0, 1, ..., shape (n, groups)."""
    import numpy as np

    return np.eye(int(codes.max()) + 1)[codes]


def serve(
    package: str, tasks: dict[str, tuple[Callable[[], Any], Callable[[Any], Answer]]]
) -> None:
    """Load the task's data, then run once for each line on standard input."""
    load, run = tasks[sys.argv[1]]
    warnings.simplefilter("ignore")
    data = load()
    say(peer=package, version=metadata.version(package))
    for _ in sys.stdin:
        begun, worked = time.perf_counter(), time.process_time()
        try:
            estimate, se, df = run(data)
        except Exception as problem:  # a peer's own failure is an answer
            say(error=f"{type(problem).__name__}: {problem}")
            continue
        seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
        numbers = {"estimate": estimate, "se": se, "df": df}
        plain = {name: None if part is None else float(part) for name, part in numbers.items()}
        say(seconds=seconds, cpu=cpu, **plain)
