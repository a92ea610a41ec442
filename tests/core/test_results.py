"""Results: typed, versioned, marked, and the same after a round trip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pytest

from equipoise.core.base import parse_canonical
from equipoise.core.results import decode_result, encode_result, json_schema, kinds, result


@dataclass(frozen=True)
class Inner:
    """An inner value."""

    label: Literal["a", "b"]
    values: tuple[float, ...]


@result("test.outer", version=3)
@dataclass(frozen=True)
class Outer:
    """An outer value."""

    count: int
    share: float | None
    inner: Inner
    by_name: dict[str, Inner]


SAMPLE = Outer(3, 2.0, Inner("a", (1.0, 0.1)), {"x": Inner("b", ())})


def encoded(simulated: bool = False) -> bytes:
    return encode_result(SAMPLE, trial="t", simulated=simulated, inputs={"b": "1", "a": "2"})


def test_round_trip() -> None:
    envelope = decode_result(encoded())
    assert envelope.data == SAMPLE
    assert (envelope.kind, envelope.version, envelope.trial) == ("test.outer", 3, "t")


def test_a_simulated_result_carries_the_mark_and_needs_it() -> None:
    data = encoded(simulated=True)
    assert b"SIMULATED DATA, NOT FINDINGS" in data
    assert b"SIMULATED" not in encoded()
    for broken in (
        data.replace(b'"mark":"SIMULATED DATA, NOT FINDINGS",', b""),
        data.replace(b"NOT FINDINGS", b"FINDINGS"),
        data.replace(b'"simulated":true', b'"simulated":false'),
    ):
        with pytest.raises(ValueError, match="mark"):
            decode_result(broken)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b'"count":3', b'"count":"3"', "data.count"),
        (b'"label":"a"', b'"label":"c"', "data.inner.label"),
        (b'"count":3,', b"", "no count"),
        (b'"version":3', b'"version":9', "knows no result"),
        (b"\n", b"", "line end"),
    ],
)
def test_what_does_not_fit_is_refused_by_place(old: bytes, new: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode_result(encoded().replace(old, new))


def test_schema_names_every_field() -> None:
    schema = json_schema(Outer)
    data = schema["properties"]["data"]
    assert set(data["required"]) == {"count", "share", "inner", "by_name"}
    assert set(parse_canonical(encoded()[:-1])) <= set(schema["properties"])


def test_a_kind_belongs_to_one_class() -> None:
    with pytest.raises(ValueError, match="already"):

        @result("test.outer", version=3)
        @dataclass(frozen=True)
        class Another:
            """Another."""

            count: int

    assert ("test.outer", 3, Outer) in kinds()


def test_only_frozen_dataclasses_are_results() -> None:
    with pytest.raises(TypeError, match="frozen"):

        @result("test.loose", version=1)
        @dataclass
        class Loose:
            """Loose."""

            count: int
