"""The schema: JSON Schema of trial.yaml, for completion and hints in an editor."""

from __future__ import annotations

from typing import Any

from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.parts import Part


def protocol_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of trial.yaml, every key with words and examples.

    Examples
    --------
    >>> protocol_schema()["properties"]["equipoise"]["const"]
    1
    """
    return schema_of(Protocol, "equipoise trial protocol")


def schema_of(model: type[Part], title: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a file that is declared by a model."""
    schema = model.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": title,
    }
