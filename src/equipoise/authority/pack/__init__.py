"""The pack: what leaves an authority, and the analyst's own list of what is unclear."""

from equipoise.authority.pack.build import build_counts, build_pack
from equipoise.authority.pack.comparing import (
    Changed,
    SchoolChange,
    TotalChange,
    changes,
    window_totals,
)
from equipoise.authority.pack.declared import LINKS
from equipoise.authority.pack.leaves import pack_leaves, rows_leave
from equipoise.authority.pack.leaving import Outgoing
from equipoise.authority.pack.looking import Look, look, unclear
from equipoise.authority.pack.maps import MapUse
from equipoise.authority.pack.pack import Pack, pack_bytes, parse_pack
from equipoise.authority.pack.recount import recounted, recounted_counts
from equipoise.authority.pack.referred import countable
from equipoise.authority.pack.rereading import extract_changes
from equipoise.authority.pack.resolving import Tap
from equipoise.authority.pack.roster import (
    PRIMARY,
    Declared,
    FormerName,
    Handed,
    Roster,
    RosterEntry,
    chosen,
    fingerprint,
    parse_roster,
    roster_bytes,
    roster_digests,
)
from equipoise.authority.pack.rows import ACCOUNT, ROWS, pseudonym, row_writer
from equipoise.authority.pack.rows_sending import (
    RowsSent,
    Tally,
    parse_rows_head,
    rows_head,
    rows_message,
)
from equipoise.authority.pack.sending import (
    OtherCounts,
    Sending,
    Sent,
    message_of,
    parse_sent,
    sending_bytes,
    with_signature,
)
from equipoise.authority.pack.sheet import Section, Sheet
from equipoise.authority.pack.statement import statement
from equipoise.authority.pack.twice import CountedTwice, counted_twice

__all__ = [
    "ACCOUNT",
    "LINKS",
    "PRIMARY",
    "ROWS",
    "Changed",
    "CountedTwice",
    "Declared",
    "FormerName",
    "Handed",
    "Look",
    "MapUse",
    "OtherCounts",
    "Outgoing",
    "Pack",
    "Roster",
    "RosterEntry",
    "RowsSent",
    "SchoolChange",
    "Section",
    "Sending",
    "Sent",
    "Sheet",
    "Tally",
    "Tap",
    "TotalChange",
    "build_counts",
    "build_pack",
    "changes",
    "chosen",
    "countable",
    "counted_twice",
    "extract_changes",
    "fingerprint",
    "look",
    "message_of",
    "pack_bytes",
    "pack_leaves",
    "parse_pack",
    "parse_roster",
    "parse_rows_head",
    "parse_sent",
    "pseudonym",
    "recounted",
    "recounted_counts",
    "roster_bytes",
    "roster_digests",
    "row_writer",
    "rows_head",
    "rows_leave",
    "rows_message",
    "sending_bytes",
    "statement",
    "unclear",
    "window_totals",
    "with_signature",
]
