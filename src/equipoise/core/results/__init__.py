"""Typed, versioned results: the envelope, the registry and their JSON Schema."""

from equipoise.core.results.codec import from_plain, to_plain
from equipoise.core.results.envelope import (
    SIMULATED_MARK,
    Envelope,
    decode_result,
    encode_result,
)
from equipoise.core.results.registry import kinds, registered, result
from equipoise.core.results.schema import json_schema

__all__ = [
    "SIMULATED_MARK",
    "Envelope",
    "decode_result",
    "encode_result",
    "from_plain",
    "json_schema",
    "kinds",
    "registered",
    "result",
    "to_plain",
]
