"""What is printed: progress, problems, and nothing that a plain console cannot show."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from typing import Any

from equipoise.core.base import Problem


def say(text: str = "") -> None:
    """Print a line; characters that the console does not know are replaced, never fatal."""
    _write(text, sys.stdout)


def warn(text: str) -> None:
    """Print a line to the error stream."""
    _write(text, sys.stderr)


def _write(text: str, stream: Any) -> None:
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, errors="replace").decode(encoding) + "\n")
    stream.flush()


def say_json(value: Any) -> None:
    """Print a value as JSON for a program to read."""
    say(json.dumps(value, ensure_ascii=True, indent=2, sort_keys=True))


def show_problems(problems: Iterable[Problem]) -> None:
    """Print every problem: where, what was found, what was expected, what to do."""
    listed = list(problems)
    count = len(listed)
    warn(f"{count} problem{'s' if count != 1 else ''}; nothing was changed.")
    for problem in listed:
        warn("")
        warn(f"  {problem.file}, {problem.place}")
        warn(f"    found:    {problem.found}")
        warn(f"    expected: {problem.expected}")
        warn(f"    do:       {problem.remedy}")


def show_table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Print a plain table with aligned columns."""
    lines = [heads, *rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        say("  " + "  ".join(cells).rstrip())


class Progress:
    """Progress lines, each with the seconds since the start."""

    def __init__(self) -> None:
        self._begun = time.monotonic()

    def __call__(self, message: str) -> None:
        """Print one line of progress to the error stream."""
        warn(f"[{time.monotonic() - self._begun:5.1f} s] {message}")


class MissingExtraError(ImportError):
    """A command needs an extra that is not installed."""
