"""The pack: what leaves an authority, and the analyst's own list of what is unclear."""

from equipoise.authority.pack.build import build_pack, unclear
from equipoise.authority.pack.maps import MapUse
from equipoise.authority.pack.pack import Pack, pack_bytes, parse_pack

__all__ = [
    "MapUse",
    "Pack",
    "build_pack",
    "pack_bytes",
    "parse_pack",
    "unclear",
]
