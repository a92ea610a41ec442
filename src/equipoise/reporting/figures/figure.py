"""A figure: a picture as SVG, its caption and what it says to someone who cannot see it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files

import vl_convert

from equipoise.reporting.tables import Parts, declared, text_of

FAMILY = "Open Sans"
INK = "#1b1f24"
SOFT = "#5a6270"
BLUE = "#1d4f91"
MARK = "#9c1c00"
BAND = "#e4e7eb"
WORTH = "#d5e8df"
HARM = "#f3ddd3"
EITHER = "#dbe4f2"


@dataclass(frozen=True)
class Figure:
    """A figure.

    Attributes
    ----------
    id
        Short name; file names and anchors use it.
    caption
        What is shown and how to read it.
    alt
        What the picture says, for someone who cannot see it.
    svg
        The picture; a simulated trial's mark is in it.
    """

    id: str
    caption: Parts
    alt: Parts
    svg: str

    @property
    def width(self) -> float:
        """Width in CSS pixels, from the picture itself."""
        return view_box(self.svg)[0]

    @property
    def height(self) -> float:
        """Height in CSS pixels, from the picture itself."""
        return view_box(self.svg)[1]

    @property
    def declared(self) -> frozenset[str]:
        """Every field that caption and text are bound to."""
        return declared((*self.caption, *self.alt))


def view_box(svg: str) -> tuple[float, float]:
    """Return width and height of an SVG, from its view box.

    Raises
    ------
    ValueError
        A view box that is missing or does not start at the origin.

    Examples
    --------
    >>> view_box('<svg viewBox="0 0 40 30"></svg>')
    (40.0, 30.0)
    """
    found = re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', svg)
    if found is None:
        raise ValueError("an SVG without a view box at the origin cannot be set")
    return float(found.group(1)), float(found.group(2))


def png_bytes(svg: str, *, scale: float = 2.0) -> bytes:
    """Draw an SVG as PNG, for files that cannot hold the SVG itself.

    Parameters
    ----------
    scale
        Dots for each CSS pixel.
    """
    vl_convert.register_font_directory(fonts_folder())
    return bytes(vl_convert.svg_to_png(svg, scale=scale))


def fonts_folder() -> str:
    """Return the folder of the fonts that are shipped."""
    return str(files("equipoise.reporting.figures") / "fonts")


def font_bytes(weight: str) -> bytes:
    """Return a font file: ``Regular`` or ``Bold``."""
    path = files("equipoise.reporting.figures") / "fonts" / f"OpenSans-{weight}.ttf"
    return path.read_bytes()


def finished(name: str, svg: str, alt: Parts) -> str:
    """Return an SVG with names of its own, and with the text that replaces it."""
    ids = re.findall(r'\bid="([^"]+)"', svg)
    for found in sorted(set(ids), key=len, reverse=True):
        svg = svg.replace(f'id="{found}"', f'id="{name}-{found}"')
        svg = svg.replace(f"url(#{found})", f"url(#{name}-{found})")
    text = escape(text_of(alt))
    head, rest = svg.split(">", 1)
    for attribute in ("role", "aria-label"):
        head = re.sub(rf'\s{attribute}="[^"]*"', "", head)
    return f'{head} role="img" aria-label="{text}"><title>{text}</title>{rest}'
