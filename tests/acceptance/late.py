"""A trial whose register does not hold every school yet: late joiners for the tests."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from equipoise.core.base import write_atomic
from equipoise.simulate import Scenario
from equipoise.workspace.folder import TrialFolder
from equipoise.workspace.steps.rehearsal import rehearse
from tests.acceptance.test_schemes import FEW, begin
from tests.rehearsed import Walk

_FILES = (
    "register.csv",
    "rolls.csv",
    "dsls.csv",
    "covariates.csv",
    "school-names.csv",
    "school-links.csv",
)
STAGES = "  stages:"


@dataclass(frozen=True)
class Late:
    """A trial one of whose stages is drawn, and the schools that were held back from it."""

    walk: Walk
    folder: TrialFolder
    urns: tuple[str, ...]
    held: dict[str, str]

    @property
    def path(self) -> Path:
        return self.walk.trial

    @property
    def delivery(self) -> Path:
        assert self.folder.delivery is not None
        return self.folder.delivery

    def put_back(self) -> None:
        """Bring the register up to date, as people do when schools join."""
        for name, text in self.held.items():
            write_atomic(self.path / "design" / name, text.encode("utf-8"))

    def share_a_lead(self, urn: str, other: str) -> None:
        """Give a school the lead of another, beside its own."""
        path = self.path / "design" / "dsls.csv"
        text = path.read_text(encoding="utf-8")
        rows = csv.DictReader(io.StringIO(text))
        person = next(r["person_id"] for r in rows if r["urn"] == other and not r["to"])
        write_atomic(path, f"{text}{person},{urn},deputy,2019-09-01,\n".encode())

    def arms(self, stage: str) -> dict[str, str]:
        """Return the arms as they were revealed to the unblinded side."""
        text = (self.delivery / f"allocation-{stage}.csv").read_text(encoding="utf-8")
        return {row["urn"]: row["arm"] for row in csv.DictReader(io.StringIO(text))}


def late_trial(
    out: Path,
    kind: str,
    *,
    declared: str = "",
    scheme: str = "",
    held: int,
    scenario: Scenario = FEW,
) -> Late:
    """Begin a trial, hold back schools that share no lead, and walk it until 900 is revealed.

    Parameters
    ----------
    kind
        Of scheme, as in `tests.acceptance.test_schemes`.
    declared, scheme
        Lines that are added to design.stages and design.scheme.
    held
        How many schools of the authority 900.
    scenario
        What is simulated.
    """
    folder = begin(out, kind, scenario=scenario)
    path = folder.path / "trial.yaml"
    text = path.read_text(encoding="utf-8")
    for place, lines in ((f"{STAGES}\n", declared), ("    draw: internal", scheme)):
        assert text.count(place) == 1, place
        text = text.replace(place, place + lines if place.endswith("\n") else lines + place)
    write_atomic(path, text.encode("utf-8"))
    folder.forget_protocol()
    urns = _alone(folder, held)
    whole = {}
    for name in _FILES:
        file = folder.path / "design" / name
        if file.is_file():
            whole[name] = file.read_text(encoding="utf-8")
            kept = [
                line
                for line in whole[name].splitlines(keepends=True)
                if not set(urns).intersection(line.split(",")[:2])
            ]
            write_atomic(file, "".join(kept).encode("utf-8"))
    for line in rehearse(folder, truth=out / "truth"):
        if line.entry.name == "reveal":
            break
    return Late(Walk(out), folder, urns, whole)


def _alone(folder: TrialFolder, number: int) -> tuple[str, ...]:
    """Choose eligible schools of 900, each a unit by itself."""
    from equipoise.workspace.steps.stages import enrolment_of, registers_in

    units = enrolment_of(folder, registers_in(folder)).units
    alone = [unit.unit for unit in units if unit.la_code == "900" and len(unit.urns) == 1]
    return tuple(alone[1 : 1 + number])
