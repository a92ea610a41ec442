"""What people said: themes of the interviews, and the feedback item set beside the outcome."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.core.results import result
from equipoise.programme.surveys import CodeCount


@dataclass(frozen=True)
class RoleCount:
    """Interviews of one role that mention a theme.

    Attributes
    ----------
    role
        The role of the person interviewed, as coded.
    interviews
        Interviews of the role that mention the theme.
    of
        All interviews of the role.
    """

    role: str
    interviews: int
    of: int


@dataclass(frozen=True)
class ThemeCount:
    """One theme: in how many interviews, and how it was spoken of.

    ``interviews = positive + mixed + negative``.

    Attributes
    ----------
    code, title
        The theme, as the protocol declares it.
    interviews
        Interviews that mention it, each once.
    share
        Their share of all interviews, 0 to 1; None without interviews.
    positive, mixed, negative
        Interviews by stance. An interview that speaks of the theme in more than one way is mixed.
    schools
        Schools from which at least one interview mentions it.
    roles
        By role, in order of name, zeros included.
    """

    code: str
    title: str
    interviews: int
    share: float | None
    positive: int
    mixed: int
    negative: int
    schools: int
    roles: tuple[RoleCount, ...]


@dataclass(frozen=True)
class FeedbackItem:
    """Answers to one feedback item, 1 (lowest) to 5 (highest).

    Attributes
    ----------
    item
        The item's code.
    n
        Answers.
    values
        Answers of 1, 2, 3, 4 and 5, in this order.
    mean
        Mean answer, 1 to 5; None without answers.
    sd
        Standard deviation (n - 1), in points of the item; None under two answers.
    high
        Answers of 4 or 5.
    share_high
        `high` of `n`, 0 to 1; None without answers.
    lower, upper
        Interval of `share_high`, 0 to 1; None without answers.
    level
        Level of the interval, such as 0.95.
    interval
        The name of the interval. It takes the answers as independent; those of one school may
        not be.
    """

    item: str
    n: int
    values: tuple[int, ...]
    mean: float | None
    sd: float | None
    high: int
    share_high: float | None
    lower: float | None
    upper: float | None
    level: float
    interval: str


@result("programme.themes", version=1)
@dataclass(frozen=True)
class ThemeResult:
    """Implementation as people described it. Exact counts: for the controlled zone.

    Attributes
    ----------
    interviews
        Interviews read.
    interviews_without_theme
        Of these, interviews in which no theme was coded.
    roles
        Interviews by role.
    authorities
        Interviews by authority.
    schools_interviewed
        Schools with at least one interview.
    themes
        One row per theme of the protocol, in its order, zeros included.
    perceived
        The declared item that is set beside what was measured; None where none is declared.
    items
        Every feedback item, in order of code.
    feedback_people
        People who gave feedback on at least one item.
    feedback_schools
        Their schools.
    people_supervised
        People with at least one session held; None where not handed in.
    feedback_share
        `feedback_people` of `people_supervised`, 0 to 1; None where not known.
    set_aside
        Rows of the two files not used, by reason.
    """

    interviews: int
    interviews_without_theme: int
    roles: tuple[CodeCount, ...]
    authorities: tuple[CodeCount, ...]
    schools_interviewed: int
    themes: tuple[ThemeCount, ...]
    perceived: FeedbackItem | None
    items: tuple[FeedbackItem, ...]
    feedback_people: int
    feedback_schools: int
    people_supervised: int | None
    feedback_share: float | None
    set_aside: tuple[CodeCount, ...]
