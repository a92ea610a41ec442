"""Small made-up programmes for the tests of reporting. No number in here is a finding."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from equipoise.design.protocol import Programme, load_programme, programme_template
from equipoise.evaluation.synthesis import ProgrammeResult
from equipoise.evaluation.synthesis.pool_types import (
    CumulativePoint,
    LeftOut,
    NotPooled,
    PooledMeasure,
    PoolRow,
    ProgrammePool,
)
from equipoise.evaluation.synthesis.programme_types import (
    ModeCost,
    ProgrammeDecision,
    ProgrammeReason,
    ProgrammeTotals,
    QuotedFinding,
)
from equipoise.evaluation.synthesis.trial_types import (
    PanelRow,
    ProgrammeArm,
    ProgrammeDose,
    ProgrammeFinding,
    ProgrammePanel,
    ProgrammeTrial,
)
from equipoise.evaluation.synthesis.types import PerceivedBesideMeasured

PER_THOUSAND = "pupils per 1,000 on the roll"
TITLES = {"pilot": "Pilot, one-to-one", "early": "Early, mixed", "late": "Late, in groups"}


@lru_cache(maxsize=1)
def programme() -> Programme:
    """The template, which says `simulated: false`."""
    return load_programme(programme_template("dsl-programme"))


def trial(name: str, **changes: Any) -> ProgrammeTrial:
    """One trial beside the others."""
    base = ProgrammeTrial(
        trial=name,
        title=TITLES[name],
        full_title=f"A trial of supervision, {name}",
        stage="trial",
        simulated=True,
        mode="one-to-one",
        phases=("primary",),
        authorities=("900", "901"),
        schools=120,
        pupils=30040,
        arms=(
            ProgrammeArm("usual", "usual practice", False, 60, 61, 15210),
            ProgrammeArm("supervision", "supervision", True, 58, 59, 14830),
        ),
        supervisors=3,
        delivery_start="2019-10-01",
        delivery_end="2020-03-20",
        window_start="2019-10-01",
        window_end="2020-03-31",
        primary=ProgrammeFinding(
            "nfa_pupils", "pupils with a new contact", PER_THOUSAND, PER_THOUSAND, "rate", "lower",
            -1.23, 0.71, 101.4, -2.64, 0.18, 0.95, 0.0871, 2.0, 2.0, "cannot-tell",
        ),
        safe=True,
        safety_failing=(),
        decision="test-further",
        pence_per_school_year=85_049,
        pence_per_pupil_year=343,
        price_year="2021-22",
        dose=ProgrammeDose(59, "sessions", 1, 6, 0.915, 0.407, 4.08),
        perceived=PerceivedBesideMeasured(
            "useful", 88, 71, 0.807, 0.712, 0.876, 0.95, 4.12, "cannot-tell", "liked-not-shown"
        ),
    )  # fmt: skip
    return replace(base, **changes)


def trials() -> tuple[ProgrammeTrial, ...]:
    """A pilot with an outcome of its own, and two later trials."""
    pilot = trial(
        "pilot", stage="pilot", supervisors=None, perceived=None, dose=None, schools=94,
        primary=ProgrammeFinding(
            "nfa_share", "share of contacts", "percent of contacts", "percentage points", "share",
            "lower", -2.31, 1.91, 81.0, -6.12, 1.47, 0.95, 0.231, 3.0, 3.0, "cannot-tell",
        ),
    )  # fmt: skip
    early = trial(
        "early", mode="mixed", phases=("secondary", "all-through"), authorities=("902",),
        window_start="2021-01-11", window_end="2021-12-17", pence_per_school_year=450_432,
    )  # fmt: skip
    late = trial(
        "late", mode="group", window_start="2021-10-01", window_end="2022-07-21",
        decision="stop", safe=False, safety_failing=("recontact",),
        pence_per_school_year=190_277,
    )  # fmt: skip
    return pilot, early, late


def rows(log: bool = False) -> tuple[PoolRow, ...]:
    """Each trial on the common outcome."""
    scale = 0.04 if log else 1.0
    numbers = {
        "pilot": (-0.91, 1.32, 0.21),
        "early": (0.42, 0.93, 0.33),
        "late": (-0.37, 0.64, 0.46),
    }
    return tuple(
        PoolRow(name, TITLES[name], 118, 24.61, 24.61 + estimate, estimate * scale, se * scale,
                101.4, (estimate - 2 * se) * scale, (estimate + 2 * se) * scale, weight)
        for name, (estimate, se, weight) in numbers.items()
    )  # fmt: skip


def measure(log: bool = False, **changes: Any) -> PooledMeasure:
    """The pool on one scale."""
    scale = 0.04 if log else 1.0
    base = PooledMeasure(
        measure="log-rate-ratio" if log else "difference",
        unit="log rate ratio" if log else PER_THOUSAND,
        rows=rows(log),
        trials=3,
        estimate=-0.24 * scale,
        se=0.51 * scale,
        df=2.0,
        lower=-1.72 * scale,
        upper=1.28 * scale,
        p=0.682,
        plain_se=0.38 * scale,
        plain_lower=-1.13 * scale,
        plain_upper=0.94 * scale,
        plain_p=0.591,
        floored=True,
        interval=0.95,
        estimator="REML",
        tau2=0.031 * scale,
        tau2_lower=0.0,
        tau2_upper=5.43 * scale,
        i2=0.064,
        q=1.82,
        q_df=2,
        q_p=0.403,
        prediction_lower=-3.45 * scale,
        prediction_upper=2.97 * scale,
        conclusion=None if log else "no-worthwhile-effect",
        plain_conclusion=None if log else "no-worthwhile-effect",
        leave_one_out=() if log else (
            LeftOut("pilot", TITLES["pilot"], -0.16, -5.32, 4.98, 0.0, "cannot-tell"),
            LeftOut("early", TITLES["early"], -0.52, -6.43, 5.37, 0.0, "cannot-tell"),
            LeftOut("late", TITLES["late"], -0.07, -9.26, 9.12, 0.21, "cannot-tell"),
        ),
        notes=(),
    )  # fmt: skip
    return replace(base, **changes)


def pool(**changes: Any) -> ProgrammePool:
    """The common outcome."""
    base = ProgrammePool(
        outcome="nfa_pupils",
        title="pupils with a new contact that led to no further action",
        unit=PER_THOUSAND,
        unit_difference=PER_THOUSAND,
        numerator="nfa_any_strict",
        denominator="pupils",
        per=1000,
        window_days=(182, 293),
        average="pupil-average",
        direction="lower",
        margin=2.0,
        harm=2.0,
        margin_reason="assumed",
        safe=True,
        difference=measure(),
        ratio=measure(log=True),
        more_homogeneous="ratio",
        not_pooled=(),
    )
    return replace(base, **changes)


def panels() -> tuple[ProgrammePanel, ...]:
    """Each trial's own main outcome, in two units; and one outcome of two trials."""
    own = tuple(
        PanelRow(one.trial, one.title, one.primary.outcome, one.primary.title, "primary",
                 "supervision", one.primary.unit_difference, one.primary.estimate, one.primary.se,
                 one.primary.lower, one.primary.upper, 0.95, one.primary.p, 24.61, 23.18,
                 one.primary.conclusion)
        for one in trials()
    )  # fmt: skip
    contacts = tuple(
        PanelRow(name, TITLES[name], "recontact", "pupils contacted about again", "safety",
                 "supervision", PER_THOUSAND, 0.42, 1.3, -2.11, 2.95, 0.95, 0.7412, 3.2, 3.6,
                 "no-worthwhile-difference")
        for name in ("early", "late")
    )  # fmt: skip
    return (
        ProgrammePanel("own-primary", "each trial's own main outcome", "declared",
                       "denominators differ", None, "lower", own),
        ProgrammePanel("recontact", "pupils contacted about again", "declared",
                       "stands beside the others", PER_THOUSAND, "lower", contacts),
    )  # fmt: skip


def cumulative() -> tuple[CumulativePoint, ...]:
    """Before the pool began, its first trial, and all of it."""
    own = (-1.23, -2.64, 0.18, PER_THOUSAND, "cannot-tell", "test-further")
    none = (None,) * 10
    return (
        CumulativePoint("pilot", TITLES["pilot"], "2020-03-31", False, -2.31, -6.12, 1.47,
                        "percentage points", "cannot-tell", "test-further", 0, *none),
        CumulativePoint("early", TITLES["early"], "2021-12-17", True, *own, 1, 0.42, -1.44, 2.28,
                        "one-trial", "cannot-tell", "test-further", None, None, None, None),
        CumulativePoint("late", TITLES["late"], "2022-07-21", True, *own, 2, -0.13, -5.21, 4.95,
                        "floored-hartung-knapp", "cannot-tell", "test-further", -0.11, -1.12, 0.91,
                        "no-worthwhile-effect"),
    )  # fmt: skip


def quoted() -> tuple[QuotedFinding, ...]:
    """One of each kind, made up."""
    where = ("A paper on five schools", "A charity", "May 2001", "example.org/paper")
    return (
        QuotedFinding("q-size", "size", "schools drawn", ("late",), None, 5127, "schools",
                      "nearly", "nearly 5,127 schools", "counted twice", *where),
        QuotedFinding("q-plan", "size", "schools planned", (), None, 6131, "schools", "about",
                      None, "read on a page", "A page", "A council", None, None),
        QuotedFinding("q-cost", "cost", "cost of groups", (), "group", 7177,
                      "pounds per school per year", "exactly", "£7,177 per school per year", None,
                      *where),
        QuotedFinding("q-given", "delivery", "given as meant", (), None, None, None, "exactly",
                      "some of it was given", None, *where),
        QuotedFinding("q-found", "result", "what was found", (), None, None, None, "exactly",
                      "no difference was seen", None, *where),
        QuotedFinding("q-seen", "perception", "how it was seen", (), None, None, None, "exactly",
                      "it was liked", None, *where),
        QuotedFinding("q-advice", "recommendation", "what was advised", (), None, None, None,
                      "exactly", "do not go on", None, *where),
    )  # fmt: skip


def totals() -> tuple[ProgrammeTotals, ...]:
    """A group and all."""
    return (
        ProgrammeTotals("later", "the two later trials", ("early", "late"), 240, 118, 122, 3,
                        60080, 3, 1, 6),
        ProgrammeTotals("all", "all trials", ("pilot", "early", "late"), 334, 165, 169, 3, None,
                        5, 1, None),
    )  # fmt: skip


def costs() -> tuple[ModeCost, ...]:
    """Two modes that are added up, one that cannot be."""
    return (
        ModeCost("one-to-one", ("pilot",), 47, 85_049, ("2021-22",), ("authority",), 85_049,
                 85_049, ("early",), ()),
        ModeCost("group", ("early", "late"), 118, None, ("2020-21", "2021-22"), ("authority",),
                 190_277, 450_432, (), ("pilot",)),
    )  # fmt: skip


def decision() -> ProgrammeDecision:
    """Stop, with a ground of each shape."""
    return ProgrammeDecision(
        "pooled-class", "stop", "nfa_pupils", "no-worthwhile-effect",
        (
            ProgrammeReason("pooled-class", None, "nfa_pupils", "no-worthwhile-effect", -1.72, 1.28,
                            2.0, PER_THOUSAND),
            ProgrammeReason("safety-fails", "late", "recontact", None, None, None, None, None),
            ProgrammeReason("leave-one-out-disagrees", "late", "nfa_pupils", "cannot-tell", -9.26,
                            9.12, 2.0, PER_THOUSAND),
            ProgrammeReason("ratio-disagrees", None, "nfa_pupils", None, -0.071, 0.052, None,
                            "log rate ratio"),
            ProgrammeReason("trial-class", "pilot", "nfa_share", "cannot-tell", -6.12, 1.47, 3.0,
                            "percentage points"),
            ProgrammeReason("trial-not-pooled", "pilot", "", None, None, None, None, None),
        ),
    )  # fmt: skip


def result(**changes: Any) -> ProgrammeResult:
    """A whole programme."""
    base = ProgrammeResult(
        programme="dsl-programme",
        title="Supervision of leads, three trials",
        question="Does supervision reduce contacts?",
        simulated=True,
        trials=trials(),
        totals=totals(),
        panels=panels(),
        pools=(pool(),),
        not_pooled=(
            NotPooled(
                "pilot", TITLES["pilot"], "nfa_pupils", "window-length", "182 days", "293 days"
            ),
            NotPooled(
                "pilot", TITLES["pilot"], "nfa_pupils", "roll-census", "no census", "a census"
            ),
        ),
        cumulative=cumulative(),
        costs=costs(),
        decision=decision(),
        quoted=quoted(),
        interval=0.95,
        warnings=(),
    )
    return replace(base, **changes)


def real(made: ProgrammeResult) -> ProgrammeResult:
    """The same programme, none of it simulated."""
    trials = tuple(replace(one, simulated=False) for one in made.trials)
    return replace(made, simulated=False, trials=trials)
