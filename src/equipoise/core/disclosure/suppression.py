"""Suppression of small counts in a table with its totals, and the audit of it.

A count of 1 to 5 children or leads is not published (Department for Education, characteristics of
children in need: counts from 1 to 5 are replaced, zero is shown, and further cells are replaced
where a suppressed one could be found by subtraction). If what is suppressed along a line adds up
to less than the smallest publishable count, one more cell goes (OpenSAFELY, ehrQL issue 1666).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]

#: The smallest count that may be published; a protocol may ask for more, never for less.
SMALLEST = 6


@dataclass(frozen=True)
class SuppressedTable:
    """A table of counts as it may be published.

    Attributes
    ----------
    cells
        Rows of counts, None where suppressed; the last row and the last column are the totals.
    suppressed
        How many cells are suppressed.
    secondary
        How many of them only because others could be found from them.
    """

    cells: tuple[tuple[int | None, ...], ...]
    suppressed: int
    secondary: int


def suppress(
    counts: Sequence[Sequence[int]], *, smallest: int = SMALLEST, secondary: bool = True
) -> SuppressedTable:
    """Suppress small counts, and enough others that none can be found by subtraction.

    Parameters
    ----------
    counts
        Rows of counts without totals, all rows of one length.
    smallest
        The smallest count but zero that may be shown.
    secondary
        Whether to suppress further cells; without it the audit is not passed.

    Returns
    -------
    SuppressedTable
        With row and column totals added.

    Raises
    ------
    ValueError
        For a negative count, rows of unequal length, or a bound below the product's own.

    Examples
    --------
    >>> suppress([[3, 20, 40]]).cells[0]
    (None, None, 40, 63)
    """
    if smallest < SMALLEST:
        raise ValueError(f"counts below {SMALLEST} are never published; a protocol may ask more")
    full = _with_totals(counts)
    hidden = {cell for cell in _cells(full) if 0 < full[cell[0]][cell[1]] < smallest}
    primary = len(hidden)
    if secondary:
        _hide_more(full, hidden, smallest)
    cells = tuple(
        tuple(None if (i, j) in hidden else value for j, value in enumerate(row))
        for i, row in enumerate(full)
    )
    return SuppressedTable(cells, len(hidden), len(hidden) - primary)


def audit(cells: Sequence[Sequence[int | None]]) -> tuple[Cell, ...]:
    """Return the suppressed cells whose value the shown ones give away.

    Parameters
    ----------
    cells
        As `SuppressedTable.cells`, totals last. A single row or column is a plain line.

    Returns
    -------
    tuple of (int, int)
        Row and column of each cell whose bounds, from the totals and from nothing being negative,
        meet in one value. Bounds are tightened line by line until they rest.

    Examples
    --------
    >>> audit([[None, 20, 23]])
    ((0, 0),)
    """
    known = {(i, j): value for i, row in enumerate(cells) for j, value in enumerate(row)}
    low = {c: 0.0 if v is None else float(v) for c, v in known.items()}
    high = {c: float("inf") if v is None else float(v) for c, v in known.items()}
    rows, columns = len(cells), len(cells[0])
    for _ in range(4 * rows * columns + 4):
        before = (dict(low), dict(high))
        for line in _lines(rows, columns):
            _tighten(line[:-1], line[-1], low, high)
        if before == (low, high):
            break
    return tuple(sorted(c for c, v in known.items() if v is None and low[c] == high[c]))


def _with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    if not counts or len({len(row) for row in counts}) != 1:
        raise ValueError("a table of counts has one row or more, all of one length")
    if any(value < 0 for row in counts for value in row):
        raise ValueError("a count is never negative")
    full = [[*row, sum(row)] for row in counts]
    full.append([sum(column) for column in zip(*full, strict=True)])
    return full


def _cells(full: list[list[int]]) -> Iterator[Cell]:
    return ((i, j) for i, row in enumerate(full) for j in range(len(row)))


def _lines(rows: int, columns: int) -> Iterator[list[Cell]]:
    """Each row and each column as cells that add up to their last one."""
    if columns > 1:
        for i in range(rows):
            yield [(i, j) for j in range(columns)]
    if rows > 1:
        for j in range(columns):
            yield [(i, j) for i in range(rows)]


def _hide_more(full: list[list[int]], hidden: set[Cell], smallest: int) -> None:
    rows, columns = len(full), len(full[0])
    while True:
        choice = None
        for line in _lines(rows, columns):
            # A line of one part is its own total: to show either is to show both.
            out = [cell for cell in line if cell in hidden]
            if not out or len(out) == len(line):
                continue
            parts = [cell for cell in out if cell != line[-1]]
            total = sum(full[i][j] for i, j in parts)
            enough = len(out) >= 2 and (len(parts) < 2 or total >= smallest or line[-1] in hidden)
            if not enough:
                choice = _next_to_hide(full, line, hidden)
                break
        if choice is None:
            return
        hidden.add(choice)


def _next_to_hide(full: list[list[int]], line: list[Cell], hidden: set[Cell]) -> Cell:
    """Choose the smallest count still shown, parts before the total, zeros last."""
    shown = [cell for cell in line if cell not in hidden]
    return min(
        shown,
        key=lambda c: (c == line[-1], full[c[0]][c[1]] == 0, full[c[0]][c[1]], c),
    )


def _tighten(
    parts: list[Cell], total: Cell, low: dict[Cell, float], high: dict[Cell, float]
) -> None:
    low[total] = max(low[total], sum(low[p] for p in parts))
    high[total] = min(high[total], sum(high[p] for p in parts))
    for part in parts:
        others = [p for p in parts if p != part]
        high[part] = min(high[part], high[total] - sum(low[p] for p in others))
        low[part] = max(low[part], low[total] - sum(high[p] for p in others))
