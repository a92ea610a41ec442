"""A document: one tree of blocks, from which page, PDF and Word file are made."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.reporting.figures import Figure
from equipoise.reporting.tables import TableView
from equipoise.reporting.words import Sentence

Group = tuple[Sentence, ...]


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the headline, 2 a section, 3 a part of one.

    Attributes
    ----------
    level, id, sentence
        Its depth, its anchor and what it says.
    """

    level: int
    id: str
    sentence: Sentence


@dataclass(frozen=True)
class Paragraph:
    """Sentences that run on.

    Attributes
    ----------
    sentences
        In order.
    kind
        ``body``, ``lead``, ``kicker`` (over the headline) or ``note``.
    """

    sentences: Group
    kind: str = "body"


@dataclass(frozen=True)
class Bullets:
    """A list; each entry is a group of sentences."""

    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Panel:
    """One of the boxes of the first page.

    Attributes
    ----------
    id, title, groups
        Its anchor, its heading and what it says.
    figure
        A small figure under it.
    """

    id: str
    title: Sentence
    sentences: Group
    figure: Figure | None = None


@dataclass(frozen=True)
class Panels:
    """Boxes side by side."""

    panels: tuple[Panel, ...]


@dataclass(frozen=True)
class Aside:
    """What others have published, set apart from all that this document finds.

    Attributes
    ----------
    id, title, groups
        Its anchor, its label and what it quotes, an entry to a group.
    """

    id: str
    title: Sentence
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class TableBlock:
    """A table."""

    view: TableView


@dataclass(frozen=True)
class FigureBlock:
    """A figure."""

    figure: Figure


@dataclass(frozen=True)
class PageBreak:
    """A new page in print; ``landscape`` turns the pages that follow."""

    landscape: bool = False


Block = Heading | Paragraph | Bullets | Panels | Aside | TableBlock | FigureBlock | PageBreak


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes
    ----------
    name
        Stem of its file names.
    title
        Its title.
    dated
        The line with the date.
    mark
        The mark of simulated data, or None.
    blocks
        Its content.
    """

    name: str
    title: Sentence
    dated: Sentence
    mark: str | None
    blocks: tuple[Block, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure, in order."""
        found: list[Figure] = []
        for block in self.blocks:
            if isinstance(block, FigureBlock):
                found.append(block.figure)
            elif isinstance(block, Panels):
                found.extend(panel.figure for panel in block.panels if panel.figure)
        return tuple(found)

    @property
    def tables(self) -> tuple[TableView, ...]:
        """Every table, in order."""
        return tuple(block.view for block in self.blocks if isinstance(block, TableBlock))
