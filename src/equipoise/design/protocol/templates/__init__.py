"""Templates: protocols to start from, shipped as files."""

from __future__ import annotations

from equipoise.design.protocol.shipped import shipped, shipped_names


def templates() -> tuple[str, ...]:
    """Return the names of the templates.

    Examples
    --------
    >>> templates()
    ('bolton-pilot', 'dsl-csa', 'dsl-gmca', 'dsl-primary', 'dsl-secondary', 'own-outcomes')
    """
    return shipped_names(__name__)


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
    return shipped(__name__, name, "template")
