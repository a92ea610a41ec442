"""Words of the codes of a programme: modes, grounds, parts of a definition, kinds of quotation."""

from __future__ import annotations

MODES: dict[str, str] = {
    "one-to-one": "one-to-one",
    "group": "in groups",
    "mixed": "one-to-one and in groups",
    "by-phase": "one-to-one or in groups, by phase of schooling",
    "not-stated": "mode not stated",
}
"""Mode of supervision to words; any other word stands as the protocol has it."""

TOGETHER: dict[str, str] = {
    "cannot_tell": "it cannot be told whether {arm} made a difference large enough to matter",
    "cannot_tell_records_incomplete": "it cannot be told what {arm} did: the records are too "
    "incomplete",
}
"""Headlines over several trials, where that of one trial does not fit."""

GROUNDS: dict[str, str] = {
    "pooled-class": "the class of the pooled difference, on which the decision rests",
    "no-pool": "nothing could be pooled, so each trial's own decision counts",
    "trial-class": "this trial's own main outcome",
    "safety-fails": "an outcome that watches over safety did not keep within its margin",
    "safety-not-declared": "no outcome was declared to watch over safety",
    "plain-interval-disagrees": "the plain interval would give another class",
    "leave-one-out-disagrees": "without this trial the class would be another",
    "ratio-disagrees": "difference and ratio do not agree on whether no effect is excluded",
    "prediction-holds-benefit": "a further trial may well find a benefit worth having",
    "prediction-holds-harm": "a further trial may well find a harm worth worrying about",
    "trial-not-pooled": "this trial does not count the common outcome alike, and is not in the "
    "pool",
    "records-not-corrected": "the finding is not corrected for incomplete records",
}
"""Code of a ground of the decision over trials to a clause."""

PARTS: dict[str, str] = {
    "not-named": "named for this outcome",
    "own-table": "where its counts come from",
    "window": "period",
    "window-length": "length of the period",
    "numerator": "what is counted",
    "denominator": "out of what it is counted",
    "contact-school": "which school a contact belongs to",
    "contact-sources": "whose contacts count",
    "contact-open-cases": "contacts on open cases",
    "contact-repeats": "repeated contacts",
    "contact-recontact": "renewed contacts",
    "contact-outcome": "where outcomes of contacts come from",
    "contact-siblings": "contacts about a family",
    "contact-same-day": "several contacts on one day",
    "settling-days": "days until an outcome is taken as settled",
    "roll-census": "census of the roll",
    "no-estimate": "estimate",
}
"""Part of a definition in which a trial differs, to words."""

HOMOGENEOUS: dict[str, str] = {
    "difference": "The trials differ less from one another in the difference than in the ratio",
    "ratio": "The trials differ less from one another in the ratio than in the difference",
    "alike": "The trials differ from one another no more in the ratio than in the difference",
    "no-ratio": "No ratio is given, for an arm of one trial has no event",
}
"""Which scale is more homogeneous, to a sentence."""

QUALIFIERS: dict[str, str] = {
    "exactly": "",
    "nearly": "nearly ",
    "about": "about ",
    "over": "over ",
}
"""How a source puts its number."""

METHODS: dict[str, str] = {
    "one-trial": "one trial, its own interval",
    "floored-hartung-knapp": "pooled, floored interval",
}
"""How an interval of the cumulative table was made."""


def mode_words(code: str) -> str:
    """Return the words of a mode of supervision."""
    return MODES.get(code, code)
