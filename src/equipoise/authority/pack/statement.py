"""The statement: one page about what is sent, for the authority's information governance."""

from __future__ import annotations

from equipoise.authority.pack.leaving import NEVER, Outgoing
from equipoise.authority.pack.maps import LEAST_SEEN
from equipoise.authority.pack.pack import Pack
from equipoise.authority.pack.roster import Handed, fingerprint
from equipoise.authority.pack.sheet import Section, Sheet


def statement(handed: Handed, pack: Pack, file: Outgoing, *, packed: bool) -> Sheet:
    """Return one page for the authority's information-governance lead.

    Parameters
    ----------
    handed, pack, file
        As for `pack_leaves` or `rows_leave`.
    packed
        Whether it is a pack that leaves, or rows.
    """
    schools = len({count.urn for count in pack.counts})
    what = (
        f"Counts of contacts by school and period: {schools} schools, {len(pack.windows)} "
        "periods, exact, small numbers included; a report of what is missing; which words were "
        f"read as which code, words only if seen {LEAST_SEEN} times or more and without the "
        "pattern of a name."
        if packed
        else "Contacts as rows, every identifier replaced by HMAC-SHA-256 under a key that stays "
        "with the authority; dates, codes and school numbers as they are."
    )
    kind = (
        "Small counts can point to a child, so the file is treated as confidential and is never "
        "called anonymous. It is encrypted to the trial's key: nobody else can open it."
        if packed
        else "The rows are personal data (pseudonymised) and never called anonymous. The file is "
        "encrypted to the trial's key: nobody else can open it. It goes by a secure transfer into "
        "the evaluator's secure environment and nowhere else."
    )
    return Sheet(
        f"Statement for the information-governance lead: {pack.name}",
        handed.simulated,
        (
            Section(
                "The trial",
                f"{handed.roster.title} ({handed.trial}). The data were asked for by the trial's "
                "data specification; its protocol has the digest "
                f"{handed.roster.protocol[:16]}.",
            ),
            Section(
                "What is sent",
                f"{what} One file: {file.name}.",
            ),
            Section("What it is", kind),
            Section("What is not sent", NEVER if packed else "No identifier, no name, no text."),
            Section(
                "Who can open it",
                f"The holder of the trial's key, {fingerprint(handed.roster.trial_key)}. Compare "
                "these digits with the trial by telephone before the first file is sent.",
            ),
            Section(
                "What the software did",
                "It ran on this computer, read the extract, counted, and wrote these files. It "
                "used no network. What will be published is suppressed by the trial's rules for "
                "small numbers.",
            ),
        ),
    )
