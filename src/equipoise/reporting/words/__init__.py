"""Sentences of the reports: words without a numeral, and fields bound to results."""

from equipoise.reporting.words.blind import blind_sentences, models_run_table, pooled_table
from equipoise.reporting.words.break_even import break_even
from equipoise.reporting.words.catalogue import annex_tables, badge, sentences
from equipoise.reporting.words.classes import CLASSES, DECISIONS, GAPS, REASONS, class_words
from equipoise.reporting.words.codes import (
    GROUNDS,
    HOMOGENEOUS,
    METHODS,
    MODES,
    PARTS,
    QUALIFIERS,
    mode_words,
)
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
    ProgrammeInputs,
    Provenance,
)
from equipoise.reporting.words.messages import (
    conclusion,
    key_messages,
    limits,
    meaning_of_findings,
)
from equipoise.reporting.words.programme import evaluated_together, findings_together
from equipoise.reporting.words.programme_catalogue import (
    programme_panels,
    programme_sentences,
    programme_tables,
    quoted_groups,
)
from equipoise.reporting.words.programme_messages import (
    believed,
    conclusion_together,
    meaning_together,
    messages_together,
    what_trials_are,
)
from equipoise.reporting.words.quoted import quotations, sources_quoted
from equipoise.reporting.words.sentence import Sentence, say
from equipoise.reporting.words.together import (
    cost_by_mode,
    do_together,
    found_together,
    programme_headline,
    programme_question,
    programme_title,
    sure_together,
)

__all__ = [
    "CLASSES",
    "DECISIONS",
    "GAPS",
    "GROUNDS",
    "HOMOGENEOUS",
    "METHODS",
    "MODES",
    "PARTS",
    "QUALIFIERS",
    "REASONS",
    "BlindInputs",
    "BriefInputs",
    "Deviation",
    "InputDigest",
    "ProgrammeInputs",
    "Provenance",
    "Sentence",
    "annex_tables",
    "badge",
    "believed",
    "blind_sentences",
    "break_even",
    "class_words",
    "conclusion",
    "conclusion_together",
    "cost",
    "cost_by_mode",
    "decision",
    "do_together",
    "evaluated_together",
    "finding",
    "findings_together",
    "found_together",
    "headline",
    "how_evaluated",
    "intervention",
    "key_findings",
    "key_messages",
    "limits",
    "meaning_of_findings",
    "meaning_together",
    "messages_together",
    "mode_words",
    "models_run_table",
    "outcomes_listed",
    "pooled_table",
    "programme_headline",
    "programme_panels",
    "programme_question",
    "programme_sentences",
    "programme_tables",
    "programme_title",
    "question",
    "quotations",
    "quoted_groups",
    "randomised_trials",
    "say",
    "sentences",
    "sources_quoted",
    "sure_together",
    "sureness",
    "title",
    "what_trials_are",
    "what_was_evaluated",
]
