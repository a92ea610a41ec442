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
    replace_file,
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


class Held:
    """A disk on which another program holds the file for the first few tries."""

    def __init__(self, tries: int, winerror: int | None) -> None:
        self.left, self.winerror, self.waited = tries, winerror, []
        self.real = module.os.replace

    def replace(self, old: Path, new: Path) -> None:
        if self.left:
            self.left -= 1
            error = PermissionError(13, "held")
            if self.winerror is not None:
                error.winerror = self.winerror
            raise error
        self.real(old, new)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"old")
    new.write_bytes(b"new")
    return old, new


def test_a_file_that_is_held_for_a_moment_is_put_in_place(two, monkeypatch) -> None:
    held = Held(3, 32)
    monkeypatch.setattr(module.os, "replace", held.replace)
    replace_file(*two, pause=held.waited.append)
    assert two[1].read_bytes() == b"old" and not two[0].exists()
    assert held.waited == list(module.WAITS[:3])


def test_a_file_that_is_held_for_long_is_refused_after_a_few_tries(two, monkeypatch) -> None:
    held = Held(99, 5)
    monkeypatch.setattr(module.os, "replace", held.replace)
    with pytest.raises(PermissionError, match="held"):
        replace_file(*two, pause=held.waited.append)
    assert held.waited == list(module.WAITS) and sum(held.waited) < 5
    assert [path.read_bytes() for path in two] == [b"old", b"new"]


def test_a_folder_that_may_not_be_written_is_refused_at_once(two, monkeypatch) -> None:
    held = Held(99, None)
    monkeypatch.setattr(module.os, "replace", held.replace)
    with pytest.raises(PermissionError, match="held"):
        replace_file(*two, pause=held.waited.append)
    assert held.waited == []


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
