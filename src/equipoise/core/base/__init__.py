"""Problems, canonical JSON, digests, atomic files, typed CSV and the clock."""

from equipoise.core.base.canonical import canonical, parse_canonical, parse_json
from equipoise.core.base.clock import Clock, FixedClock, SystemClock, day, timestamp
from equipoise.core.base.digests import digest_value, sha256_file, sha256_hex
from equipoise.core.base.files import Sink, read_bytes, read_text, replace_file, write_atomic
from equipoise.core.base.problems import Problem, Problems, ProblemsError
from equipoise.core.base.tables import Column, Table, csv_bytes, read_csv, shape_of

__all__ = [
    "Clock",
    "Column",
    "FixedClock",
    "Problem",
    "Problems",
    "ProblemsError",
    "Sink",
    "SystemClock",
    "Table",
    "canonical",
    "csv_bytes",
    "day",
    "digest_value",
    "parse_canonical",
    "parse_json",
    "read_bytes",
    "read_csv",
    "read_text",
    "replace_file",
    "sha256_file",
    "sha256_hex",
    "shape_of",
    "timestamp",
    "write_atomic",
]
