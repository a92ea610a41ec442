"""Processes: the answers of jobs in their order, also of jobs that take much memory."""

import os

import pytest

from equipoise.workspace.folder.processes import in_processes

WAIT = "__import__('time').sleep(1.1)"
KEEP = "globals().setdefault('kept', bytearray(400_000_000))"
GROW = f"({WAIT}, {KEEP}, 7)[-1]"


@pytest.mark.parametrize("processes", [1, 2])
def test_answers_come_in_the_order_of_the_jobs(processes):
    assert list(in_processes(abs, range(-9, 0), processes)) == list(range(9, 0, -1))


def test_the_work_is_done_in_other_processes():
    ask = "__import__('os').getpid()"
    assert os.getpid() not in set(in_processes(eval, [ask] * 4, 2))
    assert set(in_processes(eval, [ask] * 4, 1)) == {os.getpid()}


@pytest.mark.parametrize("processes", [1, 2])
def test_what_a_job_raises_is_raised_here(processes):
    with pytest.raises(ValueError, match="invalid literal"):
        list(in_processes(int, ["1", "no number", "3"], processes))


def test_processes_that_grow_are_replaced_and_no_job_waits_for_ever():
    """Warnings are errors here: joblib's own, in its thread, would leave the rest undone."""
    pytest.importorskip("psutil", reason="joblib replaces processes only where psutil is there")
    jobs = ["1", *[GROW] * 4, "2"]
    assert list(in_processes(eval, jobs, 2)) == [1, 7, 7, 7, 7, 2]
