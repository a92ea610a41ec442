"""Repeats by number: what `make validate` runs and writes to docs/validation.md."""
