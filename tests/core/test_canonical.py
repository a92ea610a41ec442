"""Canonical JSON against the vectors of RFC 8785 and the standard library's reader."""

from __future__ import annotations

import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from equipoise.core.base import canonical, parse_canonical, parse_json

# RFC 8785, appendix B: IEEE 754 bits and their serialisation.
VECTORS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


@pytest.mark.parametrize(("bits", "expected"), VECTORS)
def test_numbers_of_the_standard(bits: str, expected: str) -> None:
    value = struct.unpack(">d", bytes.fromhex(bits))[0]
    assert canonical(value) == expected.encode()


def test_keys_stand_in_utf16_order() -> None:
    # RFC 8785, section 3.2.3.
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = list(json.loads(canonical(value)).values())
    assert order == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",)), max_size=5), inner)
    ),
    max_leaves=12,
)


def as_ecmascript(digits: str) -> int | float:
    return float(digits) if abs(int(digits)) >= 2**53 else int(digits)


@given(plain)
def test_what_is_written_reads_back_as_the_same_value(value: object) -> None:
    assert json.loads(canonical(value), parse_int=as_ecmascript) == value
    assert parse_canonical(canonical(value)) == value


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"canonical JSON|too large"):
        canonical(value)


@pytest.mark.parametrize("data", [b'{"a": 1}', b'{"b":1,"a":2}', b"1.0", b'"\\u0041"'])
def test_another_form_of_the_same_value_is_refused(data: bytes) -> None:
    parse_json(data)
    with pytest.raises(ValueError, match="canonical form"):
        parse_canonical(data)


@pytest.mark.parametrize("data", [b'{"a":1,"a":2}', b"NaN", b"[1,", b"\xff"])
def test_what_is_not_strict_json_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        parse_json(data)


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**60), 2**60)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(alphabet=st.characters(codec="utf-8")),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aé😀\x1f"), inner),
        max_leaves=8,
    ),
    st.sampled_from(["sorted", "unsorted", "spaced", "escaped"]),
)
def test_both_ways_to_read_canonical_json_take_and_refuse_the_same(value: object, how: str) -> None:
    written = json.dumps(
        value,
        sort_keys=how == "sorted",
        ensure_ascii=how == "escaped",
        separators=(", ", ": ") if how == "spaced" else (",", ":"),
    ).encode("utf-8")
    # The slow way: read strictly, write canonically, compare.
    again = canonical(parse_json(written))
    if again == written:
        assert parse_canonical(written) == parse_json(written)
    else:
        with pytest.raises(ValueError, match="canonical"):
            parse_canonical(written)
