"""Parts: what every group of keys in a protocol has in common, and the kinds of its values."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
)
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A group of keys: every key known, every value of its declared kind, nothing changed later."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    #: Keys that the format gained after it was first used. At their default they are left out of
    #: what is fixed, so that a protocol that does not use them means what it always meant.
    LATER: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_unused(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        whole: dict[str, Any] = handler(self)
        for name in self.LATER:
            if getattr(self, name) == type(self).model_fields[name].default:
                whole.pop(name, None)
        return whole


def refuse(expected: str, remedy: str) -> PydanticCustomError:
    """Make a validation error that already says what was expected and what to do."""
    return PydanticCustomError("equipoise", "{expected}", {"expected": expected, "remedy": remedy})


def _day(value: Any) -> Any:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if not isinstance(value, date):
        raise refuse("a date like 2024-09-16", "write year, month and day")
    return value


def _share(value: Any) -> Fraction:
    wrong = refuse(
        "a share: a whole number such as 2, a decimal such as 0.4 or a fraction such as 2/5",
        "give the arm a share above zero",
    )
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Fraction)):
        raise wrong
    try:
        share = Fraction(str(value).replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        raise wrong from None
    if share <= 0:
        raise wrong
    return share


def _share_out(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


def _slug(value: str) -> str:
    plain = value.replace("-", "").replace("_", "")
    if not (value.isascii() and plain.isalnum() and value == value.lower() and len(value) <= 64):
        raise refuse(
            "a short name of small letters, digits, - or _",
            "shorten it; long words belong in the title",
        )
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise refuse("a few words", "write the words, or remove the key")
    return value


def _public_key(value: str) -> str:
    if len(value) != 64 or set(value) - set("0123456789abcdef"):
        raise refuse(
            "a public key: 64 digits 0-9 and a-f",
            "copy the public key whole; the private key never belongs in this file",
        )
    return value


#: A calendar date, quoted or not.
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
#: An arm's share, exact.
Share = Annotated[
    Fraction,
    BeforeValidator(_share),
    PlainSerializer(_share_out),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0},
                {"type": "string", "pattern": "^[0-9]+ ?/ ?[0-9]+$"},
            ]
        }
    ),
]
#: A short name that other keys, files and columns refer to.
Slug = Annotated[str, AfterValidator(_slug), Field(json_schema_extra={"maxLength": 64})]
#: Words for a reader.
Words = Annotated[str, AfterValidator(_said)]
#: An Ed25519 or X25519 public key.
PublicKey = Annotated[
    str,
    AfterValidator(_public_key),
    Field(json_schema_extra={"pattern": "^[0-9a-f]{64}$"}),
]


class Sourced(Part):
    """A group of keys that says whether it is assumed, and where it is taken from."""

    assumed: bool = Field(
        default=False,
        description="whether something in it is our assumption; its source then says what",
        examples=[True],
    )
    source: Words | None = Field(
        default=None,
        description="where it is taken from, and what is assumed",
        examples=["call for local authorities, 26 March 2021; the day is assumed"],
    )
