"""Process records: coded interviews and feedback items, read and checked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from equipoise.core.base import Column, Problems, ProblemsError, Table, read_csv
from equipoise.programme.surveys import SetAside

STANCES = ("positive", "mixed", "negative")
REPEATED = "the same theme and stance again in the interview"
NOT_SUPERVISED = "school on no caseload"
REASONS = (REPEATED, NOT_SUPERVISED)


@dataclass(frozen=True)
class Mention:
    """A theme in an interview.

    Attributes
    ----------
    interview_id
        The interview.
    theme
        Code of the theme.
    stance
        positive, mixed or negative.
    """

    interview_id: str
    theme: str
    stance: str


@dataclass(frozen=True)
class Interview:
    """An interview.

    Attributes
    ----------
    interview_id, role, la_code
        The interview; the role of the person; the authority.
    urn
        The school; None for one who works at none.
    """

    interview_id: str
    role: str
    urn: str | None
    la_code: str


@dataclass(frozen=True)
class Interviews:
    """The interviews, checked.

    Attributes
    ----------
    themes
        Title of every declared theme, by code, in order.
    interviews
        The interviews, in the order of the file.
    mentions
        The themes in them.
    set_aside
        Rows not used.
    """

    themes: Mapping[str, str]
    interviews: tuple[Interview, ...]
    mentions: tuple[Mention, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class Answer:
    """An answer to a feedback item.

    Attributes
    ----------
    person_id, urn
        Who, of which school.
    item
        Code of the item.
    value
        1 (lowest) to 5 (highest).
    """

    person_id: str
    urn: str
    item: str
    value: int


@dataclass(frozen=True)
class Feedback:
    """The feedback, checked.

    Attributes
    ----------
    answers
        The answers, in the order of the file.
    set_aside
        Rows not used.
    """

    answers: tuple[Answer, ...]
    set_aside: tuple[SetAside, ...]


def read_interviews(
    data: bytes, *, themes: Mapping[str, str], file: str = "interviews.csv"
) -> Interviews:
    r"""Read coded interviews: one row per interview, theme and stance.

    Parameters
    ----------
    data
        The bytes of the file: interview_id, role, urn, la_code, theme, stance. urn may be empty;
        theme and stance are both empty for an interview in which nothing was coded.
    themes
        Title of each theme of the protocol, by code.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem at once: unknown themes, interviews whose rows disagree.

    Examples
    --------
    >>> data = (b"interview_id,role,urn,la_code,theme,stance\n"
    ...         b"i1,dsl,900001,900,time,negative\n")
    >>> read_interviews(data, themes={"time": "finding time"}).mentions[0].stance
    'negative'
    """
    columns = (
        Column("interview_id"),
        Column("role"),
        Column("urn", blank=True),
        Column("la_code"),
        Column("theme", blank=True, values=tuple(themes)),
        Column("stance", blank=True, values=STANCES),
    )
    table, problems = _read(data, columns, file, ())
    interviews: dict[str, tuple[Interview, int]] = {}
    mentions: dict[Mention, int] = {}
    aside: list[SetAside] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        one = Interview(row["interview_id"], row["role"], row["urn"], row["la_code"])
        first, where = interviews.setdefault(one.interview_id, (one, line))
        if one != first:
            problems.add(
                file=file,
                place=f"line {line}, columns role, urn and la_code",
                found="another role, school or authority for the same interview",
                expected=f"those of line {where}",
                remedy="correct the row, or give the interview an identifier of its own",
            )
        if (row["theme"] is None) != (row["stance"] is None):
            problems.add(
                file=file,
                place=f"line {line}, columns theme and stance",
                found="one of the two empty",
                expected="a theme with its stance, or both empty",
                remedy="fill in the other one",
            )
        elif row["theme"] is not None:
            mention = Mention(one.interview_id, row["theme"], row["stance"])
            if mention in mentions:
                aside.append(SetAside(file, line, REPEATED))
            mentions.setdefault(mention, line)
    problems.raise_if_any()
    return Interviews(
        dict(themes),
        tuple(one for one, _ in interviews.values()),
        tuple(mentions),
        tuple(aside),
    )


def read_feedback(
    data: bytes,
    *,
    schools: Collection[str],
    perceived_item: str | None = None,
    file: str = "feedback.csv",
) -> Feedback:
    """Read feedback: one row per person, school and item.

    Parameters
    ----------
    data
        The bytes of the file: person_id, urn, item, value (1 to 5).
    schools
        URNs on a caseload; feedback from another school is set aside.
    perceived_item
        The declared item; it must occur where there is any feedback, since a misspelt code would
        else look like silence.
    file
        Its name for the messages.

    Raises
    ------
    ProblemsError
        With every problem at once; shapes of what was found, not values.
    """
    columns = (
        Column("person_id"),
        Column("urn"),
        Column("item"),
        Column("value", kind="integer", minimum=1, maximum=5),
    )
    table, problems = _read(data, columns, file, ("person_id", "urn", "item"), private=True)
    items = {row["item"] for row in table.rows}
    if items and perceived_item is not None and perceived_item not in items:
        problems.add(
            file=file,
            place="column item",
            found="no answer to the item declared as perceived_item",
            expected=f"answers to {perceived_item}",
            remedy="correct the item's code here or in the protocol",
        )
    problems.raise_if_any()
    answers: list[Answer] = []
    aside: list[SetAside] = []
    for line, row in zip(table.lines, table.rows, strict=True):
        if row["urn"] in schools:
            answers.append(Answer(row["person_id"], row["urn"], row["item"], row["value"]))
        else:
            aside.append(SetAside(file, line, NOT_SUPERVISED))
    return Feedback(tuple(answers), tuple(aside))


def _read(
    data: bytes,
    columns: tuple[Column, ...],
    file: str,
    unique: tuple[str, ...],
    private: bool = False,
) -> tuple[Table, Problems]:
    problems = Problems()
    try:
        return read_csv(data, columns, file=file, unique=unique, private=private), problems
    except ProblemsError as error:
        problems.extend(error.problems)
        return Table((), (), ()), problems
