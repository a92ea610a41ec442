"""programme.yaml: where it lies, and how it is read."""

from __future__ import annotations

from pathlib import Path

from equipoise.core.base import read_bytes
from equipoise.design.protocol import Programme, load_programme

PROGRAMME = "programme.yaml"


def open_programme(path: Path) -> Programme:
    """Read programme.yaml of a folder; `ProblemsError` with all that is wrong."""
    remedy = "make one with: equipoise new FOLDER --template dsl-programme"
    return load_programme(read_bytes(path / PROGRAMME, file=PROGRAMME, remedy=remedy), PROGRAMME)
