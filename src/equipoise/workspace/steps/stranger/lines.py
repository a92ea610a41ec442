"""The ledger's lines: canonical, numbered, each bound to the one before, acts signed."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from equipoise.workspace.steps.stranger.signatures import signature_is_good

SIGNED_EVERY = 1000


class NotProvedError(Exception):
    """What does not hold, in one sentence."""


def need(holds: object, words: str) -> None:
    """Refuse with one sentence what does not hold."""
    if not holds:
        raise NotProvedError(words)


def sha256(data: bytes) -> str:
    """Return a digest as hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def canonical_json(value: Any) -> str:
    """Write a value as canonical JSON (RFC 8785)."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        members = (f"{canonical_json(key)}:{canonical_json(value[key])}" for key in keys)
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, float):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def number_text(value: float) -> str:
    """Write a double as ECMAScript does (RFC 8785, section 3.2.2.3)."""
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(value + 0.0)), "f").removesuffix(".0")
    return re.sub("e([+-])0", r"e\1", repr(value))


def prove_lines(lines: list[str], keys: Mapping[str, str]) -> tuple[list[dict[str, Any]], int]:
    """Prove the chain: return the entries, and how many signatures were checked."""
    entries: list[dict[str, Any]] = []
    previous, signatures = "0" * 64, 0
    for number, text in enumerate(lines, start=1):
        try:
            line = json.loads(text)
            entry: dict[str, Any] = line["entry"]
            if canonical_json(line) != text:
                raise ValueError("not in canonical form (RFC 8785)")
            if entry["seq"] != number - 1:
                raise ValueError(f"the number {entry['seq']} where {number - 1} belongs")
            if entry["prev"] != previous:
                raise ValueError("it does not follow from the line before it")
            signatures += prove_signatures(number, entry, line["signatures"], keys)
        except (KeyError, TypeError, ValueError) as error:
            raise NotProvedError(f"ledger, line {number}: {error}") from None
        entries.append(entry)
        previous = sha256(text.encode("utf-8"))
    return entries, signatures


def prove_signatures(
    number: int, entry: dict[str, Any], signatures: dict[str, str], keys: Mapping[str, str]
) -> int:
    """Prove the signatures of a line: of an act by all who did it; of every 1,000th by someone."""
    if entry["kind"] == "act" and (not entry["by"] or set(entry["by"]) != set(signatures)):
        raise ValueError("an act that is not signed by those who did it")
    if number % SIGNED_EVERY == 0 and not signatures:
        raise ValueError(f"every {SIGNED_EVERY}th line is signed, and this one is not")
    message = canonical_json(entry).encode("utf-8")
    for person, signature in signatures.items():
        if person not in keys:
            raise ValueError(f"a signature of {person}, whose key the design does not name")
        if not signature_is_good(bytes.fromhex(keys[person]), message, bytes.fromhex(signature)):
            raise ValueError(f"a signature of {person} that is not good")
    return len(signatures)


def prove_receipts(lines: list[str], receipts: list[str]) -> str:
    """Look for ledger heads that were lodged outside; say up to where the chain is anchored."""
    if not receipts:
        unseen = "a removed tail or a rewrite of the whole ledger cannot be seen"
        return f"consistent, not anchored: without a receipt lodged outside, {unseen}"
    heads = {sha256(text.encode("utf-8")): number for number, text in enumerate(lines, start=1)}
    for receipt in receipts:
        words = f"the receipt {receipt[:16]}... is of no line of this ledger"
        need(receipt in heads, f"{words}: it was rewritten or its tail removed")
    last = max(heads[receipt] for receipt in receipts)
    return f"consistent and anchored: the ledger holds every receipt, up to line {last}"
