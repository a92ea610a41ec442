"""The command meta: metafor's numbers through a file."""

import json
from pathlib import Path

import pytest

from equipoise.cli import main

CASES = json.loads(
    (Path(__file__).parents[1] / "statistics" / "oracles" / "meta.json").read_text(encoding="utf-8")
)["cases"]
METHODS = {"REML": "reml", "PM": "pm", "DL": "dl", "EE": "fixed", "FE": "fixed"}
TESTS = {"z": "z", "knha": "hksj", "adhoc": "hksj-floored"}
FITS = [
    pytest.param(case, fit, id=f"{case['name']}-{fit['method']}-{fit['test']}")
    for case in CASES
    for fit in case["fits"]
    if fit["method"] in METHODS and fit["test"] in TESTS
]


def written(path, estimates, variances):
    rows = [f"{y!r},{v!r}" for y, v in zip(estimates, variances, strict=True)]
    path.write_text("\n".join(["yi,vi", *rows]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("case", "fit"), FITS)
def test_it_is_metafors(command, tmp_path, case, fit):
    path = written(tmp_path / "trials.csv", case["y"], case["v"])
    words = ("--method", METHODS[fit["method"]], "--test", TESTS[fit["test"]])
    said = command("meta", path, "--estimate", "yi", "--variance", "vi", *words, "--json")
    assert said.code == 0, said.err
    found = json.loads(said.out)
    assert found["estimate"] == pytest.approx(fit["estimate"], abs=1e-6)
    assert found["se"] == pytest.approx(fit["se"], abs=1e-6)
    assert found["ci"] == pytest.approx([fit["lower"], fit["upper"]], abs=1e-5)
    assert found["tau2"] == pytest.approx(fit["tau2"], abs=1e-6)
    assert found["q"] == pytest.approx(fit["q"], rel=1e-8)
    assert found["df"] == (None if fit["test"] == "z" else len(case["y"]) - 1)
    if METHODS[fit["method"]] == "fixed":
        assert found["q_interval"] is found["tau_interval"] is None
    else:
        limits = fit["interval"]
        assert found["tau_interval"] == pytest.approx([t**0.5 for t in limits["tau2"]], abs=1e-5)
        assert found["i2_interval"] == pytest.approx(limits["i2"], abs=1e-4)
        # The expectation of Q is (k - 1) H2.
        expected = [(len(case["y"]) - 1) * h2 for h2 in limits["h2"]]
        assert found["q_interval"] == pytest.approx(expected, rel=1e-5)
        assert found["tau"] == pytest.approx(fit["tau2"] ** 0.5, abs=1e-6)
        assert found["i2"] == pytest.approx(fit["i2"], abs=1e-4)
        if len(case["y"]) < 3:
            assert found["prediction"] is None
        else:
            assert found["prediction"] == pytest.approx(fit["prediction"], abs=1e-5)


def test_the_default_is_reml_with_the_floor(command, tmp_path):
    near = next(case for case in CASES if case["name"] == "near_nulls")
    path = written(tmp_path / "trials.csv", near["y"], near["v"])
    words = ("meta", path, "--estimate", "yi", "--variance", "vi")
    found = json.loads(command(*words, "--json").out)
    assert (found["method"], found["test"], found["factor"]) == ("reml", "hksj-floored", 1.0)
    said = command(*words).out
    assert "3 studies pooled by reml, test hksj-floored" in said
    assert "The Hartung-Knapp factor was below 1 and was held at 1." in said


def test_the_spread_is_said_with_its_intervals(command, tmp_path):
    bcg = next(case for case in CASES if case["name"] == "bcg")
    path = written(tmp_path / "trials.csv", bcg["y"], bcg["v"])
    said = command("meta", path, "--estimate", "yi", "--variance", "vi").out
    assert "tau 0.559" in said
    assert "I2: 92.2 % (81.9 to 97.7)" in said
    assert "the Q to be expected (" in said
    one = command("meta", written(path, [0.4], [0.01]), "--estimate", "yi", "--variance", "vi")
    assert "1 study pooled" in one.out


@pytest.mark.parametrize(
    ("y", "v", "sentence"),
    [
        ([1.0, 2.0], [0.1, 0.0], "The variance of study 2 is 0; it must be above zero."),
        ([1.0, 2.0], [0.1, -1.0], "The variance of study 2 is -1; it must be above zero."),
        (["", 2.0], [0.1, 1.0], "The estimate of study 1 is missing or infinite."),
        ([], [], "There are no studies to pool."),
    ],
)
def test_what_is_refused(command, tmp_path, y, v, sentence):
    rows = "".join(f"{a},{b}\n" for a, b in zip(y, v, strict=True))
    path = tmp_path / "trials.csv"
    path.write_text("yi,vi\n" + rows, encoding="utf-8")
    said = command("meta", path, "--estimate", "yi", "--variance", "vi")
    assert (said.code, said.out) == (2, "")
    assert said.err.strip() == f"Refused: {sentence}"


def test_an_absent_column_is_named(command, tmp_path):
    path = written(tmp_path / "trials.csv", [1.0], [1.0])
    said = command("meta", path, "--estimate", "d", "--variance", "vi")
    assert said.code == 2
    assert "no column 'd'; the columns are: yi, vi" in said.err


def test_a_missing_file_and_a_folder_are_named_with_what_to_do(tmp_path, capsys):
    options = ["--estimate", "yi", "--variance", "vi"]
    assert main(["meta", str(tmp_path / "none.csv"), *options]) == 2
    assert "no such file" in capsys.readouterr().err
    assert main(["meta", str(tmp_path), *options]) == 2
    said = capsys.readouterr().err
    assert "found:    a folder" in said
    assert "do:       correct the name in the command" in said
