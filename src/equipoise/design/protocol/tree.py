"""The tree: a protocol as read, asked by rules that must also work where parts are wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from equipoise.core.base import Problem
from equipoise.design.protocol.source import Path, Source


class Tree:
    """Lenient access: what is missing or of another kind is None, and no rule speaks of it.

    A value of the wrong kind is reported once, by its kind; the rules between values then keep
    silent about it, so that one mistake makes one problem.

    Parameters
    ----------
    source
        What was read.
    silent
        Paths that already have a problem.
    """

    def __init__(self, source: Source, silent: frozenset[Path] = frozenset()) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._silent = silent

    def get(self, *path: str | int) -> Any:
        """Return a value; None where it is missing or has a problem of its own."""
        if path in self._silent:
            return None
        value: Any = self.source.tree
        for step in path:
            if isinstance(step, str) and isinstance(value, Mapping):
                value = value.get(step)
            elif isinstance(step, int) and isinstance(value, tuple) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def given(self, *path: str | int) -> bool:
        """Say whether something stands there, right or wrong."""
        return path in self._silent or self.get(*path) is not None

    def text(self, *path: str | int) -> str | None:
        """Return a text."""
        value = self.get(*path)
        return value if isinstance(value, str) else None

    def number(self, *path: str | int) -> int | float | None:
        """Return a number."""
        value = self.get(*path)
        return None if isinstance(value, bool) or not isinstance(value, (int, float)) else value

    def day(self, *path: str | int) -> date | None:
        """Return a date, quoted or not."""
        value = self.get(*path)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return None
        return value if isinstance(value, date) else None

    def entries(self, *path: str | int) -> Iterator[Path]:
        """Iterate over the paths of a list's entries."""
        value = self.get(*path)
        if isinstance(value, tuple):
            yield from ((*path, i) for i in range(len(value)))

    def groups(self, *path: str | int) -> Iterator[Path]:
        """Iterate over the paths of a list's entries that are groups of keys."""
        return (entry for entry in self.entries(*path) if isinstance(self.get(*entry), Mapping))

    def names(self, *path: str | int, key: str = "id") -> list[str]:
        """Return the ids of a list's entries."""
        texts = (self.text(*entry, key) for entry in self.entries(*path))
        return [text for text in texts if text is not None]

    def add(self, path: Path, found: str, expected: str, remedy: str) -> None:
        """Note a problem at a path."""
        place = self.source.place(path)
        self.problems.append(Problem(self.source.file, place, found, expected, remedy))

    def refer(self, path: Path, known: list[str] | tuple[str, ...], what: str) -> None:
        """Note a problem where the text at a path is none of the known names."""
        name = self.text(*path)
        if name is not None and name not in known:
            self.add(
                path,
                repr(name),
                f"{what}: " + (", ".join(known) or "none is declared"),
                "correct the name, or declare it",
            )
