"""Reading simulated files in the tests, with nothing of the product."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

import python_calamine

FLAGS = {  # the flag that holds, by precedence, and the code that it stands for
    "CP_ENQUIRY_FLAG": "CP_ENQUIRY",
    "NEW_REFERRAL_FLAG": "REFERRAL",
    "EXISTING_REFERRAL_FLAG": "EXISTING",
    "OTHER_OUTCOMES_EXIST_FLAG": "OTHER",
    "PRIVATE_FOSTERING_FLAG": "OTHER",
    "ADVICE_FLAG": "ADVICE",
    "NFA_FLAG": "NFA",
}


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8"))))


def book_rows(data: bytes) -> list[dict[str, object]]:
    sheet = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    head, *body = sheet.to_python()
    return [dict(zip(map(str, head), line, strict=True)) for line in body]


def flag_outcome(text: str) -> str:
    """Return the outcome that a row's flags say, blank if none is set."""
    flags = json.loads(text)
    return next((code for flag, code in FLAGS.items() if flags[flag] == "Y"), "")


def authorities(files: dict[str, bytes]) -> Iterator[tuple[str, dict[str, bytes]]]:
    """Yield the files of each authority, by their names."""
    codes = sorted({name.split("/")[1] for name in files if name.startswith("authority/")})
    for code in codes:
        prefix = f"authority/{code}/"
        yield code, {n.removeprefix(prefix): b for n, b in files.items() if n.startswith(prefix)}
