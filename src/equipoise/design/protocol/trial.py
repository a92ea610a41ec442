"""The trial's head: what it is called, where it is registered, who acts and who holds keys."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.design.protocol.parts import Day, Part, PublicKey, Slug, Sourced, Words

Role = Literal[
    "sponsor",
    "chief-investigator",
    "statistician",
    "unblinded-statistician",
    "data-manager",
    "programme-manager",
    "independent-statistician",
    "authority-analyst",
]


class Trial(Part):
    """What the trial is (SPIRIT 2013, items 1, 4 and 6)."""

    id: Slug = Field(description="short name; files and the draw use it", examples=["dsl-primary"])
    title: Words = Field(
        description="title as registered",
        examples=["One-to-one supervision of designated safeguarding leads in primary schools"],
    )
    simulated: bool = Field(
        default=False,
        description="whether schools, people and data are invented; `simulate` writes true",
        examples=[False],
    )
    design: Literal["cluster-randomised", "individually-randomised"] = Field(
        default="cluster-randomised",
        description="kind of trial; reports put it in their title (CONSORT 2012 cluster, 1a)",
        examples=["cluster-randomised"],
    )
    funder: Words | None = Field(
        default=None, description="who pays", examples=["A research charity"]
    )
    sponsor: Words | None = Field(
        default=None,
        description="organisation that answers for the trial",
        examples=["A university"],
    )
    question: Words = Field(
        description="the question in one sentence",
        examples=["Does supervision reduce contacts that lead to no further action?"],
    )


class Registration(Sourced):
    """Where the trial is registered, and which protocol this is (SPIRIT 2013, items 2 and 3)."""

    registry: Words | None = Field(
        default=None, description="name of the registry", examples=["ISRCTN"]
    )
    identifier: Words | None = Field(
        default=None, description="number given by the registry", examples=["ISRCTN00000000"]
    )
    registered: Day | None = Field(
        default=None, description="date of registration", examples=["2024-06-10"]
    )
    protocol_version: Words = Field(
        description="version of the protocol, in quotes", examples=["1.0"]
    )
    protocol_date: Day = Field(description="date of this version", examples=["2024-06-03"])


class Person(Part):
    """Someone who may sign an act, or an authority's analyst, who signs what it sends."""

    LATER = frozenset(("authority",))

    id: Slug = Field(description="short name used in commands", examples=["statistician"])
    name: Words = Field(description="name as it is printed", examples=["Trial statistician"])
    role: Role = Field(description="what the person does", examples=["statistician"])
    blind: bool = Field(description="whether the person must not know the arms", examples=[True])
    signing_key: PublicKey | None = Field(
        default=None,
        description="Ed25519 public key of the person; needed to lock",
        examples=[None],
    )
    authority: Words | None = Field(
        default=None,
        description="code of the authority whose packs an authority's analyst signs",
        examples=["350"],
    )


class KeyHolder(Part):
    """Who can open what is sealed to this key."""

    holder: Slug = Field(
        description="id of a person under people", examples=["unblinded-statistician"]
    )
    public: PublicKey | None = Field(
        default=None, description="X25519 public key; needed to lock", examples=[None]
    )


class Keys(Part):
    """The three keys of the evaluator's side (rules: who may open what)."""

    see: KeyHolder = Field(description="key to the secret seed and the allocation")
    delivery: KeyHolder | None = Field(
        default=None, description="key to sessions, costs and interviews; null where there are none"
    )
    trial: KeyHolder = Field(description="key to what authorities send")
