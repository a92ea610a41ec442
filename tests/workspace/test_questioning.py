"""An authority's folder before its profile is written."""

from datetime import date

import pytest

from equipoise.workspace.folder.extract import looked_at
from equipoise.workspace.folder.questioning import found_in, write_profile
from tests.authority.golden_folders import trial_of
from tests.authority.test_golden import files_of

FAMILIES = "family-rows"
DAY = date(2024, 8, 1)


@pytest.fixture
def extract(tmp_path):
    """The folder of the golden authority whose rows are families, nothing answered yet."""
    folder = tmp_path / "extract"
    folder.mkdir()
    for name, data in files_of(FAMILIES).items():
        if name != "profile.json":
            (folder / name).write_bytes(data)
    return folder


def test_rows_of_families_are_seen_where_no_child_is_numbered(extract, tmp_path):
    found = found_in(extract, on=DAY, authority="917")
    assert found.answers == {"one_row_per": "family"}
    assert write_profile(extract, found, found.answers, by="A", on=DAY).one_row_per == "family"
    rows = [f"{s.urn},{s.name},917,Fairshire,primary,open" for s in trial_of(FAMILIES)[1]]
    register = tmp_path / "register.csv"
    heads = "urn,school_name,la_code,la_name,phase,status"
    register.write_text("\n".join([heads, *rows, ""]), "utf-8")
    assert looked_at(extract, register, engine="sqlite").rows_read == found.rows > 0


def test_rows_of_children_are_asked_about(extract):
    path = extract / "contacts.csv"
    text = path.read_text("utf-8").replace("Family ID", "Child ID", 1)
    path.write_text(text, "utf-8", newline="\n")
    assert found_in(extract, on=DAY, authority="917").answers == {}
