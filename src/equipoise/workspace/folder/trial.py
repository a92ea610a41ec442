"""The trial folder: its protocol, its ledger, its files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from equipoise.core.base import Clock, Problem, ProblemsError, SystemClock, read_bytes, sha256_file
from equipoise.core.ledger import LEDGER, LOCK, Chain, Entry, Standing, read_chain
from equipoise.design.protocol import Person, Protocol, load_protocol
from equipoise.workspace.folder.file_order import ordered_name, real_name
from equipoise.workspace.folder.keys import KeyRing, key_folders, signature_holds
from equipoise.workspace.folder.pending import PENDING, settle
from equipoise.workspace.folder.randomness import Secrets, SystemSecrets

PROTOCOL = "trial.yaml"
#: Names that the system or a file manager leaves behind and that mean nothing.
_IGNORED = {LOCK, ".DS_Store", "Thumbs.db", "desktop.ini"}

T = TypeVar("T")


def _silent(message: str) -> None:
    del message


@dataclass
class TrialFolder:
    """A trial folder in hand.

    Parameters
    ----------
    path
        The folder that holds trial.yaml.
    keys
        The private keys at hand.
    clock
        What dates everything.
    secrets
        Where seeds and nonces come from.
    tell
        Takes progress messages.
    workers
        Processes for the work that divides; results do not depend on it.
    """

    path: Path
    keys: KeyRing = field(default_factory=lambda: KeyRing(key_folders()))
    clock: Clock = field(default_factory=SystemClock)
    secrets: Secrets = field(default_factory=SystemSecrets)
    tell: Callable[[str], None] = _silent
    workers: int = 1
    _kept: dict[str, tuple[Any, Any]] = field(default_factory=dict, repr=False)

    def keep(self, name: str, key: Any, make: Callable[[], T]) -> T:
        """Return what was made last under a name, where it was made from the same key.

        A trial of many stages reads the same registers and the same ledger hundreds of times.
        """
        held = self._kept.get(name)
        if held is None or held[0] != key:
            held = self._kept[name] = (key, make())
        made: T = held[1]
        return made

    def protocol_bytes(self) -> bytes:
        """Return the bytes of trial.yaml; `ProblemsError` where it is missing."""
        remedy = "make a trial with: equipoise new FOLDER --template dsl-primary"
        return read_bytes(self.path / PROTOCOL, file=PROTOCOL, remedy=remedy)

    @cached_property
    def protocol(self) -> Protocol:
        """The protocol as it stands in the folder; `ProblemsError` with all that is wrong."""
        return load_protocol(self.protocol_bytes(), PROTOCOL)

    def chain(self) -> Chain:
        """Return the ledger, proved as far as it alone allows.

        Raises
        ------
        ProblemsError
            Where the protocol cannot be read, which declares whose signatures are good.
        """
        path = self.path / LEDGER
        if not path.exists():
            return read_chain(b"")
        self.protocol  # noqa: B018 - its problems are its own, not the ledger's
        data = path.read_bytes()
        return self.keep("chain", data, lambda: read_chain(data, self.signature_check))

    def signature_check(self, person: str, message: bytes, signature: bytes) -> bool:
        """Return whether a signature of a person of the protocol is good."""
        keys = [p.signing_key for p in self.protocol.people if p.id == person]
        key = keys[0] if keys else None
        return key is not None and signature_holds(bytes.fromhex(key), message, signature)

    def person(self, name: str) -> Person:
        """Return a person of the protocol; `ProblemsError` where there is none of that id."""
        for person in self.protocol.people:
            if person.id == name:
                return person
        known = ", ".join(person.id for person in self.protocol.people)
        raise ProblemsError(
            [
                Problem(
                    PROTOCOL,
                    "people",
                    f"nobody called {name}",
                    f"one of {known}",
                    "give the id of a person whom the protocol names",
                )
            ]
        )

    def whole_chain(self) -> Chain:
        """Return the ledger; `ProblemsError` where it is damaged."""
        chain = self.chain()
        if chain.problems:
            raise ProblemsError(chain.problems)
        return chain

    def standing(self) -> Standing:
        """Return where the trial stands."""
        return self.whole_chain().standing

    def last(self, name: str, stage: str | None = None) -> Entry | None:
        """Return the latest entry of an act or computation, or None."""
        entries = reversed(self.chain().entries)
        return next((e for e in entries if e.name == name and e.stage == stage), None)

    def files(self, prefix: str = "") -> Iterator[str]:
        """Yield the path of every file of the folder, sorted, but the ledger and its lock."""
        names = (
            path.relative_to(self.path).as_posix()
            for path in self.path.rglob("*")
            if path.is_file() and path.name not in _IGNORED
        )
        kept = (n for n in names if n != LEDGER and not n.startswith(f"{PENDING}/"))
        return iter(sorted(n for n in kept if n.startswith(prefix)))

    def recorded_name(self, name: str) -> str:
        """Return what a file is called in ledger and results: never by an authority's own name."""
        return ordered_name(self.path, name)

    def settle(self) -> None:
        """Finish or undo a step that was cut off; do nothing where none was."""
        settle(self.path)

    def read(self, name: str, *, remedy: str) -> bytes:
        """Return a file's bytes; `ProblemsError` where it is missing."""
        return read_bytes(self.path / name, file=name, remedy=remedy)

    def digest(self, name: str) -> str | None:
        """Return the SHA-256 of a file as it is now, or None where it is missing.

        A file may be named as it lies there, or as it is recorded (`recorded_name`).
        """
        path = self.path / real_name(self.path, name)
        return sha256_file(path) if path.is_file() else None

    @property
    def delivery(self) -> Path | None:
        """The unblinded team's open folder, or None where the protocol names none."""
        name = self.protocol.delivery_dir
        return None if name is None else (self.path / name).resolve()

    def forget_protocol(self) -> None:
        """Read trial.yaml afresh the next time."""
        self.__dict__.pop("protocol", None)
        self._kept.clear()


def recorded(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return the digest that each file should have by the ledger: its last one, read or written."""
    digests: dict[str, str] = {}
    for entry in entries:
        digests.update(entry.reads)
        digests.update(entry.writes)
    return digests


def products(entries: tuple[Entry, ...]) -> dict[str, str]:
    """Return the digest of each file that only a step writes, as it was last written.

    What people bring (protocol, registers, extracts, surveys, the trial's own table) may change
    until it is fixed; a simulation that wrote it makes no difference.
    """
    written: dict[str, str] = {}
    for entry in entries:
        written.update(entry.writes)
    made = ("results/", "frozen/", "report/", "packs/", "design/versions/")
    return {
        name: digest
        for name, digest in written.items()
        if name.startswith(made) or name.endswith((".sealed", ".parquet"))
    }
