"""Leaves: the page that says what leaves this computer."""

from __future__ import annotations

from equipoise.authority.pack.leaving import (
    NEVER,
    Outgoing,
    counted_columns,
    definition_sections,
    digests_section,
    file_section,
    maps_section,
    quality_section,
    totals_section,
)
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.roster import Handed
from equipoise.authority.pack.rows import COLUMNS, MEANING
from equipoise.authority.pack.sending import Sending
from equipoise.authority.pack.sheet import Section, Sheet


def pack_leaves(
    handed: Handed, pack: Pack, sending: Sending, file: Outgoing, *, signed: str | None
) -> Sheet:
    """Say what leaves in a pack: every file, every column, every count.

    Parameters
    ----------
    handed
        The roster for which it was made.
    pack, sending
        What is in it.
    file
        The one file.
    signed
        The public key that signs it, or None.
    """
    return Sheet(
        f"What leaves this computer: {pack.name} ({pack.authority})",
        handed.simulated,
        (
            file_section(handed, [file], signed),
            Section(
                "Counts",
                f"{len(pack.counts):,} lines, one for each school and window, of "
                f"{len(pack.windows)} windows and "
                f"{len({count.urn for count in pack.counts})} schools, exact; and as many again "
                f"for each of {len(sending.others)} other declared definitions of a new contact.",
                ("column", "cells that are not zero", "sum over schools"),
                counted_columns(pack),
            ),
            *definition_sections(handed, pack, sending),
            totals_section(pack),
            quality_section(pack.quality),
            maps_section(pack),
            digests_section(pack, sending, "version of this pack"),
            Section("What does not leave", NEVER),
        ),
    )


def rows_leave(
    handed: Handed,
    pack: Pack,
    sending: Sending,
    file: Outgoing,
    rows: int,
    *,
    signed: str | None,
) -> Sheet:
    """Say what leaves as pseudonymised rows.

    Parameters
    ----------
    handed
        The roster for which they were made.
    pack, sending
        The account that goes with them, and what says from which roster it is.
    file
        The one file.
    rows
        How many rows there are.
    signed
        The public key that signs them, or None.
    """
    return Sheet(
        f"What leaves this computer as rows: {pack.name} ({pack.authority})",
        handed.simulated,
        (
            file_section(handed, [file], signed),
            Section(
                "Rows",
                f"{rows:,} rows, one for each child in each contact of any source, each row "
                "personal data under a pseudonym: whoever holds the authority's HMAC key can find "
                "the child again. The key does not leave.",
                ("column", "what it holds"),
                tuple((name, MEANING[name]) for name in COLUMNS),
            ),
            Section(
                "The account",
                "What the rows must add up to goes with them: the same counts by school and "
                "window as a pack holds, "
                f"{len(pack.counts):,} lines, and what follows here.",
                ("column", "cells that are not zero", "sum over schools"),
                counted_columns(pack),
            ),
            totals_section(pack),
            quality_section(pack.quality),
            maps_section(pack),
            digests_section(pack, sending, "version of these rows"),
            Section(
                "What does not leave",
                "No number of a child or a contact as the authority knows it, no name, date of "
                "birth, pupil number, postcode or address, no name of an organisation as typed, "
                "no free text, no name of a file or a sheet, not the HMAC key.",
            ),
        ),
    )
