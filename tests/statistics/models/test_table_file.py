"""Reading a data file: strict labels, numbers, both formats alike."""

import polars as pl
import pytest

from equipoise.core.base import ProblemsError
from equipoise.statistics.models import read_table

TEXT = "school,arm,y,note\n007,b,1.5,x\n7,a,NA,y\n,b, 2 ,z\n"


@pytest.fixture
def path(tmp_path):
    found = tmp_path / "data.csv"
    found.write_text(TEXT, encoding="utf-8")
    return found


def test_labels_are_kept_and_numbers_read(path):
    table = read_table(path, numbers=["y"], labels=["school"], either=["arm"])
    assert table["school"].to_list() == ["007", "7", None]
    assert table["y"].to_list() == [1.5, None, 2.0]
    assert table["arm"].to_list() == ["b", "a", "b"]
    assert set(table.columns) == {"school", "y", "arm"}


def test_either_is_a_number_where_all_values_are(path):
    table = read_table(path, numbers=[], labels=[], either=["school"])
    assert table["school"].to_list() == [7.0, 7.0, None]


def test_parquet_reads_as_csv_does(path, tmp_path):
    want = read_table(path, numbers=["y"], labels=["school"], either=["arm"])
    other = tmp_path / "data.parquet"
    want.with_columns(pl.col("arm").cast(pl.Categorical)).write_parquet(other)
    found = read_table(other, numbers=["y"], labels=["school"], either=["arm"])
    assert found.equals(want)


def test_every_problem_at_once_without_a_value(path):
    with pytest.raises(ProblemsError) as caught:
        read_table(path, numbers=["note", "arm"], labels=[])
    assert [problem.place for problem in caught.value.problems] == [
        "row 1 below the heads, column note",
        "row 1 below the heads, column arm",
    ]
    assert "looks like a" in caught.value.problems[0].found


def test_what_is_no_parquet_file(tmp_path):
    path = tmp_path / "data.parquet"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(ProblemsError, match="a Parquet file"):
        read_table(path, numbers=["y"], labels=[])


def test_a_column_that_stands_twice_is_refused(path):
    path.write_text(TEXT.replace("note", "arm"), encoding="utf-8")
    with pytest.raises(ProblemsError, match="2 columns named 'arm'"):
        read_table(path, numbers=["y"], labels=["school"], either=["arm"])
    # One that nobody asks for may.
    path.write_text(TEXT.replace("note", "y"), encoding="utf-8")
    assert read_table(path, numbers=[], labels=["school"], either=["arm"]).height == 3
