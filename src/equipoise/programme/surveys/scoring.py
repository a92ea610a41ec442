"""Scores: answers to numbers by the instrument's own rule, and the summary over all arms."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from equipoise.core.base import Problems
from equipoise.programme.surveys.counts import SetAside, share, tally
from equipoise.programme.surveys.responses import REASONS, Response, Responses
from equipoise.programme.surveys.scales import Instrument
from equipoise.programme.surveys.types import ItemSummary, SurveyResult, WaveSummary
from equipoise.statistics.estimation import cronbach_alpha


@dataclass(frozen=True)
class Score:
    """One person's score in one wave.

    Attributes
    ----------
    person_id, urn
        Who, and the school for which the person answers (empty before `screen` where the file
        does not say).
    completed_on
        The day of the response.
    answers
        Answers in the order of the items, before reversal; None where left blank.
    raw
        Raw sum after reversal, missing items filled where the rule allows; None if not scored.
    score
        Score in the instrument's unit; None where too few items were answered.
    answered
        Items answered.
    """

    person_id: str
    urn: str
    completed_on: date
    answers: tuple[int | None, ...]
    raw: float | None
    score: float | None
    answered: int


@dataclass(frozen=True)
class ScoreTable:
    """The scores of one instrument in one wave, for every respondent, without arm.

    Attributes
    ----------
    instrument, wave
        Names, as the protocol gives them.
    invited
        People on the wave's list; None where the responses were not set against one.
    rows
        One per respondent, in the order of the file; those without a score included.
    set_aside
        Rows of the file not in use, with the reason.
    rows_read
        Rows of the file.
    """

    instrument: str
    wave: str
    invited: int | None
    rows: tuple[Score, ...]
    set_aside: tuple[SetAside, ...]
    rows_read: int


def score(instrument: Instrument, responses: Responses) -> ScoreTable:
    """Score a wave by the instrument's rule.

    Parameters
    ----------
    instrument
        The scale. A respondent with fewer than `least_answered` items gets no score; else missing
        items count as the mean of the person's answered ones (never for a table, which needs all).
    responses
        The wave's responses, usually after `screen`.

    Raises
    ------
    ProblemsError
        With every answer that is outside the item's range or has no item; shapes, not values.

    Examples
    --------
    >>> from equipoise.programme.surveys import Responses, Response, instrument, score
    >>> answers = {f"swemwbs_{i}": 4 for i in range(1, 8)}
    >>> row = Response(2, "p1", date(2025, 6, 10), answers)
    >>> score(instrument("swemwbs"), Responses("endline", "e.csv", (row,), (), 1)).rows[0].score
    25.03
    """
    problems = Problems()
    rows: list[Score] = []
    for row in responses.rows:
        before = len(problems)
        _check(instrument, row, responses.file, problems)
        if len(problems) == before:
            rows.append(_score(instrument, row))
    problems.raise_if_any()
    return ScoreTable(
        instrument=instrument.name,
        wave=responses.wave,
        invited=responses.invited,
        rows=tuple(rows),
        set_aside=responses.set_aside,
        rows_read=responses.rows_read,
    )


def _check(instrument: Instrument, row: Response, file: str, problems: Problems) -> None:
    for item in instrument.items:
        place = f"line {row.line}, column {item.id}"
        expected = f"a whole number from {item.minimum} to {item.maximum}, or blank"
        if item.id not in row.answers:
            problems.add(
                file=file,
                place=place,
                found="no such column",
                expected=expected,
                remedy=f"read the wave with the instrument {instrument.name}",
            )
            continue
        answer = row.answers[item.id]
        if answer is not None and not item.minimum <= answer <= item.maximum:
            problems.add(
                file=file,
                place=place,
                found="an answer out of range",
                expected=expected,
                remedy="correct the answer from the questionnaire, or leave it blank",
            )


def _score(instrument: Instrument, row: Response) -> Score:
    answers = tuple(row.answers[item.id] for item in instrument.items)
    counted = [
        item.minimum + item.maximum - answer if item.reversed else answer
        for item, answer in zip(instrument.items, answers, strict=True)
        if answer is not None
    ]
    raw: float | None = None
    points: float | None = None
    if counted and len(counted) >= instrument.least_answered:
        filled = sum(counted) * len(answers) / len(counted)
        raw = float(sum(counted)) if len(counted) == len(answers) else filled
        points = instrument.of_raw(raw)
    return Score(row.person_id, row.urn or "", row.completed_on, answers, raw, points, len(counted))


def alpha(instrument: Instrument, table: ScoreTable) -> tuple[float | None, int]:
    """Return Cronbach's alpha over complete answers, and the number of people it rests on.

    Over all arms together (`equipoise.statistics.estimation.cronbach_alpha`); None for fewer than
    two people or items, or where the sums do not vary.
    """
    people = [
        [
            item.minimum + item.maximum - answer if item.reversed else answer
            for item, answer in zip(instrument.items, row.answers, strict=True)
            if answer is not None
        ]
        for row in table.rows
        if all(answer is not None for answer in row.answers)
    ]
    if len(people) < 2 or len(instrument.items) < 2 or len({sum(person) for person in people}) < 2:
        return None, len(people)
    return cronbach_alpha(people).estimate, len(people)


def survey_result(instrument: Instrument, tables: Sequence[ScoreTable]) -> SurveyResult:
    """Summarise the waves of one instrument over all arms.

    Parameters
    ----------
    instrument
        The scale.
    tables
        Its scores, one table per wave, in the order to be shown.

    Raises
    ------
    ValueError
        Where a table is of another instrument, or was not set against a list (`screen`).
    """
    return SurveyResult(
        instrument=instrument.name,
        title=instrument.title,
        unit=instrument.unit,
        source=instrument.source,
        licence=instrument.licence,
        waves=tuple(_wave(instrument, table) for table in tables),
    )


def _wave(instrument: Instrument, table: ScoreTable) -> WaveSummary:
    if table.instrument != instrument.name:
        raise ValueError(f"scores of {table.instrument} are not scores of {instrument.name}")
    if table.invited is None:
        raise ValueError(f"wave {table.wave} was not set against its list of people")
    scores = [row.score for row in table.rows if row.score is not None]
    floor, ceiling = instrument.score_range
    reliability, people = alpha(instrument, table)
    responded = len(table.rows)
    return WaveSummary(
        wave=table.wave,
        invited=table.invited,
        responded=responded,
        not_responded=table.invited - responded,
        scored=len(scores),
        incomplete=responded - len(scores),
        response_share=share(responded, table.invited),
        scored_share=share(len(scores), table.invited),
        rows_read=table.rows_read,
        set_aside=tally([a.reason for a in table.set_aside], REASONS),
        mean=math.fsum(scores) / len(scores) if scores else None,
        sd=statistics.stdev(scores) if len(scores) > 1 else None,
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
        at_floor=scores.count(floor),
        at_ceiling=scores.count(ceiling),
        alpha=reliability,
        alpha_people=people,
        items=tuple(
            ItemSummary(
                item.id,
                sum(row.answers[n] is not None for row in table.rows),
                sum(row.answers[n] is None for row in table.rows),
            )
            for n, item in enumerate(instrument.items)
        ),
    )
