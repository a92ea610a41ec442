"""Unique pupil numbers, and the school on whose roll a child was."""

from datetime import date

import pytest

from equipoise.authority.schools import (
    Attended,
    Rolls,
    RollSpell,
    check_letter,
    read_upn,
)

DAY = date(2024, 5, 1)
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(rest: str) -> str:
    return check_letter(rest) + rest


ADA, BEN, CY, DEE = (upn(f"3502001230{n}1") for n in range(4))
TEMPORARY = upn("35020012300A")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        # Worked examples of docs/data.md A.6.
        ("A950000178301", "valid"),
        ("H243278544154", "valid"),
        ("R247962919251", "wrong-letter"),
        ("B801200005001", "valid"),
        (" b80120 0005001 ", "valid"),
        ("", "blank"),
        (None, "blank"),
        ("  ", "blank"),
        ("A95000017830", "malformed"),
        ("A9500001783011", "malformed"),
        ("1950000178301", "malformed"),
        ("A95000017830I", "malformed"),
        ("A95000017830O", "malformed"),
        ("9.5E+11", "malformed"),
    ],
)
def test_numbers_are_read(text, state):
    assert read_upn(text).state == state


def test_the_check_letter_by_hand():
    # 2x9 + 3x5 + 8x1 + 9x7 + 10x8 + 11x3 + 13x1 = 230 = 10 x 23: remainder 0, the first letter.
    assert 2 * 9 + 3 * 5 + 8 * 1 + 9 * 7 + 10 * 8 + 11 * 3 + 13 * 1 == 230
    assert check_letter("950000178301") == "A"


@pytest.mark.parametrize("position", range(23))
def test_a_temporary_number_counts_its_letter_by_place(position):
    # Eleven zeros: the sum is 13 x the place of the last letter.
    rest = "0" * 11 + LETTERS[position]
    assert check_letter(rest) == LETTERS[13 * position % 23]
    assert read_upn(check_letter(rest) + rest).state == "temporary"


def test_a_single_wrong_digit_is_always_seen():
    # 23 is prime and greater than every place but none of its multiples: no digit can hide.
    for place in range(1, 13):
        for digit in "0123456789":
            changed = ADA[:place] + digit + ADA[place + 1 :]
            assert (read_upn(changed).state == "valid") == (changed == ADA)


def test_what_has_no_check_letter_is_refused():
    for rest in ("", "95000017830", "95000017830I", "9500001783x1"):
        with pytest.raises(ValueError, match="eleven digits"):
            check_letter(rest)


def test_the_issuer_is_told_of_usable_numbers_alone():
    assert read_upn("A950000178301").issuer == "9500001"
    assert read_upn("R247962919251").issuer == ""


# ---------------------------------------------------------------------------- rolls

ROLLS = Rolls(
    [
        RollSpell(ADA, "900001", date(2022, 9, 1), date(2023, 8, 31)),
        RollSpell(ADA, "900002", date(2023, 9, 1)),
        RollSpell(BEN, "900001", date(2023, 9, 1)),
        RollSpell(BEN, "900003", date(2024, 1, 8), main=False),
        RollSpell(CY, "900001", date(2023, 9, 1)),
        RollSpell(CY, "900004", date(2023, 9, 1)),
        RollSpell(DEE, "900002", date(2024, 1, 8), former_upn=TEMPORARY),
        RollSpell(TEMPORARY, "900001", date(2023, 9, 1), date(2023, 12, 20)),
        RollSpell("R247962919251", "900009", date(2020, 9, 1)),
    ]
)


@pytest.mark.parametrize(
    ("number", "on", "expected"),
    [
        (ADA, date(2023, 5, 1), Attended("linked", "900001", "upn")),
        (ADA.lower(), DAY, Attended("linked", "900002", "upn")),
        (ADA, date(2022, 5, 1), Attended("not-on-roll-then")),
        (BEN, DAY, Attended("linked", "900001", "upn")),
        (CY, DAY, Attended("two-schools")),
        (TEMPORARY, date(2023, 10, 1), Attended("linked", "900001", "temporary-upn")),
        (TEMPORARY, DAY, Attended("linked", "900002", "former-upn")),
        (DEE, date(2023, 10, 1), Attended("not-on-roll-then")),
        (upn("350200123999"), DAY, Attended("unknown-upn")),
        ("R247962919251", DAY, Attended("invalid-upn")),
        ("", DAY, Attended("no-upn")),
        (None, DAY, Attended("no-upn")),
    ],
)
def test_the_school_attended_on_a_day(number, on, expected):
    assert ROLLS.attended(number, on) == expected


def test_a_former_number_that_two_children_claim_is_nobodys():
    rolls = Rolls(
        [
            RollSpell(ADA, "900001", date(2023, 9, 1), former_upn=TEMPORARY),
            RollSpell(BEN, "900002", date(2023, 9, 1), former_upn=TEMPORARY),
        ]
    )
    assert rolls.attended(TEMPORARY, DAY).state == "unknown-upn"


def test_numbers_that_follow_each_other_in_a_circle_end():
    rolls = Rolls(
        [
            RollSpell(ADA, "900001", date(2023, 9, 1), former_upn=BEN),
            RollSpell(BEN, "900001", date(2023, 9, 1), former_upn=ADA),
        ]
    )
    assert rolls.attended(ADA, DAY).urn == "900001"
