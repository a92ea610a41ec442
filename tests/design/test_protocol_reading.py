"""Reading a protocol: the text, its places, and every problem at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import load_protocol, template, templates

Sentences = Callable[[str], list[str]]


@pytest.mark.parametrize("name", templates())
def test_every_template_is_a_protocol(name: str) -> None:
    """What `new` writes can be read as it stands."""
    assert load_protocol(template(name)).equipoise == 1


def test_values_keep_their_kind() -> None:
    """Dates are dates, shares exact, spans have a start and an end."""
    protocol = load_protocol(template("dsl-primary"))
    assert protocol.window("outcome").start == date(2021, 10, 1)
    assert protocol.window("outcome").end == date(2022, 7, 21)
    assert protocol.reference.share == Fraction(726)
    assert protocol.primary.measure.numerator == "nfa_any_strict"
    assert protocol.model_of(protocol.outcome("wellbeing"))[0] == "dsl"
    assert protocol.model_of(protocol.primary)[0] == "default"


def test_a_text_folded_over_lines_is_one_line_of_plain_characters(text: str) -> None:
    """YAML 1.2, 8.1.3: a folded line break is a space, an empty line a line break."""
    head, tail = text.split("  title: ", 1)
    rest = tail.split("\n", 1)[1]
    given = f"{head}  title: >-\n    A title\n    on two lines\n\n    and a third\n{rest}"
    assert load_protocol(given.encode()).trial.title == "A title on two lines\nand a third"


def test_the_same_bytes_are_read_once(text: str) -> None:
    data = text.encode()
    assert load_protocol(data) is load_protocol(bytes(bytearray(data)))
    assert load_protocol(data + b"# another\n") is not load_protocol(data)


def test_ten_errors_are_ten_problems(text: str, sentences: Sentences) -> None:
    """Mistakes of every kind are shown together, each once, in the order of the file."""
    wrong = text
    for old, new in (
        ("equipoise: 1 ", "equipoise: 2 "),
        ("  title: One-to-one", "  titel: One-to-one"),
        ("simulated: false", "simulated: maybe"),
        ("protocol_date: 2021-06-03", "protocol_date: 3 June"),
        ("supervision, share: 1,", "supervision, share: 0,"),
        ("shared_dsl: together", "shared_dsl: apart"),
        ("min_pupils: 30", "min_pupils: thirty"),
        (
            "delivery: {from: 2021-10-01, to: 2022-07-21}",
            "delivery: {from: 2022-10-01, to: 2022-07-21}",
        ),
        ("window: outcome}\n      also", "window: autumn}\n      also"),
        ("interval: 0.95", "interval: 0.9"),
    ):
        assert wrong.count(old) == 1, old
        wrong = wrong.replace(old, new)
    found = sentences(wrong)
    expected = [
        "trial.yaml, line 1, column 12, equipoise: found 2; expected 1.",
        "trial.yaml, line 6, column 1, trial.title: found nothing; expected the key title",
        "line 8, column 3, trial.titel: found the unknown key 'titel'",
        "line 9, column 14, trial.simulated: found 'maybe'; expected true or false.",
        "line 19, column 18, registration.protocol_date: found '3 June'; expected a date",
        "design.arms[2].share: found 0; expected a share",
        "design.population.min_pupils: found 'thirty'; expected a whole number.",
        "design.population.shared_dsl: found 'apart'; expected one of together, contamination.",
        "design.periods.delivery.to: found 2022-07-21; expected a date on or after the first day",
        "design.outcomes[1].measure.window: found 'autumn'; expected the id of a window in periods",
        "design.interval: found alpha 0.05 and an interval of 0.9; expected an interval of 0.95",
    ]
    for part in expected:
        assert sum(part in sentence for sentence in found) == 1, (part, found)
    assert len(found) == len(expected)
    assert "Rename it to title" in "".join(found)


def test_problems_stand_at_their_own_line(text: str, sentences: Sentences) -> None:
    """Lines pushed down move the problem with them."""
    wrong = text.replace("role: primary\n", "role: main\n", 1)
    pushed = "# one\n# two\n" + wrong
    line = wrong[: wrong.index("role: main")].count("\n") + 1
    assert f"line {line}, column 13" in sentences(wrong)[0]
    assert f"line {line + 2}, column 13" in sentences(pushed)[0]


def test_keys_that_stand_twice_are_all_named(sentences: Sentences) -> None:
    """Each of two doubled keys is a problem with its first line, beside the missing keys."""
    found = sentences("equipoise: 1\nequipoise: 1\ntrial: {id: a, id: b}\n")
    assert any("the key 'equipoise' again (first on line 1)" in s for s in found)
    assert any("line 3, column 16: found the key 'id' again" in s for s in found)
    assert any("found nothing; expected the key design" in s for s in found)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("a: b: c\n", "line 1, column 5: found a colon where no key can stand"),
        ("a:\n\t- b\n", "line 2, column 1: found a tab"),
        ("a: [1, 2\nb: 3\n", "a bracket that is not closed"),
        ("a:\n   b: 1\n  c: 2\n", "line 3, column 3: found a line that does not line up"),
        ("a: 1\nb\nc: 2\n", "found a line without a colon"),
        ("a: 'b\n", "a quotation mark that is never closed"),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: found a second document"),
        ("a: \x01\n", "a character that cannot be printed"),
        ("", "whole file: found no keys"),
        ("- a\n- b\n", "whole file: found a single value or a list"),
    ],
)
def test_text_that_is_not_yaml_says_where(source: str, words: str, sentences: Sentences) -> None:
    """The one mistake that stops the reading is told in plain words."""
    assert any(words in sentence for sentence in sentences(source)), sentences(source)


def test_another_encoding_is_refused() -> None:
    """Bytes that are not UTF-8 are named as such."""
    with pytest.raises(ProblemsError, match="UTF-8"):
        load_protocol("trial: {id: café}".encode("cp1252"))


def test_references_and_marks_are_refused(sentences: Sentences) -> None:
    """A protocol says everything in full: no anchors, no object tags."""
    found = sentences(
        "trial: &t {id: a}\nother: *t\nthird: !!python/object:x {}\nfourth: !mine 3\n"
    )
    assert any("a reference to another place" in s for s in found)
    assert any("the mark !mine" in s for s in found)


def test_numbers_must_be_finite(text: str, sentences: Sentences) -> None:
    """Infinity is no margin."""
    assert any(
        ".inf; expected a finite number" in s
        for s in sentences(text.replace("alpha: 0.05", "alpha: .inf"))
    )


def test_messages_hold_no_jargon(text: str, sentences: Sentences) -> None:
    """No message speaks of the library that checks."""
    wrong = text.replace("arms:", "arms: 3 #", 1).replace("alpha: 0.05", "alpha: [1]")
    joined = " ".join(sentences(wrong.replace("price_year: 2021-22", "price_year: 24")))
    for word in ("pydantic", "Input should", "valid", "dict", "tuple", "NoneType", "str "):
        assert word not in joined


@pytest.mark.parametrize("case", range(40))
def test_whatever_is_wrong_is_a_problem(case: int, text: str) -> None:
    """Lines taken out and values replaced at random never end in anything but problems."""
    rng = random.Random(f"protocol {case}")
    lines = text.splitlines()
    for _ in range(rng.randint(1, 4)):
        i = rng.randrange(len(lines))
        value = rng.choice(["", "null", "[]", "{}", "3", "-1", "x", "2021-02-30", "[{}]", "[[1]]"])
        key, colon, _ = lines[i].partition(": ")
        lines[i] = rng.choice(
            ["", f"{key}{colon}{value}", lines[i].replace(": ", f": {value} #", 2)]
        )
    try:
        load_protocol("\n".join(lines).encode())
    except ProblemsError as error:
        assert all(p.place.startswith(("line ", "whole file")) for p in error.problems)
        assert len({(p.place, p.found) for p in error.problems}) == len(error.problems)
