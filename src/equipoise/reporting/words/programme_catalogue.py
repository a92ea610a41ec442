"""Every sentence and every table of the programme brief."""

from __future__ import annotations

from equipoise.reporting.tables import (
    PROGRAMME,
    TableView,
    Writer,
    cumulative_table,
    departures_table,
    grounds_table,
    left_out_table,
    modes_table,
    not_pooled_table,
    panel_table,
    pool_rows_table,
    pooled_table,
    totals_table,
    trials_table,
    views_table,
)
from equipoise.reporting.words.catalogue import badge
from equipoise.reporting.words.classes import DECISIONS, GAPS
from equipoise.reporting.words.codes import GROUNDS, METHODS, PARTS, mode_words
from equipoise.reporting.words.programme import evaluated_together, findings_together
from equipoise.reporting.words.programme_messages import (
    believed,
    conclusion_together,
    meaning_together,
    messages_together,
    what_trials_are,
)
from equipoise.reporting.words.quoted import Group, quotations, sources_quoted
from equipoise.reporting.words.sentence import Sentence
from equipoise.reporting.words.together import (
    cost_by_mode,
    do_together,
    found_together,
    programme_headline,
    programme_question,
    programme_title,
    sure_together,
)

SHORT = {"continue": "continue", "stop": "stop", "test-further": "test further"}
"""Decision code to one or two words, for a table."""
assert set(SHORT) == set(DECISIONS)

QUOTED: tuple[tuple[str, ...], ...] = (
    ("size",), ("result",), ("cost",), ("delivery", "perception"), ("recommendation",)
)  # fmt: skip
"""Kinds of quotations that stand together."""


def programme_sentences(writer: Writer) -> tuple[Sentence, ...]:
    """Return every sentence of the brief over several trials, in reading order."""
    groups: list[Group] = [
        (programme_title(writer), programme_headline(writer), programme_question(writer)),
        found_together(writer),
        sure_together(writer),
        cost_by_mode(writer),
        do_together(writer),
        *evaluated_together(writer),
        *findings_together(writer),
        what_trials_are(writer),
        *messages_together(writer),
        believed(writer),
        meaning_together(writer),
        conclusion_together(writer),
        *(group for kinds in QUOTED for group in quotations(writer, *kinds)),
        *sources_quoted(writer),
    ]
    return tuple(sentence for group in groups for sentence in group)


def quoted_groups(writer: Writer, which: str) -> tuple[Group, ...]:
    """Return the quotations that stand together with those of one kind."""
    return quotations(writer, *next(kinds for kinds in QUOTED if which in kinds))


def programme_panels(writer: Writer) -> tuple[tuple[str, TableView], ...]:
    """Return key and table of each panel."""
    return tuple(
        (key, panel_table(writer, key, badge)) for key in writer.fields.keys(PROGRAMME, "panels")
    )


def programme_tables(writer: Writer) -> dict[str, TableView]:
    """Return every table but those of the panels, by name; those without content fall away."""
    tables: list[TableView | None] = [
        totals_table(writer),
        trials_table(writer, badge, mode_words, SHORT.__getitem__),
    ]
    for key in writer.fields.keys(PROGRAMME, "pools"):
        pool = f"pools.{key}"
        tables.extend(
            (
                pool_rows_table(writer, pool),
                pooled_table(writer, pool, badge),
                left_out_table(writer, pool, badge),
            )
        )
    tables.extend(
        (
            not_pooled_table(writer, PARTS.__getitem__),
            cumulative_table(writer, badge, SHORT.__getitem__, METHODS.__getitem__),
            modes_table(writer, mode_words),
            views_table(writer, badge, GAPS.__getitem__),
            grounds_table(writer, badge, GROUNDS.__getitem__),
            departures_table(writer),
        )
    )
    return {view.id: view for view in tables if view is not None}
