"""Registers: the schools, their rolls, their safeguarding leads and terms, by name and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.registers.records import Dsl, Link, Roll, School, Term


@dataclass(frozen=True)
class Registers:
    """What is known of the schools.

    Attributes
    ----------
    schools
        In order of URN.
    rolls, dsls, links, terms
        As in the files, ordered.
    covariates
        What else is known of schools: by name and then by URN, the cells that are filled.
    """

    schools: tuple[School, ...]
    rolls: tuple[Roll, ...] = ()
    dsls: tuple[Dsl, ...] = ()
    links: tuple[Link, ...] = ()
    terms: tuple[Term, ...] = ()
    covariates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @cached_property
    def _by_urn(self) -> dict[str, School]:
        return {school.urn: school for school in self.schools}

    @cached_property
    def _rolls_of(self) -> dict[str, list[Roll]]:
        rolls: dict[str, list[Roll]] = {}
        for roll in sorted(self.rolls, key=lambda roll: (roll.urn, roll.date)):
            rolls.setdefault(roll.urn, []).append(roll)
        return rolls

    @cached_property
    def _dsls_of(self) -> dict[str, list[Dsl]]:
        dsls: dict[str, list[Dsl]] = {}
        for dsl in sorted(self.dsls, key=lambda dsl: (dsl.urn, dsl.person_id, dsl.start)):
            dsls.setdefault(dsl.urn, []).append(dsl)
        return dsls

    def __contains__(self, urn: str) -> bool:
        """Say whether a URN is in the register."""
        return urn in self._by_urn

    def school(self, urn: str) -> School:
        """Return the school of a URN; `ProblemsError` for an unknown one."""
        try:
            return self._by_urn[urn]
        except KeyError:
            raise ProblemsError(
                [
                    Problem(
                        "design/register.csv",
                        "whole file",
                        f"no school with URN {urn}",
                        "a row for it",
                        "add the school to the register, or correct the URN",
                    )
                ]
            ) from None

    @property
    def authorities(self) -> tuple[tuple[str, str], ...]:
        """Codes and names of the authorities, in order of code."""
        return tuple(sorted({(school.la_code, school.la_name) for school in self.schools}))

    def pupils_on(self, urn: str, day: date) -> int | None:
        """Return the pupils on the roll at the last census on or before a day.

        Examples
        --------
        >>> registers = Registers((), (Roll("900001", date(2024, 5, 16), 210),))
        >>> registers.pupils_on("900001", date(2024, 9, 1))
        210
        """
        before = [roll for roll in self._rolls_of.get(urn, ()) if roll.date <= day]
        return before[-1].pupils if before else None

    def pupils_at(self, urn: str, census: date) -> int | None:
        """Return the pupils on the roll at the census of exactly that day."""
        return next((r.pupils for r in self._rolls_of.get(urn, ()) if r.date == census), None)

    def dsls_of(self, urn: str, on: date) -> tuple[Dsl, ...]:
        """Return the leads and deputies in post at a school on a day, in order of person."""
        return tuple(
            dsl
            for dsl in self._dsls_of.get(urn, ())
            if dsl.start <= on and (dsl.end is None or on <= dsl.end)
        )

    def successors_of(self, urn: str, on: date) -> tuple[str, ...]:
        """Return the schools that a school had become by a day, itself where it goes on."""
        current, seen = [urn], {urn}
        while True:
            later = [
                link.urn_to
                for here in current
                for link in self.links
                if link.kind in ("successor", "merged") and link.urn_from == here and link.on <= on
            ]
            fresh = sorted({u for u in later if u not in seen})
            if not fresh:
                return tuple(current)
            seen.update(fresh)
            current = fresh
