"""Published findings: what others have printed, quoted as context, with where it stands."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.core.base import Problem, ProblemsError
from equipoise.design.protocol.parts import Part, Slug, Words


class PublishedSource(Part):
    """A document or page that is quoted."""

    id: Slug = Field(description="short name", examples=["implications"])
    title: Words = Field(description="title", examples=["Implications for policy and practice"])
    publisher: Words = Field(description="who published it", examples=["A research charity"])
    published: Words | None = Field(
        default=None,
        description="date as it is printed; null where none is",
        examples=["April 2023"],
    )
    address: Words | None = Field(
        default=None, description="address; null where not known", examples=["example.org/report"]
    )


class PublishedFinding(Part):
    """One published statement; it never enters an estimate."""

    id: Slug = Field(description="short name", examples=["cost-one-to-one"])
    kind: Literal["size", "cost", "delivery", "result", "perception", "recommendation"] = Field(
        description="what it is about", examples=["cost"]
    )
    title: Words = Field(description="in a few words", examples=["cost of one-to-one supervision"])
    about: tuple[Slug, ...] = Field(
        default=(),
        description="ids of the trials that it is about; none named means all",
        examples=[["dsl-primary"]],
    )
    mode: Literal["one-to-one", "group", "mixed"] | None = Field(
        default=None, description="way of supervising, where it is about one", examples=["group"]
    )
    value: int | None = Field(
        default=None, description="its number; null where it has none", examples=[850]
    )
    unit: Words | None = Field(
        default=None, description="unit of the number", examples=["pounds per school per year"]
    )
    qualifier: Literal["exactly", "nearly", "about", "over"] = Field(
        default="exactly", description="how the source puts the number", examples=["about"]
    )
    quote: Words | None = Field(
        default=None,
        description="the source's own words; null where only a reading of it is at hand",
        examples=["an average of £850 per school per year"],
    )
    source: Slug = Field(description="id of its source", examples=["implications"])
    note: Words | None = Field(
        default=None,
        description="what to know about it: a conflict, an assumption",
        examples=["another page says 9"],
    )


class Published(Part):
    """A set of published findings."""

    id: Slug = Field(description="short name of the set", examples=["dsl-supervision"])
    title: Words = Field(description="title", examples=["Published findings, 2021 to 2023"])
    sources: tuple[PublishedSource, ...] = Field(
        min_length=1,
        description="what is quoted",
        examples=[[{"id": "paper", "title": "A paper", "publisher": "A charity"}]],
    )
    findings: tuple[PublishedFinding, ...] = Field(
        min_length=1,
        description="the findings",
        examples=[[{"id": "cost", "kind": "cost", "title": "cost", "source": "paper"}]],
    )

    def finding(self, name: str) -> PublishedFinding:
        """Return the finding of an id; `ProblemsError` for an unknown one."""
        for finding in self.findings:
            if finding.id == name:
                return finding
        known = ", ".join(f.id for f in self.findings)
        raise ProblemsError(
            [Problem(self.id, "findings", repr(name), f"one of {known}", "correct the name")]
        )

    def cited(self, finding: PublishedFinding) -> PublishedSource:
        """Return the source of a finding."""
        return next(source for source in self.sources if source.id == finding.source)
