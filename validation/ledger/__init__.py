"""The ledger under many writers, under kills, and under edits of one byte.

`worker` is the process that writes, and that is killed; `writers` starts many at once; `kills`
kills them at random moments; `edits` changes bytes of published trials; `folders` makes trials.
"""


def part(fraction: float) -> tuple[str, bool]:
    """Run the part: its section of the document, and whether all of it passed."""
    # Imported only now: a worker is a process of this package, and has to start quickly.
    from validation.ledger.run import part as run

    return run(fraction)


__all__ = ["part"]
