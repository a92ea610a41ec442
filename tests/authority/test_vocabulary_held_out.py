"""Real labels: mapped and right, also where the vocabulary may not know them.

The labels are in shared/, which a user does not have. How the hold-out works, and why it is a
lower bound, stands in benchmarks/labels.py.
"""

from pathlib import Path

import pytest

from benchmarks.labels import DAY, Labelled, attested, held_out, read, score
from equipoise.authority.vocabulary import Vocabulary, load_codes

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "source-labels.csv"
real = pytest.mark.skipif(not REAL.exists(), reason="the shared data are not here")
SOURCES = load_codes("source-of-contact", DAY)


@real
def test_of_all_real_labels_four_fifths_are_mapped_and_of_these_97_in_100_right():
    found = score(SOURCES, read(REAL))
    assert found.mapped / found.labels >= 0.80
    assert found.right / found.mapped >= 0.97
    assert found.called_wrong == 0
    assert found.schools_kept / found.schools >= 0.9


@real
@pytest.mark.parametrize("together", [False, True])
def test_held_out_labels_reach_the_targets_without_the_words_that_they_alone_hold(together):
    found = held_out(read(REAL), seeds=[0], copies_together=together)
    assert found.mapped / found.labels >= 0.75
    assert found.right / found.mapped >= 0.95
    assert found.called_wrong <= found.called / 15
    assert found.schools_kept / found.schools >= 0.75


def test_the_hold_out_takes_away_what_only_a_held_out_label_holds():
    kept = attested(SOURCES, ["Health visitor"])
    sources = Vocabulary(kept, DAY)
    assert sources.match("Health visitors").code == "3B"
    # The words of every other code are gone, but for the official titles.
    assert sources.match("Paediatrician").code == "UNMAPPED"
    assert sources.match("Solicitor").code == "UNMAPPED"
    assert sources.match("Schools").code == "2A"


def test_a_score_counts_what_is_mapped_right_and_who_is_called_a_school():
    labelled = [
        Labelled("School", "b"),
        Labelled("Primary school", "c"),
        Labelled("Nursery", "b"),
        Labelled("Midwife or ward", "d"),
        Labelled("Gateway desk", "f"),
    ]
    found = score(SOURCES, labelled)
    assert (found.labels, found.mapped, found.right) == (5, 3, 2)
    assert (found.called, found.called_wrong, found.schools, found.schools_kept) == (2, 1, 2, 2)
