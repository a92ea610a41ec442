"""CSV by declared columns: all problems at once, shapes instead of values, nothing lost."""

from __future__ import annotations

from datetime import date

import pytest

from equipoise.core.base import Column, ProblemsError, csv_bytes, read_csv, shape_of

COLUMNS = [
    Column("urn"),
    Column("pupils", "integer", minimum=0),
    Column("on", "date", blank=True),
    Column("kind", values=("a", "b")),
]


def read(text: str, **options: object) -> object:
    return read_csv(text.encode(), COLUMNS, file="t.csv", **options)  # type: ignore[arg-type]


def test_values_are_typed_and_lines_kept() -> None:
    table = read_csv(
        b'urn,pupils,on,kind\n1,"2",2024-01-31,a\n\n"3\n4",5,,b\n', COLUMNS, file="t.csv"
    )
    assert table.rows[0] == {"urn": "1", "pupils": 2, "on": date(2024, 1, 31), "kind": "a"}
    assert table.rows[1]["on"] is None
    assert table.lines == (2, 4)


def test_every_problem_is_shown_at_once() -> None:
    with pytest.raises(ProblemsError) as caught:
        read("urn,pupils,on,kind\n1,-2,31/01/2024,c\n,x,,a\n1,2,2024-02-30,a,extra\n")
    places = [p.place for p in caught.value.problems]
    assert places == [
        "line 2, column pupils",
        "line 2, column on",
        "line 2, column kind",
        "line 3, column urn",
        "line 3, column pupils",
        "line 4",
    ]


def test_a_private_file_shows_shapes_only() -> None:
    with pytest.raises(ProblemsError) as caught:
        read("urn,pupils,on,kind\n1,Jane,14/02/2013,zz\n", private=True)
    said = str(caught.value)
    assert "Aaaa" in said
    assert "99/99/9999" in said
    assert "Jane" not in said
    assert "14/02" not in said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "found nothing"),
        (b"urn,pupils,on\n", "no column kind"),
        (b"urn,pupils,on,kind,urn\n", "a heading that stands twice"),
        (b"urn,pupils,on,kind,more\n", "unknown column 'more'"),
        (b"urn,pupils,on,kind\n\xe9,1,,a\n", "not UTF-8"),
        (b'urn,pupils,on,kind\n"a,1,,a\n', "quotation mark"),
        (b"urn,pupils,on,kind\n1,2,,a\n1,2,,a\n", "first on line 2"),
        (b"urn,pupils,on,kind\n1,2,2023-02-30,a\n", "2023-02-30"),
    ],
)
def test_a_broken_file_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(ProblemsError, match=words):
        read_csv(data, COLUMNS, file="t.csv", unique=("urn",))


def test_what_is_written_reads_back() -> None:
    rows = [{"urn": 'a "b", c', "pupils": 3, "on": date(2024, 5, 1), "kind": "b"}]
    data = csv_bytes([c.name for c in COLUMNS], rows)
    assert b"\r" not in data
    assert list(read_csv(data, COLUMNS, file="t.csv").rows) == rows


def test_shapes() -> None:
    assert shape_of("Zoë O'Neil 7") == "Aaa A'Aaaa 9"
