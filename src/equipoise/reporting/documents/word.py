"""A document as a Word file: real headings, lists and tables, pictures with their text."""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

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
from equipoise.reporting.figures import Figure, png_bytes
from equipoise.reporting.tables import Part, TableView, text_of

FONT = "Arial"
"""On nearly every machine; Word files do not carry the font of the other documents."""

INK, SOFT, RED, BROWN = (
    RGBColor.from_string(code) for code in ("1B1F24", "525A67", "8F1A00", "5C4500")
)
AFTER_BORDERS = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:rPr")
"""What follows the borders of a paragraph, as the format orders it."""
PAGE, TOP, SIDE = (Mm(210), Mm(297)), Mm(22), Mm(20)
TOGETHER = 9
"""Tables of so many rows are not broken over pages."""
SIZES = ((9, 7), (6, 7.5), (0, 8.5))
"""More columns than this: size of the letters, in points."""
SMALL = 0.75
"""Scale of the figures on the first page, which has to hold all that it says."""
PIXEL = 0.75
"""Points in a CSS pixel."""
FIXED = (1980, 1, 1, 0, 0, 0)
"""The time of every entry of the container: the earliest that the format can hold."""


def docx_bytes(document: Document, dated: datetime.date) -> bytes:
    """Return a document as .docx; the same document and date give the same bytes.

    Parameters
    ----------
    document
        The tree that page and PDF are made from, too.
    dated
        Stands in the properties of the file.
    """
    word = docx.Document()
    _properties(word, document, dated)
    _styles(word)
    _page(word.sections[0], landscape=False)
    _around(word.sections[0], document)
    landscape = False
    for place, block in enumerate(document.blocks):
        if isinstance(block, PageBreak):
            landscape = block.landscape
            _page(word.add_section(WD_SECTION.NEW_PAGE), landscape=landscape)
        else:
            _block(word, block, document.mark, landscape)
            following = document.blocks[place + 1 : place + 2]
            if isinstance(block, TableBlock) and following and not block.view.notes:
                word.add_paragraph().paragraph_format.space_after = Pt(2)
    held = io.BytesIO()
    word.save(held)
    return rewritten(held.getvalue())


def rewritten(container: bytes) -> bytes:
    """Return a zip container with its entries sorted and their times fixed (rules, 14)."""
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(container)) as old,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in sorted(old.namelist()):
            entry = zipfile.ZipInfo(name, FIXED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            entry.external_attr = 0
            new.writestr(entry, old.read(name), zipfile.ZIP_DEFLATED, 6)
    return held.getvalue()


def _properties(word: Any, document: Document, dated: datetime.date) -> None:
    title = document.title.text
    core = word.core_properties
    core.title = f"{document.mark}: {title}" if document.mark else title
    core.author = core.last_modified_by = "equipoise"
    core.comments = document.mark or ""
    core.language = "en-GB"
    core.revision = 1
    core.created = core.modified = datetime.datetime(dated.year, dated.month, dated.day)


def _styles(word: Any) -> None:
    styles = word.styles
    for name, size, before, after in (
        ("Normal", 10, 0, 6), ("Heading 1", 20, 4, 10), ("Heading 2", 12.5, 14, 5),
        ("Heading 3", 10.5, 10, 4), ("List Bullet", 10, 0, 5), ("Caption", 9, 8, 4),
    ):  # fmt: skip
        style = styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        style.font.color.rgb, style.font.italic = INK, False
        style.paragraph_format.space_before, style.paragraph_format.space_after = (
            Pt(before), Pt(after),
        )  # fmt: skip
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for key in list(fonts.keys()):
            if "heme" in key:
                del fonts.attrib[key]
        for key in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(key), FONT)
    for properties in styles.element.iter(qn("w:lang")):
        properties.set(qn("w:val"), "en-GB")


def _page(section: Any, *, landscape: bool) -> None:
    width, height = PAGE[::-1] if landscape else PAGE
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.left_margin = section.right_margin = section.bottom_margin = SIDE
    section.top_margin = TOP


def _around(section: Any, document: Document) -> None:
    """Write header and footer; later sections take them over."""
    if document.mark:
        header = section.header.paragraphs[0]
        header.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _add(header, document.mark, bold=True, colour=RED, size=9)
    footer = section.footer.paragraphs[0]
    _add(footer, f"{document.dated.text}    ", colour=SOFT, size=8)
    if document.mark:
        _add(footer, f"{document.mark}    ", bold=True, colour=RED, size=8)
    run = _add(footer, "", colour=SOFT, size=8)
    for kind, text in (("begin", None), (None, " PAGE "), ("end", None)):
        node = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            node.set(qn("w:fldCharType"), kind)
        else:
            node.set(qn("xml:space"), "preserve")
            node.text = text
        run._r.append(node)


def _add(
    paragraph: Any, text: str, *, bold: bool = False, colour: Any = None, size: float | None = None
) -> Any:
    run = paragraph.add_run(text)
    run.bold = bold or None
    if colour is not None:
        run.font.color.rgb = colour
    if size is not None:
        run.font.size = Pt(size)
    return run


def _run(group: Group) -> str:
    return " ".join(sentence.text for sentence in group)


def _block(word: Any, block: Block, mark: str | None, landscape: bool) -> None:
    match block:
        case Heading():
            word.add_heading(block.sentence.text, block.level)
        case Paragraph():
            paragraph = word.add_paragraph()
            size, colour = {
                "kicker": (9, SOFT), "lead": (11.5, None), "note": (8, SOFT)
            }.get(block.kind, (None, None))  # fmt: skip
            _add(paragraph, _run(block.sentences), size=size, colour=colour)
        case Bullets():
            for group in block.groups:
                word.add_paragraph(_run(group), style="List Bullet")
        case Panels():
            for panel in block.panels:
                heading = word.add_heading(panel.title.text, 2)
                heading.paragraph_format.space_before = Pt(6)
                heading.paragraph_format.space_after = Pt(3)
                for sentence in panel.sentences:
                    paragraph = word.add_paragraph()
                    _add(paragraph, sentence.text, size=9.5)
                    paragraph.paragraph_format.space_after = Pt(2)
                if panel.figure:
                    _figure(word, panel.figure, mark, landscape, scale=SMALL)
        case Aside():
            _aside(word, block)
        case TableBlock():
            _table(word, block.view, mark, landscape)
        case FigureBlock():
            _figure(word, block.figure, mark, landscape)
        case PageBreak():
            raise TypeError("a page break makes a section")


def _aside(word: Any, block: Aside) -> None:
    """Set a tint and a rule beside each paragraph of what others have published."""
    label = word.add_paragraph()
    _add(label, block.title.text, bold=True, colour=BROWN, size=9)
    paragraphs = [label]
    for group in block.groups:
        paragraphs.append(word.add_paragraph())
        _add(paragraphs[-1], _run(group), size=8.5)
    short = len(paragraphs) <= TOGETHER
    for paragraph in paragraphs:
        paragraph.paragraph_format.keep_together = True
        paragraph.paragraph_format.keep_with_next = paragraph is label or (
            short and paragraph is not paragraphs[-1]
        )
        paragraph.paragraph_format.left_indent = Mm(4)
        paragraph.paragraph_format.space_after = Pt(0)
        properties = paragraph._p.get_or_add_pPr()
        properties.insert_element_before(_border("left", "7A5C00", 18), *AFTER_BORDERS)
        shade = OxmlElement("w:shd")
        for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", "F6F1E4")):
            shade.set(qn(key), value)
        properties.insert_element_before(shade, *AFTER_BORDERS[1:])
    paragraphs[-1].paragraph_format.space_after = Pt(8)


def _border(side: str, colour: str, eighths: int) -> Any:
    borders, line = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    for key, value in (
        ("w:val", "single"), ("w:sz", str(eighths)), ("w:space", "6"), ("w:color", colour)
    ):  # fmt: skip
        line.set(qn(key), value)
    borders.append(line)
    return borders


def _caption(word: Any, parts: tuple[Part, ...], mark: str | None, *, bold: bool) -> Any:
    paragraph = word.add_paragraph(style="Caption")
    if mark:
        _add(paragraph, f"{mark}. ", bold=True, colour=RED)
    _add(paragraph, text_of(parts), bold=bold)
    if not bold:
        paragraph.runs[-1].bold = False
    return paragraph


def _room(landscape: bool) -> tuple[int, int]:
    """Return width and height inside the margins, in English Metric Units."""
    width, height = PAGE[::-1] if landscape else PAGE
    return width - 2 * SIDE, height - TOP - SIDE


def _figure(
    word: Any, figure: Figure, mark: str | None, landscape: bool, *, scale: float = 1.0
) -> None:
    room, tall = _room(landscape)
    ratio = figure.height / figure.width
    width = min(Pt(figure.width * PIXEL * scale), room, int(tall * 0.8 / ratio))
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_after = Pt(2)
    shape = paragraph.add_run().add_picture(io.BytesIO(png_bytes(figure.svg)), width=width)
    properties = shape._inline.docPr
    properties.set("descr", text_of(figure.alt))
    properties.set("name", f"figure-{figure.id}")
    _caption(word, figure.caption, mark, bold=False).paragraph_format.space_before = Pt(0)


def _table(word: Any, view: TableView, mark: str | None, landscape: bool) -> None:
    caption = _caption(word, view.caption, mark, bold=True)
    caption.paragraph_format.keep_with_next = True
    grid = word.add_table(rows=len(view.rows) + 1, cols=len(view.columns))
    grid.alignment = WD_TABLE_ALIGNMENT.LEFT
    grid.autofit = False
    _described(grid, text_of(view.caption))
    size = next(points for columns, points in SIZES if len(view.columns) > columns)
    room, _ = _room(landscape)
    widths = [int(room * share) for share in view.widths]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    texts = [[text_of(heading) for heading in view.columns]]
    texts.extend([entry.text for entry in row] for row in view.rows)
    together = len(view.rows) <= TOGETHER
    for place, (row, line) in enumerate(zip(grid.rows, texts, strict=True)):
        _row_properties(row, head=place == 0)
        _ruled(row, heavy=place == 0)
        keep = place == 0 or (together and (place < len(view.rows) or bool(view.notes)))
        for column, (held, text) in enumerate(zip(row.cells, line, strict=True)):
            held.width = widths[column]
            paragraph = held.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            paragraph.paragraph_format.keep_with_next = keep or None
            if view.numeric[column]:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _add(paragraph, text, bold=place == 0, size=size)
    for note in view.notes:
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.space_before = Pt(3)
        _add(paragraph, text_of(note), colour=SOFT, size=8)


def _described(grid: Any, caption: str) -> None:
    for tag in ("w:tblCaption", "w:tblDescription"):
        node = OxmlElement(tag)
        node.set(qn("w:val"), caption)
        grid._tbl.tblPr.append(node)


def _row_properties(row: Any, *, head: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))


def _ruled(row: Any, *, heavy: bool) -> None:
    for held in row.cells:
        borders = OxmlElement("w:tcBorders")
        line = OxmlElement("w:bottom")
        for key, value in (
            ("w:val", "single"), ("w:sz", "10" if heavy else "4"), ("w:space", "0"),
            ("w:color", "1B1F24" if heavy else "D4D9E0"),
        ):  # fmt: skip
            line.set(qn(key), value)
        borders.append(line)
        held._tc.get_or_add_tcPr().append(borders)
