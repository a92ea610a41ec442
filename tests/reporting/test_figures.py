"""The flow diagram's boxes never overlap, and their text stays inside."""

from __future__ import annotations

import re
import struct
import sys
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import brief_samples as samples

from equipoise.evaluation.analysis.types import Box, FlowReason, FlowResult
from equipoise.reporting.figures import TextBox, effects_figure, flow_boxes, font_bytes
from equipoise.reporting.tables import Fields, Writer, text_of


@lru_cache(maxsize=2)
def advances(weight: str) -> dict[int, float]:
    """Advance of each letter in ems, from the font's own tables (OpenType: cmap 4, hmtx)."""
    data = font_bytes(weight)
    count = struct.unpack(">H", data[4:6])[0]
    tables = {}
    for place in range(count):
        tag, _, offset, _ = struct.unpack(">4sIII", data[12 + 16 * place : 28 + 16 * place])
        tables[tag] = offset
    em = struct.unpack(">H", data[tables[b"head"] + 18 : tables[b"head"] + 20])[0]
    metrics = struct.unpack(">H", data[tables[b"hhea"] + 34 : tables[b"hhea"] + 36])[0]
    wide = [
        struct.unpack(">H", data[tables[b"hmtx"] + 4 * g : tables[b"hmtx"] + 4 * g + 2])[0] / em
        for g in range(metrics)
    ]
    cmap = tables[b"cmap"]
    found: dict[int, float] = {}
    for place in range(struct.unpack(">H", data[cmap + 2 : cmap + 4])[0]):
        start = cmap + struct.unpack(">I", data[cmap + 8 + 8 * place : cmap + 12 + 8 * place])[0]
        if struct.unpack(">H", data[start : start + 2])[0] != 4:
            continue
        half = struct.unpack(">H", data[start + 6 : start + 8])[0] // 2
        first = (start + 14, *(start + 16 + 2 * half * k for k in (1, 2, 3)))
        ends, starts, deltas, ranges = (
            struct.unpack(f">{half}{kind}", data[at : at + 2 * half])
            for at, kind in zip(first, "HHhH", strict=True)
        )
        for k in range(half):
            for letter in range(starts[k], min(ends[k], 0xFFFE) + 1):
                if ranges[k]:
                    at = start + 16 + 6 * half + 2 * k + ranges[k] + 2 * (letter - starts[k])
                    glyph = struct.unpack(">H", data[at : at + 2])[0]
                else:
                    glyph = (letter + deltas[k]) & 0xFFFF
                found[letter] = wide[min(glyph, metrics - 1)]
    return found


def width(line: str, weight: str) -> float:
    """Width of a line at 12 pixels."""
    return 12 * sum(advances(weight).get(ord(letter), 0.6) for letter in line)


def crowded() -> FlowResult:
    """A flow with long reasons, and many."""
    flow = samples.flow()
    reason = "the school closed, merged or moved to another authority before the outcome period"
    many = tuple(FlowReason(f"{reason} ({place})", Box(1, 1, 240)) for place in range(5))
    arms = tuple(replace(arm, not_received=many, lost=many[:3]) for arm in flow.arms)
    return replace(flow, excluded=many, arms=arms)


def boxes(flow: FlowResult) -> list[TextBox]:
    return flow_boxes(Writer(Fields({"flow": flow}), 6))[0]


def test_no_two_boxes_overlap() -> None:
    for flow in (samples.flow(), crowded()):
        for one, two in combinations(boxes(flow), 2):
            apart = (
                one.x + one.width <= two.x or two.x + two.width <= one.x
                or one.y + one.height <= two.y or two.y + two.height <= one.y
            )  # fmt: skip
            assert apart


def test_text_stays_inside_its_box() -> None:
    for flow in (samples.flow(), crowded()):
        for box in boxes(flow):
            for place, line in enumerate(box.lines):
                weight = "Bold" if place < box.head else "Regular"
                indent = 8 if line.startswith("  ") else 0
                assert width(line.strip(), weight) + indent + 10 <= box.width


def test_flow_shows_both_units_of_every_arm() -> None:
    shown = " ".join(" ".join(box.lines) for box in boxes(samples.flow()))
    for words in ("57 units, 59 schools, 14,830 pupils", "131 schools", "116 units, 120 schools"):
        assert words in shown


def test_effects_figure_has_a_panel_for_each_unit_and_sense() -> None:
    figure = effects_figure(samples.inputs().writer(), None)
    text = figure.svg.replace("\N{NO-BREAK SPACE}", " ")
    assert len(re.findall(">‹ worse", text)) == 3
    assert len(re.findall(">‹ lower", text)) == 1
    assert "1.2 fewer (2.6 fewer to 0.2 more)" in text
    assert "1.8 percentage points lower" in text_of(figure.alt)
