"""No further action: strict, with advice, with early help. Always shown together."""

from __future__ import annotations

from typing import Any

from equipoise.authority.rules.rule import OF_NFA, Rule

RULE = Rule(
    code="no-further-action",
    words="Strict counts no further action alone; `advice` adds information and advice; "
    "`early_help` adds early help too. Pending, missing and unclear outcomes count in none.",
    fields=("settled",),
    source="rules.md 4; data.md A.8",
    decides=OF_NFA,
)
#: The outcomes that each definition counts.
CLASSES = {
    "strict": ("NFA",),
    "advice": ("NFA", "ADVICE"),
    "early_help": ("NFA", "ADVICE", "EARLY_HELP"),
}


def is_nfa(contacts: Any, definition: str) -> Any:
    """Return whether a settled outcome is no further action under a definition of `CLASSES`."""
    return contacts.settled.isin(CLASSES[definition])
