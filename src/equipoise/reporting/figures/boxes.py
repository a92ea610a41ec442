"""The flow diagram: boxes of text laid out so that none can overlap, as plain SVG."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from equipoise.reporting.figures.figure import FAMILY, INK, MARK, SOFT
from equipoise.reporting.tables import (
    Part,
    Parts,
    Writer,
    before_groups,
    before_title,
    box_nouns,
    capital,
    pupils,
    text_of,
    words,
)

SIZE = 12
LINE = 17
PAD = 10
GAP = 26
Arrow = tuple[int, int, bool]
WIDEST_LETTER = 0.515
"""Mean advance of a letter of the font, in ems, on the safe side for English text."""


@dataclass(frozen=True)
class TextBox:
    """A placed box.

    Attributes
    ----------
    x, y, width, height
        In pixels.
    lines
        Text, wrapped; the first is set bold.
    head
        How many lines at the top are bold.
    """

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    head: int


def _fit(title: str, body: Sequence[str], width: float) -> tuple[tuple[str, ...], int]:
    letters = int((width - 2 * PAD) / (SIZE * WIDEST_LETTER))
    top = textwrap.wrap(title, int(letters * 0.93))
    rest = [line for text in body for line in textwrap.wrap(text, letters, subsequent_indent="  ")]
    return (*top, *rest), len(top)


def _height(lines: Sequence[str]) -> float:
    return len(lines) * LINE + 2 * PAD


def _counts(writer: Writer, path: str) -> Parts:
    """Return "40 units, 42 schools, 9,800 pupils" of a box; what is unknown is left out."""
    joined: list[Part | str] = []
    for name, noun in box_nouns(writer):
        if writer.fields.value("flow", f"{path}.{name}") is None:
            continue
        number = pupils(writer, path) if name == "pupils" else None
        if joined:
            joined.append(", ")
        joined.extend(noun.counted(writer, "flow", f"{path}.{name}", number))
    return words(*joined)


def _reasons(writer: Writer, base: str) -> list[str]:
    return [
        text_of((writer.plain("flow", f"{base}.{key}.reason"),))
        + ": "
        + text_of(_counts(writer, f"{base}.{key}.box"))
        for key in writer.fields.keys("flow", base)
    ]


def _columns(writer: Writer) -> list[list[tuple[str, list[str]]]]:
    """Return title and lines of each box, arm by arm."""
    columns = []
    for arm in writer.fields.keys("flow", "arms"):
        base = f"arms.{arm}"
        title = capital(writer.plain("flow", f"{base}.title")).text
        received: list[str] = []
        if writer.fields.has("flow", f"{base}.received"):
            received.append("as randomised: " + text_of(_counts(writer, f"{base}.received")))
        if writer.fields.has("flow", f"{base}.received_intended"):
            counts = text_of(_counts(writer, f"{base}.received_intended"))
            received.append("the intended amount: " + counts)
        received.extend(_reasons(writer, f"{base}.not_received"))
        lost = _reasons(writer, f"{base}.lost") + _reasons(writer, f"{base}.excluded")
        columns.append(
            [
                (f"Randomised to {title.lower() if title[1:2].islower() else title}",
                 [text_of(_counts(writer, f"{base}.assigned"))]),
                ("Received", received or ["not recorded"]),
                ("Lost or not analysed", lost or ["none"]),
                ("Analysed", [text_of(_counts(writer, f"{base}.analysed"))]),
            ]
        )  # fmt: skip
    return columns


def flow_boxes(writer: Writer, *, width: float = 720) -> tuple[list[TextBox], list[Arrow]]:
    """Lay out the flow.

    Returns
    -------
    boxes, arrows
        Placed boxes; pairs of their positions that an arrow joins, and whether it goes to the side.
    """
    boxes: list[TextBox] = []
    arrows: list[Arrow] = []
    half = (width - GAP) / 2

    def place(x: float, y: float, wide: float, title: str, body: Sequence[str]) -> int:
        lines, head = _fit(title, body, wide)
        boxes.append(TextBox(x, y, wide, _height(lines), lines, head))
        return len(boxes) - 1

    top = place(0, 0, half, before_title(writer), [text_of(_counts(writer, "assessed"))])
    y = boxes[top].height + GAP
    for title, path in before_groups(writer):
        left = _reasons(writer, path)
        if left:
            out = place(half + GAP, y, half, title, left)
            y += boxes[out].height + GAP
            arrows.append((top, out, True))
    drawn = place(
        (width - half) / 2, y, half, "Randomised", [text_of(_counts(writer, "randomised"))]
    )
    arrows.append((top, drawn, False))
    y += boxes[drawn].height + GAP * 1.5
    columns = _columns(writer)
    wide = (width - GAP * (len(columns) - 1)) / len(columns)
    last = [drawn] * len(columns)
    for step in range(len(columns[0])):
        tallest = 0.0
        for place_of, column in enumerate(columns):
            title, body = column[step]
            box = place(place_of * (wide + GAP), y, wide, title, body)
            arrows.append((last[place_of], box, False))
            last[place_of] = box
            tallest = max(tallest, boxes[box].height)
        y += tallest + GAP
    return boxes, arrows


def boxes_svg(boxes: Sequence[TextBox], arrows: Sequence[Arrow], mark: str | None) -> str:
    """Draw placed boxes and the arrows between them."""
    edge = 12
    top = 44 if mark else edge
    width = max(box.x + box.width for box in boxes) + 2 * edge
    height = max(box.y + box.height for box in boxes) + top + edge
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" font-family="{FAMILY}, sans-serif" '
        f'font-size="{SIZE}">',
        f'<rect width="{width:g}" height="{height:g}" fill="white"/>',
    ]
    if mark:
        out.append(
            f'<text x="{edge}" y="26" fill="{MARK}" font-weight="bold">{escape(mark)}</text>'
        )
    out.append(f'<g transform="translate({edge} {top})">')
    out.extend(_arrow(boxes[first], boxes[second], side) for first, second, side in arrows)
    for box in boxes:
        out.append(
            f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" '
            f'rx="3" fill="white" stroke="{SOFT}"/>'
        )
        for place, line in enumerate(box.lines):
            weight = ' font-weight="bold"' if place < box.head else ""
            indent = 8 if line.startswith("  ") else 0
            out.append(
                f'<text x="{box.x + PAD + indent:g}" y="{box.y + PAD + (place + 0.76) * LINE:g}" '
                f'fill="{INK}"{weight}>{escape(line.strip())}</text>'
            )
    out.append("</g></svg>")
    return "".join(out)


def _arrow(start: TextBox, end: TextBox, level: bool) -> str:
    """Draw an arrow from the foot of one box to the top, or to the side, of another."""
    x1, y1 = start.x + start.width / 2, start.y + start.height
    if level:
        y2 = end.y + end.height / 2
        path, tip = f"M{x1:g} {y1:g}V{y2:g}H{end.x:g}", (end.x, y2)
    else:
        x2, y2 = end.x + end.width / 2, end.y
        middle = y2 - GAP / 2
        path = f"M{x1:g} {y1:g}V{middle:g}H{x2:g}V{y2:g}"
        tip = (x2, y2)
    a, b = tip
    head = (
        f"{a:g},{b:g} {a - 7:g},{b - 4:g} {a - 7:g},{b + 4:g}"
        if level
        else f"{a:g},{b:g} {a - 4:g},{b - 7:g} {a + 4:g},{b - 7:g}"
    )
    return (
        f'<path d="{path}" fill="none" stroke="{SOFT}" stroke-width="1.3"/>'
        f'<polygon points="{head}" fill="{SOFT}"/>'
    )
