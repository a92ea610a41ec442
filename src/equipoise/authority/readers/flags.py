"""Outcome flags: the JSON of the standard dataset's contact outcome."""

from __future__ import annotations

from equipoise.core.base import parse_json

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
#: Keys that one vendor adds. COMMENTS is free text: it is dropped on reading.
IGNORED = frozenset({"NUMBER_OF_OUTCOMES", "COMMENTS"})
_SET = {"Y": True, "YES": True, "1": True, "TRUE": True}
_CLEAR = {"N": False, "NO": False, "0": False, "FALSE": False, "": False, "NONE": False}


def read_flags(text: str) -> tuple[str, ...]:
    """Return the flags that are set, in alphabetical order.

    Raises
    ------
    ValueError
        Where the text is not such an object; the message never holds what stood there.

    Examples
    --------
    >>> read_flags('{"NFA_FLAG": "Y", "ADVICE_FLAG": "N", "COMMENTS": "dropped"}')
    ('NFA_FLAG',)
    """
    try:
        body = parse_json(text.encode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("flags that are not whole JSON") from None
    if not isinstance(body, dict):
        raise ValueError("flags that are not a JSON object")  # noqa: TRY004 - one kind for callers
    found: list[str] = []
    for key, value in body.items():
        if key in IGNORED:
            continue
        if key not in FLAGS:
            raise ValueError("a flag that is not known")
        answer = {**_SET, **_CLEAR}.get(str(value).strip().upper())
        if answer is None:
            raise ValueError("a flag that is neither Y nor N")
        if answer:
            found.append(key)
    return tuple(sorted(found))
