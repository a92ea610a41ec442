"""What makes outcomes compare less than fully: answers, findings, shares, linkage, definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from equipoise.authority.quality.findings import percent
from equipoise.authority.quality.linkage import more_lost, together
from equipoise.authority.quality.questions import NEVER, in_words, questions
from equipoise.authority.quality.referrals import outcome_words
from equipoise.authority.quality.report import Quality
from equipoise.authority.readers import UNKNOWN
from equipoise.authority.rules import Definitions, Window

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
    definitions
        By which it was counted.
    """

    authority: str
    name: str
    quality: Quality
    windows: tuple[Window, ...]
    definitions: Definitions


Told = Iterator[tuple[Sequence[str], Reason]]


def reasons_of(one: Recorded, *, mixed: bool) -> dict[str, list[Reason]]:
    """Return why each outcome of an authority compares less than fully.

    Parameters
    ----------
    one
        The authority.
    mixed
        Whether outcomes are recorded by some authorities and derived by others.

    Returns
    -------
    dict
        From outcome to reasons, for the outcomes that have any.
    """
    found: dict[str, list[Reason]] = {}
    for outcomes, reason in (
        *_of_answers(one),
        *_of_findings(one),
        *_of_shares(one),
        *_of_linkage(one),
        *_of_definitions(one),
        *_of_derived(one, mixed=mixed),
    ):
        for outcome in outcomes:
            found.setdefault(outcome, []).append(reason)
    return found


def _of_answers(one: Recorded) -> Told:
    """Yield what follows from the answers of the profile."""
    asked = {question.id: question for question in questions()}
    for entry in comparability_data()["answers"]:
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
    for entry in comparability_data()["findings"]:
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
    for entry in comparability_data()["shares"]:
        if entry["code"] == "schools-not-named" and one.quality.school == "attended":
            continue
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


def _of_linkage(one: Recorded) -> Told:
    """Yield what follows from children who could not be linked to a roll, the worst window."""
    entry, loss = comparability_data()["linkage"], comparability_data()["loss"]
    if one.quality.school != "attended":
        return
    whole = [together(one.quality.linkage, window.window) for window in one.quality.windows]
    found = max(filter(None, whole), key=lambda of: of.share_lost, default=None)
    if found is not None and found.share_lost >= entry["caveat"]:
        verdict: Verdict = "not" if found.share_lost >= entry["not"] else "caveat"
        words = f"{percent(found.share_lost)} {entry['words']} (window {found.window})."
        yield (
            _outcomes(entry["outcomes"]),
            Reason(entry["code"], entry["rule"], verdict, "rows", words),
        )
    for window in one.quality.windows:
        shares = more_lost(one.quality.linkage, window.window)
        if shares is not None and abs(shares[0] - shares[1]) >= loss["caveat"]:
            words = (
                f"{percent(shares[0])} {loss['words']} {percent(shares[1])} of the others "
                f"(window {window.window})."
            )
            yield (
                _outcomes(loss["outcomes"]),
                Reason(loss["code"], loss["rule"], "caveat", "rows", words),
            )
            return


def _of_definitions(one: Recorded) -> Told:
    """Yield what was not counted, or not over its whole window."""
    covered, uncounted = comparability_data()["covered"], comparability_data()["uncounted"]
    for window in one.quality.windows_not_covered:
        yield (
            _outcomes(covered["outcomes"]),
            Reason(
                covered["code"], covered["rule"], "not", "rows", f"{covered['words']} {window}."
            ),
        )
    if not one.definitions.reasons:
        yield (
            ["csa_any"],
            Reason(
                uncounted["code"], uncounted["rule"], "unknown", "definitions", uncounted["words"]
            ),
        )


def _of_derived(one: Recorded, *, mixed: bool) -> Told:
    """Yield what follows from outcomes that were derived: beside recorded ones none compares."""
    if one.definitions.outcome == "recorded":
        return
    data = comparability_data()["derived"]
    how = outcome_words(one.definitions.outcome, one.definitions.referral_within_days)
    for entry in data["verdicts"]:
        verdict: Verdict = entry["beside-recorded" if mixed else "alone"]
        beside = f" {data['beside']}" if mixed and verdict == "not" else ""
        words = f"Outcomes are {how}. {entry['words']}{beside}"
        reason = Reason(data["code"], data["rule"], verdict, "definitions", words)
        yield (_outcomes(entry["outcomes"]), reason)


def _outcomes(names: Sequence[str]) -> list[str]:
    """Return outcomes, groups written out, each once."""
    groups: Mapping[str, list[str]] = comparability_data()["groups"]
    return list(dict.fromkeys(found for name in names for found in groups.get(name, [name])))


@cache
def comparability_data() -> Any:
    """Return the rules of comparability as the data file holds them."""
    text = (files(__package__) / "data" / "comparability.json").read_text(encoding="utf-8")
    return json.loads(text)
