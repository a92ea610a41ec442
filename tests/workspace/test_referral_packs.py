"""An authority that keeps referrals in a list of its own, from its folder to the analysis set."""

import json

import pytest

from equipoise.authority.pack import Declared, Roster, RosterEntry, parse_sent, roster_bytes
from equipoise.authority.readers import read_profile
from equipoise.core.base import ProblemsError
from equipoise.workspace.folder.extract import looked_at
from equipoise.workspace.folder.questioning import found_in, referral_words, write_profile
from equipoise.workspace.folder.referral_files import holds_referrals, referrals_in
from equipoise.workspace.steps.extracts import Asked
from equipoise.workspace.steps.ingest import _apart
from equipoise.workspace.steps.packing import packing
from equipoise.workspace.steps.packs import PackJob, build_packs
from tests.authority.golden_folders import trial_of
from tests.authority.test_golden import files_of
from tests.authority.test_referrals import DERIVED, LIST, RECORDED
from tests.rehearsed import command

__all__ = ["command"]

_, SCHOOLS, _, WINDOWS = trial_of(LIST)
BOTH = (Declared("primary", RECORDED), Declared("by-referral", DERIVED))


@pytest.fixture
def extract(tmp_path):
    """The folder of the golden authority that keeps referrals apart."""
    folder = tmp_path / "extract"
    folder.mkdir()
    for name, data in files_of(LIST).items():
        (folder / name).write_bytes(data)
    return folder


def roster_in(folder, declared=BOTH):
    schools = tuple(RosterEntry(s.urn, s.name, s.la_code) for s in SCHOOLS)
    roster = Roster("T", "920", "Hollinshire", schools, WINDOWS, declared, "0" * 64, (), "")
    path = folder.parent / "roster.json"
    path.write_bytes(roster_bytes(roster, trial="t", simulated=True))
    return path


def register_in(folder):
    path = folder.parent / "register.csv"
    rows = [f"{s.urn},{s.name},920,Hollinshire,primary,open" for s in SCHOOLS]
    path.write_text("\n".join(["urn,school_name,la_code,la_name,phase,status", *rows, ""]), "utf-8")
    return path


def test_it_is_packed_by_the_declared_alternative_alone_and_the_page_says_so(extract):
    made = packing(Asked((extract,), roster_in(extract)), out=extract.parent / "920.v1.sealed")
    assert made.pack.definitions == DERIVED
    assert parse_sent(made.content).sending.others == ()
    assert "cannot give the trial's own definitions" in made.leaves.text()


def test_where_no_alternative_is_declared_it_is_refused_by_name(extract):
    asked = Asked((extract,), roster_in(extract, BOTH[:1]))
    with pytest.raises(ProblemsError, match="authority 920: outcomes of contacts are not recorded"):
        packing(asked, out=extract.parent / "920.v1.sealed")


def test_a_list_named_after_a_child_is_called_by_its_order(extract):
    path = extract / "profile.json"
    profile = json.loads(path.read_text("utf-8"))
    profile["referrals"]["files"] = ["Zebedee Quillfeather.csv"]
    path.write_text(json.dumps(profile), "utf-8")
    with pytest.raises(
        ProblemsError, match="referrals file 1, whole file: found no such file"
    ) as e:
        packing(Asked((extract,), roster_in(extract)), out=extract.parent / "920.v1.sealed")
    assert "Zebedee" not in str(e.value)


def test_its_counts_stay_out_of_the_trials_own(extract):
    files = {path.name: path for path in extract.iterdir()}
    job = PackJob("920", files, SCHOOLS, RECORDED, WINDOWS, (("by-referral", DERIVED),))
    ((pack, others),) = build_packs([job], "sqlite")
    assert (pack.definitions, others) == (DERIVED, ())
    own, (alone,) = _apart(pack, others, BOTH)
    assert own.counts == ()
    assert (alone.name, alone.definitions, alone.counts) == ("by-referral", DERIVED, pack.counts)
    assert _apart(pack, others, (Declared("primary", DERIVED),)) == (pack, ())


def test_an_authority_that_records_outcomes_is_counted_by_the_trials_own(extract):
    lines = (extract / "contacts.csv").read_text("utf-8").splitlines()
    said = [lines[0] + ",Contact outcome,Decision date", *(f"{line},NFA," for line in lines[1:])]
    (extract / "contacts.csv").write_text("\n".join([*said, ""]), "utf-8")
    body = json.loads((extract / "profile.json").read_text("utf-8"))
    (extract / "profile.json").write_text(json.dumps({**body, "outcomes": "recorded"}), "utf-8")
    made = packing(Asked((extract,), roster_in(extract)), out=extract.parent / "920.v1.sealed")
    assert made.pack.definitions == RECORDED
    (other,) = parse_sent(made.content).sending.others
    assert (other.name, other.definitions) == ("by-referral", DERIVED)


# ------------------------------------------------------------------------------ its folder


def test_a_list_of_referrals_is_found_beside_the_contacts(extract):
    assert holds_referrals(extract / "list3.csv")
    assert not holds_referrals(extract / "contacts.csv")
    found = referrals_in(extract, ("contacts.csv", "profile.json"))
    assert found.files == ("list3.csv",)
    assert (found.first.isoformat(), found.last.isoformat()) == ("2023-12-01", "2024-07-02")
    assert referrals_in(extract, ("list3.csv", "contacts.csv")) is None


def test_the_profile_notes_the_list_and_that_no_outcome_is_recorded(extract, a_day):
    (extract / "profile.json").unlink()
    found = found_in(extract, on=a_day, authority="920")
    assert found.about.contacts_files == ("contacts.csv",)
    words = " ".join(referral_words(found.about))
    assert "list3.csv" in words
    assert "only be derived" in words
    write_profile(extract, found, {}, by="A", on=a_day)
    kept = read_profile((extract / "profile.json").read_bytes())
    assert (kept.outcomes, kept.referrals) == ("not-recorded", found.about.referrals)
    again = found_in(extract, on=a_day, authority="920")
    assert again.about == found.about


def test_outcomes_in_an_extract_are_never_taken_for_absent(extract, a_day):
    """Where another column is missing that one is said, and nothing is derived instead."""
    (extract / "profile.json").unlink()
    lines = (extract / "contacts.csv").read_text("utf-8").splitlines()
    said = [f"{lines[0]},Contact outcome", *(f"{line},NFA" for line in lines[1:]), ""]
    (extract / "contacts.csv").write_text("\n".join(said), "utf-8", newline="\n")
    with pytest.raises(ProblemsError) as error:
        found_in(extract, on=a_day, authority="920")
    (problem,) = error.value.problems
    assert problem.found.startswith("no column decision date")


def test_where_no_outcome_is_recorded_nothing_is_suggested_from_outcomes(extract, a_day):
    (extract / "profile.json").unlink()
    suggested = found_in(extract, on=a_day, authority="920").suggested
    assert not {"contact", "gateway", "family_help"} & set(suggested)
    assert "repeats" in suggested


def test_definitions_asked_for_by_name_that_cannot_be_counted_are_refused(extract):
    with pytest.raises(ProblemsError, match="leave this name out of --definitions"):
        packing(
            Asked((extract,), roster_in(extract)),
            out=extract.parent / "920.v1.sealed",
            names=["by-referral", "primary"],
        )


@pytest.fixture
def a_day():
    from datetime import date

    return date(2024, 8, 1)


def test_a_check_says_that_outcomes_are_derived(extract, command):
    found = looked_at(extract, register_in(extract), engine="sqlite")
    assert (found.quality.outcomes, found.quality.referrals.rows_kept) == ("derived", 7)
    said = command("contacts", "check", extract, "--trial", roster_in(extract))
    assert said.code == 0, said.err
    assert "outcomes of contacts: derived from a list of referrals" in said.out
    assert "referrals: 10 rows read, 7 kept" in said.out
    assert "referrals set aside: 1 (the date is blank)" in said.out


def test_a_comparison_shows_the_rules_and_where_outcomes_come_from(extract, command):
    said = command("contacts", "compare", extract, "--register", register_in(extract))
    assert said.code == 0, said.err
    assert "s47_first: not counted" in said.out
    assert "outcomes derived from referrals within 28 days" in said.out
    assert "[outcome-derived]" in said.out
