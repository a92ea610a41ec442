"""Vocabularies: an authority's words to national codes, abstaining where they are unclear."""

from equipoise.authority.vocabulary.codes import label_words, load_codes
from equipoise.authority.vocabulary.labels import ReviewedLabels, read_labels
from equipoise.authority.vocabulary.outcomes import (
    PRECEDENCE,
    match_actions,
    match_outcome,
    outcome_of_flags,
    prevailing,
    split_actions,
)
from equipoise.authority.vocabulary.text import normalise
from equipoise.authority.vocabulary.vocabulary import (
    AMBIGUOUS,
    MISSING,
    UNMAPPED,
    Match,
    Vocabulary,
)

__all__ = [
    "AMBIGUOUS",
    "MISSING",
    "PRECEDENCE",
    "UNMAPPED",
    "Match",
    "ReviewedLabels",
    "Vocabulary",
    "label_words",
    "load_codes",
    "match_actions",
    "match_outcome",
    "normalise",
    "outcome_of_flags",
    "prevailing",
    "read_labels",
    "split_actions",
]
