"""The stranger's proof: it repeats every kind of draw, and finds whatever was changed."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from equipoise.workspace.folder import RehearsalSecrets
from equipoise.workspace.steps.stranger import export, public_record
from equipoise.workspace.steps.stranger.export import PARTS, script
from equipoise.workspace.steps.stranger.lines import NotProvedError, canonical_json, number_text
from equipoise.workspace.steps.stranger.proof import prove, prove_ahead
from equipoise.workspace.steps.stranger.signatures import signature_is_good
from tests.rehearsed import TINY
from tests.workspace.records import SCHEMES, record_of, signing_key

Record = dict[str, Any]


def ran(path: Path, *words: str) -> tuple[int, str]:
    """Run a file as a stranger does: no site packages, no user's settings."""
    command = [sys.executable, "-I", "-S", str(path), *words]
    done = subprocess.run(command, capture_output=True, check=False, cwd=path.parent)
    assert done.stderr == b"", done.stderr.decode()
    return done.returncode, done.stdout.decode("utf-8")


def heads(record: Record) -> list[str]:
    return [hashlib.sha256(line.encode()).hexdigest() for line in record["ledger"]]


@pytest.mark.parametrize("kind", sorted(SCHEMES))
def test_every_kind_of_draw_is_repeated_by_the_standard_library(kind: str) -> None:
    for scale in (1, 5):
        said = prove(record_of(SCHEMES[kind], scale=scale), [])
        words = "have the arms that seed and event give"
        assert next(one for one in said if words in one[1])[0] == "holds"


@pytest.fixture(scope="module")
def stratified() -> Record:
    return record_of(SCHEMES["stratified"])


@pytest.fixture
def record(stratified: Record) -> Record:
    return copy.deepcopy(stratified)


def test_a_file_alone_proves_two_stages_of_unequal_shares(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "proof.py"
    path.write_bytes(script(record))
    code, said = ran(path, "--receipt", heads(record)[3])
    assert code == 0, said
    assert "draw repeated: 30 schools in 2 stages have the arms that seed and event give" in said
    assert "chain: 7 lines follow from one another" in said and "9 signatures are good" in said
    assert "consistent and anchored: the ledger holds every receipt, up to line 4" in said
    code, said = ran(path)
    assert code == 0 and "without a receipt lodged outside, a removed tail" in said
    code, said = ran(path, "--receipt", "0" * 64)
    assert code == 1 and "it was rewritten or its tail removed" in said
    assert ran(path, "--receipt", "no head")[0] == 2


@pytest.mark.parametrize("kind", ["simple", "pairs", "minimisation, looking back", "constrained"])
def test_a_file_of_another_scheme_runs_alone_too(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "proof.py"
    path.write_bytes(script(record_of(SCHEMES[kind])))
    code, said = ran(path)
    assert code == 0 and "draw repeated" in said


def edited(record: Record) -> None:
    line = record["ledger"][1]
    record["ledger"][1] = line.replace("2021-09-16", "2021-09-15", 1)


def swapped(record: Record) -> None:
    record["ledger"][2:4] = record["ledger"][3:1:-1]


def spaced(record: Record) -> None:
    record["ledger"][-1] = record["ledger"][-1].replace('":', '": ', 1)


def arm_changed(record: Record) -> None:
    head, row, rest = record["arms"].split("\n", 2)
    other = (
        row.replace(",usual", ",new") if row.endswith("usual") else row.replace(",new", ",usual")
    )
    record["arms"] = f"{head}\n{other}\n{rest}"


def seed_changed(record: Record) -> None:
    resigned(record, -1, lambda entry: entry["facts"]["seeds"].update({"900": "00" * 32}))


def arm_changed_and_signed(record: Record) -> None:
    """As whoever holds the keys could: another arm, its digest in the act that opens the arms."""
    arm_changed(record)
    digest = hashlib.sha256(record["arms"].encode()).hexdigest()
    resigned(record, -1, lambda entry: entry["writes"].update({"frozen/allocation.csv": digest}))


def roster_changed(record: Record) -> None:
    record["commitments"]["900"] = record["commitments"]["900"].replace(
        '"pupils":100', '"pupils":99'
    )


def another_signer(record: Record) -> None:
    line = json.loads(record["ledger"][-1])
    message = json.dumps(line["entry"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    line["signatures"]["sponsor"] = signing_key("statistician").sign(message.encode()).hex()
    record["ledger"][-1] = json.dumps(
        line, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )


def another_key(record: Record) -> None:
    old, new = (signing_key(one).public.hex() for one in ("sponsor", "statistician"))
    record["design"] = record["design"].replace(old, new)


def design_changed(record: Record) -> None:
    record["design"] = record["design"].replace('"share":3', '"share":4')


def early(record: Record) -> None:
    resigned(record, 3, lambda entry: entry["facts"].update(event_date="2021-09-15"), keep=4)


def resigned(
    record: Record, at: int, change: Callable[[dict[str, Any]], object], keep: int | None = None
) -> None:
    """Change an entry, sign it again with the people's own keys, and drop what came after."""
    line = json.loads(record["ledger"][at])
    change(line["entry"])
    message = json.dumps(line["entry"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    line["signatures"] = {
        person: signing_key(person).sign(message.encode()).hex() for person in line["entry"]["by"]
    }
    record["ledger"][at] = json.dumps(
        line, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    if keep is not None:
        del record["ledger"][keep:]


def recommitted(record: Record, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the commitment of stage 901, and sign it again as if it had been made so."""
    made = json.loads(record["commitments"]["901"])
    change(made["data"])
    text = canonical_json(made)
    record["commitments"]["901"] = text
    roster = [
        [one["unit"], one["urns"], one["stratum"], one["pupils"], one["covariates"]]
        for one in made["data"]["roster"]
    ]
    digest = hashlib.sha256(canonical_json(roster).encode()).hexdigest()
    made["data"]["roster_digest"] = digest

    def sign(entry: dict[str, Any]) -> None:
        name = "results/commitment-901.json"
        entry["writes"][name] = hashlib.sha256(text.encode()).hexdigest()
        entry["facts"]["roster_digest"] = digest

    resigned(record, 4, sign, keep=5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda made: made.update(earlier=[]),
            "stage 901: it does not look back at the stages drawn before it, as declared",
        ),
        (
            lambda made: made["earlier"][0].update(seed_hash="00" * 32),
            "stage 901: it does not look back at the stages drawn before it, as declared",
        ),
        (
            lambda made: made["declared"].update(looks_back=False),
            "stage 901: the rule of looking back is not the one committed",
        ),
        (
            lambda made: made["roster"][0].update(urns=made["roster"][1]["urns"]),
            "stage 901: a school stands in it twice",
        ),
        (lambda made: made.update(late_of="777"), "stage 901: late joiners of no stage"),
    ],
)
def test_a_commitment_that_looks_back_otherwise_is_found(
    change: Callable[[dict[str, Any]], object], words: str
) -> None:
    record = record_of(SCHEMES["minimisation, looking back"])
    recommitted(record, change)
    with pytest.raises(NotProvedError, match=words):
        prove(record, [])


def test_a_school_in_two_stages_is_found() -> None:
    record = record_of(SCHEMES["minimisation, looking back"])
    first = json.loads(record["commitments"]["900"])["data"]["roster"][0]["urns"]
    recommitted(record, lambda made: made["roster"][0].update(urns=first))
    with pytest.raises(NotProvedError, match="stage 901: a school stands in another stage too"):
        prove(record, [])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (edited, "ledger, line 2: a signature of statistician that is not good"),
        (swapped, "ledger, line 3: the number 3 where 2 belongs"),
        (spaced, "ledger, line 7: not in canonical form"),
        (arm_changed, "the arms are not those that were opened"),
        (arm_changed_and_signed, "stage 900: the arms are not those that seed and event give"),
        (seed_changed, "stage 900: the seed is not the one committed"),
        (roster_changed, "stage 900: the commitment is not the one that was signed"),
        (another_signer, "ledger, line 7: a signature of sponsor that is not good"),
        (another_key, "a signature of sponsor that is not good"),
        (design_changed, "design: not the one that was locked"),
        (early, "stage 900: 2021-09-15 is before the event's own date"),
    ],
)
def test_what_was_changed_is_found(
    record: Record, change: Callable[[Record], None], words: str
) -> None:
    change(record)
    with pytest.raises(NotProvedError) as caught:
        prove(record, [])
    assert words in str(caught.value)


def test_a_removed_tail_is_found_with_a_receipt_alone(record: Record) -> None:
    known = heads(record)
    del record["ledger"][-1]
    record["arms"] = ""
    said = prove(record, [])
    assert ("open", said[-1][1]) == said[-1] and said[-1][1].startswith("consistent, not anchored")
    with pytest.raises(NotProvedError, match="rewritten or its tail removed"):
        prove(record, known[-1:])


def test_every_thousandth_line_must_be_signed(record: Record) -> None:
    from tests.workspace.records import Written

    ledger = Written()
    for _ in range(1000):
        ledger.add("power")
    record["ledger"] = ledger.lines
    with pytest.raises(NotProvedError, match="line 1000: every 1000th line is signed"):
        prove(record, [])


def test_a_damaged_record_is_one_sentence_and_fails(record: Record, tmp_path: Path) -> None:
    path = tmp_path / "proof.py"
    del record["arms"]
    path.write_bytes(script(record))
    code, said = ran(path)
    assert code == 1 and "fails  the record cannot be read: KeyError" in said


def test_before_unblinding_it_proves_commitments_only() -> None:
    said = prove(record_of(SCHEMES["stratified"], opened=False), [])
    assert [one for one in said if one[1].startswith("stage 900: roster (14 units)")]
    assert (
        "open",
        "draw committed, not yet repeatable: the seeds are sealed until unblinding",
    ) in said


def test_the_script_is_short_and_imports_the_standard_library_alone(record: Record) -> None:
    text = script(record).decode("utf-8")
    code, _ = text.split("\nRECORD = ")
    assert code.count("\n") < 800
    imports = [line for line in code.splitlines() if line.startswith(("import ", "from "))]
    modules = {line.split()[1].split(".")[0] for line in imports}
    assert modules <= sys.stdlib_module_names
    assert "equipoise" not in modules
    assert max(map(len, code.splitlines())) <= 100
    assert PARTS[-1] == "proof"


# The three shortest vectors of RFC 8032, section 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555"
        "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da0"
        "85ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac1"
        "8ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_signatures_are_those_of_rfc_8032(public: str, message: str, signature: str) -> None:
    key, said, signed = (bytes.fromhex(one) for one in (public, message, signature))
    assert signature_is_good(key, said, signed)
    assert not signature_is_good(key, said + b"x", signed)
    for at in (0, 31, 32, 63):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert not signature_is_good(key, said, bytes(changed))
    assert not signature_is_good(key[:-1], said, signed)
    # S is not reduced: the same point, and yet another signature (section 8.4).
    order = 2**252 + 27742317777372353535851937790883648493
    larger = (int.from_bytes(signed[32:], "little") + order).to_bytes(32, "little")
    assert not signature_is_good(key, said, signed[:32] + larger)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (4.5, "4.5"),
        (2e-3, "0.002"),
        (333333333.33333329, "333333333.3333333"),
        (1e30, "1e+30"),
        (1e-27, "1e-27"),
        (1.5e-7, "1.5e-7"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1e-6, "0.000001"),
        (-1e-5, "-0.00001"),
    ],
)
def test_numbers_are_written_as_in_rfc_8785(value: float, text: str) -> None:
    assert number_text(value) == text


def test_the_export_of_a_blind_trial_holds_no_secret(states: Any) -> None:
    walk = states["blind-run"]
    folder = walk.folder()
    text = export(folder).decode("utf-8")
    for path in walk.keys.iterdir():
        pem = path.read_text(encoding="utf-8").splitlines()[1]
        private = base64.b64decode(pem)[-32:]
        assert private.hex() not in text and pem not in text
    seed = RehearsalSecrets(TINY.seed).take("seed dsl-primary 900", 32)
    assert hashlib.sha256(seed).hexdigest() in text
    assert seed.hex() not in text
    record = public_record(folder)
    assert record["arms"] == "" and set(record["commitments"]) == {"900"}
    assert "PRIVATE KEY" not in text and "eqseal01" not in text
    # Of an arm the ledger knows nothing; the commitment knows the arms by their shares alone.
    arms = [one["id"] for one in json.loads(record["design"])["design"]["arms"]]
    assert not any(f'"{arm}"' in line for arm in arms for line in record["ledger"])
    assert all(record["commitments"]["900"].count(f'"{arm}"') == 1 for arm in arms)


def test_a_stranger_proves_the_demonstration(demo: Any, command: Any, tmp_path: Path) -> None:
    path = tmp_path / "north.py"
    said = command("verify", demo.trial, "--export", path)
    assert said.code == 0 and f"Run it with: python3 -I -S {path}" in said.out.replace("\n", " ")
    receipts = (demo.trial.parent / "receipts.txt").read_text(encoding="utf-8").split()
    code, words = ran(path, "--receipt", receipts[-1])
    assert code == 0, words
    assert "draw repeated: 32 schools in 4 stages" in words and "anchored: the ledger" in words
    inside = demo.trial / "proof.py"
    said = command("verify", demo.trial, "--export", inside)
    assert said.code == 2 and "a file inside the trial folder" in said.err and not inside.exists()


def test_a_stranger_sees_an_event_that_was_known_before() -> None:
    entries = [{"name": "commit", "stage": "350", "at": "2024-09-18T10:00:00Z"}]
    real, made_up = ({"trial": {"simulated": which}} for which in (False, True))
    assert prove_ahead(real, entries, "350", "2024-09-18") == []
    with pytest.raises(NotProvedError, match="before the commitment on 2024-09-18"):
        prove_ahead(real, entries, "350", "2024-09-17")
    ((verdict, _),) = prove_ahead(made_up, entries, "350", "2024-09-17")
    assert verdict == "open"
