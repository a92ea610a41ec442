"""A document as an accessible PDF, set by Typst."""

from __future__ import annotations

import datetime
import json
import re
from importlib.resources import files
from typing import Any

import typst

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
from equipoise.reporting.figures import Figure, fonts_folder
from equipoise.reporting.tables import text_of

BREAK = "\N{ZERO WIDTH SPACE}"
UNBROKEN = re.compile(r"[^\s]{25,}")
#: What stands between the marks of a path, with the mark behind it.
_PART = re.compile(r"[^./_\[\]]*[./_\[\]]+|[^./_\[\]]+")


def pdf_bytes(document: Document, dated: datetime.date) -> bytes:
    """Return a document as PDF/UA-1; the same document and date give the same bytes.

    Raises
    ------
    typst.TypstError
        The document cannot be set, or would not be accessible.
    """
    template = files("equipoise.reporting.documents") / "print.typ"
    compiled = typst.compile(
        str(template),
        font_paths=[fonts_folder()],
        ignore_system_fonts=True,
        sys_inputs={"document": json.dumps(tree(document), sort_keys=True)},
        pdf_standards=["ua-1"],
        timestamp=datetime.datetime(dated.year, dated.month, dated.day, tzinfo=datetime.UTC),
    )
    return bytes(compiled)


def tree(document: Document) -> dict[str, Any]:
    """Return a document as plain values for the template."""
    parts: list[dict[str, Any]] = [{"landscape": False, "blocks": []}]
    for block in document.blocks:
        if isinstance(block, PageBreak):
            parts.append({"landscape": block.landscape, "blocks": []})
        else:
            parts[-1]["blocks"].append(_block(block, parts[-1]["landscape"]))
    return {
        "title": document.title.text,
        "dated": document.dated.text,
        "mark": document.mark,
        "parts": parts,
    }


def _broken(text: str) -> str:
    """Let long paths break behind their marks, and long digests anywhere, over lines."""
    return UNBROKEN.sub(lambda found: BREAK.join(_pieces(found.group())), text)


def _pieces(word: str) -> list[str]:
    parts = _PART.findall(word)
    return [
        piece
        for part in parts
        for piece in (re.findall(".{1,8}", part) if UNBROKEN.fullmatch(part) else [part])
    ]


def _run(group: Group) -> str:
    return " ".join(sentence.text for sentence in group)


def _picture(figure: Figure) -> dict[str, Any]:
    return {
        "svg": figure.svg,
        "alt": text_of(figure.alt),
        "caption": text_of(figure.caption),
        "width": figure.width,
        "ratio": figure.height / figure.width,
    }


def _block(block: Block, landscape: bool) -> dict[str, Any]:
    match block:
        case Heading():
            return {"type": "heading", "level": block.level, "text": block.sentence.text}
        case Paragraph():
            return {"type": "paragraph", "kind": block.kind, "text": _run(block.sentences)}
        case Bullets():
            return {"type": "bullets", "items": [_run(group) for group in block.groups]}
        case Panels():
            return {
                "type": "panels",
                "panels": [
                    {
                        "title": panel.title.text,
                        "sentences": [one.text for one in panel.sentences],
                        "figure": _picture(panel.figure) if panel.figure else None,
                    }
                    for panel in block.panels
                ],
            }
        case Aside():
            items = [_broken(_run(group)) for group in block.groups]
            return {"type": "aside", "title": block.title.text, "items": items}
        case TableBlock():
            view = block.view
            return {
                "type": "table",
                "caption": text_of(view.caption),
                "columns": [text_of(heading) for heading in view.columns],
                "numeric": list(view.numeric),
                "widths": list(view.widths),
                "rows": [[_broken(entry.text) for entry in row] for row in view.rows],
                "notes": [_broken(text_of(note)) for note in view.notes],
            }
        case FigureBlock():
            return {"type": "figure", "landscape": landscape, **_picture(block.figure)}
        case PageBreak():
            return {"type": "break"}
