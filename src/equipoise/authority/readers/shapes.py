"""Shapes: which columns hold what, recognised by their headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.core.base import Problems

_MARKS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Shape:
    """A shape of extract.

    Attributes
    ----------
    name
        ``local-columns`` or ``standard-dataset``.
    columns
        For each field the headings that mean it, as `plain_head` writes them; the first is the
        one shown in messages.
    optional
        Fields that may be absent.
    """

    name: str
    columns: tuple[tuple[str, tuple[str, ...]], ...]
    optional: tuple[str, ...] = ()


#: Plain columns with one label per outcome, as many systems export them.
LOCAL_COLUMNS = Shape(
    "local-columns",
    (
        ("contact_id", ("contact id", "contact ref", "contact reference", "contact number")),
        ("child_id", ("child id", "child unique id", "person id", "client id", "child number")),
        ("on", ("date of contact", "contact date", "contact received", "date contact received")),
        ("source", ("contact source", "source of contact", "source")),
        ("organisation", ("referring organisation", "referring agency", "organisation")),
        ("outcome", ("contact outcome", "outcome of contact", "outcome")),
        ("decided", ("decision date", "date of decision", "outcome date")),
        (
            "open_case",
            ("open case at contact", "open case at contact y n", "open case", "open case y n"),
        ),
    ),
    optional=("open_case",),
)

#: Columns of ssd_contacts (Standard Safeguarding Dataset 1.4.5), with outcome flags as JSON.
STANDARD_DATASET = Shape(
    "standard-dataset",
    (
        ("contact_id", ("cont contact id",)),
        ("child_id", ("cont person id",)),
        ("on", ("cont contact date",)),
        ("source", ("cont contact source desc",)),
        ("organisation", ("referring agency", "referring organisation")),
        ("outcome", ("cont contact outcome json",)),
        ("decided", ("decision date",)),
        ("source_code", ("cont contact source code",)),
    ),
    optional=("source_code",),
)
SHAPES = (LOCAL_COLUMNS, STANDARD_DATASET)


def plain_head(head: str) -> str:
    """Return a heading as it is compared: small letters and digits, single spaces.

    Examples
    --------
    >>> plain_head(" Open_case  at contact (Y/N)")
    'open case at contact y n'
    """
    return _MARKS.sub(" ", head.casefold()).strip()


def nearest_shape(heads: Sequence[str]) -> Shape | None:
    """Return the shape with the most columns among the headings; None where fewer than three."""
    plain = {plain_head(head) for head in heads}
    scores = [sum(1 for _, names in s.columns if plain & set(names)) for s in SHAPES]
    best = max(scores)
    return SHAPES[scores.index(best)] if best >= 3 else None


def locate(shape: Shape, heads: Sequence[str], file: str, problems: Problems) -> dict[str, int]:
    """Return for each field of a shape the position of its column.

    Columns that are missing, unknown or there twice are noted as problems. A heading that is not
    known is never repeated: it may hold a name.
    """
    positions: dict[str, int] = {}
    field_of = {name: field for field, names in shape.columns for name in names}
    shown = {field: names[0] for field, names in shape.columns}
    for position, head in enumerate(heads):
        field = field_of.get(plain_head(head))
        place = f"heading of column {position + 1}"
        if field is None:
            problems.add(
                file=file,
                place=place,
                found="an unknown column",
                expected="only " + ", ".join(shown.values()),
                remedy="remove the column, or correct its heading",
            )
        elif field in positions:
            problems.add(
                file=file,
                place=place,
                found=f"a second column for {shown[field]}",
                expected="one column for each",
                remedy="remove one of the two",
            )
        else:
            positions[field] = position
    for field, name in shown.items():
        if field not in positions and field not in shape.optional:
            problems.add(
                file=file,
                place="headings",
                found=f"no column {name}",
                expected=f"a column {name}",
                remedy="add the column, or correct its heading",
            )
    return positions
