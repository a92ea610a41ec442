"""Work: one act or computation, from the files it reads to its line in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from equipoise.core.base import Problem, ProblemsError, sha256_hex, timestamp, write_atomic
from equipoise.core.ledger import (
    LEDGER,
    SIGNED_EVERY,
    STEPS,
    Chain,
    Entry,
    Line,
    OutOfTurnError,
    append,
    check_turn,
)
from equipoise.core.results import Envelope, decode_result, encode_result
from equipoise.workspace.folder.countersigning import request_bytes
from equipoise.workspace.folder.keys import VARIABLE, KeyPair
from equipoise.workspace.folder.pending import hold, release
from equipoise.workspace.folder.signers import check_meaning, check_signers
from equipoise.workspace.folder.trial import TrialFolder, products

RESTORE = "restore the file from a copy"


class OvertakenError(ProblemsError):
    """Another step has meanwhile written what this one read or writes: nothing was written."""


class Work:
    """What one step reads, writes and records. Nothing is written before `finish`.

    Parameters
    ----------
    folder
        The trial folder.
    name
        The act or computation.
    stage
        The stage of the draw, for stage acts.
    by
        Who does it; computations are done by nobody.

    Raises
    ------
    OutOfTurnError
        Where the step is not due.
    ProblemsError
        Where the ledger is damaged, the protocol was changed after it was locked, or a signature
        is missing or of the wrong person.
    """

    def __init__(
        self, folder: TrialFolder, name: str, *, stage: str | None = None, by: Sequence[str] = ()
    ) -> None:
        self.folder = folder
        self.name = name
        self.stage = stage
        self.by = tuple(by)
        self.reads: dict[str, str] = {}
        self.writes: dict[str, bytes] = {}
        self.outside: dict[Path, bytes] = {}
        self.facts: dict[str, Any] = {}
        #: What people may write too: it must still lie as it was read when this step is written.
        self.shared: tuple[str, ...] = ()
        folder.settle()
        self._products = products(folder.whole_chain().entries)
        check_turn(name, folder.standing(), stage)
        if name != "amend":
            check_meaning(folder)
        if STEPS[name].kind == "act":
            check_signers(folder, name, self.by)

    def read(self, name: str, *, remedy: str) -> bytes:
        """Read a file and note its digest.

        Raises
        ------
        ProblemsError
            Where it is missing, or is what a step wrote and was changed since: to read it would
            record the changed bytes as if they were good.
        """
        data = self.writes.get(name)
        if data is None:
            data = self.folder.read(name, remedy=remedy)
            digest = sha256_hex(data)
            if self._products.get(name, digest) != digest:
                raise ProblemsError([changed_product(name)])
            self.reads[self.folder.recorded_name(name)] = digest
        return data

    def note(self, name: str) -> Path:
        """Note the digest of a file that is too large to hold; return where it lies.

        Raises
        ------
        ProblemsError
            As `read`.
        """
        digest = self.folder.digest(name)
        if digest is None or self._products.get(name, digest) != digest:
            self.read(name, remedy=RESTORE)  # says which of the two it is
        else:
            self.reads[self.folder.recorded_name(name)] = digest
        return self.folder.path / name

    def read_if_there(self, name: str) -> bytes | None:
        """Read a file and note its digest, or return None where there never was one."""
        return self.read(name, remedy=RESTORE) if self._should_be(name) else None

    def read_all(self, prefix: str) -> dict[str, bytes]:
        """Read every file whose path begins so, and note that these were all."""
        names = list(self.folder.files(prefix))
        return {name: self.read(name, remedy=RESTORE) for name in names}

    def result(self, name: str, *, remedy: str) -> Envelope:
        """Read a result file; `ProblemsError` where it is missing or not a result."""
        data = self.read(name, remedy=remedy)
        try:
            return decode_result(data)
        except ValueError as error:
            raise ProblemsError(
                [Problem(name, "whole file", str(error), "a result as it was written", remedy)]
            ) from None

    def result_if_there(self, name: str) -> Envelope | None:
        """Read a result file, or return None where there never was one."""
        return self.result(name, remedy=RESTORE) if self._should_be(name) else None

    def _should_be(self, name: str) -> bool:
        """Return whether a file is there, or was written by a step and has gone."""
        there = name in self.writes or (self.folder.path / name).is_file()
        return there or name in self._products

    def write(self, name: str, data: bytes) -> None:
        """Hold a file until `finish`."""
        self.writes[name] = data

    def write_outside(self, path: Path, data: bytes) -> None:
        """Hold a file of another folder until `finish`; the ledger does not record it."""
        self.outside[path] = data

    def write_result(self, name: str, data: Any, inputs: Mapping[str, str] | None = None) -> None:
        """Hold a typed result until `finish`; its inputs are all that was read so far."""
        trial = self.folder.protocol.trial
        encoded = encode_result(
            data,
            trial=trial.id,
            simulated=trial.simulated,
            inputs=dict(sorted((self.reads if inputs is None else inputs).items())),
        )
        self.write(name, encoded)

    def finish(self) -> Line:
        """Write the files, sign, add the line to the ledger; return the line.

        Raises
        ------
        ProblemsError
            Where the ledger is damaged or a key is missing; then no file is written.
        """
        keys = {person: self._signing_key(person) for person in self.by}

        def make(chain: Chain) -> Line:
            self._check_not_overtaken(chain)
            signing = keys or self._witness(len(chain.lines) + 1)
            for path in sorted(self.outside):
                write_atomic(path, self.outside[path])
            hold(self.folder.path, self.writes)
            return self._signed(chain, signing)

        try:
            return append(self.folder.path, make, lambda: release(self.folder.path))
        except BaseException:
            self.folder.settle()
            raise

    def half_signed(self) -> bytes:
        """Return the act signed by the first person alone: a request to the second.

        Nothing is written, and the ledger does not change, before the second has signed.
        """
        chain = self.folder.whole_chain()
        line = self._signed(chain, {self.by[0]: self._signing_key(self.by[0])})
        return request_bytes(line, self.writes, self.folder.protocol.trial.id)

    def _signed(self, chain: Chain, signing: Mapping[str, KeyPair]) -> Line:
        """Make the line that follows a chain, with these signatures."""
        entry = Entry(
            seq=len(chain.lines),
            at=timestamp(self.folder.clock.now()),
            kind=STEPS[self.name].kind,
            name=self.name,
            stage=self.stage,
            by=self.by,
            reads=dict(sorted(self.reads.items())),
            writes={n: sha256_hex(data) for n, data in sorted(self.writes.items())},
            facts=self.facts,
            prev=chain.head,
        )
        message = entry.message()
        return Line(entry, {p: key.sign(message).hex() for p, key in signing.items()})

    def _check_not_overtaken(self, chain: Chain) -> None:
        """Refuse to write over what another process wrote since this step began to read.

        Raises
        ------
        OvertakenError
            Where another step has meanwhile written a file that this one read or writes.
        """
        now = products(chain.entries)
        touched = sorted({*self.reads, *self.writes})
        changed = [name for name in touched if now.get(name) != self._products.get(name)]
        changed += [n for n in self.shared if self.folder.digest(n) != self.reads.get(n)]
        if changed:
            raise OvertakenError(
                [
                    Problem(
                        changed[0],
                        "whole file",
                        "that another step wrote it while this one was at work",
                        f"nothing done between the beginning and the end of {self.name}",
                        "nothing was written: give the command again",
                    )
                ]
            )

    def _witness(self, number: int) -> dict[str, KeyPair]:
        """Return who signs a computation: nobody, but somebody at every 1,000th line.

        Raises
        ------
        ProblemsError
            Where no key of a person of the protocol is at hand for such a line.
        """
        if number % SIGNED_EVERY:
            return {}
        for person in self.folder.protocol.people:
            public = bytes.fromhex(person.signing_key or "")
            if public and self.folder.keys.holds(person.id, "signing", public=public):
                return {person.id: self._signing_key(person.id)}
        raise ProblemsError(
            [
                Problem(
                    LEDGER,
                    f"line {number}",
                    "no signing key at hand",
                    f"the key of anybody in the protocol: every {SIGNED_EVERY:,}th line is signed",
                    f"name the folder that holds one in {VARIABLE}, or ask a person of the trial",
                )
            ]
        )

    def _signing_key(self, person: str) -> KeyPair:
        declared = self.folder.person(person).signing_key
        if declared is None:
            raise OutOfTurnError(f"{person} has no signing key in the protocol")
        return self.folder.keys.find(person, "signing", public=bytes.fromhex(declared))


def changed_product(name: str) -> Problem:
    """Say that a file is not as a step wrote it."""
    return Problem(
        name,
        "whole file",
        "other bytes than the ledger records",
        "the file as equipoise wrote it",
        "restore it from a copy, or let equipoise run FOLDER compute it again where that is due",
    )


def is_current(folder: TrialFolder, name: str, prefixes: Sequence[str] = ()) -> bool:
    """Return whether a computation's inputs and outputs are as its last entry recorded them.

    Parameters
    ----------
    folder
        The trial folder.
    name
        The computation; an amendment after it makes it due again.
    prefixes
        Beginnings of paths all of whose files are inputs: a new file there makes it due.
    """
    entry = folder.last(name)
    if entry is None:
        return False
    amended = folder.last("amend")
    if amended is not None and amended.seq > entry.seq:
        return False
    for path, digest in {**entry.reads, **entry.writes}.items():
        if folder.digest(path) != digest:
            return False
    known = {**entry.reads, **entry.writes}
    return all(
        folder.recorded_name(path) in known for prefix in prefixes for path in folder.files(prefix)
    )
