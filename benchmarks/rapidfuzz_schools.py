"""The baseline that a colleague would write first: rapidfuzz, the best of one's own authority."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process, utils


def baseline(
    register: Sequence[Mapping[str, str]], names: Sequence[tuple[str, str]], cutoff: float
) -> list[str | None]:
    """Return the URN of the best name from a cutoff on, or None, for each (name, authority)."""
    names_of: dict[str, dict[str, str]] = defaultdict(dict)
    for row in register:
        names_of[row["la_name"]][row["urn"]] = utils.default_process(row["school_name"])
    answers: list[str | None] = []
    for name, la in names:
        best = process.extractOne(
            utils.default_process(name), names_of[la], scorer=fuzz.WRatio, score_cutoff=cutoff
        )
        answers.append(None if best is None else best[2])
    return answers
