"""Several trials' estimates in one table, pooled: meta."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from equipoise.cli.messages import say, say_json, warn
from equipoise.cli.options import AsJson, need_trial_extra
from equipoise.cli.tables import BAD_INPUT, Alpha, Data, need_file, p_value

if TYPE_CHECKING:
    from equipoise.statistics.estimation import MetaResult


def add_to(application: typer.Typer) -> None:
    """Add the command."""
    application.command()(meta)


class Pooling(StrEnum):
    """Methods of `meta`."""

    REML = "reml"
    PM = "pm"
    DL = "dl"
    FIXED = "fixed"


class Test(StrEnum):
    """Tests of `meta`."""

    HKSJ = "hksj"
    FLOORED = "hksj-floored"
    Z = "z"


def meta(
    data: Data,
    estimate: Annotated[
        str, typer.Option("--estimate", metavar="YI", help="The estimates' column.")
    ],
    variance: Annotated[
        str, typer.Option("--variance", metavar="VI", help="The column of their squared errors.")
    ],
    method: Annotated[
        Pooling, typer.Option("--method", help="How the true effects' variance is estimated.")
    ] = Pooling.REML,
    test: Annotated[
        Test, typer.Option("--test", help="Hartung-Knapp, with its floor, or normal.")
    ] = Test.FLOORED,
    alpha: Alpha = 0.05,
    as_json: AsJson = False,
) -> None:
    """Pool the estimates of several trials, a row for each.

    Example: equipoise meta trials.csv --estimate yi --variance vi --test hksj-floored --json
    """
    need_trial_extra()
    from equipoise.statistics.estimation import EstimationError, meta_analysis
    from equipoise.statistics.models import read_table

    need_file(data)
    table = read_table(data, numbers=[estimate, variance], labels=[])
    try:
        found = meta_analysis(
            table[estimate].fill_null(float("nan")).to_numpy(),
            table[variance].fill_null(float("nan")).to_numpy(),
            method=method.value,
            test=test.value,
            alpha=alpha,
        )
    except EstimationError as error:
        warn(f"Refused: {error}")
        raise typer.Exit(BAD_INPUT) from None
    if as_json:
        say_json(_meta_json(found))
    else:
        _say_meta(found)


def _meta_json(found: MetaResult) -> dict[str, Any]:
    from dataclasses import asdict
    from math import isinf

    plain = asdict(found)
    plain["ci"] = [plain.pop("lower"), plain.pop("upper")]
    plain["df"] = None if isinf(found.df) else found.df
    plain |= {"tau": found.tau, "tau_interval": found.tau_interval}
    return plain | {"q_interval": found.q_interval}


def _within(interval: tuple[float, float] | None, form: str = ".6g") -> str:
    """Write an interval behind a number; nothing where there is none."""
    if interval is None:
        return ""
    return f" ({interval[0]:{form}} to {interval[1]:{form}})"


def _say_meta(found: MetaResult) -> None:
    """Print a pooled effect as sentences."""
    level = f"{100 * found.level:g} %"
    studies = "1 study" if found.k == 1 else f"{found.k} studies"
    say(f"{studies} pooled by {found.method}, test {found.test}")
    say(f"  Estimate: {found.estimate:.6g}, error {found.se:.4g}")
    say(f"    {level} interval {found.lower:.6g} to {found.upper:.6g}, {p_value(found.p)}")
    if found.prediction is not None:
        low, high = found.prediction
        say(f"  A further trial's true effect is expected between {low:.6g} and {high:.6g}")
    if found.tau2 is not None and found.i2 is not None and found.q_p is not None:
        say(
            f"  Spread of the true effects: tau {found.tau:.6g}{_within(found.tau_interval)}, "
            f"tau2 {found.tau2:.6g}{_within(found.tau2_interval)}"
        )
        say(f"  I2: {found.i2:.1f} %{_within(found.i2_interval, '.1f')}")
        say(f"  Q: {found.q:.4f} on {found.q_df} degrees of freedom, {p_value(found.q_p)}")
        if found.q_interval is not None:
            say(f"    the Q to be expected{_within(found.q_interval, '.4f')}")
    for note in found.notes:
        say(f"  Note: {note}")
