"""Vocabularies: an authority's words to national codes, abstaining where they are unclear."""

from equipoise.authority.vocabulary.codes import NAMES, label_words, load_codes
from equipoise.authority.vocabulary.dated import DatedVocabulary
from equipoise.authority.vocabulary.labels import (
    FIELDS,
    Review,
    ReviewedLabels,
    labels_bytes,
    read_labels,
    unused_labels,
)
from equipoise.authority.vocabulary.lines import LabelLine, describe
from equipoise.authority.vocabulary.listed import read_listed
from equipoise.authority.vocabulary.outcomes import (
    PRECEDENCE,
    match_actions,
    match_outcome,
    outcome_of_flags,
    prevailing,
    split_actions,
)
from equipoise.authority.vocabulary.review import Question, answers, field_of, joined, questions
from equipoise.authority.vocabulary.text import normalise
from equipoise.authority.vocabulary.versions import starts_of
from equipoise.authority.vocabulary.vocabulary import (
    AMBIGUOUS,
    MISSING,
    UNMAPPED,
    Match,
    Vocabulary,
)
from equipoise.authority.vocabulary.workbook import read_workbook, workbook_bytes

__all__ = [
    "AMBIGUOUS",
    "FIELDS",
    "MISSING",
    "NAMES",
    "PRECEDENCE",
    "UNMAPPED",
    "DatedVocabulary",
    "LabelLine",
    "Match",
    "Question",
    "Review",
    "ReviewedLabels",
    "Vocabulary",
    "answers",
    "describe",
    "field_of",
    "joined",
    "label_words",
    "labels_bytes",
    "load_codes",
    "match_actions",
    "match_outcome",
    "normalise",
    "outcome_of_flags",
    "prevailing",
    "questions",
    "read_labels",
    "read_listed",
    "read_workbook",
    "split_actions",
    "starts_of",
    "unused_labels",
    "workbook_bytes",
]
