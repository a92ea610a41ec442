"""Every sentence of the brief, by section, and the tables of its annex."""

from __future__ import annotations

from equipoise.reporting.tables import (
    TableView,
    Writer,
    arm_quality_table,
    balance_table,
    categories_table,
    chances_table,
    characteristics_table,
    checks_table,
    compliance_table,
    definitions_table,
    deviations_table,
    dose_table,
    dropped_table,
    estimands_table,
    flow_table,
    marginal_table,
    models_table,
    not_held_table,
    numbers_table,
    power_table,
    primary_path,
    provenance_table,
    quality_table,
    results_table,
    safety_table,
    sensitivity_table,
    subgroups_table,
    surveys_table,
    themes_table,
    worked_table,
)
from equipoise.reporting.words.break_even import break_even
from equipoise.reporting.words.classes import class_words
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
from equipoise.reporting.words.inputs import BriefInputs
from equipoise.reporting.words.messages import (
    conclusion,
    key_messages,
    limits,
    meaning_of_findings,
)
from equipoise.reporting.words.sentence import Sentence


def sentences(inputs: BriefInputs) -> tuple[Sentence, ...]:
    """Return every sentence of the brief in reading order.

    Parameters
    ----------
    inputs
        The results.

    Returns
    -------
    tuple of Sentence
        Each with a name of its own and with the fields that it is bound to.
    """
    writer = inputs.writer()
    groups = [
        (title(writer), headline(writer), question(writer)),
        (Sentence("first.finding", finding(writer, primary_path(writer)).parts),),
        sureness(writer),
        cost(writer),
        decision(writer),
        what_was_evaluated(writer),
        *key_findings(writer),
        randomised_trials(writer),
        *key_messages(writer),
        intervention(writer),
        how_evaluated(writer),
        outcomes_listed(writer),
        meaning_of_findings(writer),
        break_even(writer),
        conclusion(writer),
        limits(writer),
    ]
    return tuple(sentence for group in groups for sentence in group)


def badge(code: str) -> str:
    """Return the badge of a class code."""
    return class_words(code).badge


def annex_tables(writer: Writer) -> tuple[TableView, ...]:
    """Return the tables of the annex in order; those without content fall away."""
    tables = (
        results_table(writer, badge),
        numbers_table(writer),
        definitions_table(writer, badge),
        sensitivity_table(writer, badge),
        checks_table(writer),
        subgroups_table(writer),
        safety_table(writer),
        flow_table(writer),
        dropped_table(writer),
        dose_table(writer),
        compliance_table(writer),
        not_held_table(writer),
        categories_table(writer),
        worked_table(writer),
        themes_table(writer),
        surveys_table(writer),
        quality_table(writer),
        arm_quality_table(writer),
        estimands_table(writer),
        models_table(writer),
        marginal_table(writer),
        power_table(writer),
        balance_table(writer),
        characteristics_table(writer),
        chances_table(writer),
        deviations_table(writer),
        provenance_table(writer),
    )
    return tuple(view for view in tables if view is not None)
