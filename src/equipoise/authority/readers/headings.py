"""Headings: which column holds which field, however an authority names it."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from equipoise.authority.readers.shapes import (
    LOCAL_COLUMNS,
    SHAPES,
    STANDARD_DATASET,
    Shape,
    nearest_shape,
    plain_head,
)
from equipoise.core.base import Problems

#: So many fields tell a table of contacts from any other.
_FEWEST = 3
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])")
#: Columns that any shape may have beside its own. They are read where one column fits, and where
#: several do none is: nothing is refused for a column that was not asked for.
_BESIDE = ("email_domain", "upn", "family_id")
_OTHER_SHAPES = tuple(shape for shape in SHAPES if shape not in (LOCAL_COLUMNS, STANDARD_DATASET))


@dataclass(frozen=True)
class Form:
    """Words that a heading must hold, and such as it must not.

    Attributes
    ----------
    words
        Groups; a heading holds a word or phrase of each.
    without
        Words and phrases that it does not hold.
    only
        Whole headings that are met too.
    """

    words: tuple[tuple[str, ...], ...] = ()
    without: tuple[str, ...] = ()
    only: frozenset[str] = frozenset()

    def met(self, head: str) -> bool:
        """Tell whether a plain heading has this form.

        Examples
        --------
        >>> Form((("date",), ("contact", "received")), ("birth",)).met("date contact received")
        True
        """
        if head in self.only:
            return True
        padded = f" {head} "
        return (
            bool(self.words)
            and all(_holds(padded, group) for group in self.words)
            and not _holds(padded, self.without)
        )


@dataclass(frozen=True)
class Located:
    """Where the fields stand, and which columns no field needs, all by position from 0."""

    positions: Mapping[str, int]
    unread: tuple[int, ...]

    def note(self, within: str = "") -> str:
        """Say which columns were not read, by position from 1; "" where every one was.

        Examples
        --------
        >>> Located({}, (3, 6)).note()
        'columns 4 and 7 are not needed and were not read'
        """
        if not self.unread:
            return ""
        many = len(self.unread) > 1
        end = "are not needed and were not read" if many else "is not needed and was not read"
        return f"{within}{numbered(self.unread)} {end}"


def numbered(positions: Sequence[int]) -> str:
    """Return columns as they are named in messages: by position from 1, never by heading.

    Examples
    --------
    >>> numbered([1]), numbered([0, 3, 6])
    ('column 2', 'columns 1, 4 and 7')
    """
    shown = [str(position + 1) for position in positions]
    if len(shown) == 1:
        return f"column {shown[0]}"
    return f"columns {', '.join(shown[:-1])} and {shown[-1]}"


def shape_of_heads(heads: Sequence[str]) -> Shape | None:
    """Return the shape of a table of contacts; None where its headings are those of none.

    A shape in which a blank outcome has a meaning is taken only where all of its headings stand
    there: else the same columns are read as plain ones, in which a blank says nothing.

    Examples
    --------
    >>> shape_of_heads(["Step ref", "Client no", "Date received", "Outcome"]).name
    'local-columns'
    """
    nearest = nearest_shape(heads)
    if nearest is None:
        fields, _ = _columns(LOCAL_COLUMNS, heads, family=True)
        return LOCAL_COLUMNS if len(fields) >= _FEWEST else None
    if nearest in (LOCAL_COLUMNS, STANDARD_DATASET):
        return nearest
    return nearest if not _lacking(nearest, _exact(nearest, heads)) else LOCAL_COLUMNS


def holds_contacts(heads: Sequence[str]) -> bool:
    """Tell whether a sheet among others holds contacts: known headings, or every needed field."""
    if nearest_shape(heads) is not None:
        return True
    fields, _ = _columns(LOCAL_COLUMNS, heads, family=True)
    return not _lacking(LOCAL_COLUMNS, fields)


def located(
    shape: Shape,
    heads: Sequence[str],
    file: str,
    problems: Problems,
    *,
    within: str = "",
    family: bool = False,
) -> Located | None:
    """Return where the fields of a shape stand; or None, and note what is wrong.

    The exact headings of the shape win; then, in plain columns, those of the other shapes; then
    the forms of words. A field that no column fits and one that several fit equally are problems.
    A heading is never repeated: it may hold a name.

    Parameters
    ----------
    shape, heads, file, problems
        What is looked for, where, and where to note what is wrong.
    within
        What a place begins with: ``"sheet 2, "``.
    family
        Whether a row is about a family, so that its number may stand for the child's.
    """
    fields, unread = _columns(shape, heads, family=family)
    shown = {field: names[0] for field, names in shape.columns}
    before = len(problems)
    for field, columns in fields.items():
        if len(columns) > 1:
            _add_several(shape, field, columns, heads, file, problems, within)
    fit = "fits" if len(unread) == 1 else "fit"
    beside = f"; {numbered(unread)} {fit} no field" if unread else ""
    for field in _lacking(shape, fields):
        problems.add(
            file=file,
            place=f"{within}headings",
            found=f"no column {shown[field]}{beside}",
            expected=f"a column {shown[field]}",
            remedy="add the column, or correct its heading",
        )
    if len(problems) > before:
        return None
    return Located({field: columns[0] for field, columns in fields.items()}, unread)


def _add_several(
    shape: Shape,
    field: str,
    columns: Sequence[int],
    heads: Sequence[str],
    file: str,
    problems: Problems,
    within: str,
) -> None:
    """Note that several columns fit a field equally."""
    names = dict(shape.columns)[field]
    if plain_head(heads[columns[0]]) in names:
        for column in columns[1:]:
            problems.add(
                file=file,
                place=f"{within}heading of column {column + 1}",
                found=f"a second column for {names[0]}",
                expected="one column for each",
                remedy="remove one of the two",
            )
        return
    problems.add(
        file=file,
        place=f"{within}headings of {numbered(columns)}",
        found=f"{len(columns)} columns that may hold {names[0]}",
        expected="one column for each",
        remedy=f"give the one that holds it the heading {names[0]}, or remove the others",
    )


def _columns(
    shape: Shape, heads: Sequence[str], *, family: bool
) -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """Return the columns that fit each field best, and those that fit none."""
    fields = dict(_exact(shape, heads))
    if family:  # the number of a family is that of the row's child
        fields.pop("family_id", None)
    free = {n for n in range(len(heads))} - {n for found in fields.values() for n in found}
    # By name: a profile may have made columns of the shape optional.
    if shape.name in (LOCAL_COLUMNS.name, STANDARD_DATASET.name):
        plain = [plain_head(_JOINED.sub(" ", head)) for head in heads]
        own = [field for field, _ in shape.columns if field not in _BESIDE]
        wanted = [field for field in own if field not in fields]
        ranks = {field: list(_ranked(field, family)) for field in wanted}
        for rank in range(max(map(len, ranks.values()), default=0)):
            claims = {
                field: tuple(n for n in sorted(free) if ranks[field][rank].met(plain[n]))
                for field in wanted
                if field not in fields and rank < len(ranks[field])
            }
            for field, found in claims.items():
                if left := tuple(n for n in found if n in free):
                    fields[field] = left
                    free -= set(left)
    for field in _BESIDE:
        if field not in fields and (column := _beside(field, heads, free)) is not None:
            fields[field] = (column,)
            free.discard(column)
    return fields, tuple(sorted(free))


def _beside(field: str, heads: Sequence[str], free: Collection[int]) -> int | None:
    """Return the one free column that fits a field best; None where none or several do."""
    plain = [plain_head(_JOINED.sub(" ", head)) for head in heads]
    for form in _forms()[field]:
        if fitting := [n for n in sorted(free) if form.met(plain[n])]:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _exact(shape: Shape, heads: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return for each field the columns whose heading is one of its own."""
    plain = [plain_head(head) for head in heads]
    found = {
        field: tuple(n for n, head in enumerate(plain) if head in names)
        for field, names in shape.columns
    }
    return {field: columns for field, columns in found.items() if columns}


def _lacking(shape: Shape, fields: Iterable[str]) -> list[str]:
    held = set(fields)
    return [f for f, _ in shape.columns if f not in held and f not in shape.optional]


def _ranked(field: str, family: bool) -> Iterable[Form]:
    """Yield the forms of a field, the surest first."""
    names = {
        name
        for shape in _OTHER_SHAPES
        for of, those in shape.columns
        if of == field and not (of == "outcome" and shape.outcome == "actions")
        for name in those
    }
    yield Form(only=frozenset(names))
    yield from _forms().get(field, ())
    if field == "child_id" and family:
        yield from _forms()["family_id"]


def forms_of(
    body: Mapping[str, Iterable[Mapping[str, Iterable[Any]]]],
) -> Mapping[str, tuple[Form, ...]]:
    """Return the forms of fields as they stand in a data file."""
    return {
        field: tuple(
            Form(
                tuple(tuple(group) for group in form.get("words", ())),
                tuple(form.get("without", ())),
                frozenset(form.get("only", ())),
            )
            for form in forms
        )
        for field, forms in body.items()
    }


def _holds(padded: str, words: Iterable[str]) -> bool:
    return any(f" {word} " in padded for word in words)


@cache
def _forms() -> Mapping[str, tuple[Form, ...]]:
    path = files(__package__) / "data" / "heading-words.json"
    body = json.loads(path.read_text(encoding="utf-8"))
    return forms_of(body["fields"])
