"""The first problems of a file: so many are listed, the rest counted, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable

from equipoise.core.base import Problem, Problems

#: After so many problems of a file the rest are counted, not listed.
MOST_PROBLEMS = 200


class FirstProblems(Problems):
    """A collector for one file that holds at most `MOST_PROBLEMS` of what it is told.

    A file of thirty million rows may have a problem in each.
    """

    def __init__(self) -> None:
        super().__init__()
        self._noted = 0

    def add(self, *, file: str, place: str, found: str, expected: str, remedy: str) -> None:
        """Note one problem."""
        self.extend([Problem(file, place, found, expected, remedy)])

    def extend(self, problems: Iterable[Problem]) -> None:
        """Note several problems."""
        for problem in problems:
            self._noted += 1
            if self._noted <= MOST_PROBLEMS:
                super().extend([problem])

    def __len__(self) -> int:
        """Return how many problems were noted, those not held included."""
        return self._noted


def listed(file: str, *collectors: FirstProblems) -> list[Problem]:
    """Return the first problems of a file, and one that says how many more there are."""
    held = [problem for collector in collectors for problem in collector]
    rest = sum(len(collector) for collector in collectors) - len(held[:MOST_PROBLEMS])
    if rest <= 0:
        return held
    return [
        *held[:MOST_PROBLEMS],
        Problem(
            file,
            "rest of the file",
            f"{rest} more problems",
            "none",
            "mend the ones above and read the file again",
        ),
    ]
