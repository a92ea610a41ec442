"""The policy brief: its order, its annex, its files."""

from __future__ import annotations

import datetime

from equipoise.reporting.documents.files import Documents, dated, files_of, section
from equipoise.reporting.documents.model import (
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
    cost_figure,
    dose_figure,
    effects_figure,
    flow_figure,
    headline_figure,
)
from equipoise.reporting.tables import (
    TableView,
    balance_table,
    chances_table,
    deviations_table,
    mark_of,
    power_table,
    primary_path,
    provenance_table,
    surveys_table,
)
from equipoise.reporting.words import (
    BlindInputs,
    BriefInputs,
    Sentence,
    annex_tables,
    blind_sentences,
    break_even,
    conclusion,
    cost,
    decision,
    finding,
    headline,
    how_evaluated,
    intervention,
    key_findings,
    key_messages,
    limits,
    meaning_of_findings,
    models_run_table,
    outcomes_listed,
    pooled_table,
    question,
    randomised_trials,
    say,
    sureness,
    title,
    what_was_evaluated,
)


def brief(inputs: BriefInputs, *, clock_date: datetime.date) -> Documents:
    """Return the policy brief of one trial.

    Parameters
    ----------
    inputs
        Typed results and the protocol.
    clock_date
        The date that is printed and stamped into the PDF; the same inputs and date give the same
        bytes.

    Returns
    -------
    Documents
    """
    return files_of(brief_document(inputs, clock_date), clock_date)


def blind_report(inputs: BlindInputs, *, clock_date: datetime.date) -> Documents:
    """Return the blind page: overall numbers only, no arm.

    Parameters
    ----------
    inputs, clock_date
        As for `brief`.
    """
    return files_of(blind_document(inputs, clock_date), clock_date)


def brief_document(inputs: BriefInputs, clock_date: datetime.date) -> Document:
    """Return the brief as a document."""
    writer = inputs.writer()
    mark = mark_of(inputs.marked)
    lead = Sentence("first.finding", finding(writer, primary_path(writer)).parts)
    blocks: list[Block] = [
        Paragraph((say("kicker", "{title}", title=title(writer).parts),), "kicker"),
        Heading(1, "headline", headline(writer)),
        Paragraph((question(writer),), "lead"),
        Panels(
            (
                Panel("found", say("panel.found", "What we found"), (lead,),
                      headline_figure(writer, mark)),
                Panel("sure", say("panel.sure", "How sure we are"), sureness(writer)),
                Panel("cost", say("panel.cost", "What it cost"), cost(writer)),
                Panel("do", say("panel.do", "What to do"), decision(writer)),
            )
        ),
        PageBreak(),
        section("evaluated", "What was evaluated"),
        Paragraph(what_was_evaluated(writer)),
        section("findings", "Key findings"),
        Bullets(key_findings(writer)),
        FigureBlock(effects_figure(writer, mark)),
        section("trials", "What a randomised trial is"),
        Paragraph(randomised_trials(writer)),
        section("messages", "Key messages for policy and practice"),
        Bullets(key_messages(writer)),
        section("how", "What it is and how it was evaluated"),
        Bullets(tuple((one,) for one in intervention(writer))),
        Paragraph(how_evaluated(writer)),
        section("outcomes", "Outcomes", level=3),
        Bullets(tuple((one,) for one in outcomes_listed(writer))),
        section("means", "What the findings mean"),
        Paragraph((*meaning_of_findings(writer), *break_even(writer))),
        section("conclusion", "Conclusion"),
        Paragraph(conclusion(writer)),
        PageBreak(landscape=True),
        section("annex", "Annex: tables and figures"),
        *_annex(annex_tables(writer), {
            "flow": flow_figure(writer, mark),
            "dose": dose_figure(writer, mark),
            "costs": cost_figure(writer, mark),
        }),
        section("limits", "What the design cannot show"),
        Bullets(tuple((one,) for one in limits(writer))),
    ]  # fmt: skip
    return Document("brief", title(writer), dated(clock_date), mark, tuple(blocks))


def _annex(views: tuple[TableView, ...], figures: dict[str, Figure | None]) -> list[Block]:
    """Return the tables, each figure before the table of the same name."""
    blocks: list[Block] = []
    for view in views:
        figure = figures.get(view.id)
        if figure is not None:
            blocks.append(FigureBlock(figure))
        blocks.append(TableBlock(view))
    return blocks


def blind_document(inputs: BlindInputs, clock_date: datetime.date) -> Document:
    """Return the blind page as a document."""
    writer = inputs.writer()
    heading, kind, *rest = blind_sentences(writer)
    views = (
        pooled_table(writer),
        power_table(writer),
        balance_table(writer),
        chances_table(writer),
        models_run_table(writer),
        surveys_table(writer),
        deviations_table(writer),
        provenance_table(writer),
    )
    blocks: list[Block] = [
        Heading(1, "headline", heading),
        Paragraph((kind,), "lead"),
        section("size", "What there is"),
        Paragraph(tuple(rest)),
        *(TableBlock(view) for view in views if view is not None),
    ]
    mark = mark_of(inputs.marked)
    return Document("blind-report", heading, dated(clock_date), mark, tuple(blocks))
