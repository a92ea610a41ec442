"""The chain: reading a ledger, proving it whole, adding a line."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from equipoise.core.base import Problem, ProblemsError, sha256_hex, write_atomic
from equipoise.core.ledger.acts import START, STEPS, OutOfTurnError, Standing, advance
from equipoise.core.ledger.entry import BEGINNING, Entry, Line, decode_line

#: Says whether a person's signature over a message is good: person, message, signature.
SignatureCheck = Callable[[str, bytes, bytes], bool]
LEDGER = "ledger.jsonl"
LOCK = ".ledger-lock"
#: Computations are done by nobody; so that a long run of them cannot be written anew by somebody
#: without a key, every line with a number that this divides is signed all the same.
SIGNED_EVERY = 1000


@dataclass(frozen=True)
class Chain:
    """A ledger that was read.

    Attributes
    ----------
    lines
        Every line that could be read, up to the first bad one.
    problems
        What is wrong; the first names the first bad line.
    digests
        The digest of each line.
    standing
        Where the trial stands after the last line.
    """

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    digests: tuple[str, ...] = ()
    standing: Standing = START

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The entries, in order."""
        return tuple(line.entry for line in self.lines)

    @property
    def head(self) -> str:
        """The digest of the last line: what a receipt says."""
        return self.digests[-1] if self.digests else BEGINNING


def read_chain(data: bytes, check: SignatureCheck | None = None) -> Chain:
    """Read a ledger and prove what can be proved from it alone.

    Parameters
    ----------
    data
        The bytes of ``ledger.jsonl``.
    check
        How to check a signature; None leaves signatures unread.

    Returns
    -------
    Chain
        Lines up to the first that is truncated, edited, out of order, unsigned or not due.
    """
    lines: list[Line] = []
    digests: list[str] = []
    pieces = data.split(b"\n")
    unfinished = pieces.pop()
    previous, now = BEGINNING, START
    problems: tuple[Problem, ...] = ()
    for number, piece in enumerate(pieces, start=1):
        try:
            line = decode_line(piece)
            _check_place(line, number, previous)
            _check_signatures(line, number, check)
            now = advance(now, line.entry)
        except (OutOfTurnError, ValueError) as error:
            problems = (_bad(number, str(error)),)
            break
        lines.append(line)
        # The line is canonical, so these are the bytes that `Line.digest` would write again.
        previous = sha256_hex(piece)
        digests.append(previous)
    if unfinished and not problems:
        problems = (_bad(len(pieces) + 1, "a line that does not end"),)
    return Chain(tuple(lines), problems, tuple(digests), now)


def _check_place(line: Line, number: int, previous: str) -> None:
    if line.entry.seq != number - 1:
        raise ValueError(f"the number {line.entry.seq} where {number - 1} belongs")
    if line.entry.prev != previous:
        raise ValueError("a line that does not follow from the line before it")
    step = STEPS.get(line.entry.name)
    if step is None or step.kind != line.entry.kind:
        raise ValueError(f"an unknown {line.entry.kind} {line.entry.name}")


def _check_signatures(line: Line, number: int, check: SignatureCheck | None) -> None:
    if line.entry.kind == "act" and not line.entry.by:
        raise ValueError("an act by nobody")
    if line.entry.kind == "act" and set(line.signatures) != set(line.entry.by):
        raise ValueError("an act that is not signed by those who did it")
    if number % SIGNED_EVERY == 0 and not line.signatures:
        raise ValueError(f"a line without a signature, where every {SIGNED_EVERY:,}th has one")
    if check is None or not line.signatures:
        return
    message = line.entry.message()
    for person, signature in line.signatures.items():
        if not check(person, message, bytes.fromhex(signature)):
            raise ValueError(f"a signature of {person} that is not good")


def _bad(number: int, found: str) -> Problem:
    return Problem(
        LEDGER,
        f"line {number}",
        found,
        "the line as it was written",
        "compare with a copy of the ledger and with the receipts lodged outside",
    )


@contextmanager
def writing(folder: Path, *, seconds: float = 30.0) -> Iterator[None]:
    """Hold the folder's write lock; the system frees it when the process ends in any way.

    Raises
    ------
    ProblemsError
        Where another process holds the lock for longer than ``seconds``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / LOCK, timeout=seconds, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            raise ProblemsError(
                [
                    Problem(
                        LEDGER,
                        "whole file",
                        "another equipoise at work in this folder",
                        "one at a time",
                        "wait until it has ended and give the command again",
                    )
                ]
            ) from None
        try:
            yield
        finally:
            lock.execute("ROLLBACK")


def append(
    folder: Path, make: Callable[[Chain], Line], after: Callable[[], None] | None = None
) -> Line:
    """Add one line, made from the ledger as it stands under the write lock.

    Parameters
    ----------
    folder
        The trial folder.
    make
        Returns the signed line to add; may raise, and then nothing is written.
    after
        Done once the line is on disk, still under the write lock.

    Returns
    -------
    Line
        The line, on disk.

    Raises
    ------
    ProblemsError
        Where the ledger is damaged: nothing is added to a broken chain.
    """
    with writing(folder):
        path = folder / LEDGER
        data = path.read_bytes() if path.exists() else b""
        chain = read_chain(data)
        if chain.problems:
            raise ProblemsError(chain.problems)
        line = make(chain)
        _check_place(line, len(chain.lines) + 1, chain.head)
        _check_signatures(line, len(chain.lines) + 1, None)
        advance(chain.standing, line.entry)
        write_atomic(path, data + line.encode() + b"\n")
        if after is not None:
            after()
        return line
