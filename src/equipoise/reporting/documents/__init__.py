"""Documents: one tree of blocks, as an HTML page and as an accessible PDF."""

from equipoise.reporting.documents.brief import (
    Documents,
    blind_document,
    blind_report,
    brief,
    brief_document,
)
from equipoise.reporting.documents.model import Document
from equipoise.reporting.documents.page import html_page
from equipoise.reporting.documents.printed import pdf_bytes

__all__ = [
    "Document",
    "Documents",
    "blind_document",
    "blind_report",
    "brief",
    "brief_document",
    "html_page",
    "pdf_bytes",
]
