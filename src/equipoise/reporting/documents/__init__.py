"""Documents: one tree of blocks, as an HTML page, an accessible PDF and a Word file."""

from equipoise.reporting.documents.brief import (
    blind_document,
    blind_report,
    brief,
    brief_document,
)
from equipoise.reporting.documents.files import Documents
from equipoise.reporting.documents.model import Document
from equipoise.reporting.documents.page import html_page
from equipoise.reporting.documents.printed import pdf_bytes
from equipoise.reporting.documents.programme import programme_brief, programme_document
from equipoise.reporting.documents.request import RequestFacts, request_document
from equipoise.reporting.documents.word import docx_bytes, rewritten

__all__ = [
    "Document",
    "Documents",
    "RequestFacts",
    "blind_document",
    "blind_report",
    "brief",
    "brief_document",
    "docx_bytes",
    "html_page",
    "pdf_bytes",
    "programme_brief",
    "programme_document",
    "request_document",
    "rewritten",
]
