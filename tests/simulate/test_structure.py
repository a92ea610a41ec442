"""A real register gives numbers by authority and phase, and nothing else."""

from __future__ import annotations

from collections import Counter

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import load_protocol, template
from equipoise.simulate import Scenario, read_structure, simulate_roster
from equipoise.simulate.schools import authority_code, authority_place
from equipoise.simulate.structure import phase_of
from tests.simulate.conftest import Make
from tests.simulate.reading import rows

PRIMARY = "Primary School"
PLACES = {"Upperthwaite": (21, 4), "Nether Wold": (12, 2), "Zeal": (8, 5)}


def register(heads: str = "urn,school_name,la_name,fsm_prop") -> bytes:
    """Make a register as real ones look; the names are like those that are invented."""
    lines = [heads]
    for place, (primary, secondary) in PLACES.items():
        for number in range(primary):
            saint = ("Aelred", "Hilda", "Chad", "Neot")[number % 4]
            lines.append(f"{100000 + len(lines)},St {saint}'s Catholic {PRIMARY},{place},12.5")
        lines += [
            f"{100000 + len(lines) + n},Kellmere High School,{place},30" for n in range(secondary)
        ]
        lines += [
            f"{150000 + len(lines)},Tarnholme House School,{place},z",
            f"{150001 + len(lines)},Otterford Special School,{place},40",
        ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def test_schools_are_counted_by_authority_and_phase() -> None:
    structure = read_structure(register())
    wanted = [PLACES[name] for name in sorted(PLACES)]
    assert [(c["primary"], c["secondary"]) for c in structure.authorities] == wanted
    assert all(c["independent"] == c["special"] == 1 for c in structure.authorities)
    assert structure.total(["primary"]) == 41


def test_the_other_shape_and_its_phases_are_read() -> None:
    data = b"urn,name,la,phase\n1,A,Here,Secondary\n2,B Primary School,Here,\n3,C,There,Primary\n"
    found = read_structure(data).authorities
    assert [dict(counts) for counts in found] == [{"primary": 1, "secondary": 1}, {"primary": 1}]


@pytest.mark.parametrize(
    ("name", "phase"),
    [
        ("Anytown Primary School and Nursery", "primary"),
        ("Anytown Nursery School", "nursery"),
        ("Anytown C of E School", "primary"),
        ("Anytown C of E High School", "secondary"),
        ("Anytown Junior School", "primary"),
        ("Anytown Pupil Referral Unit", "special"),
        ("The Anytown Academy", ""),
    ],
)
def test_a_phase_is_taken_from_a_clear_name_only(name: str, phase: str) -> None:
    assert phase_of(name) == phase


def test_unclear_names_are_shared_out_near_england_s_shares() -> None:
    lines = "".join(f"{n},The Academy number {n},Here,9\n" for n in range(4000))
    data = ("urn,school_name,la_name,fsm_prop\n" + lines).encode()
    counts = read_structure(data).authorities[0]
    assert counts["primary"] / 4000 == pytest.approx(0.26, abs=0.03)
    assert counts["secondary"] / 4000 == pytest.approx(0.46, abs=0.03)


def test_what_is_missing_is_said_all_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        read_structure(b"urn,town\n")
    assert len(caught.value.problems) == 3


def test_the_simulated_register_has_the_numbers_and_no_name(make: Make) -> None:
    data = register()
    both = load_protocol(template("dsl-csa"))
    world = make(Scenario(authorities=3, other_sources=0.0), protocol=both, register=data)
    enrolled = Counter((s.la_code, s.phase) for s in world.enrolment.schools)
    for place, name in enumerate(sorted(PLACES)):
        code = authority_code(place)
        assert (enrolled[code, "primary"], enrolled[code, "secondary"]) == PLACES[name]
    real = {row[key] for row in rows(data) for key in ("school_name", "la_name", "urn")}
    invented = {
        value
        for s in world.registers.schools
        for value in (s.urn, s.name, s.la_name, *(a.name for a in s.aliases))
    }
    assert not real & invented
    assert all(int(s.urn) >= 900_000 for s in world.registers.schools)
    for content in (*world.trial.values(), *world.truth.values()):
        assert not any(name.encode() in content for name in PLACES)


def test_some_authorities_of_a_register_can_be_drawn(make: Make) -> None:
    scenario = Scenario(authorities=2, other_sources=0.0)
    files: dict[str, bytes] = {}
    protocol = load_protocol(template("dsl-primary"))
    simulate_roster(
        scenario, protocol, files.__setitem__, lambda name, data: None, register=register()
    )
    assert len({row["la_code"] for row in rows(files["design/register.csv"])}) == 2


def test_codes_have_three_digits_for_all_of_england() -> None:
    codes = [authority_code(place) for place in range(152)]
    assert len(set(codes)) == 152
    assert all(len(code) == 3 for code in codes)
    assert [authority_place(code) for code in codes] == list(range(152))
