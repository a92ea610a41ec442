"""Readers: an authority's profile and its extract of contacts, every row accounted for."""

from equipoise.authority.readers.contact import REASONS, Contact, Extract, SetAside
from equipoise.authority.readers.extract import read_extract
from equipoise.authority.readers.profile import Profile, read_profile

__all__ = ["REASONS", "Contact", "Extract", "Profile", "SetAside", "read_extract", "read_profile"]
