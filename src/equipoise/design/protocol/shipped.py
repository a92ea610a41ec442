"""Shipped files: what the package brings along as data, by name."""

from __future__ import annotations

from importlib.resources import files

from equipoise.core.base import Problem, ProblemsError


def shipped_names(package: str) -> tuple[str, ...]:
    """Return the names of the YAML files in a package, sorted, without their ending."""
    names = (entry.name for entry in files(package).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def shipped(package: str, name: str, what: str) -> bytes:
    r"""Return the bytes of a YAML file in a package, lines ended by \n.

    Raises
    ------
    ProblemsError
        Where there is none of that name; `what` says what was asked for.
    """
    known = shipped_names(package)
    if name not in known:
        expected = "one of " + ", ".join(known)
        raise ProblemsError([Problem(what, "name", repr(name), expected, "choose one of them")])
    return files(package).joinpath(f"{name}.yaml").read_bytes().replace(b"\r\n", b"\n")
