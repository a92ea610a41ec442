"""What the rows suggest for each question, against rows whose totals are worked by hand."""

from datetime import date, timedelta

from equipoise.authority.quality import facts_of, questions, suggestions
from equipoise.authority.readers import Record


def row(contact, child, on, *, outcome="NFA", decided=None, opened=None, source="School", aside=""):
    day = date.fromisoformat(on).toordinal()
    return Record(
        1, 1, 2, aside, contact, child, day, source, "Elm Primary", outcome, False, None,
        None if decided is None else date.fromisoformat(decided).toordinal(), False, opened, None,
        "",
    )  # fmt: skip


def said(rows, **more):
    return suggestions(facts_of(rows, lambda record: record.outcome), **more)


def test_open_cases_are_a_share_of_the_rows_that_can_be_read():
    rows = [row(f"{n}", f"c{n}", "2024-09-02", opened=n < 31) for n in range(100)]
    rows.append(row("x", "y", "2024-09-02", opened=True, aside="outside-covers"))
    assert said(rows)["open_cases"] == "31 % of contacts fall on open cases: are these counted?"


def test_a_copy_of_a_row_is_counted_once():
    facts = facts_of([row("1", "a", "2024-09-02")] * 3, lambda record: record.outcome)
    assert (facts.rows, facts.contacts, facts.outcomes["NFA"]) == (1, 1, 1)


def test_numbers_that_stand_on_several_rows_are_contacts_about_several_children():
    rows = [row("1", "a", "2024-09-02"), row("1", "b", "2024-09-02"), row("2", "c", "2024-09-03")]
    found = said(rows)
    assert found["one_row_per"].startswith("50 % of contact numbers stand on several rows")
    assert found["siblings"] == "There are 1.50 children to a contact."


def test_calls_alike_under_different_numbers_are_brothers_and_sisters_perhaps():
    rows = [row("1", "a", "2024-09-02"), row("2", "b", "2024-09-02"), row("3", "c", "2024-09-03"),
            row("4", "c", "2024-09-03")]  # fmt: skip
    assert said(rows)["siblings"].startswith("50 % of rows have another on the same day")


def test_one_working_day_passes_over_the_weekend():
    """Friday to Monday is in time, Friday to Tuesday is not; a month later is late."""
    rows = [
        row("1", "a", "2024-09-20", decided="2024-09-23"),
        row("2", "b", "2024-09-20", decided="2024-09-24"),
        row("3", "c", "2024-09-20", decided="2024-10-19"),
        row("4", "d", "2024-09-20"),
    ]
    found = said(rows)
    assert found["time_limit"].startswith("33 % of decisions came by the end of the next working")
    assert found["overwritten"].startswith("33 % of decisions are dated more than 28 days")


def test_repeats_are_of_one_child_within_a_week_on_another_day():
    days = ("2024-09-02", "2024-09-02", "2024-09-09", "2024-09-17")
    rows = [row(str(n), "a", day) for n, day in enumerate(days)]
    words = "25 % of contacts follow another on the same child within 7 days."
    assert said(rows)["repeats"] == words


def monthly(counts, share=lambda month: 0.5):
    rows = []
    for month, count in enumerate(counts):
        first = date(2023 + (8 + month) // 12, (8 + month) % 12 + 1, 1)
        for n in range(count):
            ended = "NFA" if n < share(month) * count else "REFERRAL"
            on = (first + timedelta(days=n % 28)).isoformat()
            rows.append(row(f"C{month}-{n}", f"k{month}-{n}", on, outcome=ended))
    return rows


def test_a_step_in_volume_is_named_with_its_month():
    """September 2023 on: 40 a month until February, 80 from March 2024; the ends are cut."""
    found = said(monthly([10, *[40] * 5, *[80] * 6, 5]))
    words = "Contacts a month went from about 40 to about 80 at the start of 2024-03."
    assert found["front_door"] == words
    assert "threshold" not in found


def test_a_step_in_the_share_is_named_with_its_month():
    found = said(monthly([40] * 13, share=lambda month: 0.5 if month < 6 else 0.7))
    words = "The share of no further action went from 50 % to 70 % at the start of 2024-03."
    assert found["threshold"] == words
    assert "front_door" not in found


def test_another_form_of_number_is_a_change_of_system():
    rows = monthly([20] * 6)
    moved = [r._replace(contact_id=f"MOS/{i:06d}") if r.day >= date(2023, 12, 1).toordinal() else r
             for i, r in enumerate(rows)]  # fmt: skip
    assert said(moved)["system_change"].endswith("another form from 2023-12 on.")
    assert "system_change" not in said(rows)


def test_dates_and_family_help_are_the_first_and_last_that_are_seen():
    rows = [
        row("1", "a", "2024-09-02", decided="2024-10-09"),
        row("2", "b", "2024-09-20", outcome="Family Help discussion"),
        row("3", "c", "2024-09-30"),
    ]
    found = said(rows)
    assert found["dates"] == (
        "Contacts run from 2024-09-02 to 2024-09-30; the latest date of all is 2024-10-09."
    )
    assert found["family_help"] == "An outcome first says family help on 2024-09-20."


def test_nothing_that_was_typed_is_in_any_suggestion():
    rows = [
        row("SECRET1", "SECRET2", "2024-09-02", source="SECRET3", outcome="SECRET4 family help")
        for _ in range(3)
    ]
    found = said(rows, shape="local-columns", notes=("not UTF-8, read as Windows-1252",))
    assert "SECRET" not in " ".join(found.values())
    assert found["encoding"] == "Not UTF-8, read as Windows-1252"
    assert set(found) <= {question.id for question in questions()}


def test_no_rows_suggest_nothing():
    assert said([]) == {}
