"""A document as one self-contained HTML page: no script, nothing fetched."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from equipoise.reporting.documents.model import (
    Aside,
    Block,
    Bullets,
    Document,
    FigureBlock,
    Group,
    Heading,
    PageBreak,
    Panels,
    Paragraph,
    TableBlock,
)
from equipoise.reporting.figures import FAMILY, Figure, font_bytes
from equipoise.reporting.tables import Bound, Cell, Part, TableView, text_of

WIDE = 400
LONG = 5
DIGEST = 30
"""A word longer than this is no word; it may be broken anywhere."""


def html_page(document: Document) -> bytes:
    """Return a document as HTML.

    Notes
    -----
    Every bound text stands in ``<span data-field="source:path">``.
    """
    flag = f'<p class="mark" role="note">{escape(document.mark)}</p>' if document.mark else ""
    title = escape(document.title.text)
    full = f"{escape(document.mark)}: {title}" if document.mark else title
    first = next(place for place, block in enumerate(document.blocks) if not _top(block))
    head = "".join(_block(block, document.mark) for block in document.blocks[:first])
    body = "".join(_block(block, document.mark) for block in document.blocks[first:])
    text = (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{full}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
        f'<a class="skip" href="#main">Skip to the findings</a>\n{flag}\n'
        f'<header class="top">\n{head}</header>\n<main id="main">\n{body}</main>\n'
        f"<footer>{_paragraph((document.dated,), 'note')}</footer>\n</body>\n</html>\n"
    )
    return text.encode("utf-8")


def _top(block: Block) -> bool:
    if isinstance(block, Heading):
        return block.level == 1
    return isinstance(block, Paragraph) and block.kind in ("kicker", "lead")


def _style() -> str:
    faces = "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; '
        f"src: url(data:font/ttf;base64,{base64.b64encode(font_bytes(name)).decode('ascii')}); }}\n"
        for name, weight in (("Regular", "normal"), ("Bold", "bold"))
    )
    css = files("equipoise.reporting.documents") / "page.css"
    return faces + css.read_text(encoding="utf-8")


def _part(part: Part) -> str:
    if isinstance(part, Bound):
        return f'<span data-field="{escape(part.field)}">{escape(part.text)}</span>'
    return escape(part.text)


def _parts(parts: Sequence[Part]) -> str:
    return "".join(_part(part) for part in parts)


def _run(group: Group) -> str:
    return " ".join(
        f'<span data-sentence="{escape(one.id)}">{_parts(one.parts)}</span>' for one in group
    )


def _paragraph(group: Group, kind: str) -> str:
    attribute = "" if kind == "body" else f' class="{kind}"'
    return f"<p{attribute}>{_run(group)}</p>\n"


def _block(block: Block, mark: str | None) -> str:
    match block:
        case Heading():
            inner = _parts(block.sentence.parts)
            return f'<h{block.level} id="{block.id}">{inner}</h{block.level}>\n'
        case Paragraph():
            return _paragraph(block.sentences, block.kind)
        case Bullets():
            items = "".join(f"<li>{_run(group)}</li>\n" for group in block.groups)
            return f"<ul>\n{items}</ul>\n"
        case Panels():
            return _panels(block, mark)
        case Aside():
            return _aside(block)
        case TableBlock():
            return _table(block.view, mark)
        case FigureBlock():
            return _figure(block.figure, mark)
        case PageBreak():
            return '<div class="newpage"></div>\n'


def _panels(block: Panels, mark: str | None) -> str:
    out = []
    for panel in block.panels:
        paragraphs = "".join(_paragraph((one,), "body") for one in panel.sentences)
        figure = _figure(panel.figure, mark) if panel.figure else ""
        out.append(
            f'<section class="panel" aria-labelledby="{panel.id}">\n'
            f'<h2 id="{panel.id}">{_parts(panel.title.parts)}</h2>\n'
            f"{paragraphs}{figure}</section>\n"
        )
    return f'<div class="panels">\n{"".join(out)}</div>\n'


def _aside(block: Aside) -> str:
    items = "".join(f"<li>{_run(group)}</li>\n" for group in block.groups)
    return (
        f'<aside class="quoted" aria-labelledby="{block.id}">\n'
        f'<p class="label" id="{block.id}">{_parts(block.title.parts)}</p>\n'
        f"<ul>\n{items}</ul>\n</aside>\n"
    )


def _flag(mark: str | None) -> str:
    return f'<span class="flag">{escape(mark)}.</span> ' if mark else ""


def _figure(figure: Figure, mark: str | None) -> str:
    wide = figure.width > WIDE
    attributes = ' class="wide"' if wide else ""
    label = escape(text_of(figure.caption))
    opening = f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">' if wide else ""
    closing = "</div>" if wide else ""
    return (
        f'<figure{attributes} id="figure-{figure.id}">{opening}{figure.svg}{closing}'
        f"<figcaption>{_flag(mark)}{_parts(figure.caption)}</figcaption></figure>\n"
    )


def _digest(entry: Cell) -> str:
    """Return the attribute of a cell whose text may be broken anywhere: it has no word ends."""
    return ' class="digest"' if any(len(word) > DIGEST for word in entry.text.split()) else ""


def _table(view: TableView, mark: str | None) -> str:
    def attributes(place: int) -> str:
        return ' class="n"' if view.numeric[place] else ""

    heads = "".join(
        f'<th scope="col"{attributes(place)}>{_parts(heading)}</th>'
        for place, heading in enumerate(view.columns)
    )
    rows = []
    for row in view.rows:
        cells = [f'<th scope="row">{_parts(row[0].parts)}</th>']
        cells.extend(
            f"<td{_digest(entry) or attributes(place)}>{_parts(entry.parts)}</td>"
            for place, entry in enumerate(row[1:], start=1)
        )
        rows.append(f"<tr>{''.join(cells)}</tr>\n")
    notes = "".join(f'<p class="note">{_parts(note)}</p>\n' for note in view.notes)
    long = ' class="long"' if len(view.columns) > LONG else ""
    label = escape(text_of(view.caption))
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{label}">'
        f'<table{long} id="table-{view.id}">\n'
        f'<caption><span class="held">{_flag(mark)}{_parts(view.caption)}</span></caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{''.join(rows)}</tbody></table></div>\n"
        f'<div class="notes">{notes}</div>\n'
    )
