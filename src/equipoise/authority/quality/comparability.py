"""Comparability: which outcomes of which authority compare, and which rule decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from equipoise.authority.quality.findings import percent
from equipoise.authority.quality.questions import NEVER, in_words, questions
from equipoise.authority.quality.report import Quality
from equipoise.authority.readers import UNKNOWN
from equipoise.authority.rules import Window
from equipoise.core.results import result

Verdict = Literal["comparable", "caveat", "unknown", "not"]
#: From best to worst: of several rules the worst decides.
VERDICTS: tuple[Verdict, ...] = ("comparable", "caveat", "unknown", "not")


@dataclass(frozen=True)
class Reason:
    """Why an outcome compares less than fully.

    Attributes
    ----------
    code
        Of the rule of comparability that decided.
    rule
        Of the rule of counting that it touches, in the catalogue of rules.
    verdict
        What it says.
    because
        Where it comes from: ``profile`` (an answer), ``rows`` (a share or a finding) or
        ``definitions``.
    words
        What is so and what follows, in a sentence or two.
    """

    code: str
    rule: str
    verdict: Verdict
    because: str
    words: str


@dataclass(frozen=True)
class Cell:
    """One outcome of one authority; `reasons` are those that decided first, the worst verdict."""

    authority: str
    outcome: str
    verdict: Verdict
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class OutcomeTitle:
    """An outcome of the matrix and its title."""

    id: str
    title: str


@result("authority.comparability", version=1)
@dataclass(frozen=True)
class Comparability:
    """The matrix: authorities by outcomes.

    Attributes
    ----------
    authorities
        From code to name, in order of code.
    outcomes
        The columns, the primary outcome first.
    cells
        Row by row.
    """

    authorities: dict[str, str]
    outcomes: tuple[OutcomeTitle, ...]
    cells: tuple[Cell, ...]

    def cell(self, authority: str, outcome: str) -> Cell:
        """Return the cell of an authority and an outcome; `KeyError` where there is none."""
        for cell in self.cells:
            if (cell.authority, cell.outcome) == (authority, outcome):
                return cell
        raise KeyError((authority, outcome))


@dataclass(frozen=True)
class Recorded:
    """What is known of an authority that is to be compared.

    Attributes
    ----------
    authority, name
        Its code and name.
    quality
        The quality report of its extract; it holds the answers of the profile.
    windows
        What was counted when.
    counts_reasons
        Whether contacts were counted by reason.
    """

    authority: str
    name: str
    quality: Quality
    windows: tuple[Window, ...]
    counts_reasons: bool = False


def compare(authorities: Iterable[Recorded]) -> Comparability:
    """Say which outcomes of each authority compare.

    An answer that nobody gave is unknown, and so is what depends on it.

    Parameters
    ----------
    authorities
        Any number, each once.

    Raises
    ------
    ValueError
        Where an authority comes twice.
    """
    given = sorted(authorities, key=lambda one: one.authority)
    codes = [one.authority for one in given]
    if len(set(codes)) != len(codes):
        raise ValueError("an authority twice: give the latest pack of each")
    outcomes = tuple(OutcomeTitle(**entry) for entry in _data()["outcomes"])
    cells = []
    for one in given:
        reasons = _reasons(one)
        for outcome in outcomes:
            found = reasons.get(outcome.id, [])
            found.sort(key=lambda reason: -VERDICTS.index(reason.verdict))
            verdict = found[0].verdict if found else "comparable"
            cells.append(Cell(one.authority, outcome.id, verdict, tuple(found)))
    return Comparability({one.authority: one.name for one in given}, outcomes, tuple(cells))


def _reasons(one: Recorded) -> dict[str, list[Reason]]:
    found: dict[str, list[Reason]] = {}
    for outcomes, reason in (
        *_of_answers(one),
        *_of_findings(one),
        *_of_shares(one),
        *_of_definitions(one),
    ):
        for outcome in outcomes:
            found.setdefault(outcome, []).append(reason)
    return found


Told = Iterator[tuple[Sequence[str], Reason]]


def _of_answers(one: Recorded) -> Told:
    """Yield what follows from the answers of the profile."""
    asked = {question.id: question for question in questions()}
    for entry in _data()["answers"]:
        question = asked[entry["question"]]
        stored = one.quality.answers.get(question.id, UNKNOWN)
        key, follows = stored, question.unknown
        if question.kind == "days" and stored not in (UNKNOWN, NEVER):
            key = "in-window" if _in_windows(stored, one.windows) else NEVER
            follows = question.given
        elif stored != UNKNOWN:
            follows = next((c.follows for c in question.choices if c.code == stored), "")
        for verdict, outcomes in entry["verdicts"].get(key, {}).items():
            words = f"{question.title}: {in_words(question, stored)}. {follows}".strip()
            yield (
                _outcomes(outcomes),
                Reason(entry["code"], entry["rule"], verdict, "profile", words),
            )


def _in_windows(stored: str, windows: Iterable[Window]) -> bool:
    days = [date.fromisoformat(day) for day in stored.split(", ")]
    return any(window.start <= day <= window.end for window in windows for day in days)


def _of_findings(one: Recorded) -> Told:
    """Yield what follows from findings about months of the windows."""
    months = {
        f"{year:04d}-{month:02d}"
        for window in one.windows
        for year in range(window.start.year, window.end.year + 1)
        for month in range(1, 13)
        if (window.start.year, window.start.month)
        <= (year, month)
        <= (window.end.year, window.end.month)
    }
    for entry in _data()["findings"]:
        for finding in one.quality.findings:
            touches = not finding.months or months.intersection(finding.months)
            if finding.kind in entry["kinds"] and touches:
                since = f" ({finding.first})" if finding.first else ""
                words = f"{finding.title}{since}: {finding.seen}; usual: {finding.usual}."
                yield (
                    _outcomes(entry["outcomes"]),
                    Reason(entry["code"], entry["rule"], entry["verdict"], "rows", words),
                )


def _of_shares(one: Recorded) -> Told:
    """Yield what follows from what is missing or unclear, the worst window of each."""
    for entry in _data()["shares"]:
        shares = [(getattr(window, entry["share"]), window) for window in one.quality.windows]
        if not shares:
            continue
        share, window = max(shares, key=lambda pair: pair[0])
        if share < entry["caveat"]:
            continue
        verdict: Verdict = "not" if share >= entry["not"] else "caveat"
        words = f"{percent(share)} {entry['words']} (window {window.window})."
        yield (
            _outcomes(entry["outcomes"]),
            Reason(entry["code"], entry["rule"], verdict, "rows", words),
        )


def _of_definitions(one: Recorded) -> Told:
    """Yield what was not counted, or not over its whole window."""
    covered, uncounted = _data()["covered"], _data()["uncounted"]
    for window in one.quality.windows_not_covered:
        yield (
            _outcomes(covered["outcomes"]),
            Reason(
                covered["code"], covered["rule"], "not", "rows", f"{covered['words']} {window}."
            ),
        )
    if not one.counts_reasons:
        yield (
            ["csa_any"],
            Reason(
                uncounted["code"], uncounted["rule"], "unknown", "definitions", uncounted["words"]
            ),
        )


def _outcomes(names: Sequence[str]) -> list[str]:
    """Return outcomes, groups written out, each once."""
    groups: Mapping[str, list[str]] = _data()["groups"]
    return list(dict.fromkeys(found for name in names for found in groups.get(name, [name])))


@cache
def _data() -> Any:
    text = (files(__package__) / "data" / "comparability.json").read_text(encoding="utf-8")
    return json.loads(text)
