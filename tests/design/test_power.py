"""Power: natural units first, from the register's own numbers."""

from __future__ import annotations

from math import sqrt

import pytest
from scipy import stats

from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.design.power import benchmarks, size
from equipoise.design.protocol import load_protocol, template
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit

SD, R2 = 12.0, 0.3


def _enrolment(schools: int, authorities: int = 4) -> Enrolment:
    places = [(f"{900_001 + i}", f"{900 + i % authorities}", 100 + i) for i in range(schools)]
    units = tuple(Unit(urn, (urn,), la, "primary", n) for urn, la, n in places)
    enrolled = tuple(EnrolledSchool(urn, urn, urn, la, la, "primary", n) for urn, la, n in places)
    return Enrolment(units, enrolled, (), (), ())


def test_the_demo_by_hand(text: str) -> None:
    """120 schools, 8 equal strata: (t + t) x SD x sqrt((1 - R2) / (J p (1 - p)))."""
    found = size(load_protocol(text.encode()), _enrolment(120))
    df = 120 - 8 - 1 - 1
    error = SD * sqrt((1 - R2) / (120 / 4))
    assert found.df == df
    assert found.strata == 8
    assert found.standard_error == pytest.approx(error, rel=1e-12)
    assert found.mde == pytest.approx((stats.t.ppf(0.975, df) + stats.t.ppf(0.8, df)) * error)
    assert found.mde_sd == pytest.approx(found.mde / SD)
    assert (found.units, found.schools, found.members) == (120, 120, 159.5)
    assert found.unit == "per 1,000 pupils on the roll"
    assert found.enrolled


def test_units_for_the_margin_are_enough(text: str) -> None:
    """So many units find M with the power asked for; the power at M grows with the units."""
    protocol = load_protocol(text.encode())
    found = size(protocol, _enrolment(120))
    assert found.margin == 2.0
    needed = found.units_for_margin
    assert needed is not None
    enough = size(protocol, _enrolment(needed + (-needed) % 8))
    assert enough.mde <= found.margin * 1.001
    assert enough.power_at_margin == pytest.approx(0.8, abs=0.01)
    assert found.power_at_margin < enough.power_at_margin


def test_unequal_shares_cost_power(text: str) -> None:
    """40:60 has the error of 50:50 times sqrt(0.25 / 0.24)."""
    unequal = text.replace("usual practice, share: 1", "usual practice, share: 3").replace(
        "supervision, share: 1,", "supervision, share: 2,"
    )
    half, part = (size(load_protocol(t.encode()), _enrolment(120)) for t in (text, unequal))
    assert part.share == 0.4
    assert part.standard_error == pytest.approx(half.standard_error * sqrt(0.25 / 0.24))


def test_planned_numbers_until_there_is_a_register(text: str) -> None:
    """Without a register the planned units count; without these it says what is missing."""
    with pytest.raises(ProblemsError, match="the number of units planned"):
        size(load_protocol(text.encode()))
    planned = load_protocol(text.replace("{icc: null,", "{units: 94,").encode())
    found = size(planned)
    assert not found.enrolled
    assert found.schools is None
    assert found.units == 94


def test_a_correlation_gives_the_two_level_formula() -> None:
    """226 classes of 17 pupils, correlation 0.2, SD 32: Dong and Maynard (2013)."""
    found = size(load_protocol(template("own-outcomes")))
    error = 32 * sqrt((0.2 + 0.8 / 17) / (226 / 4))
    assert found.standard_error == pytest.approx(error)
    assert found.df == 224
    assert found.sd_label == "over all members"
    assert {w.code for w in found.warnings} == {"icc-high"}


def test_field_s_benchmarks_warn_with_their_source(text: str) -> None:
    """A large margin, few schools and single schools in strata are each said."""
    bold = text.replace(
        '{benefit: 2.0, harm: 2.0, reason: "assumed: two',
        '{benefit: 3.0, harm: 2.0, reason: "assumed: two',
    )
    found = size(load_protocol(bold.encode()), _enrolment(19))
    codes = {w.code for w in found.warnings}
    assert codes == {"effect-large", "mde-large", "few-clusters"}
    published = ("ssrn.com/abstract=3532325", "doi 10.1186/s12874-021-01348-0")
    assert all(any(at in w.sentence() for at in published) for w in found.warnings)
    odd = size(load_protocol(text.encode()), _enrolment(30, authorities=11))
    assert {w.code for w in odd.warnings} >= {"small-strata"}
    assert benchmarks()["school-icc"].high == 0.08


def test_too_few_units_are_refused(text: str) -> None:
    """Strata that eat all degrees of freedom are a problem, not a number."""
    with pytest.raises(ProblemsError, match="degrees of freedom"):
        size(load_protocol(text.encode()), _enrolment(4))


def test_power_is_a_result(text: str) -> None:
    """It can be written and read."""
    found = size(load_protocol(text.encode()), _enrolment(120))
    data = encode_result(found, trial="t", simulated=False, inputs={})
    assert decode_result(data).data == found
