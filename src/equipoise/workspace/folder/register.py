"""The register alone, as an analyst has it: neither rolls nor leads beside it."""

from __future__ import annotations

from pathlib import Path

from equipoise.core.base import csv_bytes, read_bytes
from equipoise.design.registers import School, columns_of, read_registers


def schools_of_register(register: Path) -> tuple[School, ...]:
    """Read the schools of a register or a roster, in order of URN.

    Raises
    ------
    ProblemsError
        With every problem of the file.
    """
    data = read_bytes(register, file=register.name, remedy="give the register of schools")
    given = {"design/register.csv": data}

    def read(name: str) -> bytes | None:
        return given.get(name) or csv_bytes(columns_of(name), [])

    return read_registers(read).schools
