"""Trial folders for the ledger's trials: a long ledger, a trial that is about to be drawn."""

from __future__ import annotations

from pathlib import Path

from equipoise.core.base import FixedClock, sha256_hex, write_atomic
from equipoise.core.ledger import LEDGER, SIGNED_EVERY, Entry, Line
from equipoise.design.protocol import template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import PROTOCOL, KeyRing, RehearsalSecrets, TrialFolder
from equipoise.workspace.steps import acts
from equipoise.workspace.steps.beginning import make_keys
from equipoise.workspace.steps.simulated import roster

NAME = "dsl-primary"
POWER = b'{"of":"the last event"}\n'


def opened(path: Path, seed: int = 1) -> TrialFolder:
    """Return a trial folder in hand, its keys beside it, dated by the protocol."""
    folder = TrialFolder(
        path, keys=KeyRing((path.parent / "keys",)), secrets=RehearsalSecrets(seed)
    )
    folder.clock = FixedClock.parse("2021-09-16")
    return folder


def locked(out: Path, *, authorities: int, schools: int) -> TrialFolder:
    """Make a simulated trial that is locked, with one stage per authority to be drawn."""
    write_atomic(out / NAME / PROTOCOL, template(NAME))
    folder = opened(out / NAME)
    scenario = Scenario(schools=schools, authorities=authorities, seed=1)
    roster(folder, scenario, truth=out / "truth")
    make_keys(folder)
    acts.lock(folder, by=["statistician"])
    return folder


def long_ledger(out: Path, events: int) -> Path:
    """Make a trial whose ledger holds so many events: after the lock, the trial's size again."""
    folder = locked(out, authorities=1, schools=10)
    data = (folder.path / LEDGER).read_bytes()
    known = data.splitlines()
    key = folder.keys.find(
        "statistician",
        "signing",
        public=bytes.fromhex(folder.person("statistician").signing_key or ""),
    )
    (folder.path / "results").mkdir(exist_ok=True)
    (folder.path / "results" / "power.json").write_bytes(POWER)
    protocol = sha256_hex((folder.path / PROTOCOL).read_bytes())
    lines, previous = [data], sha256_hex(known[-1])
    for number in range(len(known) + 1, events + 1):
        entry = Entry(
            seq=number - 1,
            at="2021-09-16T10:00:00Z",
            kind="computation",
            name="power",
            stage=None,
            by=(),
            reads={PROTOCOL: protocol},
            writes={"results/power.json": sha256_hex(POWER)},
            prev=previous,
        )
        signed = number % SIGNED_EVERY == 0
        marks = {"statistician": key.sign(entry.message()).hex()} if signed else {}
        lines.append(Line(entry, marks).encode() + b"\n")
        previous = sha256_hex(lines[-1][:-1])
    write_atomic(folder.path / LEDGER, b"".join(lines))
    return folder.path
