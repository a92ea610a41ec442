"""Sentences of the reports: words without a numeral, and fields bound to results."""

from equipoise.reporting.words.blind import blind_sentences, models_run_table, pooled_table
from equipoise.reporting.words.catalogue import annex_tables, badge, sentences
from equipoise.reporting.words.classes import CLASSES, DECISIONS, GAPS, REASONS, class_words
from equipoise.reporting.words.evaluated import (
    how_evaluated,
    intervention,
    outcomes_listed,
    randomised_trials,
    what_was_evaluated,
)
from equipoise.reporting.words.findings import key_findings
from equipoise.reporting.words.headline import (
    cost,
    decision,
    finding,
    headline,
    question,
    sureness,
    title,
)
from equipoise.reporting.words.inputs import (
    BlindInputs,
    BriefInputs,
    Deviation,
    InputDigest,
    Provenance,
)
from equipoise.reporting.words.messages import (
    conclusion,
    key_messages,
    limits,
    meaning_of_findings,
)
from equipoise.reporting.words.sentence import Sentence, say

__all__ = [
    "CLASSES",
    "DECISIONS",
    "GAPS",
    "REASONS",
    "BlindInputs",
    "BriefInputs",
    "Deviation",
    "InputDigest",
    "Provenance",
    "Sentence",
    "annex_tables",
    "badge",
    "blind_sentences",
    "class_words",
    "conclusion",
    "cost",
    "decision",
    "finding",
    "headline",
    "how_evaluated",
    "intervention",
    "key_findings",
    "key_messages",
    "limits",
    "meaning_of_findings",
    "models_run_table",
    "outcomes_listed",
    "pooled_table",
    "question",
    "randomised_trials",
    "say",
    "sentences",
    "sureness",
    "title",
    "what_was_evaluated",
]
