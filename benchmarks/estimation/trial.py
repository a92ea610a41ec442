"""The trial that every cell of this part fits: made once, the same numbers for all peers.

26 authorities, 1,678 schools and 970,000 pupils. Schools' rolls are lognormal (sd of the log 0.5,
mean 578). Schools were drawn one to one within authorities by `StratifiedScheme`. A pupil's score
is 0.08 treated + 0.5 baseline + authority (sd 0.2) + school (sd 0.4) + pupil (sd 1); the baseline
has an intraclass correlation of its own. A pupil's record has an event with chance expit(-4.2 -
0.15 treated + authority + school), about 1.5 %. Each school reports six counts of visits, one a
half-term: negative binomial of size 5 around 2 % of the roll times a school's own factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from equipoise.statistics.schemes import Roster, StratifiedScheme, uniform_keys

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

SEED = 2026
TERMS = 6


@dataclass(frozen=True)
class Size:
    """How large the trial is."""

    pupils: int = 970_000
    schools: int = 1_678
    authorities: int = 26

    @property
    def words(self) -> str:
        """The size in words."""
        return f"{self.pupils:,} pupils, {self.schools:,} schools, {self.authorities} authorities"

    def fewer(self) -> Size:
        """Give a trial of as many schools with a tenth of the pupils, but enough for events."""
        return replace(self, pupils=max(self.pupils // 10, 50 * self.schools))


FULL = Size()
QUICK = Size(pupils=9_700, schools=168, authorities=8)


@dataclass(frozen=True)
class Trial:
    """A trial as arrays in memory.

    Attributes
    ----------
    size
        Pupils, schools, authorities.
    school, authority, treated, baseline, score, event
        Of each pupil, shape (n,), pupils of a school together.
    schools
        Of each school, shape (J,): ``authority``, ``treated``, ``roll``, ``events``, ``score``
        and ``baseline`` (means).
    visits, visits_school
        Counts of each school and half-term, shape (6 J,), and whose they are.
    roster, scheme
        Of the draw.
    """

    size: Size
    school: Whole
    authority: Whole
    treated: Array
    baseline: Array
    score: Array
    event: Array
    schools: dict[str, Array]
    visits: Array
    visits_school: Whole
    roster: Roster
    scheme: StratifiedScheme = field(
        default_factory=lambda: StratifiedScheme.from_shares({"usual": 1, "supervision": 1})
    )

    @property
    def strata(self) -> Whole:
        """Authority of each school, shape (J,)."""
        return self.schools["authority"].astype(np.int64)

    @property
    def arms(self) -> Whole:
        """Arm of each school, shape (J,)."""
        return self.schools["treated"].astype(np.int64)

    def school_design(self, *columns: str) -> Array:
        """Indicators of the authorities and columns of the schools, shape (J, 26 + columns)."""
        indicators = np.eye(self.size.authorities)[self.strata]
        return np.column_stack([indicators, *(self.schools[name] for name in columns)])

    def pupil_design(self, *columns: Array) -> Array:
        """Indicators of the authorities and columns of the pupils, shape (n, 26 + columns)."""
        return np.column_stack([np.eye(self.size.authorities)[self.authority], *columns])


def make(size: Size) -> Trial:
    """Make the trial of a size; the same numbers each time."""
    rng = np.random.default_rng([SEED, size.pupils, size.schools])
    j = size.schools
    roll = _rolls(rng, size)
    strata = np.sort(rng.permutation(np.arange(j) % size.authorities))
    roster = Roster.build([str(900_000 + i) for i in range(j)], strata.tolist())
    scheme = StratifiedScheme.from_shares({"usual": 1, "supervision": 1})
    arm = scheme.assign_many(roster, uniform_keys(SEED, [0], j))[0].astype(np.float64)
    area, own = rng.normal(0, 0.2, size.authorities)[strata], rng.normal(0, 0.4, j)
    school = np.repeat(np.arange(j), roll)
    baseline = 0.3 * own[school] + rng.normal(size=size.pupils)
    level = 0.08 * arm + area + own
    score = level[school] + 0.5 * baseline + rng.normal(size=size.pupils)
    chance = 1 / (1 + np.exp(4.2 + 0.15 * arm - area - own))
    event = (rng.random(size.pupils) < chance[school]).astype(np.float64)
    factor = np.exp(-0.15 * arm + area + own + np.log(0.02 / TERMS))
    mean = np.repeat(roll * factor, TERMS)
    visits = rng.poisson(mean * rng.gamma(5.0, 0.2, mean.size)).astype(np.float64)
    columns = {"roll": roll, "authority": strata, "treated": arm}
    columns["events"] = np.bincount(school, event, j)
    columns["score"] = np.bincount(school, score, j) / roll
    columns["baseline"] = np.bincount(school, baseline, j) / roll
    return Trial(
        size=size,
        school=school,
        authority=strata[school],
        treated=arm[school],
        baseline=baseline,
        score=score,
        event=event,
        schools={name: np.asarray(values, dtype=np.float64) for name, values in columns.items()},
        visits=visits,
        visits_school=np.repeat(np.arange(j), TERMS),
        roster=roster,
        scheme=scheme,
    )


def _rolls(rng: np.random.Generator, size: Size) -> Whole:
    raw = rng.lognormal(0, 0.5, size.schools)
    roll = np.maximum(2, np.floor(raw / raw.sum() * size.pupils)).astype(np.int64)
    roll[int(roll.argmax())] += size.pupils - int(roll.sum())
    return np.asarray(roll)


def write(trial: Trial, folder: Path) -> Path:
    """Write the columns for peers in other languages, once.

    Each column is a file of little-endian 8-byte numbers, which R's readBin and NumPy's fromfile
    both read without a library.
    """
    place = folder / f"{trial.size.pupils}-{trial.size.schools}"
    done = place / "written.txt"
    words = f"seed {SEED}, {trial.size.words}\n"
    if done.exists() and done.read_text(encoding="utf-8") == words:
        return place
    for table, columns in _tables(trial).items():
        (place / table).mkdir(parents=True, exist_ok=True)
        for name, values in columns.items():
            values.astype("<f8").tofile(place / table / name)
    done.write_text(words, encoding="utf-8", newline="\n")
    return place


def _tables(trial: Trial) -> dict[str, dict[str, NDArray[Any]]]:
    pupils: dict[str, NDArray[Any]] = {
        "school": trial.school,
        "authority": trial.authority,
        "treated": trial.treated,
        "baseline": trial.baseline,
        "score": trial.score,
        "event": trial.event,
    }
    number = trial.visits_school
    visits = {
        "visits": trial.visits,
        "school": number,
        "roll": trial.schools["roll"][number],
        "treated": trial.schools["treated"][number],
        "authority": trial.strata[number],
    }
    every = {"school": np.arange(trial.size.schools), **trial.schools}
    return {"pupils": pupils, "schools": every, "visits": visits}
