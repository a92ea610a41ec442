"""Figures of the reports, as SVG with the mark of simulated data and text for the blind."""

from equipoise.reporting.figures.boxes import TextBox, flow_boxes
from equipoise.reporting.figures.figure import FAMILY, Figure, font_bytes, fonts_folder
from equipoise.reporting.figures.pictures import (
    cost_figure,
    dose_figure,
    effects_figure,
    flow_figure,
    headline_figure,
)

__all__ = [
    "FAMILY",
    "Figure",
    "TextBox",
    "cost_figure",
    "dose_figure",
    "effects_figure",
    "flow_boxes",
    "flow_figure",
    "font_bytes",
    "fonts_folder",
    "headline_figure",
]
