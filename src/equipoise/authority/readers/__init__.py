"""Readers: an authority's profile and its extract of contacts, every row accounted for."""

from equipoise.authority.readers.answers import UNKNOWN, Answers, answers_body
from equipoise.authority.readers.census import CensusReader
from equipoise.authority.readers.census_rows import (
    CENSUS_KINDS,
    CENSUS_REASONS,
    CensusChild,
    CensusHeader,
    Episode,
)
from equipoise.authority.readers.contact import (
    REASONS,
    Account,
    Contact,
    Extract,
    Record,
    SetAside,
)
from equipoise.authority.readers.dates import read_date
from equipoise.authority.readers.domains import domain_in
from equipoise.authority.readers.extract import ExtractReader, read_extract
from equipoise.authority.readers.fields import ContactField, contact_fields, never_sent
from equipoise.authority.readers.lists import LIST_REASONS, ListReader, ListRow
from equipoise.authority.readers.markup import is_markup
from equipoise.authority.readers.other_files import (
    OtherFile,
    counted_outcomes,
    gives_words,
    other_files,
    other_files_page,
    outcomes_of,
)
from equipoise.authority.readers.profile import Profile, read_profile
from equipoise.authority.readers.raw import Raw, open_raw, raw_bytes, raw_digest, raw_size
from equipoise.authority.readers.referrals import (
    REFERRAL_REASONS,
    Referral,
    ReferralLists,
    ReferralReader,
    referral_lists_body,
)
from equipoise.authority.readers.template import template_bytes

__all__ = [
    "CENSUS_KINDS",
    "CENSUS_REASONS",
    "LIST_REASONS",
    "REASONS",
    "REFERRAL_REASONS",
    "UNKNOWN",
    "Account",
    "Answers",
    "CensusChild",
    "CensusHeader",
    "CensusReader",
    "Contact",
    "ContactField",
    "Episode",
    "Extract",
    "ExtractReader",
    "ListReader",
    "ListRow",
    "OtherFile",
    "Profile",
    "Raw",
    "Record",
    "Referral",
    "ReferralLists",
    "ReferralReader",
    "SetAside",
    "answers_body",
    "contact_fields",
    "counted_outcomes",
    "domain_in",
    "gives_words",
    "is_markup",
    "never_sent",
    "open_raw",
    "other_files",
    "other_files_page",
    "outcomes_of",
    "raw_bytes",
    "raw_digest",
    "raw_size",
    "read_date",
    "read_extract",
    "read_profile",
    "referral_lists_body",
    "template_bytes",
]
