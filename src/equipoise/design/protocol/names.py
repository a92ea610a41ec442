"""Names: what other rooms count, score and offer, so that a protocol can refer to it."""

from __future__ import annotations

#: Counts per school and window that every authority's pack holds.
COUNTS: tuple[str, ...] = (
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
    "open_case",
    "repeats",
)
#: Further counts, each with the reason (`design.contact.reasons`) that the files must record for
#: it. `csa_any`: distinct children with at least one new contact made by the school whose
#: recorded reason is sexual abuse.
REASON_COUNTS: dict[str, str] = {"csa_any": "sexual-abuse"}
#: Further counts where a clock of working days is declared (`design.contact.clock_from`): new
#: contacts, each child's by itself, whose clock started, whose decision is known, and came in time.
CLOCK_COUNTS: tuple[str, ...] = ("clock_started", "decided_known", "decided_within_limit")
#: Counts that a list of referrals does not give (`design.contact.outcome: derived`).
RECORDED_COUNTS: tuple[str, ...] = ("s47_first",)
#: Scales that can be scored.
INSTRUMENTS: tuple[str, ...] = ("swemwbs", "who5")
#: Columns of the register that a subgroup or a model may use.
REGISTER_COLUMNS: tuple[str, ...] = ("pupils", "la_code", "phase")
#: Acts that two people must sign (rules: a draw nobody can steer).
TWO_SIGNATURES: tuple[str, ...] = ("randomise", "unblind", "correct", "amend")
#: Standard errors that fit each model (rules: errors and degrees of freedom).
ERRORS: dict[str, tuple[str, ...]] = {
    "ols": ("cr0", "cr1", "cr1s", "cr2", "cr3", "hc2", "hc3"),
    "wls": ("cr0", "cr1", "cr1s", "cr2", "cr3", "hc2", "hc3"),
    "lmm": ("reml",),
    "binomial": ("hessian",),
    "poisson": ("hessian",),
    "negbin": ("hessian",),
    "betabinomial": ("hessian",),
    "gee": ("robust", "md", "kc", "fg"),
}
#: Degrees of freedom that fit each model, the default first.
FREEDOMS: dict[str, tuple[str, ...]] = {
    "ols": ("satterthwaite", "clusters", "design", "z"),
    "wls": ("satterthwaite", "clusters", "design", "z"),
    "lmm": ("satterthwaite", "kenward-roger", "design", "z"),
    "binomial": ("design", "z"),
    "poisson": ("design", "z"),
    "negbin": ("design", "z"),
    "betabinomial": ("design", "z"),
    "gee": ("z", "g-p", "design"),
}
#: Models whose effect is weighted by precision and may not be called an average.
PRECISION_WEIGHTED: tuple[str, ...] = (
    "lmm",
    "binomial",
    "poisson",
    "negbin",
    "betabinomial",
    "gee",
)
#: Models of events out of the roll: events may not exceed it.
OUT_OF_ROLL: tuple[str, ...] = ("binomial", "betabinomial")
#: Models of counts.
OF_COUNTS: tuple[str, ...] = ("binomial", "poisson", "negbin", "betabinomial")
#: Counts of contacts, not of distinct pupils: a pupil may be counted several times.
CONTACT_COUNTS: tuple[str, ...] = (
    "contacts",
    "nfa_contacts_strict",
    "nfa_contacts_advice",
    "nfa_contacts_early_help",
    "pending",
    "unmapped",
    "open_case",
    "repeats",
    *CLOCK_COUNTS,
)
