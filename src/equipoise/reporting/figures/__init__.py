"""Figures of the reports, as SVG with the mark of simulated data and text for the blind."""

from equipoise.reporting.figures.boxes import TextBox, flow_boxes
from equipoise.reporting.figures.figure import FAMILY, Figure, font_bytes, fonts_folder, png_bytes
from equipoise.reporting.figures.pictures import (
    cost_figure,
    dose_figure,
    effects_figure,
    flow_figure,
    headline_figure,
)
from equipoise.reporting.figures.powers import grid_figure
from equipoise.reporting.figures.together import (
    cumulative_figure,
    first_figure,
    modes_figure,
    panel_figure,
    pool_figure,
)

__all__ = [
    "FAMILY",
    "Figure",
    "TextBox",
    "cost_figure",
    "cumulative_figure",
    "dose_figure",
    "effects_figure",
    "first_figure",
    "flow_boxes",
    "flow_figure",
    "font_bytes",
    "fonts_folder",
    "grid_figure",
    "headline_figure",
    "modes_figure",
    "panel_figure",
    "png_bytes",
    "pool_figure",
]
