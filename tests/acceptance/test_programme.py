"""The programme: five simulated trials walked to their briefs and put together."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from equipoise.cli import main
from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result
from equipoise.design.protocol import Protocol, load_protocol, set_values, template
from equipoise.design.randomisation import commit, draw, seed_hash, stages_of
from equipoise.design.registers import enrol, read_registers
from equipoise.programme.costs import cost, read_costs
from equipoise.simulate import Scenario, simulate_roster
from equipoise.simulate.asked import without_not_joining
from equipoise.workspace.folder import RehearsalSecrets
from equipoise.workspace.steps import programme_demonstration as demonstration
from equipoise.workspace.steps.programme import synthesise

MARK = "SIMULATED DATA, NOT FINDINGS"
TRIALS = ("bolton-pilot", "dsl-gmca", "dsl-secondary", "dsl-primary", "dsl-csa")


@pytest.fixture(scope="session")
def programme(tmp_path_factory: pytest.TempPathFactory) -> demonstration.ProgrammeShown:
    """Five trials with a fourteenth of their schools."""
    out = tmp_path_factory.mktemp("programme") / "demo"
    return demonstration.demonstrate_programme(
        out, seed=1, tell=lambda message: None, workers=2, shrink=14
    )


def folder_of(programme: demonstration.ProgrammeShown) -> Path:
    return programme.page.parent.parent


def drawn(name: str) -> tuple[int, int, set[str]]:
    """Make a trial's roster at full size, draw it as the rehearsal does, count its arms."""
    protocol = load_protocol(set_values(template(name), {("trial", "simulated"): True}))
    scenario = demonstration._scenario(name, 1, False, 1)
    files: dict[str, bytes] = {}
    simulate_roster(scenario, protocol, files.__setitem__, lambda path, data: None)
    enrolment = enrolled(protocol, scenario, files)
    secrets = RehearsalSecrets(scenario.seed)
    treated = {arm.id for arm in protocol.design.arms if arm.intervention}
    count = 0
    for stage in stages_of(protocol, enrolment):
        secret = secrets.take(f"seed {name} {stage}", 32)
        fixed = commit(protocol, enrolment, stage, seed_hash=seed_hash(secret), code_version="-")
        rows = draw(fixed, secret, secrets.take(f"event {stage}", 32).hex()).rows
        count += sum(row.arm in treated for row in rows)
    return count, len(enrolment.schools), {school.la_code for school in enrolment.schools}


def enrolled(protocol: Protocol, scenario: Scenario, files: dict[str, bytes]):
    population = protocol.design.population
    return enrol(
        without_not_joining(read_registers(files.get), scenario),
        phases=population.phases,
        statuses=population.statuses,
        min_pupils=population.min_pupils,
        roll_date=protocol.roll_date,
        shared_dsl=population.shared_dsl,
        on=protocol.roll_date,
    )


def test_the_numbers_of_the_source_come_out_of_rosters_and_draws() -> None:
    assert drawn("bolton-pilot")[:2] == (47, 94)
    three = [drawn(name) for name in ("dsl-gmca", "dsl-secondary", "dsl-primary")]
    assert [trial[:2] for trial in three] == [(80, 160), (130, 320), (472, 1198)]
    treated, schools = (sum(trial[i] for trial in three) for i in (0, 1))
    assert (treated, schools - treated, schools) == (682, 996, 1678)
    assert len(set().union(*(trial[2] for trial in three))) == 26


def test_every_trial_is_walked_and_consistent(programme) -> None:
    assert [trial.id for trial in programme.trials] == list(TRIALS)
    assert all(trial.consistent for trial in programme.trials)
    assert [trial.trial for trial in programme.result.trials] == list(TRIALS)
    assert all(trial.pence_per_school_year for trial in programme.result.trials)


def test_a_stranger_proves_every_draw_with_the_standard_library_alone(programme) -> None:
    proofs = folder_of(programme) / "proofs"
    assert len(list(proofs.iterdir())) == len(TRIALS)
    for trial in TRIALS:
        path = proofs / f"SIMULATED-DATA-NOT-FINDINGS-{trial}.py"
        heads = (folder_of(programme) / "receipts" / f"{trial}.txt").read_text("utf-8")
        receipts = [word for head in heads.split() for word in ("--receipt", head)]
        said = subprocess.run(
            [sys.executable, "-I", "-S", str(path), *receipts],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert said.returncode == 0, said.stdout
        assert "draw repeated" in said.stdout
        assert MARK in path.read_text(encoding="utf-8")


def test_planned_models_of_other_kinds_stand_beside_the_main_one(programme) -> None:
    impact = folder_of(programme) / "dsl-gmca" / "results" / "impact.json"
    primary = decode_result(impact.read_bytes()).data.outcomes[0]
    beside = {variant.id: variant for variant in primary.sensitivity}
    for name in ("poisson-counts", "population-averaged"):
        # One question asked in two ways: the intervals must overlap.
        assert beside[name].lower < primary.upper
        assert beside[name].upper > primary.lower


def test_the_pilot_is_kept_out_of_the_pool_by_name(programme) -> None:
    pool = programme.result.pools[0]
    assert [row.trial for row in pool.difference.rows] == list(TRIALS[1:])
    assert {(kept.trial, kept.part) for kept in programme.result.not_pooled} == {
        ("bolton-pilot", "window-length")
    }


def test_everything_written_says_that_it_is_simulated(programme) -> None:
    report = folder_of(programme) / "report"
    made = [path for path in report.rglob("*") if path.is_file()]
    assert {path.suffix for path in made} >= {".html", ".pdf", ".docx"}
    for path in made:
        assert "SIMULATED-DATA-NOT-FINDINGS" in path.name
        if path.suffix in (".html", ".svg", ".csv"):
            assert MARK in path.read_text(encoding="utf-8")
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as word:
                assert MARK in word.read("word/document.xml").decode("utf-8")
    result = (folder_of(programme) / "results" / "synthesis.json").read_bytes()
    assert MARK.encode() in result
    assert decode_result(result).simulated


def test_without_the_flag_simulated_trials_are_refused(programme, tmp_path: Path) -> None:
    path = folder_of(programme) / "programme.yaml"
    before = path.read_bytes()
    path.write_bytes(set_values(before, {("programme", "simulated"): False}, "programme.yaml"))
    try:
        with pytest.raises(
            ProblemsError, match=r"(?i)never put simulated and real trials together"
        ):
            synthesise(folder_of(programme), on=date(2022, 10, 1))
    finally:
        path.write_bytes(before)


def test_a_changed_result_of_a_trial_is_refused(programme, capsys) -> None:
    path = folder_of(programme) / "dsl-gmca" / "results" / "impact.json"
    before = path.read_bytes()
    path.write_bytes(before.replace(b'"estimate":', b'"estimate":1', 1))
    try:
        assert main(["synthesise", str(folder_of(programme))]) == 2
        assert "dsl-gmca/results/impact.json" in capsys.readouterr().err
    finally:
        path.write_bytes(before)


def test_synthesising_again_gives_the_same_bytes(programme) -> None:
    folder = folder_of(programme)
    names = [path for path in (folder / "report").rglob("*") if path.is_file()]
    before = {path: path.read_bytes() for path in [*names, folder / "results" / "synthesis.json"]}
    day = max(m.ended for m in demonstration.open_programme(folder).trials if m.ended)
    synthesise(folder, on=day + demonstration.timedelta(days=demonstration._BRIEF_AFTER))
    assert {path: path.read_bytes() for path in before} == before


def test_doubling_one_salary_line_moves_the_total_by_that_line(programme) -> None:
    folder = folder_of(programme) / "dsl-primary"
    protocol = load_protocol((folder / "trial.yaml").read_bytes())
    data = (folder / "frozen" / "delivery" / "costs.csv").read_bytes()
    given = decode_result((folder / "results" / "costs.json").read_bytes()).data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8"))))
    line = next(r for r in rows if r["category"] == "salary" and r["basis"] == "recurring")
    more = int(line["amount_pence"])
    doubled = data.replace(
        f"{line['line_id']},".encode(), f"{line['line_id']},".encode(), 1
    ).replace(f",{more},".encode(), f",{2 * more},".encode(), 1)
    period = protocol.design.periods.delivery
    lines = read_costs(
        doubled,
        categories=protocol.costs.categories,
        authorities={row["la_code"] for row in rows},
        start=period.start,
        end=period.end,
    )
    again = cost(
        lines,
        categories=protocol.costs.categories,
        schools={a.la_code: a.schools for a in given.authorities},
        pupils={a.la_code: a.pupils for a in given.authorities},
        sessions_held=given.sessions_held,
        start=period.start,
        end=period.end,
        annual_months=protocol.costs.annual_months,
        price_year=protocol.costs.price_year,
        perspective=protocol.costs.perspective,
    )
    assert again.recurring_pence - given.recurring_pence == more
    moved = again.recurring_pence_per_school_year - given.recurring_pence_per_school_year
    assert moved == pytest.approx(more / given.schools, abs=1)
