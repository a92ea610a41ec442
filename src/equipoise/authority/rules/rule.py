"""A rule: its code, its words, the fields it reads, the counts it decides, where it comes from."""

from __future__ import annotations

from dataclasses import dataclass

#: The counts of a school and window that every pack holds of new contacts.
ALWAYS = (
    "contacts",
    "children",
    "nfa_contacts_strict",
    "nfa_contacts_advice",
    "nfa_contacts_early_help",
    "nfa_any_strict",
    "nfa_any_advice",
    "nfa_any_early_help",
    "nfa_all_strict",
    "nfa_first_strict",
    "referral_any",
    "s47_first",
    "recontact_after_nfa",
    "pending",
    "unmapped",
)
#: Those by reason.
BY_REASON = ("csa_any",)
#: Those of working days.
OF_CLOCK = ("clock_started", "decided_known", "decided_within_limit")
#: Those that rest on what is a new contact.
OF_NEW = (*ALWAYS, *BY_REASON, "siblings", *OF_CLOCK)
#: Those that rest on no further action.
OF_NFA = (*(name for name in OF_NEW if name.startswith("nfa_")), "recontact_after_nfa")
#: Those that rest on what came of a contact.
OF_OUTCOME = (*OF_NFA, "referral_any", "s47_first", "pending", "unmapped")
#: Those of contacts, not of children.
OF_CONTACTS = (
    "contacts",
    "nfa_contacts_strict",
    "nfa_contacts_advice",
    "nfa_contacts_early_help",
    "pending",
    "unmapped",
)


@dataclass(frozen=True)
class Rule:
    """One rule of counting. Its expression stands beside it, in the rule's own module.

    Attributes
    ----------
    code
        A short name for reports.
    words
        What it says, in a sentence for an authority's analyst.
    fields
        The columns of the events table that it reads.
    source
        Who says so.
    decides
        The counts of a school and window that can change with it.
    """

    code: str
    words: str
    fields: tuple[str, ...]
    source: str
    decides: tuple[str, ...] = ()
