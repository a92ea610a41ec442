"""Engines: DuckDB, SQLite and Spark give the same rows, whole or in parts, and hide identifiers."""

import random
import shutil
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.util import find_spec

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equipoise.authority.pack import build_pack, look
from equipoise.authority.pack.prepare import prepared
from equipoise.authority.readers import REASONS, read_extract, read_profile
from equipoise.authority.rules import (
    DERIVED,
    KEYS,
    QUERIES,
    RECORD_QUERIES,
    VIEWS,
    Event,
    ReferralSpan,
    Rows,
    SQLiteEngine,
    added,
    count_contacts,
    event_rows,
    keyed_hash,
    sqlite_text,
)
from equipoise.authority.rules.engine import SCHEMAS
from equipoise.authority.rules.events import setting_rows, window_rows
from equipoise.authority.rules.expressions import sql
from equipoise.authority.rules.working_days import clock_rows
from equipoise.workspace.folder import parquet
from equipoise.workspace.folder.engine import DuckDBEngine, engine_named
from equipoise.workspace.folder.parquet import parts_for
from tests.authority.test_counting import FIRST, PLAIN, RECORDED, WINDOWS, declared, event
from tests.authority.test_golden import ALL, SHEETS, files_of
from tests.authority.test_pack import LOCAL, many

ASKED = replace(PLAIN, reasons=("sexual-abuse",))
#: Everything otherwise than usual: derived, by family, every contact of a day, from the referral.
OTHERWISE = replace(
    ASKED,
    school="attended",
    outcome="derived",
    referral_within_days=14,
    siblings="one",
    same_day="keep",
    clock_from="referral",
    pending_cut_off=FIRST + timedelta(days=70),
)
SPAN = ReferralSpan(FIRST + timedelta(days=3), FIRST + timedelta(days=64))


def tables_of(events, definitions=ASKED, extract_date=date(2025, 2, 1)):
    return {
        "events": event_rows(events),
        "windows": window_rows(WINDOWS),
        "settings": setting_rows(definitions, extract_date, SPAN),
        "working_days": clock_rows(WINDOWS, definitions.pending_cut_off),
    }


def some_events(count, seed=3):
    """Return events of few children and schools, so that every rule has something to decide."""
    draw = random.Random(seed)
    made = []
    for _ in range(count):
        on = FIRST + timedelta(days=draw.randrange(66))
        by_school = draw.random() < 0.6
        urn = draw.choice([None, 900001, 900002, 900003]) if by_school else None
        delay = draw.choice([None, 0, 5, 60])
        made.append(
            Event(
                child=draw.randrange(count // 4),
                on=on,
                decided=None if delay is None else on + timedelta(days=delay),
                by_school=by_school,
                unclear_source=draw.random() < 0.1,
                urn=urn,
                resolution="" if not by_school else "matched" if urn else "unresolved",
                open_case=draw.random() < 0.2,
                outcome=draw.choice(RECORDED),
                reason=draw.choice(["SEXUAL_ABUSE", "NEGLECT", "MISSING"]),
                contact_id=draw.randrange(count // 2),
                family=draw.choice([None, draw.randrange(count // 8)]),
                referred=draw.choice([None, on + timedelta(days=draw.randrange(40))]),
                **some_school_attended(draw, by_school=by_school),
            )
        )
    return made


def some_school_attended(draw, *, by_school):
    how = draw.choice(["upn", "former-upn", "elsewhere", "no-upn"]) if by_school else ""
    urn = draw.choice([900001, 900003]) if how.endswith("upn") and how != "no-upn" else None
    return {"attended": urn, "linkage": how}


# ------------------------------------------------------------------------------------ SQLite


@pytest.mark.parametrize("query", [*QUERIES, *VIEWS, *DERIVED, *RECORD_QUERIES])
def test_the_text_for_sqlite_is_that_of_the_expressions(query):
    """To write it anew: `python tests/authority/sqlite_text.py`."""
    assert sqlite_text(query) == sql(query, "sqlite")


def test_an_unknown_query_is_refused():
    with pytest.raises(ValueError, match="no query"):
        SQLiteEngine().run("everything", {})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(event(), max_size=25), declared(), st.integers(30, 80))
def test_duckdb_and_sqlite_answer_row_for_row_the_same(events, definitions, extract_day):
    tables = tables_of(events, definitions, FIRST + timedelta(days=extract_day))
    for query in QUERIES:
        assert SQLiteEngine().run(query, tables) == DuckDBEngine().run(query, tables)


@pytest.mark.parametrize(
    "definitions",
    [ASKED, replace(ASKED, school="attended"), OTHERWISE],
    ids=["made-by", "attended", "otherwise"],
)
def test_many_events_are_counted_alike(definitions):
    tables = tables_of(some_events(4000), definitions)
    for query in QUERIES:
        answer = DuckDBEngine().run(query, tables)
        assert answer
        assert SQLiteEngine().run(query, tables) == answer


# ------------------------------------------------------------------------- whole extracts


def made(name, schools, definitions, windows, engine, **changes):
    files = {**golden_files(name), **changes}
    return (
        build_pack(files, schools, definitions, windows, engine),
        look(files, schools, definitions, engine),
    )


@cache
def golden_files(name):
    """Make the files once: a workbook holds the time at which it was made."""
    return files_of(name)


@pytest.mark.parametrize("golden", ALL, ids=lambda golden: golden[0])
def test_packs_and_lists_of_unclear_rows_are_the_same_on_duckdb_and_sqlite(golden, tmp_path):
    whole = made(*golden, DuckDBEngine())
    assert made(*golden, SQLiteEngine()) == whole
    assert made(*golden, SQLiteEngine(tmp_path)) == whole
    assert not list(tmp_path.iterdir())


def double_exports():
    head, *rows = files_of("local-columns")["contacts.csv"].decode("utf-8").splitlines(True)
    contacts = many(400).splitlines(True)
    changed = [row.replace("NFA", "Advice") for row in contacts[5:9]]
    return "".join([head, *rows, *contacts, *contacts[:7], *changed, *changed]).encode("utf-8")


@pytest.mark.parametrize("parts", [2, 8])
def test_an_extract_in_parts_gives_the_same_as_a_whole_one(parts, monkeypatch):
    data = double_exports()
    whole = made(*LOCAL, DuckDBEngine(), **{"contacts.csv": data})
    assert dict(whole[1].account.set_aside)["double-export"] == 8
    assert dict(whole[1].account.set_aside)["conflicting-copy"] == 8
    monkeypatch.setattr(parquet, "PART_BYTES", len(data) // parts + 1)
    assert parts_for(len(data)) == parts
    assert made(*LOCAL, DuckDBEngine(), **{"contacts.csv": data}) == whole
    assert made(*LOCAL, SQLiteEngine(), **{"contacts.csv": data}) == whole


def test_chunks_make_no_difference(monkeypatch):
    whole = made(*LOCAL, SQLiteEngine(), **{"contacts.csv": double_exports()})
    monkeypatch.setattr("equipoise.authority.rules.records.CHUNK", 7)
    assert made(*LOCAL, SQLiteEngine(), **{"contacts.csv": double_exports()}) == whole
    assert made(*LOCAL, DuckDBEngine(), **{"contacts.csv": double_exports()}) == whole


@pytest.mark.parametrize("engine", [DuckDBEngine, SQLiteEngine])
@pytest.mark.parametrize("seed", range(3))
def test_rows_set_aside_are_those_that_a_dictionary_finds(engine, seed, monkeypatch):
    draw = random.Random(seed)
    head = files_of("local-columns")["contacts.csv"].decode("utf-8").splitlines()[0]
    rows = [
        f"{draw.choice(['', 'C1', 'C2', 'C3', 'C4'])},{draw.choice(['', 'K1', 'K2', 'K3', 'K4'])},"
        f"{draw.choice(['08/01/2024'] * 9 + ['', 'soon', '08/01/2031'])},School,Thornwick,"
        f"{draw.choice(['NFA', 'Advice'])},,N"
        for _ in range(150)
    ]
    data = "\n".join([head, *rows, ""]).encode("utf-8")
    files = {**golden_files("local-columns"), "contacts.csv": data}
    expected = read_extract(data, "contacts.csv", read_profile(files["profile.json"]))
    monkeypatch.setattr(parquet, "PART_BYTES", 1000)
    _, schools, definitions, _ = LOCAL
    found = look(files, schools, definitions, engine())
    assert found.account.set_aside == expected.reasons()
    assert len(found.account.set_aside) == 7
    assert found.account.rows_kept == len(expected.contacts)
    aside = [(u.row, u.why) for u in found.unclear if u.field == "row"]
    assert aside == [(a.row, f"set aside: {REASONS[a.reason]}") for a in expected.set_aside]


@pytest.mark.parametrize("engine", [DuckDBEngine, SQLiteEngine])
def test_a_store_takes_nothing_after_the_first_question(engine):
    with engine().store(0) as store:
        assert added("set_aside", store.ask("set_aside", {})) == ()
        with pytest.raises(ValueError, match="first question"):
            store.append(Rows.of("records", []))


def test_no_identifier_lies_in_the_files_of_a_store(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    kept = tmp_path.parent / f"{tmp_path.name}-kept"
    real = parquet.ParquetParts.abandon

    def keep(parts):
        real(parts)
        if not kept.exists():
            shutil.copytree(parts.folder, kept)

    monkeypatch.setattr(parquet.ParquetParts, "abandon", keep)
    data = (
        files_of("local-columns")["contacts.csv"].splitlines(keepends=True)[0]
        + b"PLANTED-1,CHILD-9,08/01/2024,School of Jane Roe,Planted Primary,Planted words,,N\n"
    )
    made(*LOCAL, DuckDBEngine(), **{"contacts.csv": data})
    files = [path for path in kept.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = path.read_bytes()
        assert not any(word in content for word in (b"PLANTED", b"CHILD", b"Planted", b"Roe"))
    assert not list(tmp_path.iterdir())


def test_a_hash_depends_on_its_key_and_its_purpose():
    numbers = {keyed_hash(key, kind)("7") for key in (b"a", b"b") for kind in ("child", "contact")}
    assert len(numbers) == 4
    assert all(-(2**63) <= number < 2**63 for number in numbers)


def test_every_query_says_how_its_parts_are_added():
    assert set(KEYS) == {*QUERIES, *RECORD_QUERIES}
    with pytest.raises(ValueError, match="no query that counts"):
        added("unclear_rows", [])
    with pytest.raises(TypeError, match="for a count"):
        added("set_aside", [("no-date", 1.0)])


def test_an_engine_that_is_not_known_is_refused_by_name():
    with pytest.raises(ValueError, match="duckdb, sqlite, spark"), engine_named("pencil"):
        pass


def test_named_engines_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    packs = []
    for name in ("duckdb", "sqlite"):
        with engine_named(name) as engine:
            packs.append(made(*LOCAL, engine))
    assert packs[0] == packs[1]
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------------- Spark


@pytest.fixture(scope="module")
def spark():
    if find_spec("pyspark") is None:
        pytest.skip("PySpark is not installed (extra `spark`)")
    if shutil.which("java") is None:
        pytest.skip("no Java")
    with engine_named("spark") as engine:
        yield engine


@pytest.mark.spark
@pytest.mark.slow
def test_spark_answers_row_for_row_the_same(spark):
    tables = tables_of(some_events(300), OTHERWISE)
    for query in QUERIES:
        assert spark.run(query, tables) == DuckDBEngine().run(query, tables)


def answers_of(golden, engine, **changes):
    """Return every row of every query over a stored extract."""
    name, schools, definitions, windows = golden
    files = {**golden_files(name), **changes}
    with prepared(files, schools, definitions, engine) as extract:
        tables = {
            "windows": window_rows(windows),
            "settings": setting_rows(definitions, extract.profile.extract_date, SPAN),
            "working_days": clock_rows(windows, definitions.pending_cut_off),
        }
        return extract.account, {
            query: list(extract.store.ask(query, tables)) for query in (*QUERIES, *RECORD_QUERIES)
        }


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["sqlite", pytest.param("spark", marks=pytest.mark.spark)])
def test_stored_extracts_answer_row_for_row_the_same(engine, request):
    other = SQLiteEngine() if engine == "sqlite" else request.getfixturevalue("spark")
    for golden, changes in ((LOCAL, {"contacts.csv": double_exports()}), (SHEETS, {})):
        expected = answers_of(golden, DuckDBEngine(), **changes)
        assert all(expected[1].values())
        assert answers_of(golden, other, **changes) == expected


@pytest.mark.spark
def test_spark_counts_nothing_where_there_is_nothing(spark):
    counted = count_contacts([], ("900001",), WINDOWS, PLAIN, date(2025, 2, 1), spark)
    assert {row.contacts for row in counted.schools} == {0}


def test_text_is_never_a_column_of_a_stored_table():
    texts = {
        name for table in ("records", "copies") for name, kind in SCHEMAS[table] if kind == "string"
    }
    assert texts == {"aside", "resolution", "outcome", "reason", "linkage"}  # short codes
