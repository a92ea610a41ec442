"""Suppression of small counts, and the audit that nothing can be worked out again."""

from equipoise.core.disclosure.suppression import SMALLEST, SuppressedTable, audit, suppress

__all__ = ["SMALLEST", "SuppressedTable", "audit", "suppress"]
