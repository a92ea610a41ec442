"""Files: whole or not at all; a missing one is named."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from equipoise.core.base import (
    FixedClock,
    Problem,
    ProblemsError,
    read_bytes,
    timestamp,
    write_atomic,
)
from equipoise.core.base import files as module


def test_a_failed_write_leaves_the_old_file_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a" / "b.txt"
    write_atomic(path, b"old")

    def refuse(handle: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(module.os, "fsync", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert [p.name for p in path.parent.iterdir()] == ["b.txt"]


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(ProblemsError, match=r"x\.csv, whole file: found no such file"):
        read_bytes(tmp_path / "x.csv", file="x.csv", remedy="export it")
    with pytest.raises(ProblemsError, match="found a folder"):
        read_bytes(tmp_path, file="x.csv", remedy="export it")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-09-16", "2024-09-16T00:00:00Z"),
        ("2024-09-16T10:30:15+01:00", "2024-09-16T09:30:15Z"),
        ("2024-09-16T10:30:15.9", "2024-09-16T10:30:15Z"),
    ],
)
def test_the_clock_speaks_utc_to_the_second(text: str, expected: str) -> None:
    assert timestamp(FixedClock.parse(text).now()) == expected


def test_problems_cross_from_a_worker_process_whole() -> None:
    error = ProblemsError([Problem("a.csv", "line 2", "x", "y", "mend it")])
    again = pickle.loads(pickle.dumps(error))
    assert again.problems == error.problems
    assert str(again) == str(error)
