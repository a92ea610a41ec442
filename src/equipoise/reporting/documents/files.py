"""A document as files: page, PDF, Word file, figures and tables."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from equipoise.reporting.documents.model import Document, Heading
from equipoise.reporting.documents.page import html_page
from equipoise.reporting.documents.printed import pdf_bytes
from equipoise.reporting.documents.word import docx_bytes
from equipoise.reporting.tables import Bound, date_text, marked_name, table_csv
from equipoise.reporting.words import Sentence, say


@dataclass(frozen=True)
class Documents:
    """A report as files.

    Attributes
    ----------
    name
        Stem of the document's file names, with the mark of simulated data in front.
    html, pdf, docx
        The page, the PDF and the Word file.
    figures, tables
        SVG and CSV by file name; every name carries the mark.
    """

    name: str
    html: bytes
    pdf: bytes
    docx: bytes
    figures: dict[str, bytes]
    tables: dict[str, bytes]

    def files(self) -> dict[str, bytes]:
        """Return every file by its relative path."""
        return {
            f"{self.name}.html": self.html,
            f"{self.name}.pdf": self.pdf,
            f"{self.name}.docx": self.docx,
            **{f"figures/{name}": data for name, data in self.figures.items()},
            **{f"tables/{name}": data for name, data in self.tables.items()},
        }


def files_of(document: Document, clock_date: datetime.date) -> Documents:
    """Return a document as files; the same document and date give the same bytes."""
    marked = document.mark is not None
    return Documents(
        marked_name(document.name, marked),
        html_page(document),
        pdf_bytes(document, clock_date),
        docx_bytes(document, clock_date),
        {
            marked_name(f"figure-{figure.id}.svg", marked): figure.svg.encode("utf-8")
            for figure in document.figures
        },
        {
            marked_name(f"table-{view.id}.csv", marked): table_csv(view, document.mark)
            for view in document.tables
        },
    )


def dated(clock_date: datetime.date) -> Sentence:
    """Return the line with the date."""
    iso = clock_date.isoformat()
    return say("dated", "Made on {date}.", date=Bound("clock", "date", date_text(iso), iso))


def section(name: str, text: str, level: int = 2) -> Heading:
    """Return the heading of a section."""
    return Heading(level, name, say(f"heading.{name}", text))
