"""The log: who changed what on the desk, and when. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.core.base import Column, csv_bytes, read_csv

LOG = "design/enrolment-log.csv"
_NAMES = ("at", "by", "how", "level", "key", "fact", "from", "to")
_FREE = ("by", "fact", "from", "to")


@dataclass(frozen=True)
class Logged:
    """One change.

    Attributes
    ----------
    at, by, how
        When, by whom (a person of the protocol), and with what: ``set``, ``import``, ``simulate``;
        ``by hand`` where the files were found changed, and then nobody is named.
    level, key
        ``school`` and its URN, ``authority`` and its code, or ``file`` and its path.
    fact, before, after
        What was changed, from what, to what; blank is nothing. Of a file, the digests.
    """

    at: str
    by: str
    how: str
    level: str
    key: str
    fact: str
    before: str
    after: str


def log_bytes(before: bytes, lines: Sequence[Logged]) -> bytes:
    """Return the log with more lines at its end; what stands in it stays byte for byte."""
    rows = [(x.at, x.by, x.how, x.level, x.key, x.fact, x.before, x.after) for x in lines]
    added = csv_bytes(_NAMES, rows)
    return added if not before else before + added.split(b"\n", 1)[1]


def read_log(data: bytes) -> tuple[Logged, ...]:
    r"""Read the log; `ProblemsError` with all that is wrong.

    Examples
    --------
    >>> line = Logged("2024-09-03T10:00:00Z", "sponsor", "set", "school", "900001", "baseline",
    ...               "", "2024-09-03")
    >>> read_log(log_bytes(b"", [line])) == (line,)
    True
    """
    columns = [Column(name, blank=name in _FREE) for name in _NAMES]
    table = read_csv(data, columns, file=LOG)
    return tuple(Logged(*(row[name] or "" for name in _NAMES)) for row in table.rows)
