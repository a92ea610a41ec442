"""What the design's tests share: the template as text, and a small register."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.protocol import Protocol, load_protocol, template

REGISTER = """\
urn,school_name,la_code,la_name,phase,status,opened,closed
900001,Alder Primary,900,Northmere,Primary,Open,,
900002,Birch Primary,900,Northmere,Primary,Open,,
900003,Cedar Primary,900,Northmere,Primary,Open,,
900004,Damson High,900,Northmere,Secondary,Open,,
900005,Elm Primary,901,Southmere,Primary,Open,,
900006,Fir Primary,901,Southmere,Primary,Closed,,2020-08-31
900007,Gorse Primary,901,Southmere,Primary,Open,2024-09-01,
900008,Hazel Primary,901,Southmere,Primary,Open,,
"""
ROLLS = """\
urn,date,pupils
900001,2024-05-16,210
900001,2023-05-18,190
900002,2024-05-16,105
900003,2024-05-16,420
900004,2024-05-16,900
900005,2024-05-16,60
900008,2024-05-16,29
"""
DSLS = """\
person_id,urn,role,from,to
p1,900001,lead,2020-09-01,
p1,900002,lead,2022-09-01,
p2,900002,deputy,2022-09-01,
p2,900005,lead,2022-09-01,
p3,900003,lead,2020-09-01,2021-08-31
p3,900001,lead,2020-09-01,2021-08-31
p4,900003,lead,2021-09-01,
"""


@pytest.fixture
def text() -> str:
    """The template dsl-primary as text, with equal shares and without a planned size.

    So arithmetic can be done by hand, and a change of the arms is one problem.
    """
    whole = template("dsl-primary").decode("utf-8")
    start = whole.index("  planned:\n")
    end = whole.index("  disclosure:", start)
    equal = whole[:start] + whole[end:]
    for old, new in (("share: 726", "share: 1"), ("share: 472", "share: 1"), ("units: 1198, ", "")):
        assert equal.count(old) == 1
        equal = equal.replace(old, new)
    return equal


@pytest.fixture
def protocol(text: str) -> Protocol:
    """That text as read."""
    return load_protocol(text.encode("utf-8"))


@pytest.fixture
def sentences() -> Callable[[str], list[str]]:
    """Read a text that must be refused; return its problems as sentences."""

    def read(text: str) -> list[str]:
        with pytest.raises(ProblemsError) as caught:
            load_protocol(text.encode("utf-8"))
        return [problem.sentence() for problem in caught.value.problems]

    return read


@pytest.fixture
def files() -> dict[str, str]:
    """A design folder: eight schools in two authorities."""
    return {
        "design/register.csv": REGISTER,
        "design/rolls.csv": ROLLS,
        "design/dsls.csv": DSLS,
    }


@pytest.fixture
def reader() -> Callable[[Mapping[str, str]], Callable[[str], bytes | None]]:
    """Turn a folder given as texts into the function that reads it."""

    def make(texts: Mapping[str, str]) -> Callable[[str], bytes | None]:
        return lambda path: texts[path].encode("utf-8") if path in texts else None

    return make
