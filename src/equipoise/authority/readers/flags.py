"""Outcome flags: the JSON that the standard dataset keeps an outcome in, in all its shapes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import parse_json, shape_of

#: Keys of ``cont_contact_outcome_json`` (Standard Safeguarding Dataset 1.4.5, CONT005A).
FLAGS = frozenset(
    {
        "NEW_REFERRAL_FLAG",
        "EXISTING_REFERRAL_FLAG",
        "CP_ENQUIRY_FLAG",
        "NFA_FLAG",
        "NON_AGENCY_ADOPTION_FLAG",
        "PRIVATE_FOSTERING_FLAG",
        "ADVICE_FLAG",
        "MISSING_FLAG",
        "OLA_CP_FLAG",
        "OTHER_OUTCOMES_EXIST_FLAG",
    }
)
#: Keys of ``cine_referral_outcome_json`` of the same version.
REFERRAL_FLAGS = frozenset(
    {
        "SINGLE_ASSESSMENT_FLAG",
        "NFA_FLAG",
        "STRATEGY_DISCUSSION_FLAG",
        "CLA_REQUEST_FLAG",
        "NON_AGENCY_ADOPTION_FLAG",
        "PRIVATE_FOSTERING_FLAG",
        "CP_TRANSFER_IN_FLAG",
        "CP_CONFERENCE_FLAG",
        "CARE_LEAVER_FLAG",
        "OTHER_OUTCOMES_EXIST_FLAG",
    }
)
#: Keys that one vendor adds. COMMENTS is free text: it is dropped on reading.
IGNORED = frozenset({"NUMBER_OF_OUTCOMES", "COMMENTS"})
_ANSWERS = {
    **dict.fromkeys(("Y", "YES", "1", "TRUE"), True),
    **dict.fromkeys(("N", "NO", "0", "FALSE", "", "NONE", "NULL"), False),
}


@dataclass(frozen=True)
class Recorded:
    """What a cell of outcomes holds.

    Attributes
    ----------
    flags
        The flags that are set, in alphabetical order; None where it holds words instead.
    labels
        The words, in their order; none where it holds flags, or nothing.
    """

    flags: tuple[str, ...] | None
    labels: tuple[str, ...] = ()


def read_flags(text: str, known: frozenset[str] = FLAGS) -> tuple[str, ...]:
    """Return the flags that are set, in alphabetical order.

    Parameters
    ----------
    text
        An object of flags as JSON.
    known
        The flags that there may be. A key may be written without its ending ``_FLAG``.

    Raises
    ------
    ValueError
        Where the text is not such an object; the message never holds what stood there.

    Examples
    --------
    >>> read_flags('{"NFA_FLAG": "Y", "ADVICE_FLAG": "N", "COMMENTS": "dropped"}')
    ('NFA_FLAG',)
    """
    body = _parsed(text)
    if not isinstance(body, dict):
        raise ValueError("flags that are not a JSON object")  # noqa: TRY004 - one kind for callers
    return tuple(sorted(_set(body, known)))


def read_recorded(text: str, known: frozenset[str] = FLAGS) -> Recorded:
    """Return what a cell of outcomes holds: flags, or words, in any of the published shapes.

    An object of flags, each Y or N; a list of such objects; a list of flags that are set; a list
    of words; words alone, with or without quotation marks; nothing or ``null``.

    Raises
    ------
    ValueError
        Where JSON is damaged, or holds what no outcome is; the message names shapes only.

    Examples
    --------
    >>> read_recorded('{"NFA_FLAG": "Y", "NUMBER_OF_OUTCOMES": 1}').flags
    ('NFA_FLAG',)
    >>> read_recorded('["Early Help", "Information and Advice"]').labels
    ('Early Help', 'Information and Advice')
    >>> read_recorded("01 - No Further Action").labels, read_recorded("NULL").flags
    (('01 - No Further Action',), ())
    """
    text = text.strip()
    if not text or text.casefold() == "null":
        return Recorded(())
    if text.startswith("{"):
        return Recorded(read_flags(text, known))
    if text.startswith("["):
        return _of_list(_parsed(text), known)
    if text.startswith('"') and text.endswith('"') and len(text) > 1:
        return read_recorded(text[1:-1], known)
    return Recorded(None, (text,))


def _of_list(body: Any, known: frozenset[str]) -> Recorded:
    if all(isinstance(entry, dict) for entry in body):
        return Recorded(tuple(sorted({flag for entry in body for flag in _set(entry, known)})))
    if not all(isinstance(entry, str) for entry in body):
        raise ValueError("a list of outcomes that holds other things than words")
    words = [entry.strip() for entry in body if entry.strip()]
    flags = [_flag(word, known) for word in words]
    if all(flag is not None for flag in flags):
        return Recorded(tuple(sorted({flag for flag in flags if flag is not None})))
    return Recorded(None, tuple(words))


def _parsed(text: str) -> Any:
    try:
        return parse_json(text.encode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("flags that are not whole JSON") from None


def _set(body: dict[str, Any], known: frozenset[str]) -> Iterator[str]:
    """Yield the flags that are set; refuse keys that are not known, by the shape of their name."""
    for key, value in body.items():
        if key.upper() in IGNORED:
            continue
        flag = _flag(key, known)
        if flag is None:
            raise ValueError(f"a flag that is not known ({shape_of(key)})")
        answer = _ANSWERS.get(str(value).strip().upper())
        if answer is None:
            raise ValueError("a flag that is neither Y nor N")
        if answer:
            yield flag


def _flag(word: str, known: frozenset[str]) -> str | None:
    name = word.strip().upper()
    return next((flag for flag in (name, f"{name}_FLAG") if flag in known), None)
