"""Ingest counts the same by every engine, and notes files that it never holds."""

import pytest

from equipoise.cli.options import Engine
from equipoise.core.base import ProblemsError, sha256_hex
from equipoise.workspace.folder import Work
from equipoise.workspace.folder.engine import ENGINES
from equipoise.workspace.steps.ingest import ingest
from equipoise.workspace.steps.packs import PackJob, build_packs
from tests.rehearsed import contents
from tests.workspace.test_work import ready


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_ingest_again_by_another_engine_changes_nothing(states, tmp_path, engine):
    walk = states["blind-run"].copy(tmp_path / "w")
    before = contents(walk.trial / "outcomes") | contents(walk.trial / "packs")
    line = ingest(ready(walk), engine=engine)
    assert contents(walk.trial / "outcomes") | contents(walk.trial / "packs") == before
    files = [name for name in line.entry.reads if name.startswith("authority/")]
    assert files
    for name in files:
        assert line.entry.reads[name] == sha256_hex((walk.trial / name).read_bytes())


def test_an_unknown_engine_is_refused_and_nothing_is_written(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    before = contents(walk.out)
    with pytest.raises(ValueError, match="no engine abacus"):
        ingest(ready(walk), engine="abacus")
    assert contents(walk.out) == before


def test_a_file_that_is_noted_must_be_there_and_as_it_was_written(states, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    work = Work(ready(walk), "ingest")
    name = "outcomes/schools.parquet"
    assert work.note(name) == walk.trial / name
    assert work.reads[name] == sha256_hex((walk.trial / name).read_bytes())
    (walk.trial / name).write_bytes(b"other")
    with pytest.raises(ProblemsError, match="other bytes than the ledger records"):
        work.note(name)
    with pytest.raises(ProblemsError, match="no such file"):
        work.note("authority/900/nothing.csv")


def test_packs_do_not_depend_on_the_number_of_processes_or_the_engine(states):
    walk = states["blind-run"]
    folder = walk.folder()
    from equipoise.workspace.steps.declared import definitions_of
    from equipoise.workspace.steps.stages import registers_of

    definitions, windows = definitions_of(folder.protocol)
    schools = registers_of(Work(folder, "ingest")).schools
    where = walk.trial / "authority" / "900"
    files = {path.name: path for path in sorted(where.iterdir())}
    jobs = [PackJob(code, files, schools, definitions, windows) for code in ("900", "again")]
    one = build_packs(jobs, "duckdb")
    assert build_packs(jobs, "duckdb", workers=2) == one
    assert build_packs(jobs, "sqlite") == one
    broken = [PackJob("900", {**files, "profile.json": b"{"}, schools, definitions, windows)]
    (problem,) = build_packs(broken, "sqlite")
    assert isinstance(problem, ProblemsError)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_an_analysts_list_does_not_depend_on_the_engine(command, engine):
    sample = "samples/simulated-authority"
    words = ("contacts", "check", sample, "--register", f"{sample}/register.csv", "--json")
    assert command(*words, "--engine", engine) == command(*words)


def test_an_engine_that_there_is_not_is_refused_by_name(command):
    sample = "samples/simulated-authority"
    words = ("contacts", "check", sample, "--register", f"{sample}/register.csv")
    said = command(*words, "--engine", "abacus")
    assert said.code == 2
    assert "duckdb" in said.err


def test_the_command_line_names_every_engine():
    assert tuple(Engine) == ENGINES


def test_schools_counted_by_other_definitions_alone_have_no_values_under_the_trials_own(states):
    """Whatever an authority cannot give is left empty in the tables, never taken from others."""
    from dataclasses import replace

    from equipoise.evaluation.outcomes import analysis_set
    from equipoise.workspace.steps.declared import declared_definitions, definitions_of
    from equipoise.workspace.steps.ingest import _apart
    from equipoise.workspace.steps.stages import commitments_of, registers_of

    walk = states["blind-run"]
    folder = walk.folder()
    work = Work(folder, "ingest")
    registers, commitments = registers_of(work), commitments_of(work)
    definitions, windows = definitions_of(folder.protocol)
    where = walk.trial / "authority" / "900"
    files = {path.name: path for path in sorted(where.iterdir())}
    job = PackJob("900", files, registers.schools, definitions, windows)
    ((pack, _),) = build_packs([job], "sqlite")
    declared = declared_definitions(folder.protocol)
    name = declared[1].name
    pack = replace(pack, definitions=declared[1].definitions)
    own, others = _apart(pack, (), declared)
    made = analysis_set(
        folder.protocol, commitments, registers, [own], others={"900": others}
    ).schools
    count = "nfa_any_strict_outcome"
    here = made.filter(made["la_code"] == "900")
    assert here.height > 0
    assert here[count].null_count() == here.height
    held = {row.urn: row.nfa_any_strict for row in pack.counts if row.window == "outcome"}
    assert dict(here.select("urn", f"{count}@{name}").iter_rows()) == {
        urn: held[urn] for urn in here["urn"]
    }
