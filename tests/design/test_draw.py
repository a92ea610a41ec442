"""The draw: repeatable by an outsider with the standard library, and fair."""

from __future__ import annotations

import ast
import hashlib
import hmac
import json
import random
from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import equipoise.design.randomisation as room
from equipoise.core.base import ProblemsError
from equipoise.core.results import decode_result, encode_result
from equipoise.design.protocol import Protocol, load_protocol, scheme_of
from equipoise.design.randomisation import (
    ArmShare,
    Commitment,
    DeclaredEvent,
    DrawRefused,
    RosterUnit,
    allocation_bytes,
    arms_digest,
    arms_of,
    commit,
    draw,
    external_allocation,
    parse_allocation,
    roster_digest,
    seed_hash,
    stages_of,
    strata_of,
    unit_key,
)
from equipoise.design.registers import EnrolledSchool, Enrolment, Unit


def outsider(published: str, secret: bytes, event: str) -> dict[str, str]:
    """Repeat a draw from the published commitment: hmac, hashlib and json, nothing else."""
    c = json.loads(published)["data"]
    assert hashlib.sha256(secret).hexdigest() == c["seed_hash"]
    mac = secret + hashlib.sha256(event.encode()).digest()
    keys: dict[str, int] = {}
    strata: dict[str, list[tuple[int, str, list[str]]]] = {}
    arms: dict[str, str] = {}
    for unit in c["roster"]:
        urn = min(unit["urns"])
        text = json.dumps([c["trial"], c["stage"], urn], separators=(",", ":"), ensure_ascii=False)
        keys[urn] = int.from_bytes(hmac.new(mac, text.encode(), "sha256").digest()[:8], "big")
        strata.setdefault(unit["stratum"], []).append((keys[urn], urn, unit["urns"]))
    weights = [share["share"] for share in c["shares"]]
    total, mask = sum(weights), 2**64 - 1
    for members in strata.values():
        members.sort()
        state = members[0][0]
        while True:
            state = z = (state + 0x9E3779B97F4A7C15) & mask
            z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
            z ^= z >> 31
            if z < 2**64 - 2**64 % total:
                break
        order: list[str] = []
        end = 0
        for share, weight in zip(c["shares"], weights, strict=True):
            sure, rest = divmod(len(members) * weight, total)
            extra = sum(
                end <= u < end + rest for u in range(z % total, total * len(weights), total)
            )
            order += [share["arm"]] * (sure + extra)
            end += rest
        for (_, _, urns), arm in zip(members, order, strict=True):
            arms.update(dict.fromkeys(urns, arm))
    return arms


def commitment(rng: random.Random, secret: bytes, arms: int = 2) -> Commitment:
    """Make a random roster with units of one to three schools."""
    urns = [f"{900_000 + i}" for i in rng.sample(range(90_000), rng.randint(3, 80))]
    roster = []
    while urns:
        unit = sorted(urns.pop() for _ in range(min(len(urns), rng.choice((1, 1, 1, 2, 3)))))
        roster.append(
            RosterUnit(
                unit[0], tuple(unit), rng.choice(("a/small", "a/large", "é")), rng.randint(30, 900)
            )
        )
    roster.sort(key=lambda unit: unit.unit)
    return Commitment(
        trial="dsl-primary",
        stage=rng.choice(("900", "all")),
        roster=tuple(roster),
        # The last share is 1: a commitment's shares have no common divisor.
        shares=tuple(
            ArmShare(f"arm{i}", rng.randint(1, 5) if i < arms - 1 else 1) for i in range(arms)
        ),
        scheme="stratified",
        code_version="0",
        seed_hash=seed_hash(secret),
        event=DeclaredEvent("beacon", "next", "2024-09-16"),
        roster_digest=roster_digest(roster),
    )


def published(made: Commitment) -> str:
    """The commitment as it stands in the results folder."""
    return encode_result(made, trial=made.trial, simulated=True, inputs={}).decode()


@pytest.mark.parametrize("case", range(60))
def test_an_outsider_gets_the_same_arms(case: int) -> None:
    """Random rosters, unequal shares, two to four arms."""
    rng = random.Random(f"draw {case}")
    secret, event = rng.randbytes(32), f"event {case} é"
    made = commitment(rng, secret, arms=2 + case % 3)
    drawn = draw(made, secret, event)
    assert drawn.arms() == outsider(published(made), secret, event)
    assert draw(made, secret, event) == drawn


def test_a_key_by_another_programme() -> None:
    """Made with OpenSSL: dgst -sha256 -mac HMAC over ["t","all","900001"]."""
    key = unit_key(bytes(32), "", "t", "all", "900001")
    assert key == 0x1E3E5D5E74E5184B


def test_every_part_of_the_message_counts() -> None:
    """Secret, event, trial, stage and URN each change the key."""
    base = (bytes(32), "event", "trial", "900", "900001")
    changed = [
        (b"\1" + bytes(31), *base[1:]),
        (base[0], "other", *base[2:]),
        (*base[:2], "other", *base[3:]),
        (*base[:3], "901", base[4]),
        (*base[:4], "900002"),
    ]
    assert len({unit_key(*parts) for parts in [base, *changed]}) == 6


def test_each_unit_has_exactly_its_share_as_chance() -> None:
    """Over 3,000 events each unit's frequency of an arm is its share, in strata of any size."""
    secret = bytes(range(32))
    units = [
        RosterUnit(f"{900001 + i}", (f"{900001 + i}",), s, 100) for i, s in enumerate("aaaaabbc")
    ]
    made = Commitment(
        "t", "all", tuple(units), (ArmShare("usual", 3), ArmShare("new", 2)), "s", "0",
        seed_hash(secret), DeclaredEvent("b", "n", "2024-09-16"), roster_digest(units),
    )  # fmt: skip
    draws = 3000
    new: Counter[str] = Counter()
    for i in range(draws):
        arms = draw(made, secret, f"event {i}").arms()
        new.update(urn for urn, arm in arms.items() if arm == "new")
        assert sum(arms[u.unit] == "new" for u in units[:5]) == 2
    error = (0.4 * 0.6 / draws) ** 0.5
    for unit in units:
        # 4 standard errors over 8 units: a fair draw fails once in 2,000 seeds.
        assert abs(new[unit.unit] / draws - 0.4) < 4 * error


def test_schools_of_a_unit_share_its_arm() -> None:
    """Schools with a common lead are never parted."""
    rng = random.Random("together")
    secret = rng.randbytes(32)
    made = commitment(rng, secret)
    arms = draw(made, secret, "e").arms()
    assert any(len(unit.urns) > 1 for unit in made.roster)
    assert all(len({arms[urn] for urn in unit.urns}) == 1 for unit in made.roster)
    assert sorted(arms) == sorted(urn for unit in made.roster for urn in unit.urns)


def test_a_draw_that_does_not_fit_is_refused() -> None:
    """Another secret, another roster, an early or an empty event."""
    rng = random.Random("refused")
    secret = rng.randbytes(32)
    made = commitment(rng, secret)
    altered = replace(made, roster=made.roster[1:])
    for given, key, event, day, words in (
        (made, rng.randbytes(32), "e", None, "a secret with another hash"),
        (made, secret[:31], "e", None, "a secret with another hash"),
        (altered, secret, "e", None, "a roster with another digest"),
        (made, secret, " ", None, "an empty value"),
        (made, secret, "e", date(2024, 9, 15), "expected one of 2024-09-16 or later"),
    ):
        with pytest.raises(DrawRefused, match=words):
            draw(given, key, event, event_date=day)
    assert draw(made, secret, "e", event_date=date(2024, 9, 16)).rows


def test_refusals_show_no_secret() -> None:
    """The message of a refusal does not print what was tried."""
    rng = random.Random("secret")
    made, wrong = commitment(rng, rng.randbytes(32)), rng.randbytes(32)
    with pytest.raises(DrawRefused) as caught:
        draw(made, wrong, "e")
    assert wrong.hex() not in str(caught.value)
    assert hashlib.sha256(wrong).hexdigest()[:16] not in str(caught.value)


def test_commitments_are_results() -> None:
    """A commitment survives writing and reading, and its bytes are its own."""
    rng = random.Random("result")
    made = commitment(rng, rng.randbytes(32))
    data = encode_result(made, trial="t", simulated=True, inputs={})
    assert decode_result(data).data == made


def _enrolment(pupils: list[tuple[str, str, int]]) -> Enrolment:
    units = tuple(Unit(urn, (urn,), la, "primary", n) for urn, la, n in pupils)
    schools = tuple(
        EnrolledSchool(urn, urn, urn, la, f"LA {la}", "primary", n) for urn, la, n in pupils
    )
    return Enrolment(units, schools, (), (), ())


def test_strata_are_cut_at_the_stage_s_own_median(protocol: Protocol) -> None:
    """Each authority has its own median; a school at it is small."""
    enrolment = _enrolment(
        [("900001", "900", 100), ("900002", "900", 200), ("900003", "900", 300),
         ("900004", "901", 10), ("900005", "901", 20)]
    )  # fmt: skip
    assert stages_of(protocol, enrolment) == ("900", "901")
    assert strata_of(protocol, enrolment, "900") == {
        "900001": "900/small", "900002": "900/small", "900003": "900/large",
    }  # fmt: skip
    assert strata_of(protocol, enrolment, "901") == {"900004": "901/small", "900005": "901/large"}
    with pytest.raises(ProblemsError, match="no unit to draw"):
        strata_of(protocol, enrolment, "902")


def test_strata_can_be_bands_and_stages_one(text: str) -> None:
    """Fixed cuts, exactly at the cut above it, in one draw."""
    changed = text.replace("by: la_code ", "by: null ").replace(
        "cut: median-within-stage", "at: [100, 300]"
    )
    protocol = load_protocol(changed.encode())
    enrolment = _enrolment([("900001", "900", 99), ("900002", "901", 100), ("900003", "900", 300)])
    assert stages_of(protocol, enrolment) == ("all",)
    assert list(strata_of(protocol, enrolment, "all").values()) == [
        "900/0-99", "901/100-299", "900/300+",
    ]  # fmt: skip


def test_commit_takes_what_is_declared(text: str) -> None:
    """Shares in lowest terms, the protocol's event unless a later one is named."""
    protocol = load_protocol(
        text.replace("usual practice, share: 1", "usual practice, share: 0.6")
        .replace("supervision, share: 1,", "supervision, share: 0.4,")
        .encode()
    )
    enrolment = _enrolment([(f"90000{i}", "900", 100 * i) for i in range(1, 7)])
    made = commit(protocol, enrolment, "900", seed_hash="0" * 64, code_version="1",
                  event_round="4711", not_before=date(2021, 9, 20))  # fmt: skip
    assert [(s.arm, s.share) for s in made.shares] == [("usual", 3), ("supervision", 2)]
    assert made.event == DeclaredEvent(
        "drand default chain, league of entropy", "4711", "2021-09-20"
    )
    assert made.roster_digest == roster_digest(made.roster)
    assert scheme_of(protocol).probabilities() == (Fraction(3, 5), Fraction(2, 5))
    with pytest.raises(ProblemsError, match="2021-09-16 or later"):
        commit(protocol, enrolment, "900", seed_hash="0" * 64, code_version="1",
               not_before=date(2021, 9, 15))  # fmt: skip


def test_allocations_are_written_and_read() -> None:
    """Stages in order, the same bytes whatever the order given."""
    rng = random.Random("bytes")
    secret = rng.randbytes(32)
    one = draw(replace(commitment(rng, secret), stage="900"), secret, "e")
    two = draw(replace(commitment(rng, secret), stage="901"), secret, "e")
    data = allocation_bytes([two, one])
    assert data == allocation_bytes([one, two])
    assert parse_allocation(data) == (one, two)
    assert arms_of([one, two]) == {**one.arms(), **two.arms()}
    for wrong in (b"", b"{}", b"[1]", b'[{"stage":"a"}]'):
        with pytest.raises(ProblemsError, match="other contents"):
            parse_allocation(wrong)


def test_arms_drawn_elsewhere_are_recorded_by_digest() -> None:
    """Order does not matter, arms and salt do."""
    rows = [("c1", "small"), ("c2", "regular")]
    assert arms_digest(rows) == arms_digest(rows[::-1])
    assert arms_digest(rows) != arms_digest([("c1", "regular"), ("c2", "small")])
    assert arms_digest(rows, b"salt") != arms_digest(rows)
    taken = external_allocation(rows, {"c1": "school 1", "c2": "school 1"})
    assert taken.arms() == dict(rows)
    assert taken.rows[0].stratum == "school 1"


def test_no_numpy_in_the_room_of_the_draw() -> None:
    """The room imports no NumPy and no `random`: chance comes from secret and event alone."""
    folder = Path(str(room.__file__)).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            assert not {n.partition(".")[0] for n in names} & {"numpy", "random", "secrets", "os"}
