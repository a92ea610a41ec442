"""The envelope: what every result file says about itself before it says anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from equipoise.core.base import canonical, parse_canonical
from equipoise.core.results.codec import from_plain, to_plain
from equipoise.core.results.registry import kind_of, registered

#: What stands in every result of a simulated trial (docs/rules.md, rule 1).
SIMULATED_MARK = "SIMULATED DATA, NOT FINDINGS"


@dataclass(frozen=True)
class Envelope:
    """A result with its provenance.

    Attributes
    ----------
    kind, version
        Which registered type ``data`` is.
    trial
        The trial's id.
    simulated
        Whether the trial is simulated.
    inputs
        From a name to the SHA-256 digest of each input, so that a result is bound to them. No
        time, user, path, duration or worker count: the same inputs give the same bytes.
    data
        The result itself, a frozen dataclass.
    """

    kind: str
    version: int
    trial: str
    simulated: bool
    inputs: Mapping[str, str]
    data: Any


def encode_result(data: Any, *, trial: str, simulated: bool, inputs: Mapping[str, str]) -> bytes:
    r"""Write a registered result as one line of canonical JSON that ends in ``\n``.

    Parameters
    ----------
    data
        An instance of a registered dataclass.
    trial, simulated, inputs
        See `Envelope`.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    ValueError
        Where the type is not registered, or a number is not finite.
    """
    kind, version = kind_of(type(data))
    body: dict[str, Any] = {
        "kind": kind,
        "version": version,
        "trial": trial,
        "simulated": simulated,
        "inputs": dict(inputs),
        "data": to_plain(data),
    }
    if simulated:
        body["mark"] = SIMULATED_MARK
    return canonical(body) + b"\n"


def decode_result(content: bytes) -> Envelope:
    """Read a result file back into its dataclass.

    Raises
    ------
    ValueError
        Where the bytes are not canonical, the kind or version is unknown, a field is missing,
        unknown or of another type, or a simulated result has lost its mark.
    """
    if not content.endswith(b"\n"):
        raise ValueError("a result file ends with a line end")
    body = parse_canonical(content[:-1])
    expected = {"kind", "version", "trial", "simulated", "inputs", "data"}
    if isinstance(body, dict) and body.get("simulated") is True:
        expected.add("mark")
    if not isinstance(body, dict) or set(body) != expected:
        raise ValueError("not a result of equipoise, or a simulated one without its mark")
    if body.get("mark", SIMULATED_MARK) != SIMULATED_MARK:
        raise ValueError("a simulated result without its mark")
    cls = registered(body["kind"], body["version"])
    return Envelope(
        kind=body["kind"],
        version=body["version"],
        trial=body["trial"],
        simulated=body["simulated"],
        inputs=body["inputs"],
        data=from_plain(cls, body["data"]),
    )
