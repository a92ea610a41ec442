"""Templates: protocols to start from, shipped as files."""

from __future__ import annotations

from importlib.resources import files

from equipoise.core.base import Problem, ProblemsError


def templates() -> tuple[str, ...]:
    """Return the names of the templates.

    Examples
    --------
    >>> templates()
    ('dsl-primary', 'own-outcomes')
    """
    names = (entry.name for entry in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def template(name: str) -> bytes:
    """Return the bytes of a template.

    Raises
    ------
    ProblemsError
        Where there is none of that name.

    Examples
    --------
    >>> template("dsl-primary").startswith(b"equipoise: 1")
    True
    """
    if name not in templates():
        expected = "one of " + ", ".join(templates())
        raise ProblemsError(
            [Problem("template", "name", repr(name), expected, "choose one of them")]
        )
    return files(__name__).joinpath(f"{name}.yaml").read_bytes().replace(b"\r\n", b"\n")
