"""The ledger: what was written stands, what was changed is found, what is not due is refused."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from equipoise.core.base import ProblemsError
from equipoise.core.ledger import (
    BEGINNING,
    STAGE_STATES,
    STEPS,
    TRIAL_STATES,
    Chain,
    Entry,
    Line,
    OutOfTurnError,
    Standing,
    append,
    check_turn,
    read_chain,
    standing,
)


def mark(message: bytes) -> str:
    """Stand in for a signature: what anybody could write, but over every byte."""
    return hashlib.sha512(message).hexdigest()


def maker(name: str, stage: str | None = None) -> Callable[[Chain], Line]:
    step = STEPS[name]

    def make(chain: Chain) -> Line:
        by = ("ann",) if step.kind == "act" else ()
        entry = Entry(
            seq=len(chain.lines),
            at="2024-09-16T10:00:00Z",
            kind=step.kind,
            name=name,
            stage=stage,
            by=by,
            reads={"trial.yaml": "0" * 64},
            writes={},
            facts={"note": name},
            prev=chain.head,
        )
        return Line(entry, {person: mark(entry.message()) for person in by})

    return make


def good(person: str, message: bytes, signature: bytes) -> bool:
    return person == "ann" and mark(message) == signature.hex()


ORDER = [
    ("lock", None),
    ("commit", "900"),
    ("randomise", "900"),
    ("reveal", "900"),
    ("sap-lock", None),
    ("ingest", None),
    ("analyse-blind", None),
    ("freeze", None),
    ("unblind", None),
    ("analyse", None),
    ("report", None),
    ("publish", None),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, stage in ORDER:
        append(tmp_path, maker(name, stage))
    return tmp_path


def test_a_whole_trial_walks_through(folder: Path) -> None:
    chain = read_chain((folder / "ledger.jsonl").read_bytes(), good)
    assert chain.problems == ()
    assert standing(chain.entries) == Standing("reported", {"900": "revealed"})
    assert chain.lines[0].entry.prev == BEGINNING
    assert chain.lines[1].entry.prev == chain.lines[0].digest()


def test_every_one_byte_edit_is_found(folder: Path) -> None:
    data = (folder / "ledger.jsonl").read_bytes()
    numbers = random.Random(7)
    for _ in range(400):
        at = numbers.randrange(len(data))
        changed = bytearray(data)
        changed[at] ^= 1 << numbers.randrange(8)
        chain = read_chain(bytes(changed), good)
        assert chain.problems, f"byte {at} changed unseen"


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda lines: lines[:3] + lines[4:], "line 4"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "line 3"),
        (lambda lines: [*lines[:5], lines[4], *lines[5:]], "line 6"),
        (lambda lines: [*lines[:-1], lines[-1][:-9]], "line 12"),
    ],
)
def test_removed_reordered_repeated_and_cut_lines_are_named(
    folder: Path, change: Callable[[list[bytes]], list[bytes]], line: str
) -> None:
    lines = (folder / "ledger.jsonl").read_bytes().splitlines()
    chain = read_chain(b"\n".join(change(lines)) + b"\n", good)
    assert chain.problems[0].place == line


def test_a_removed_tail_cannot_be_seen_from_the_chain_alone(folder: Path) -> None:
    lines = (folder / "ledger.jsonl").read_bytes().splitlines(keepends=True)
    assert read_chain(b"".join(lines[:-2]), good).problems == ()


def test_an_unfinished_line_is_named_and_nothing_is_added_to_it(folder: Path) -> None:
    path = folder / "ledger.jsonl"
    path.write_bytes(path.read_bytes() + b'{"entry"')
    assert read_chain(path.read_bytes()).problems[0].place == "line 13"
    with pytest.raises(ProblemsError, match="line 13"):
        append(folder, maker("power"))


def test_an_act_unsigned_or_signed_by_another_is_found(tmp_path: Path) -> None:
    line = append(tmp_path, maker("lock"))
    for signatures in ({}, {"bob": "00"}, {"ann": "00"}):
        data = replace(line, signatures=signatures).encode() + b"\n"
        assert read_chain(data, good).problems[0].place == "line 1"


def test_a_step_out_of_turn_is_one_sentence_and_writes_nothing(tmp_path: Path) -> None:
    append(tmp_path, maker("lock"))
    before = (tmp_path / "ledger.jsonl").read_bytes()
    with pytest.raises(OutOfTurnError, match="the trial is locked; freeze can be done once"):
        append(tmp_path, maker("freeze"))
    with pytest.raises(OutOfTurnError, match="stage 900 is enrolled; randomise can be done only"):
        append(tmp_path, maker("randomise", "900"))
    assert (tmp_path / "ledger.jsonl").read_bytes() == before


def test_the_table_of_steps_is_complete() -> None:
    reached = {"draft"} | {step.leads_to for step in STEPS.values() if step.leads_to}
    assert reached == set(TRIAL_STATES)
    stage = {"enrolled"} | {s.stage_leads_to for s in STEPS.values() if s.stage_leads_to}
    assert stage == set(STAGE_STATES)
    for step in STEPS.values():
        assert set(step.states) <= set(TRIAL_STATES)
        assert (step.leads_to or step.stage_leads_to) is None or step.kind == "act"
        for state in TRIAL_STATES:
            for stage_state in STAGE_STATES:
                now = Standing(state, {"s": stage_state})
                due = state in step.states and (
                    not step.stage_states or stage_state in step.stage_states
                )
                if due:
                    check_turn(step.name, now, "s")
                else:
                    with pytest.raises(OutOfTurnError):
                        check_turn(step.name, now, "s")


def run_of_computations(count: int, signed: int | None = None) -> bytes:
    """Write so many computations, one of them signed by ann."""
    lines, previous = [], BEGINNING
    for number in range(1, count + 1):
        entry = Entry(
            number - 1,
            "2024-09-16T10:00:00Z",
            "computation",
            "power",
            None,
            (),
            {},
            {},
            {},
            previous,
        )
        line = Line(entry, {"ann": mark(entry.message())} if number == signed else {})
        lines.append(line.encode() + b"\n")
        previous = line.digest()
    return b"".join(lines)


def test_every_thousandth_line_is_signed_though_nobody_computes() -> None:
    whole = read_chain(run_of_computations(1001, signed=1000), good)
    assert whole.problems == () and len(whole.lines) == 1001
    (said,) = read_chain(run_of_computations(1001, signed=999), good).problems
    assert said.place == "line 1000"
    assert said.found == "a line without a signature, where every 1,000th has one"
    assert read_chain(run_of_computations(999), good).problems == ()


def test_a_line_that_should_be_signed_is_not_appended_without(tmp_path: Path) -> None:
    (tmp_path / "ledger.jsonl").write_bytes(run_of_computations(999))
    with pytest.raises(ValueError, match="every 1,000th"):
        append(tmp_path, maker("power"))
    assert (tmp_path / "ledger.jsonl").read_bytes() == run_of_computations(999)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"seq":0', b'"seq":true', "entry.seq: not a whole number"),
        (b'"stage":null', b'"stage":1', "entry.stage: not text or null"),
        (b'"by":[]', b'"by":[1]', "entry.by: not a list of text"),
        (b'"reads":{}', b'"reads":[]', "entry.reads: not an object of text"),
        (b'"facts":{}', b'"facts":1', "entry.facts: not an object"),
        (b'"stage":null,', b"", "entry: other fields than an entry has"),
    ],
)
def test_a_line_of_another_shape_is_named(old: bytes, new: bytes, words: str) -> None:
    data = run_of_computations(1)
    assert data.count(old) == 1
    (said,) = read_chain(data.replace(old, new)).problems
    assert said.found == words
