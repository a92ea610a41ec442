"""A sheet: headings, sentences and small tables, as plain text or as a page of HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from equipoise.core.results import SIMULATED_MARK

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0 1.5rem}"
    "td,th{border:1px solid #bbb;padding:.15rem .6rem;text-align:left;overflow-wrap:anywhere}"
    ".mark{font-weight:bold;border:2px solid;padding:.3rem .6rem}"
)


@dataclass(frozen=True)
class Section:
    """A heading, a sentence or two, and perhaps a table."""

    title: str
    words: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A page for a person at the authority.

    Attributes
    ----------
    title
        Its heading.
    simulated
        Whether the trial is simulated: then it says so.
    sections
        Its parts, in order.
    """

    title: str
    simulated: bool
    sections: tuple[Section, ...]

    def text(self) -> str:
        """Return it as plain text."""
        lines = [SIMULATED_MARK, ""] if self.simulated else []
        lines += [self.title, "=" * len(self.title)]
        for section in self.sections:
            lines += ["", section.title]
            lines += [section.words] if section.words else []
            lines += _table_lines(section)
        return "\n".join(lines) + "\n"

    def html(self) -> bytes:
        """Return it as one page of HTML, which loads nothing from anywhere."""
        mark = f'<p class="mark">{SIMULATED_MARK}</p>' if self.simulated else ""
        parts = [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            f"<title>{escape(self.title)}</title><style>{_STYLE}</style></head><body>",
            f"{mark}<h1>{escape(self.title)}</h1>",
        ]
        for section in self.sections:
            parts.append(f"<h2>{escape(section.title)}</h2>")
            parts += [f"<p>{escape(section.words)}</p>"] if section.words else []
            parts += [_table_html(section)] if section.rows else []
        return ("\n".join([*parts, "</body></html>"]) + "\n").encode("utf-8")


def _table_lines(section: Section) -> list[str]:
    if not section.rows:
        return []
    lines = [section.heads, *section.rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(section.heads))]
    return [
        "  "
        + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]


def _table_html(section: Section) -> str:
    heads = "".join(f"<th>{escape(head)}</th>" for head in section.heads)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
        for row in section.rows
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>\n{rows}\n</tbody></table>"
