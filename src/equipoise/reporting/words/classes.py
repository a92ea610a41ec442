"""Words of the conclusion classes, the decisions and the gaps: total tables, tested as such."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ClassWords:
    """Words of one class.

    Attributes
    ----------
    badge
        Two to eight words for a table.
    headline
        The headline; ``{arm}`` is the intervention arm's title.
    meaning
        What the class says, in a clause that follows "this means that".
    tone
        ``better``, ``worse``, ``neither`` or ``open``; pages colour by it, never by it alone.
    """

    badge: str
    headline: str
    meaning: str
    tone: str


CLASSES: dict[str, ClassWords] = {
    "worthwhile_benefit": ClassWords(
        "worthwhile benefit",
        "{arm} brought a benefit large enough to matter",
        "even the least favourable end of the interval is a benefit worth having",
        "better",
    ),
    "benefit_size_unclear": ClassWords(
        "benefit, size unclear",
        "{arm} brought a benefit, but we cannot say that it is large enough to matter",
        "there was a benefit, and it may be larger or smaller than the least that is worth having",
        "better",
    ),
    "benefit_too_small": ClassWords(
        "benefit too small to matter",
        "{arm} brought a benefit too small to matter",
        "there was a benefit, and all of the interval lies below the least that is worth having",
        "neither",
    ),
    "no_worthwhile_effect": ClassWords(
        "no worthwhile effect",
        "{arm} made no difference large enough to matter, for better or for worse",
        "a benefit worth having and a harm worth worrying about are both ruled out; "
        "a small difference either way is not",
        "neither",
    ),
    "no_worthwhile_benefit_harm_not_ruled_out": ClassWords(
        "no worthwhile benefit, harm not ruled out",
        "{arm} did not bring a benefit large enough to matter, and harm is not ruled out",
        "a benefit worth having is ruled out, while a harm worth worrying about is not",
        "worse",
    ),
    "cannot_tell": ClassWords(
        "cannot tell",
        "This trial cannot tell whether {arm} made a difference large enough to matter",
        "the interval holds no difference at all as well as a difference that would matter",
        "open",
    ),
    "harm_that_matters": ClassWords(
        "harm that matters",
        "{arm} did harm that matters",
        "even the most favourable end of the interval is a harm worth worrying about",
        "worse",
    ),
    "harm_size_unclear": ClassWords(
        "harm, size unclear",
        "{arm} made matters worse, but we cannot say by how much",
        "there was harm, and it may be larger or smaller than the least that is worth "
        "worrying about",
        "worse",
    ),
    "harm_too_small": ClassWords(
        "harm too small to worry",
        "{arm} made matters worse by too little to worry about",
        "there was harm, and all of the interval lies short of the least that is worth "
        "worrying about",
        "worse",
    ),
    "no_worthwhile_difference": ClassWords(
        "no worthwhile difference",
        "{arm} made no difference large enough to matter",
        "a difference that would matter is ruled out in both directions",
        "neither",
    ),
    "higher": ClassWords(
        "higher",
        "{arm} went with a higher level; whether that is better is not for this outcome to say",
        "the whole interval lies above no difference",
        "open",
    ),
    "lower": ClassWords(
        "lower",
        "{arm} went with a lower level; whether that is better is not for this outcome to say",
        "the whole interval lies below no difference",
        "open",
    ),
    "cannot_tell_records_incomplete": ClassWords(
        "cannot tell: records too incomplete",
        "This trial cannot tell what {arm} did: the records are too incomplete",
        "the class that the interval alone would give does not hold over the range of what "
        "incomplete records could hide",
        "open",
    ),
    "fewer_contacts_safety_not_shown": ClassWords(
        "fewer contacts, safety not shown",
        "{arm} went with fewer contacts, but safety was not shown",
        "the difference may not be called a benefit, since an outcome that watches over safety "
        "did not keep within its margin",
        "worse",
    ),
}
"""Every code of ``equipoise.statistics.estimation.conclusions.ConclusionCode``."""

ALIASES = {
    "cannot_tell_records": "cannot_tell_records_incomplete",
    "safety_not_shown": "fewer_contacts_safety_not_shown",
}
"""Shorter names of the same classes, as protocols write them."""

NOT_CORRECTED = frozenset(
    {
        "benefit_too_small",
        "no_worthwhile_effect",
        "no_worthwhile_benefit_harm_not_ruled_out",
        "no_worthwhile_difference",
        "fewer_contacts_safety_not_shown",
    }
)
"""Classes that incomplete records could produce; without a range they say so (rules, 9)."""

DECISIONS: dict[str, tuple[str, str]] = {
    "continue": (
        "Continue {arm} in the form that was tested",
        "carry on, in the form that was tested, and keep measuring what it does",
    ),
    "stop": (
        "Do not continue or extend {arm} in the form that was tested",
        "do not carry on or extend it in the form that was tested; what else staff need to do "
        "their work well is a question of its own, which this trial did not ask",
    ),
    "test-further": (
        "Do not extend {arm} yet: test further",
        "do not extend it on these findings, and do not write it off either; a further test "
        "that is large enough to decide comes first",
    ),
}
"""Decision code to a heading and a clause."""

GAPS: dict[str, str] = {
    "liked-and-worked": "those who took part found it useful, and the measured outcome improved "
    "too: what was felt and what was measured agree",
    "liked-not-shown": "those who took part found it useful, yet a benefit in what was measured "
    "was not shown: being liked is not proof of working",
    "liked-harm": "those who took part found it useful, yet what was measured became worse: a "
    "decision made on views alone would have been wrong",
    "not-liked-worked": "those who took part mostly did not find it useful, yet the measured "
    "outcome improved: a decision made on views alone would have been wrong",
    "not-liked-not-shown": "those who took part mostly did not find it useful, and a benefit in "
    "what was measured was not shown",
    "not-liked-harm": "those who took part mostly did not find it useful, and what was measured "
    "became worse: what was felt and what was measured agree",
    "split": "views of those who took part are divided, so they neither support nor contradict "
    "what was measured",
}
"""Code of the gap between perceived and measured to a clause."""

REASONS: dict[str, str] = {
    "primary-class": "the primary outcome falls in the class “{badge}”",
    "safety-holds": "every outcome that watches over safety kept within its margin",
    "safety-fails": "this outcome that watches over safety did not keep within its margin",
    "safety-not-declared": "no outcome was declared to watch over safety",
    "permutation-disagrees": "the test by re-drawing the allocation falls on the other side of "
    "the declared error rate",
    "definition-disagrees": "under another definition shown beside it the class is “{badge}”",
    "sensitivity-disagrees": "under another declared analysis the class is “{badge}”",
    "records-not-corrected": "the finding is not corrected for incomplete records",
}
"""Code of a ground of the decision to a clause; ``{badge}`` is the class that it speaks of."""

COST_REASONS: dict[str, str] = {
    "shown": "the interval excludes no difference, so cost can be set against effect",
    "interval-includes-no-effect": "the interval holds no difference, so a cost for each event "
    "averted would mean nothing and is not given",
    "effect-is-harm": "what was measured became worse, so there is no benefit to set cost against",
    "no-direction": "neither more nor less of the outcome was declared better, so there is no "
    "benefit to set cost against",
    "no-costs": "no costs were recorded",
    "not-a-count": "the outcome does not count events, so no cost for each event is given",
}
"""Why cost per event is given or not."""


def normal(code: str) -> str:
    """Return a class code as the statistics floor spells it.

    Examples
    --------
    >>> normal("cannot-tell-records")
    'cannot_tell_records_incomplete'
    """
    plain = code.replace("-", "_")
    return ALIASES.get(plain, plain)


def class_words(code: str) -> ClassWords:
    """Return the words of a class; raise KeyError for a code that is none."""
    return CLASSES[normal(code)]
