"""Problems: what is wrong with an input, all of it, in words a person can act on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it is, and what to do about it.

    Parameters
    ----------
    file
        The file as its reader knows it, relative to the folder in hand (``design/rolls.csv``).
    place
        Where in the file: ``line 3, column pupils``, or ``whole file``.
    found
        What stands there. For child-level files the *shape* of the value, never the value.
    expected
        What should have stood there.
    remedy
        What to do next, as an instruction.

    Examples
    --------
    >>> Problem("rolls.csv", "line 3, column pupils", "-4", "a count of 0 or more",
    ...         "correct the count").sentence()
    'rolls.csv, line 3, column pupils: found -4; expected a count of 0 or more. Correct the count.'
    """

    file: str
    place: str
    found: str
    expected: str
    remedy: str

    def sentence(self) -> str:
        """Return the problem as one line of plain text."""
        remedy = self.remedy[:1].upper() + self.remedy[1:]
        stop = "" if remedy.endswith((".", "?", "!")) else "."
        return (
            f"{self.file}, {self.place}: found {self.found}; "
            f"expected {self.expected}. {remedy}{stop}"
        )


class ProblemsError(ValueError):
    """Bad input, refused whole and explained whole.

    Parameters
    ----------
    problems
        Every problem found, in the order of the input.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n".join([head, *(p.sentence() for p in self.problems)]))

    def __reduce__(self) -> tuple[type[ProblemsError], tuple[tuple[Problem, ...]]]:
        """Let the error cross from a worker process with its problems."""
        return ProblemsError, (self.problems,)


class Problems:
    """A collector: note each problem, then raise once.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add(file="a.csv", place="whole file", found="no rows",
    ...              expected="at least one row", remedy="export the file again")
    >>> len(problems)
    1
    """

    def __init__(self) -> None:
        self._items: list[Problem] = []

    def add(self, *, file: str, place: str, found: str, expected: str, remedy: str) -> None:
        """Note one problem."""
        self._items.append(Problem(file, place, found, expected, remedy))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several problems."""
        self._items.extend(problems)

    def raise_if_any(self) -> None:
        """Raise `ProblemsError` with everything noted, or do nothing."""
        if self._items:
            raise ProblemsError(self._items)

    def __iter__(self) -> Iterator[Problem]:
        """Iterate in the order in which the problems were noted."""
        return iter(self._items)

    def __len__(self) -> int:
        """Return how many problems were noted."""
        return len(self._items)
