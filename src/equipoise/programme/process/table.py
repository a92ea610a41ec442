"""The theme table and the perceived item."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Sequence

from equipoise.programme.process.records import REASONS, Answer, Feedback, Interviews
from equipoise.programme.process.types import FeedbackItem, RoleCount, ThemeCount, ThemeResult
from equipoise.programme.surveys import share, tally


def wilson(successes: int, n: int, level: float) -> tuple[float, float]:
    """Return Wilson's score interval of a share (Wilson, JASA 1927;22:209-212).

    Parameters
    ----------
    successes, n
        Successes among n; n of 1 or more.
    level
        Level of the interval, between 0 and 1.

    Returns
    -------
    tuple of float
        Lower and upper bound, 0 to 1.

    Examples
    --------
    >>> [round(bound, 4) for bound in wilson(0, 10, 0.95)]
    [0.0, 0.2775]
    """
    if not (0 <= successes <= n and n > 0 and 0 < level < 1):
        raise ValueError("a share needs 0 <= successes <= n, n > 0 and a level between 0 and 1")
    z = statistics.NormalDist().inv_cdf((1 + level) / 2)
    p = successes / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    lower = 0.0 if successes == 0 else max(0.0, middle - half)
    upper = 1.0 if successes == n else min(1.0, middle + half)
    return lower, upper


def themes(
    interviews: Interviews,
    feedback: Feedback,
    *,
    perceived_item: str | None = None,
    people_supervised: int | None = None,
    level: float = 0.95,
) -> ThemeResult:
    """Count themes by interview, stance and role, and summarise the feedback items.

    Parameters
    ----------
    interviews, feedback
        As read.
    perceived_item
        The item that the protocol sets beside what was measured; None where it declares none.
    people_supervised
        People with at least one session held, for the share who gave feedback.
    level
        Level of the intervals.
    """
    codes = sorted({answer.item for answer in feedback.answers})
    by_code = {
        code: _item(code, [a for a in feedback.answers if a.item == code], level) for code in codes
    }
    perceived = None
    if perceived_item is not None:
        perceived = by_code.get(perceived_item) or _item(perceived_item, [], level)
    mentioned = {mention.interview_id for mention in interviews.mentions}
    people = {answer.person_id for answer in feedback.answers}
    asides = (*interviews.set_aside, *feedback.set_aside)
    return ThemeResult(
        interviews=len(interviews.interviews),
        interviews_without_theme=sum(
            one.interview_id not in mentioned for one in interviews.interviews
        ),
        roles=tally(one.role for one in interviews.interviews),
        authorities=tally(one.la_code for one in interviews.interviews),
        schools_interviewed=len({one.urn for one in interviews.interviews} - {None}),
        themes=tuple(_theme(interviews, code, title) for code, title in interviews.themes.items()),
        perceived=perceived,
        items=tuple(by_code.values()),
        feedback_people=len(people),
        feedback_schools=len({answer.urn for answer in feedback.answers}),
        people_supervised=people_supervised,
        feedback_share=share(len(people), people_supervised or 0),
        set_aside=tally([aside.reason for aside in asides], REASONS),
    )


def _theme(interviews: Interviews, code: str, title: str) -> ThemeCount:
    stances: dict[str, set[str]] = {}
    for mention in interviews.mentions:
        if mention.theme == code:
            stances.setdefault(mention.interview_id, set()).add(mention.stance)
    by_stance = Counter(
        next(iter(found)) if len(found) == 1 else "mixed" for found in stances.values()
    )
    mentioning = [one for one in interviews.interviews if one.interview_id in stances]
    every = Counter(one.role for one in interviews.interviews)
    own = Counter(one.role for one in mentioning)
    return ThemeCount(
        code=code,
        title=title,
        interviews=len(stances),
        share=share(len(stances), len(interviews.interviews)),
        positive=by_stance["positive"],
        mixed=by_stance["mixed"],
        negative=by_stance["negative"],
        schools=len({one.urn for one in mentioning} - {None}),
        roles=tuple(RoleCount(role, own[role], every[role]) for role in sorted(every)),
    )


def _item(code: str, answers: Sequence[Answer], level: float) -> FeedbackItem:
    values = [answer.value for answer in answers]
    high = sum(value >= 4 for value in values)
    bounds = wilson(high, len(values), level) if values else (None, None)
    return FeedbackItem(
        item=code,
        n=len(values),
        values=tuple(values.count(value) for value in range(1, 6)),
        mean=share(sum(values), len(values)),
        sd=statistics.stdev(values) if len(values) > 1 else None,
        high=high,
        share_high=share(high, len(values)),
        lower=bounds[0],
        upper=bounds[1],
        level=level,
        interval="Wilson score interval",
    )
