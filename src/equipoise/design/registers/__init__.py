"""The registers: schools, rolls, safeguarding leads; who can be drawn. Light set only."""

from equipoise.design.registers.enrolment import (
    EnrolledSchool,
    Enrolment,
    Exclusion,
    SharedGroup,
    Unit,
    enrol,
)
from equipoise.design.registers.reading import columns_of, read_registers
from equipoise.design.registers.records import Alias, Dsl, Link, Roll, School, Term
from equipoise.design.registers.registers import Registers

__all__ = [
    "Alias",
    "Dsl",
    "EnrolledSchool",
    "Enrolment",
    "Exclusion",
    "Link",
    "Registers",
    "Roll",
    "School",
    "SharedGroup",
    "Term",
    "Unit",
    "columns_of",
    "enrol",
    "read_registers",
]
