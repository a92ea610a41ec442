"""The enrolment desk under two hands at once: nobody's change is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from equipoise.core.base import FixedClock
from equipoise.design.registers.desk import read_log
from equipoise.workspace.folder import OvertakenError, Work
from equipoise.workspace.steps.enrolled import desk_of
from equipoise.workspace.steps.enrolling import exported, set_facts, take_in

DESK = "design/enrolment.csv"


@pytest.fixture
def walk(states, tmp_path: Path):
    return states["draft"].copy(tmp_path / "w")


def ready(walk):
    folder = walk.folder()
    folder.clock = FixedClock.parse("2021-08-02")
    return folder


def put(walk, urn: str, fact: str):
    return set_facts(ready(walk), urn, [fact], by="sponsor")


def by_command(walk) -> None:
    put(walk, "900002", "approached=2021-05-21")


def by_spreadsheet(walk) -> None:
    path = walk.trial / DESK
    path.write_bytes(path.read_bytes() + b"900002,2021-05-21,,,,,,,,\n")


@pytest.fixture(params=[by_command, by_spreadsheet])
def overtaken(walk, monkeypatch, request):
    """Let somebody else change the desk just before the next step is written."""
    put(walk, "900001", "approached=2021-05-20")
    finish = Work.finish

    def late(work):
        monkeypatch.setattr(Work, "finish", finish)
        request.param(walk)
        return finish(work)

    monkeypatch.setattr(Work, "finish", late)


@pytest.mark.usefixtures("overtaken")
def test_a_single_fact_is_set_beside_the_other_change(walk):
    done = put(walk, "900003", "approached=2021-05-22")
    assert [(c.key, c.fact) for c in done.changes] == [("900003", "approached")]
    assert sorted(desk_of(walk.folder()).schools) == ["900001", "900002", "900003"]
    assert walk.folder().chain().problems == ()


@pytest.mark.usefixtures("overtaken")
def test_a_file_is_refused_and_writes_over_nothing(walk):
    lines = exported(ready(walk), "desk.csv").splitlines(keepends=True)
    place = next(n for n, line in enumerate(lines) if b",900003," in line)
    lines[place] = lines[place].replace(b",,,,,,,,,,", b",2021-05-22,,,,,,,,,", 1)
    with pytest.raises(OvertakenError, match=r"enrolment.*\.csv.* another step wrote it"):
        take_in(ready(walk), b"".join(lines), "desk.csv", by="sponsor")
    assert sorted(desk_of(walk.folder()).schools) == ["900001", "900002"]
    assert walk.folder().chain().problems == ()
    assert not (walk.trial / ".pending").exists()


def test_the_log_only_grows(walk):
    for urn in ("900001", "900002"):
        put(walk, urn, "approached=2021-05-20")
    whole = (walk.trial / "design/enrolment-log.csv").read_bytes()
    assert [line.key for line in read_log(whole)] == ["900001", "900002"]
    put(walk, "900001", "approached=")
    assert (walk.trial / "design/enrolment-log.csv").read_bytes().startswith(whole)
