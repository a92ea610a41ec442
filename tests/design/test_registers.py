"""The registers: read whole or refused whole; who can be drawn, and with whom."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from equipoise.core.base import ProblemsError
from equipoise.design.registers import Enrolment, Registers, columns_of, enrol, read_registers

Reader = Callable[[Mapping[str, str]], Callable[[str], bytes | None]]
CENSUS = date(2024, 5, 16)


def enrolled(registers: Registers, **changes: Any) -> Enrolment:
    """Enrol primary schools, with changes."""
    options: dict[str, Any] = {
        "phases": ["primary"],
        "statuses": ["open"],
        "min_pupils": 30,
        "roll_date": CENSUS,
        "shared_dsl": "together",
        "on": CENSUS,
    }
    return enrol(registers, **(options | changes))


def refused(read: Callable[[str], bytes | None]) -> list[str]:
    """Return the sentences of a folder that must be refused."""
    with pytest.raises(ProblemsError) as caught:
        read_registers(read)
    return [problem.sentence() for problem in caught.value.problems]


def test_registers_are_read(files: dict[str, str], reader: Reader) -> None:
    """Schools in order, rolls by date, leads by post."""
    registers = read_registers(reader(files))
    assert [s.urn for s in registers.schools] == [f"90000{i}" for i in range(1, 9)]
    assert registers.school("900006").closed == date(2020, 8, 31)
    assert registers.school("900001").phase == "primary"
    assert registers.pupils_on("900001", date(2024, 1, 1)) == 190
    assert registers.pupils_on("900001", date(2025, 1, 1)) == 210
    assert registers.pupils_on("900001", date(2020, 1, 1)) is None
    assert [d.person_id for d in registers.dsls_of("900003", date(2021, 8, 31))] == ["p3"]
    assert [d.person_id for d in registers.dsls_of("900003", CENSUS)] == ["p4"]
    assert registers.authorities == (("900", "Northmere"), ("901", "Southmere"))


def test_optional_files_are_read(files: dict[str, str], reader: Reader) -> None:
    """Earlier names, links and terms are taken where they are given."""
    files |= {
        "design/school-names.csv": "urn,name,from,to\n900001,Old Alder School,,2019-08-31\n",
        "design/school-links.csv": "urn_from,urn_to,on,kind\n900001,900009,2025-01-01,successor\n",
        "design/term-dates.csv": "la_code,term,first_day,last_day\n"
        "900,autumn,2024-09-02,2024-12-20\n",
    }
    registers = read_registers(reader(files))
    assert registers.school("900001").aliases[0].name == "Old Alder School"
    assert registers.successors_of("900001", date(2025, 6, 1)) == ("900009",)
    assert registers.successors_of("900001", date(2024, 6, 1)) == ("900001",)
    assert registers.terms[0].first_day == date(2024, 9, 2)


def test_the_national_register_is_accepted(files: dict[str, str], reader: Reader) -> None:
    """GIAS headings, cp1252, dates with the day first, further columns, quoted line ends."""
    gias = (
        'URN,"LA (code)","LA (name)",EstablishmentName,"EstablishmentStatus (name)",OpenDate,'
        'CloseDate,"PhaseOfEducation (name)",Extra\r\n'
        '900001,900,Northmere,"Ste Thérèse’s, Alder",Open,01-09-1998,,Primary,x\r\n'
        "900002,900,Northmere,Birch,Open,,31-08-2030,Primary,y\r\n"
    ).encode("cp1252")
    small = {
        "design/rolls.csv": "urn,date,pupils\n900001,2024-05-16,210\n",
        "design/dsls.csv": "person_id,urn,role,from,to\n",
    }
    registers = read_registers(lambda p: gias if p.endswith("register.csv") else reader(small)(p))
    assert registers.schools[0].name == "Ste Thérèse’s, Alder"
    assert registers.schools[0].opened == date(1998, 9, 1)
    assert registers.schools[1].closed == date(2030, 8, 31)
    wrong = gias.replace(b"01-09-1998", b"1998-09-01").replace(b"31-08-2030", b"32-08-2030")
    found = refused(lambda p: wrong if p.endswith("register.csv") else reader(small)(p))
    assert [("line 2" in s, "line 3" in s) for s in found[:2]] == [(True, False), (False, True)]


def test_every_problem_of_every_file_at_once(files: dict[str, str], reader: Reader) -> None:
    """A URN twice, a school in two authorities, strangers and dates out of order, together."""
    files["design/register.csv"] += (
        "900001,Alder Primary,900,Northmere,Primary,Open,,\n"
        "900002,Birch Primary,901,Southmere,Primary,Open,,\n"
        "90001,Short,900,Northmere,Primary,Open,,\n"
        "900010,Other,900,Westmere,Primary,Open,2024-01-01,2023-01-01\n"
    )
    files["design/rolls.csv"] += "900099,2024-05-16,10\n900001,2024-05-16,3\n900002,2023-05-18,-1\n"
    files["design/dsls.csv"] += "p9,900001,head,2024-01-01,\np9,900098,lead,2024-01-01,\n"
    del files["design/dsls.csv"]
    found = refused(reader(files))
    for words in (
        "design/register.csv, line 10, column urn: found the URN 900001 again (first on line 2)",
        "line 11, column la_code: found school 900002 in authority 901 and, on line 3, in 900",
        "line 12, column urn: found '90001'; expected a URN of six digits",
        "'Westmere' for authority 900; expected 'Northmere', its name on line 2",
        "line 13, column closed: found 2023-01-01; expected a date on or after opened, 2024-01-01",
        "design/rolls.csv, line 10, column urn and date: found 900001, 2024-05-16 again",
        "design/rolls.csv, line 11, column pupils: found '-1'",
        "design/dsls.csv, whole file: found no such file",
    ):
        assert any(words in sentence for sentence in found), (words, found)


def test_rows_about_unknown_schools(files: dict[str, str], reader: Reader) -> None:
    """A roll and a lead of a school that is not in the register."""
    files["design/rolls.csv"] += "900099,2024-05-16,10\n"
    files["design/dsls.csv"] += "p9,900098,lead,2024-01-01,\n"
    found = refused(reader(files))
    assert [("900099" in s, "900098" in s) for s in found] == [(True, False), (False, True)]


def test_everyone_is_enrolled_or_excluded(files: dict[str, str], reader: Reader) -> None:
    """Nothing is dropped silently: each exclusion has its reason."""
    registers = read_registers(reader(files))
    enrolment = enrolled(registers)
    assert [s.urn for s in enrolment.schools] == ["900001", "900002", "900003", "900005"]
    assert dict(enrolment.excluded) == {
        "900004": "phase secondary",
        "900006": "status closed",
        "900007": "not yet open",
        "900008": "fewer than 30 pupils",
    }
    part = enrolled(registers, authorities=["900"])
    assert [s.urn for s in part.schools] == ["900001", "900002", "900003"]
    assert dict(part.excluded)["900005"] == "authority does not take part"


def test_schools_that_share_a_lead_are_drawn_together(
    files: dict[str, str], reader: Reader
) -> None:
    """p1 and p2 connect three schools, over two authorities; p3 has left."""
    registers = read_registers(reader(files))
    enrolment = enrolled(registers)
    assert [(u.unit, u.urns, u.pupils, u.la_code) for u in enrolment.units] == [
        ("900001", ("900001", "900002", "900005"), 375, "900"),
        ("900003", ("900003",), 420, "900"),
    ]
    (group,) = enrolment.shared
    assert group.people == ("p1", "p2")
    assert group.la_codes == ("900", "901")
    assert group.across
    assert enrolment.contaminated == ()
    earlier = enrolled(registers, on=date(2021, 6, 1))
    assert [g.urns for g in earlier.shared] == [("900001", "900003")]


def test_or_apart_as_contamination(files: dict[str, str], reader: Reader) -> None:
    """The same schools as units of their own, counted."""
    enrolment = enrolled(read_registers(reader(files)), shared_dsl="contamination")
    assert [u.urns for u in enrolment.units] == [
        ("900001",), ("900002",), ("900003",), ("900005",),
    ]  # fmt: skip
    assert enrolment.contaminated == ("900001", "900002", "900005")


def test_schools_without_pupils_are_problems(files: dict[str, str], reader: Reader) -> None:
    """An eligible school with an empty roll, and one with none, are both named."""
    files["design/rolls.csv"] = (
        files["design/rolls.csv"]
        .replace("900003,2024-05-16,420", "900003,2024-05-16,0")
        .replace("900005,2024-05-16,60\n", "")
    )
    with pytest.raises(ProblemsError) as caught:
        enrolled(read_registers(reader(files)))
    assert [(p.place, p.found) for p in caught.value.problems] == [
        ("school 900003", "no pupils"),
        ("school 900005", "no roll"),
    ]


def test_no_eligible_school_is_a_problem(files: dict[str, str], reader: Reader) -> None:
    """A phase that nobody has."""
    with pytest.raises(ProblemsError, match="no eligible school"):
        enrolled(read_registers(reader(files)), phases=["nursery"])


def test_columns_are_those_that_are_read() -> None:
    """Who writes a register uses the reader's headings."""
    assert columns_of("design/dsls.csv") == ("person_id", "urn", "role", "from", "to")


def test_registers_load_the_light_set_only() -> None:
    """An authority's laptop has neither NumPy nor pydantic nor YAML."""
    code = (
        "import sys, equipoise.design.registers as r;"
        "bad = {m.partition('.')[0] for m in sys.modules} & "
        "{'numpy', 'polars', 'pydantic', 'ruamel', 'scipy', 'ibis', 'pandas'};"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
