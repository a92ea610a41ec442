"""Assignment probabilities of every scheme: by full enumeration, and over 100,000 draws.

`declared` names the schemes and rosters; `exact` derives every chance from the rule in words, with
fractions and nothing of the product's own counting; `enumerated` puts every order of keys through
the product's draw; `compared` holds frequencies against chances; `run` writes the section.
"""


def part(fraction: float) -> tuple[str, bool]:
    """Run the part: its section of the document, and whether all of it passed."""
    from validation.draws.run import part as run

    return run(fraction)


__all__ = ["part"]
