"""Each step out of turn: one sentence, exit code 2, nothing changed."""

import pytest

from equipoise.core.ledger import STEPS
from tests.rehearsed import contents

BY = ("--by", "unblinded-statistician", "--by", "sponsor")
WORDS = {
    "simulate-roster": ("simulate", "--roster", "--schools", "8", "--authorities", "1"),
    "enrol": ("enrol", "--set", "900001", "approached=2021-05-20", "--by", "sponsor"),
    "lock": ("lock", "--by", "statistician"),
    "commit": ("commit", "--stage", "900", *BY[:2]),
    "randomise": ("randomise", "--stage", "900", "--event-value", "1", "--event-source", "x", *BY),
    "reveal": ("reveal", "--stage", "900", *BY[:2]),
    "simulate-collect": ("simulate", "--collect"),
    "sap-lock": ("sap-lock", "--by", "statistician"),
    "ingest": ("ingest",),
    "analyse-blind": ("analyse", "--blind"),
    "freeze": ("freeze", "--by", "data-manager"),
    "unblind": ("unblind", *BY),
    "analyse": ("analyse",),
    "report": ("report",),
    "publish": ("publish", "--by", "sponsor"),
    "amend": ("amend", "--reason", "asked for", "--by", "statistician", "--and", "sponsor"),
    "correct": (
        "correct",
        "--kind",
        "withdrawn",
        "--units",
        "900001",
        "--stage",
        "900",
        "--reason",
        "letter",
        "--by",
        "data-manager",
        "--and",
        "statistician",
    ),
}
CHANGING = {
    "locked", "committed", "randomised", "revealed", "sap-locked", "ingested", "blind-run",
    "frozen", "unblinded", "written",
}  # fmt: skip
#: Written from house.md, not from the table of steps: where each step is in turn.
IN_TURN = {
    "simulate-roster": {"draft"},
    "enrol": {
        "draft",
        "locked",
        "committed",
        "randomised",
        "revealed",
        "sap-locked",
        "ingested",
        "blind-run",
    },
    "lock": {"draft"},
    "commit": {"locked"},
    "randomise": {"committed"},
    "reveal": {"randomised"},
    "simulate-collect": {"randomised", "revealed", "sap-locked", "ingested", "blind-run"},
    "sap-lock": {"locked", "committed", "randomised", "revealed"},
    "ingest": {"sap-locked", "ingested", "blind-run"},
    "analyse-blind": {"ingested", "blind-run", "frozen"},
    "freeze": {"ingested", "blind-run"},
    "unblind": {"frozen"},
    "analyse": {"unblinded", "written"},
    "report": {"unblinded", "written"},
    "publish": {"written"},
    "amend": CHANGING,
    "correct": CHANGING - {"locked", "committed"},
}
STATES = (
    "draft", "locked", "committed", "randomised", "revealed", "sap-locked", "ingested",
    "blind-run", "frozen", "unblinded", "written", "reported",
)  # fmt: skip


def test_every_step_is_tried():
    assert set(WORDS) == set(IN_TURN) == set(STEPS) - {"power"}


@pytest.mark.parametrize("state", STATES)
def test_out_of_turn(states, command, state):
    walk = states[state]
    before = contents(walk.out)
    refused = [name for name in WORDS if state not in IN_TURN[name]]
    # A step that needs more than its turn names the file that it lacks.
    for name in refused:
        verb, *rest = WORDS[name]
        said = command(verb, walk.trial, *rest, keys=walk.keys)
        assert said.code == 2, (name, said)
        assert said.out == "", name
        one_sentence = said.err.startswith("Not now: ") and said.err.count("\n") == 1
        assert one_sentence or said.err.startswith(_LACKING.get((name, state), "-")), (name, said)
    assert contents(walk.out) == before


#: In turn by the state of the trial, and a file or a step still lacking.
_LACKING = {
    ("analyse-blind", "sap-locked"): "1 problem; nothing was changed.\n\n  results/outcomes.json,",
    ("freeze", "sap-locked"): "1 problem; nothing was changed.\n\n  ledger.jsonl, before freeze\n",
    ("publish", "unblinded"): "2 problems; nothing was changed.\n\n  ledger.jsonl, before publish",
}


@pytest.mark.parametrize(
    ("state", "words", "sentence"),
    [
        (
            "draft",
            ("commit", "--stage", "900", "--by", "statistician"),
            "Not now: the trial is draft; commit can be done once it is locked or sap-locked: "
            "lock comes first.\n",
        ),
        (
            "locked",
            ("lock", "--by", "statistician"),
            "Not now: the trial is locked; lock could be done only while it was draft.\n",
        ),
        (
            "committed",
            ("reveal", "--stage", "900", *BY),
            "Not now: stage 900 is committed; reveal can be done only while it is randomised.\n",
        ),
        (
            "frozen",
            ("ingest",),
            "Not now: the trial is frozen; ingest could be done only while it was sap-locked.\n",
        ),
        (
            "reported",
            ("unblind", *BY),
            "Not now: the trial is reported; unblind could be done only while it was frozen.\n",
        ),
        (
            "reported",
            ("run", "--rehearse"),
            "",
        ),
    ],
)
def test_the_sentence(states, command, state, words, sentence):
    walk = states[state]
    verb, *rest = words
    said = command(verb, walk.trial, *rest, keys=walk.keys)
    assert said.err == sentence
    assert said.code == (2 if sentence else 0)


def problem(place: str, found: str, expected: str, do: str) -> str:
    return (
        "1 problem; nothing was changed.\n\n"
        f"  {place}\n    found:    {found}\n    expected: {expected}\n    do:       {do}\n"
    )


TWO = (
    "the signature of an unblinded-statistician or independent-statistician and of a second person"
)
GIVE_TWO = "give --by unblinded-statistician --by sponsor"
ELSEWHERE = "; where the second is at another desk, name both and add --request FILE"


@pytest.mark.parametrize(
    ("state", "words", "message"),
    [
        pytest.param(
            "locked",
            ("commit", "--stage", "900", "--by", "statistician"),
            problem(
                "trial.yaml, act commit",
                "the signature of statistician, statistician, first",
                "the signature of an unblinded-statistician or independent-statistician",
                "give --by unblinded-statistician",
            ),
            id="the wrong signer",
        ),
        pytest.param(
            "committed",
            (*WORDS["randomise"][:-2],),
            problem("trial.yaml, act randomise", "1 signature", TWO, GIVE_TWO + ELSEWHERE),
            id="one signature where two are needed",
        ),
        pytest.param(
            "frozen",
            ("unblind", "--by", "unblinded-statistician", "--by", "unblinded-statistician"),
            problem("trial.yaml, act unblind", "the same person twice", TWO, GIVE_TWO),
            id="the same person twice",
        ),
        pytest.param(
            "blind-run",
            ("freeze", "--by", "somebody"),
            problem(
                "trial.yaml, people",
                "nobody called somebody",
                "one of sponsor, statistician, unblinded-statistician, data-manager, "
                "programme-manager",
                "give the id of a person whom the protocol names",
            ),
            id="an unknown person",
        ),
        pytest.param(
            "blind-run",
            ("freeze",),
            problem(
                "trial.yaml, act freeze",
                "no signature",
                "the signature of a data-manager",
                "give --by data-manager",
            ),
            id="nobody",
        ),
        pytest.param(
            "locked",
            ("commit", "--stage", "999", "--by", "unblinded-statistician"),
            problem(
                "design/register.csv, stage 999",
                "no unit to draw",
                "one of the stages 900",
                "correct the stage's name",
            ),
            id="a stage that is not there",
        ),
    ],
)
def test_the_wrong_hands(states, command, state, words, message):
    walk = states[state]
    before = contents(walk.out)
    verb, *rest = words
    said = command(verb, walk.trial, *rest, keys=walk.keys)
    assert said.code == 2
    assert said.err == message
    assert contents(walk.out) == before


def test_an_event_before_its_date(states, command):
    walk = states["committed"]
    first = walk.folder().protocol.design.scheme.event.not_before
    words = (*WORDS["randomise"][1:], "--event-date", "2000-01-01")
    said = command("randomise", walk.trial, *words, keys=walk.keys)
    assert said.code == 2
    assert said.err == problem(
        "commitment of stage 900, event",
        "an event of 2000-01-01",
        f"one of {first} or later, as was committed",
        "wait for the committed event and give its value",
    )


def test_a_lost_key(states, command, tmp_path):
    walk = states["blind-run"].copy(tmp_path / "w")
    (walk.keys / "data-manager.signing.pem").unlink()
    said = command("freeze", walk.trial, "--by", "data-manager", keys=walk.keys)
    assert said.code == 2
    assert said.err == problem(
        "data-manager.signing.pem, whole file",
        "no such key",
        "the signing key of data-manager, in a folder named by EQUIPOISE_KEYS or in the user's "
        "configuration folder",
        "ask its holder to give the command, or name the key's folder; a key that is lost cannot "
        "be made again",
    )
