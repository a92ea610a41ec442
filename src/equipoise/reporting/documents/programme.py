"""The brief over several trials: its order, what stands beside, its files."""

from __future__ import annotations

import datetime

from equipoise.design.protocol import Programme
from equipoise.evaluation.synthesis import ProgrammeResult
from equipoise.reporting.documents.files import Documents, dated, files_of, section
from equipoise.reporting.documents.model import (
    Aside,
    Block,
    Bullets,
    Document,
    FigureBlock,
    Heading,
    PageBreak,
    Panel,
    Panels,
    Paragraph,
    TableBlock,
)
from equipoise.reporting.figures import (
    Figure,
    cumulative_figure,
    first_figure,
    modes_figure,
    panel_figure,
    pool_figure,
)
from equipoise.reporting.tables import PROGRAMME, TableView, Writer, mark_of
from equipoise.reporting.words import (
    MODES,
    ProgrammeInputs,
    believed,
    conclusion_together,
    cost_by_mode,
    do_together,
    evaluated_together,
    findings_together,
    found_together,
    meaning_together,
    messages_together,
    programme_headline,
    programme_panels,
    programme_question,
    programme_tables,
    programme_title,
    quoted_groups,
    say,
    sources_quoted,
    sure_together,
    what_trials_are,
)

ELSEWHERE = "Published elsewhere, quoted as context: no part of any number in this report"
NOT_SIMULATED = (
    "Published elsewhere, quoted as context: real findings of others, not simulated, and no part "
    "of any number in this report"
)


def programme_brief(
    result: ProgrammeResult, programme: Programme, *, clock_date: datetime.date
) -> Documents:
    """Return the policy brief over several trials.

    Parameters
    ----------
    result
        The trials side by side, and what they say together.
    programme
        As declared.
    clock_date
        The date that is printed and stamped into the files; the same result and date give the
        same bytes.

    Returns
    -------
    Documents
    """
    return files_of(programme_document(ProgrammeInputs(result, programme), clock_date), clock_date)


def programme_document(inputs: ProgrammeInputs, clock_date: datetime.date) -> Document:
    """Return the brief over several trials as a document."""
    writer = inputs.writer()
    mark = mark_of(inputs.marked)
    tables = programme_tables(writer)
    blocks: list[Block] = [
        Paragraph((say("kicker", "{title}", title=programme_title(writer).parts),), "kicker"),
        Heading(1, "headline", programme_headline(writer)),
        Paragraph((programme_question(writer),), "lead"),
        Panels(
            (
                Panel("found", say("panel.found", "What was found"), found_together(writer),
                      first_figure(writer, mark)),
                Panel("sure", say("panel.sure", "How sure we are"), sure_together(writer)),
                Panel("cost", say("panel.cost", "What it cost, by mode"), cost_by_mode(writer)),
                Panel("do", say("panel.do", "What to do"), do_together(writer)),
            )
        ),
        PageBreak(),
        section("evaluated", "What was evaluated"),
        Bullets(evaluated_together(writer)),
        *_aside(writer, "size", mark),
        section("findings", "Key findings"),
        Bullets(findings_together(writer)),
        *_aside(writer, "result", mark),
        section("rct", "What a randomised trial is"),
        Paragraph(what_trials_are(writer)),
        section("messages", "Key messages for policy and practice"),
        Bullets(messages_together(writer)),
        *_aside(writer, "recommendation", mark),
        PageBreak(landscape=True),
        section("trials", "The trials side by side"),
        *_tables(tables, "trials", "numbers", "departures"),
        section("panels", "Each trial by itself"),
        *_panels(writer, mark),
        section("pools", "The common outcome, put together"),
        *_pools(writer, mark, tables),
        section("cumulative", "What would have been believed after each trial"),
        Paragraph(believed(writer)),
        *_figures(cumulative_figure(writer, mark)),
        *_tables(tables, "cumulative"),
        section("costs", "Costs by mode"),
        *_figures(modes_figure(writer, mark, MODES)),
        *_tables(tables, "costs"),
        *_aside(writer, "cost", mark),
        section("views", "Delivery and views beside what was measured"),
        *_tables(tables, "views"),
        *_aside(writer, "perception", mark),
        PageBreak(),
        section("means", "What the findings mean"),
        Paragraph(meaning_together(writer)),
        section("conclusion", "Conclusion"),
        Paragraph(conclusion_together(writer)),
        *_tables(tables, "grounds"),
        *_sources(writer),
    ]  # fmt: skip
    return Document(
        "programme-brief", programme_title(writer), dated(clock_date), mark, tuple(blocks)
    )


def _aside(writer: Writer, kind: str, mark: str | None) -> list[Block]:
    """Return the quotations of a kind, set apart; nothing where there are none."""
    groups = quoted_groups(writer, kind)
    if not groups:
        return []
    label = say(f"aside.{kind}", NOT_SIMULATED if mark else ELSEWHERE)
    return [Aside(f"aside-{kind}", label, groups)]


def _tables(tables: dict[str, TableView], *names: str) -> list[Block]:
    return [TableBlock(tables[name]) for name in names if name in tables]


def _figures(*figures: Figure | None) -> list[Block]:
    return [FigureBlock(figure) for figure in figures if figure is not None]


def _panels(writer: Writer, mark: str | None) -> list[Block]:
    blocks: list[Block] = []
    for key, view in programme_panels(writer):
        blocks.extend((FigureBlock(panel_figure(writer, mark, key)), TableBlock(view)))
    return blocks


def _pools(writer: Writer, mark: str | None, tables: dict[str, TableView]) -> list[Block]:
    blocks: list[Block] = []
    for key in writer.fields.keys(PROGRAMME, "pools"):
        blocks.append(FigureBlock(pool_figure(writer, mark, f"pools.{key}")))
        blocks.extend(_tables(tables, f"pool-{key}", f"pooled-{key}", f"left-out-{key}"))
    blocks.extend(_tables(tables, "not-pooled"))
    if not blocks:
        text = "No outcome is counted alike in two or more trials, so nothing is put together."
        blocks.append(Paragraph((say("pools.none", text),)))
    return blocks


def _sources(writer: Writer) -> list[Block]:
    groups = sources_quoted(writer)
    if not groups:
        return []
    return [section("sources", "Sources of what is quoted"), Bullets(groups)]
