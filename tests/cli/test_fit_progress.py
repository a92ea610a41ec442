"""Progress of fit on a large file: on the error stream, after two seconds, never in the JSON."""

import json
import sys

import numpy as np
import polars as pl
import pytest

from equipoise.cli import fitting
from equipoise.statistics.models import fit_file


@pytest.fixture
def words(tmp_path, monkeypatch):
    """Give the words of a fit to a file that is taken for a large one."""
    rng = np.random.default_rng(1)
    school = np.repeat(np.arange(40), 25)
    table = pl.DataFrame(
        {"school": school, "arm": school % 2, "y": rng.normal(size=1000) + school % 2}
    )
    table.write_parquet(tmp_path / "pupils.parquet")
    monkeypatch.setattr("equipoise.statistics.models.table_parts.ROWS", 300)
    module = sys.modules[fit_file.__module__]
    monkeypatch.setattr(module, "LARGE_ROWS", 100)
    columns = ("--outcome", "y", "--treatment", "arm", "--cluster", "school")
    return ("fit", tmp_path / "pupils.parquet", *columns, "--model", "lmm", "--json")


def test_a_slow_reading_says_how_far_it_is(command, words, monkeypatch):
    monkeypatch.setattr(fitting, "SILENT", -1.0)
    said = command(*words)
    assert said.code == 0
    assert [line.split("] ")[1] for line in said.err.strip().splitlines()] == [
        "30 % of pupils.parquet read",
        "60 % of pupils.parquet read",
        "90 % of pupils.parquet read",
        "all read; fitting",
    ]
    assert json.loads(said.out)["n"] == 1000


def test_a_quick_one_says_nothing(command, words):
    said = command(*words)
    assert said.err == ""
    assert json.loads(said.out)["n"] == 1000
