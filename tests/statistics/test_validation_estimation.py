"""The grid of `make validate --part estimation` at one hundredth, its truths and its judgement."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from validation import __main__ as command
from validation.estimation import declared, run
from validation.estimation.declared import CELLS, SITUATIONS, Cell
from validation.estimation.declared_estimators import ESTIMATORS, Estimator
from validation.estimation.found import (
    Failed,
    Found,
    FoundInterval,
    FoundTest,
    Result,
    Tally,
    tally,
)
from validation.estimation.judge import Judged, judge, judge_all, monte_carlo, records, sound
from validation.estimation.population import population, truths
from validation.estimation.report import section
from validation.estimation.targets import GROUPS, known
from validation.estimation.trials import block, large_trial

BY_NAME = {estimator.name: estimator for estimator in ESTIMATORS}
BY_CELL = {cell.name: cell for cell in CELLS}
HUNDREDTH = [BY_CELL[name] for name in ("A1", "A7", "few, pairs", "tens, baseline")]


@pytest.fixture
def one_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """Digest the code no more than needed: it takes a second."""
    monkeypatch.setattr(run, "code_digest", lambda: "one code")


@pytest.fixture(scope="module")
def hundredth(tmp_path_factory: pytest.TempPathFactory) -> tuple[Judged, ...]:
    folder = tmp_path_factory.mktemp("kept")
    found = run.run_grid(0.01, cells=HUNDREDTH, workers=1, kept=folder, say=lambda _: None)
    return judge_all(HUNDREDTH, found)


def test_a_hundredth_does_not_contradict_the_rules(hundredth: tuple[Judged, ...]) -> None:
    failed = {(one.cell.name, one.estimator.name) for one in hundredth if one.verdict == "failed"}
    # An arm has one school in each pair, so that the ratio has no error within strata; and CR0
    # and CR1 are known to be too small there.
    known = ("sums", "sums ratio", "school cr1", "pupil cr1", "pupil cr0 z")
    assert failed == {("few, pairs", name) for name in known}
    assert sound(hundredth)


def test_a_hundredth_is_counted_whole(hundredth: tuple[Judged, ...]) -> None:
    assert all(one.tally.trials == one.tally.given + one.tally.why.total() for one in hundredth)
    wanted = {one.estimator.name: one.tally.trials for one in hundredth}
    assert (wanted["school hc2"], wanted["gee md"], wanted["wild webb"]) == (200, 40, 20)


def test_the_section_is_made_of_the_results(hundredth: tuple[Judged, ...]) -> None:
    text = section(hundredth)
    for one in hundredth:
        if one.tally.given:
            assert f"{100 * one.coverage:.2f} ± {100 * one.error:.2f}" in text
    assert "| few, pairs | sums | 200 | 200 | EstimationError 200 |" in text
    assert section(hundredth) == text


def test_the_grid_is_what_the_rules_allow() -> None:
    assert len(CELLS) <= 60
    assert len({cell.seed for cell in CELLS}) == len({cell.name for cell in CELLS}) == len(CELLS)
    assert {cell.schools for cell in CELLS} == {20, 40, 94, 160, 1_678}
    array = CELLS[:25]
    for one in ("icc", "size_cv", "rate", "shares", "effect"):
        for schools in declared.SCHOOLS:
            seen = Counter(getattr(cell, one) for cell in array if cell.schools == schools)
            assert seen == Counter(getattr(cell, one) for cell in array if cell.schools == 20)
    assert {group for cell in CELLS for group in cell.groups} == set(GROUPS)


@pytest.mark.parametrize("name", ["A2", "A9", "few, rare, uneven", "A8"])
def test_schools_have_the_rate_and_icc_of_their_cell(name: str) -> None:
    cell = BY_CELL[name]
    rng = np.random.default_rng(1)
    of = population(cell)
    arms = [(of.level, of.sd, cell.icc)]
    if cell.treated_icc is not None:
        arms.append((of.treated_level, of.treated_sd, cell.treated_icc))
    for level, sd, icc in arms:
        chance = 1 / (1 + np.exp(-level - sd * rng.standard_normal(1_000_000)))
        assert chance.mean() == pytest.approx(cell.rate, rel=0.02)
        own = chance.var() / (cell.rate * (1 - cell.rate))
        assert own == pytest.approx(icc, rel=0.06)


@pytest.mark.parametrize("name", ["A9", "A17", "effect by size", "A22"])
def test_the_truths_are_those_of_a_large_trial(name: str) -> None:
    cell = BY_CELL[name]
    of, trial = truths(cell), large_trial(cell)
    arms = [trial.treated == k for k in (0, 1)]
    rates = [trial.rates[inside] for inside in arms]
    error = np.sqrt(sum(rate.var() / rate.size for rate in rates))
    assert abs(rates[1].mean() - rates[0].mean() - of.school) < 4 * error
    pooled = [trial.events[inside].sum() / trial.rolls[inside].sum() for inside in arms]
    linear = [
        (trial.events[inside] - rate * trial.rolls[inside]) / trial.rolls[inside].mean()
        for inside, rate in zip(arms, pooled, strict=True)
    ]
    error = np.sqrt(sum(part.var() / part.size for part in linear))
    assert abs(pooled[1] - pooled[0] - of.pupil) < 4 * error
    relative = np.sqrt(sum(p.var() / p.size / r**2 for p, r in zip(linear, pooled, strict=True)))
    assert abs(np.log(pooled[1] / pooled[0]) - of.log_ratio) < 4 * relative


def test_each_estimator_has_its_own_truth() -> None:
    cell = BY_CELL["effect by size"]
    pupil, school = known(cell, BY_NAME["pupil cr2"]), known(cell, BY_NAME["school hc2"])
    assert pupil is not None
    assert school is not None
    assert pupil < 2 * school < 0
    assert known(cell, BY_NAME["lmm kr"]) is None
    assert known(BY_CELL["usual, effect"], BY_NAME["binomial t"]) == declared.CONSTANT
    assert known(BY_CELL["A2"], BY_NAME["pupil cr2"]) == 0


def test_effects_of_a_stratum_with_other_shares_are_weighed_by_schools() -> None:
    cell = BY_CELL["shares differ"]
    trials = [trial for number in range(2) for trial in block(cell, number)]
    by_stratum = np.array(
        [
            [trial.rates[(trial.strata == s) & (trial.treated == arm)].mean() for arm in (0, 1)]
            for trial in trials
            for s in range(trial.layers)
        ]
    )
    sizes = np.bincount(trials[0].strata)
    gaps = (by_stratum[:, 1] - by_stratum[:, 0]).reshape(len(trials), -1) @ sizes / sizes.sum()
    assert abs(gaps.mean() - truths(cell).school) < 4 * gaps.std() / len(trials) ** 0.5


@pytest.mark.parametrize(
    ("name", "cell", "given", "held", "verdict"),
    [
        ("school hc2", "A1", 20_000, 19_000, "passed"),
        ("school hc2", "A1", 20_000, 18_760, "not settled"),
        ("school hc2", "A1", 20_000, 18_500, "failed"),
        ("school hc2", "A1", 20_000, 19_500, "failed"),
        ("school hc2", "A1", 19_790, 18_800, "failed"),
        ("school hc2", "A1", 19_810, 18_820, "passed"),
        ("school hc2", "A1", 0, 0, "failed"),
        ("gee md", "A7", 4_000, 3_780, "not settled"),
        ("permutation", "A1", 4_000, 3_780, "passed"),
        ("permutation", "A1", 4_000, 3_730, "failed"),
        ("permutation", "A2", 4_000, 3_780, "not settled"),
        ("permutation", "A2", 4_000, 3_820, "passed"),
    ],
)
def test_the_rule_of_judgement(name: str, cell: str, given: int, held: int, verdict: str) -> None:
    estimator = BY_NAME[name]
    trials = 4_000 if given == 4_000 else 20_000
    found = Tally(trials=trials, given=given, covered=held, rejected=given - held)
    if estimator.target == "test":
        found.covered = 0
    assert judge(BY_CELL[cell], estimator, found).verdict == verdict


def test_the_monte_carlo_interval_has_its_coverage() -> None:
    rng = np.random.default_rng(2)
    for rate in (0.95, 0.995):
        found = rng.binomial(2_000, rate, 20_000) / 2_000
        bounds = np.array([monte_carlo(float(share), 2_000) for share in found])
        missed = np.mean((rate < bounds[:, 0]) | (rate > bounds[:, 1]))
        assert missed == pytest.approx(0.001, abs=0.0012)


def _judged(name: str, cell: Cell, held: int) -> Judged:
    found = Tally(trials=20_000, given=20_000, covered=held, rejected=20_000 - held)
    return judge(cell, BY_NAME[name], found)


def test_an_estimator_is_used_only_if_it_passed_in_every_cell_of_the_kind() -> None:
    cells = [cell for cell in CELLS if cell.schools == 20][:2]
    held = {"school hc2": (19_000, 18_000), "school hc3": (19_000, 19_050)}
    held["pupil cr2"] = (19_000, 18_760)
    judged = [
        _judged(name, cell, n)
        for name, each in held.items()
        for cell, n in zip(cells, each, strict=True)
    ]
    verdicts = {one.estimator.name: one.verdict for one in records(judged, SITUATIONS[0])}
    assert verdicts == {"school hc2": "failed", "school hc3": "passed", "pupil cr2": "not settled"}
    text = section(judged)
    assert "| **school hc2** | not 90.0 (1/2) |" in text
    assert "| school hc3 | use 95.2 (2/2) |" in text
    assert "| **pupil cr2** | ? 93.8 (1/2) |" in text
    advice = "use school hc3; not the default school hc2 (90.0 % in A2)."
    assert f"- *20 schools.* For the school-average: {advice}" in text


def test_a_warning_example_is_never_recommended() -> None:
    text = section([_judged("pupil cr0 z", BY_CELL["A21"], 19_000)])
    assert "For the pupil-average" not in text
    assert "| pupil cr0 z (w) |" in text


def test_an_unsound_exact_test_is_no_limit_but_a_fault() -> None:
    exact = BY_NAME["permutation"]
    fine = judge(BY_CELL["A1"], exact, Tally(trials=4_000, given=4_000, rejected=120))
    fault = judge(BY_CELL["A1"], exact, Tally(trials=4_000, given=4_000, rejected=300))
    approximate = judge(BY_CELL["A2"], exact, Tally(trials=4_000, given=4_000, rejected=900))
    assert (fine.verdict, fault.verdict, approximate.verdict) == ("failed", "failed", "failed")
    assert sound([fine, approximate])
    assert not sound([fine, fault])


def test_results_are_summed_by_kind() -> None:
    results: list[Result] = [
        Found(1.0, 1.0, np.inf),
        Found(2.1, 1.0, np.inf),
        Found(2.1, 1.0, 5.0),
        Found(1.0, 0.0, 5.0),
        FoundInterval(3.0, 2.5, 3.5),
        Failed("SeparationError"),
    ]
    found = tally(results, 0.0)
    assert (found.trials, found.given, found.covered, found.rejected) == (6, 4, 2, 2)
    assert found.why == {"SeparationError": 1, "no error or degrees of freedom": 1}
    tests = tally([FoundTest(0.05), FoundTest(0.055)], 0.0)
    assert (tests.given, tests.rejected) == (2, 1)


def test_an_interval_that_is_not_the_products_stops_the_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("validation.estimation.found._critical", lambda df: np.full(df.shape, 1.9))
    with pytest.raises(RuntimeError, match="not the product's"):
        tally([Found(1.0, 1.0, 10.0)], 0.0)


TINY = [BY_CELL["A1"], BY_CELL["few, baseline"]]


def test_a_run_goes_on_where_it_was_interrupted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_code: None
) -> None:
    ran: list[str] = []
    real = run.run_cell

    def interrupted(cell: Cell, fraction: float, workers: int) -> dict[str, Tally]:
        if len(ran) == 1:
            raise KeyboardInterrupt
        ran.append(cell.name)
        return real(cell, fraction, workers)

    def again(fraction: float = 0.001) -> dict[int, dict[str, Tally]]:
        return run.run_grid(fraction, cells=TINY, workers=1, kept=tmp_path, say=lambda _: None)

    monkeypatch.setattr(run, "run_cell", interrupted)
    with pytest.raises(KeyboardInterrupt):
        again()
    assert len(list(tmp_path.iterdir())) == 1
    monkeypatch.setattr(run, "run_cell", lambda *given: ran.append(given[0].name) or real(*given))
    whole = again()
    assert ran == ["A1", "few, baseline"]
    assert again() == whole
    again(0.0011)
    assert ran == ["A1", "few, baseline"] * 2


def test_other_code_is_another_key(tmp_path: Path) -> None:
    def digest(source: str) -> str:
        (tmp_path / "estimators.py").write_text(source, encoding="utf-8")
        return run.digest_of([tmp_path / "estimators.py"])

    first = digest('"""Words."""\n\nx = 1  # why\n')
    assert digest('"""Other words."""\nx = 1\n') == first
    assert digest('"""Words."""\n\nx = 2  # why\n') != first


def test_workers_change_no_number() -> None:
    cell = BY_CELL["A1"]
    assert run.run_cell(cell, 0.026, 1) == run.run_cell(cell, 0.026, 2)


def test_a_part_is_imported_only_when_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, one_code: None
) -> None:
    monkeypatch.setattr(command, "PARTS", ("absent", "estimation"))
    monkeypatch.setattr("validation.estimation.CELLS", CELLS[:1])
    monkeypatch.setattr("validation.estimation.run.KEPT", tmp_path / "kept")
    page = tmp_path / "validation.md"
    assert command.main(["--part", "estimation", "--fraction", "0.001", "--out", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Validation")
    assert "<!-- begin estimation -->\n## Estimation: type I error and coverage\n" in text
    with pytest.raises(ModuleNotFoundError, match="absent"):
        command.main(["--part", "absent", "--out", str(page)])
    assert page.read_text(encoding="utf-8") == text


def _unused(estimator: Estimator) -> bool:
    return not any(estimator.group in cell.groups for cell in CELLS)


def test_every_declared_estimator_runs_somewhere() -> None:
    assert [estimator.name for estimator in ESTIMATORS if _unused(estimator)] == []
