"""The protocol: trial.yaml read, checked and asked; the only room that knows YAML and pydantic."""

from equipoise.design.protocol.editing import set_values
from equipoise.design.protocol.fixed import Compliance, Decision, Design, Subgroup
from equipoise.design.protocol.intervention import Intervention
from equipoise.design.protocol.loading import load_protocol
from equipoise.design.protocol.locking import lock_notes, lock_problems
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.names import COUNTS, INSTRUMENTS
from equipoise.design.protocol.outcomes import (
    Baseline,
    Estimand,
    Margin,
    Measure,
    Outcome,
)
from equipoise.design.protocol.plan import Change, Missing, Model, Sensitivity
from equipoise.design.protocol.schema import protocol_schema
from equipoise.design.protocol.study import (
    Arm,
    Contact,
    Event,
    OutcomeTable,
    Span,
    Window,
)
from equipoise.design.protocol.templates import template, templates
from equipoise.design.protocol.translation import (
    ModelColumns,
    model_specification,
    scheme_of,
    stratum_labels,
)
from equipoise.design.protocol.trial import Person

__all__ = [
    "COUNTS",
    "INSTRUMENTS",
    "Arm",
    "Baseline",
    "Change",
    "Compliance",
    "Contact",
    "Decision",
    "Design",
    "Estimand",
    "Event",
    "Intervention",
    "Margin",
    "Measure",
    "Missing",
    "Model",
    "ModelColumns",
    "Outcome",
    "OutcomeTable",
    "Person",
    "Protocol",
    "Sensitivity",
    "Span",
    "Subgroup",
    "Window",
    "load_protocol",
    "lock_notes",
    "lock_problems",
    "model_specification",
    "protocol_schema",
    "scheme_of",
    "set_values",
    "stratum_labels",
    "template",
    "templates",
]
