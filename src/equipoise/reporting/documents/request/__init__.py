"""Requests: what an authority is sent before it sends anything, filled in from the protocol."""

from equipoise.reporting.documents.request.facts import (
    RequestFacts,
    RequestField,
    RequestOther,
    RequestOutcome,
    RequestWindow,
)
from equipoise.reporting.documents.request.pages import NAMES, request_document

__all__ = [
    "NAMES",
    "RequestFacts",
    "RequestField",
    "RequestOther",
    "RequestOutcome",
    "RequestWindow",
    "request_document",
]
