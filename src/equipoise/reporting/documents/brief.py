"""The policy brief: its order, its annex, its files."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

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
from equipoise.reporting.documents.page import html_page
from equipoise.reporting.documents.printed import pdf_bytes
from equipoise.reporting.figures import (
    Figure,
    cost_figure,
    dose_figure,
    effects_figure,
    flow_figure,
    headline_figure,
)
from equipoise.reporting.tables import (
    Bound,
    TableView,
    balance_table,
    date_text,
    mark_of,
    marked_name,
    power_table,
    primary_path,
    provenance_table,
    surveys_table,
    table_csv,
)
from equipoise.reporting.words import (
    BlindInputs,
    BriefInputs,
    Sentence,
    annex_tables,
    blind_sentences,
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


@dataclass(frozen=True)
class Documents:
    """A report as files.

    Attributes
    ----------
    name
        Stem of the document's file names, with the mark of simulated data in front.
    html, pdf
        The page and the PDF.
    figures, tables
        SVG and CSV by file name; every name carries the mark.
    """

    name: str
    html: bytes
    pdf: bytes
    figures: dict[str, bytes]
    tables: dict[str, bytes]

    def files(self) -> dict[str, bytes]:
        """Return every file by its relative path."""
        return {
            f"{self.name}.html": self.html,
            f"{self.name}.pdf": self.pdf,
            **{f"figures/{name}": data for name, data in self.figures.items()},
            **{f"tables/{name}": data for name, data in self.tables.items()},
        }


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
    return _files(brief_document(inputs, clock_date), clock_date)


def blind_report(inputs: BlindInputs, *, clock_date: datetime.date) -> Documents:
    """Return the blind page: overall numbers only, no arm.

    Parameters
    ----------
    inputs, clock_date
        As for `brief`.
    """
    return _files(blind_document(inputs, clock_date), clock_date)


def _files(document: Document, clock_date: datetime.date) -> Documents:
    marked = document.mark is not None
    return Documents(
        marked_name(document.name, marked),
        html_page(document),
        pdf_bytes(document, clock_date),
        {
            marked_name(f"figure-{figure.id}.svg", marked): figure.svg.encode("utf-8")
            for figure in document.figures
        },
        {
            marked_name(f"table-{view.id}.csv", marked): table_csv(view, document.mark)
            for view in document.tables
        },
    )


def _dated(clock_date: datetime.date) -> Sentence:
    iso = clock_date.isoformat()
    return say("dated", "Made on {date}.", date=Bound("clock", "date", date_text(iso), iso))


def _section(name: str, text: str, level: int = 2) -> Heading:
    return Heading(level, name, say(f"heading.{name}", text))


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
        _section("evaluated", "What was evaluated"),
        Paragraph(what_was_evaluated(writer)),
        _section("findings", "Key findings"),
        Bullets(key_findings(writer)),
        FigureBlock(effects_figure(writer, mark)),
        _section("trials", "What a randomised trial is"),
        Paragraph(randomised_trials(writer)),
        _section("messages", "Key messages for policy and practice"),
        Bullets(key_messages(writer)),
        _section("how", "What it is and how it was evaluated"),
        Bullets(tuple((one,) for one in intervention(writer))),
        Paragraph(how_evaluated(writer)),
        _section("outcomes", "Outcomes", level=3),
        Bullets(tuple((one,) for one in outcomes_listed(writer))),
        _section("means", "What the findings mean"),
        Paragraph(meaning_of_findings(writer)),
        _section("conclusion", "Conclusion"),
        Paragraph(conclusion(writer)),
        PageBreak(landscape=True),
        _section("annex", "Annex: tables and figures"),
        *_annex(annex_tables(writer), {
            "flow": flow_figure(writer, mark),
            "dose": dose_figure(writer, mark),
            "costs": cost_figure(writer, mark),
        }),
        _section("limits", "What the design cannot show"),
        Bullets(tuple((one,) for one in limits(writer))),
    ]  # fmt: skip
    return Document("brief", title(writer), _dated(clock_date), mark, tuple(blocks))


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
        models_run_table(writer),
        surveys_table(writer),
        provenance_table(writer),
    )
    blocks: list[Block] = [
        Heading(1, "headline", heading),
        Paragraph((kind,), "lead"),
        _section("size", "What there is"),
        Paragraph(tuple(rest)),
        *(TableBlock(view) for view in views if view is not None),
    ]
    mark = mark_of(inputs.marked)
    return Document("blind-report", heading, _dated(clock_date), mark, tuple(blocks))
