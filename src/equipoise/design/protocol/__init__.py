"""The protocol: trial.yaml read, checked and asked; the only room that knows YAML and pydantic."""

from equipoise.design.protocol.concluding import class_of, needs_safety, safety_holds
from equipoise.design.protocol.contact import Contact, ContactVariant
from equipoise.design.protocol.declared import (
    DeclaredCovariate,
    DeclaredScheme,
    declared_scheme,
)
from equipoise.design.protocol.editing import set_values
from equipoise.design.protocol.fixed import Compliance, Decision, Design, Subgroup
from equipoise.design.protocol.intervention import Intervention
from equipoise.design.protocol.loading import load_protocol
from equipoise.design.protocol.locking import lock_notes, lock_problems
from equipoise.design.protocol.model import Protocol
from equipoise.design.protocol.modelling import (
    counts_events,
    fit_specification,
    freedom_of,
    linear_specification,
)
from equipoise.design.protocol.names import COUNTS, INSTRUMENTS, OUT_OF_ROLL, REASON_COUNTS
from equipoise.design.protocol.outcomes import (
    Baseline,
    Estimand,
    Margin,
    Measure,
    Money,
    Outcome,
)
from equipoise.design.protocol.placing import (
    COVARIATES,
    Placed,
    place_units,
    scheme_problem,
)
from equipoise.design.protocol.plan import Change, Check, Missing, Model, Sensitivity
from equipoise.design.protocol.planned import NotMeasured, Planned
from equipoise.design.protocol.programme import (
    CommonMeasure,
    Pool,
    Programme,
    ProgrammeMember,
    load_programme,
    outcome_end,
    programme_problems,
    programme_schema,
    programme_template,
    programme_templates,
)
from equipoise.design.protocol.published import (
    Published,
    PublishedFinding,
    PublishedSource,
    load_published,
    published_findings,
    published_sets,
)
from equipoise.design.protocol.schema import protocol_schema
from equipoise.design.protocol.scheme import Event
from equipoise.design.protocol.study import (
    Arm,
    OutcomeTable,
    Span,
    Window,
)
from equipoise.design.protocol.templates import template, templates
from equipoise.design.protocol.translation import build_scheme, is_even, scheme_of
from equipoise.design.protocol.trial import Person
from equipoise.design.protocol.unchangeable import unchangeable

__all__ = [
    "COUNTS",
    "COVARIATES",
    "INSTRUMENTS",
    "OUT_OF_ROLL",
    "REASON_COUNTS",
    "Arm",
    "Baseline",
    "Change",
    "Check",
    "CommonMeasure",
    "Compliance",
    "Contact",
    "ContactVariant",
    "Decision",
    "DeclaredCovariate",
    "DeclaredScheme",
    "Design",
    "Estimand",
    "Event",
    "Intervention",
    "Margin",
    "Measure",
    "Missing",
    "Model",
    "Money",
    "NotMeasured",
    "Outcome",
    "OutcomeTable",
    "Person",
    "Placed",
    "Planned",
    "Pool",
    "Programme",
    "ProgrammeMember",
    "Protocol",
    "Published",
    "PublishedFinding",
    "PublishedSource",
    "Sensitivity",
    "Span",
    "Subgroup",
    "Window",
    "build_scheme",
    "class_of",
    "counts_events",
    "declared_scheme",
    "fit_specification",
    "freedom_of",
    "is_even",
    "linear_specification",
    "load_programme",
    "load_protocol",
    "load_published",
    "lock_notes",
    "lock_problems",
    "needs_safety",
    "outcome_end",
    "place_units",
    "programme_problems",
    "programme_schema",
    "programme_template",
    "programme_templates",
    "protocol_schema",
    "published_findings",
    "published_sets",
    "safety_holds",
    "scheme_of",
    "scheme_problem",
    "set_values",
    "template",
    "templates",
    "unchangeable",
]
