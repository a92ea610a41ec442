"""Write the text of the queries for SQLite anew: `python tests/authority/sqlite_text.py`."""

from pathlib import Path

import equipoise.authority.rules as room
from equipoise.authority.rules import DERIVED, QUERIES, RECORD_QUERIES, VIEWS
from equipoise.authority.rules.expressions import sql

if __name__ == "__main__":
    folder = Path(room.__file__).parent / "data" / "sqlite"
    for query in (*QUERIES, *VIEWS, *DERIVED, *RECORD_QUERIES):
        text = sql(query, "sqlite")
        (folder / f"{query}.sql").write_text(text, encoding="utf-8", newline="\n")
