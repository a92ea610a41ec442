"""Blind: with the arms swapped, no readable byte of the blind side's folder is another."""

import functools
import hashlib
import json
import re
import zipfile

import pypdf
import pytest

from equipoise.design.protocol import load_protocol, template
from equipoise.simulate import Scenario
from equipoise.workspace.folder import KeyRing, vault
from equipoise.workspace.steps import computations, stage_acts
from equipoise.workspace.steps.rehearsal import rehearse
from tests.rehearsed import NAME, Walk, begun, contents

#: Nothing that is collected for the blind side depends on the arm. Schools merge, and the plan is
#: amended: what is signed about either is the same whatever the arms.
EQUAL = Scenario(
    schools=32,
    authorities=2,
    seed=11,
    effect=0.0,
    response_gap=0.0,
    wellbeing_effect=0.0,
    merging_share=0.2,
)
UNTIL = "freeze"
_HEX = re.compile(rb"[0-9a-f]{12,128}")


def equal_shares() -> dict[tuple[str | int, ...], int]:
    """Return the changes that give the template's two arms equal shares."""
    design = load_protocol(template(NAME), "trial.yaml").design
    changes = {("design", "arms", n, "share"): 1 for n in (0, 1)}
    planned = getattr(design.planned, "by_arm", None) or {}
    half = sum(planned.values()) // 2
    return changes | {("design", "planned", "by_arm", arm): half for arm in planned}


def walked(out) -> Walk:
    # Of equal shares, so that both sides' sealed files are of one size (rules: who is blind).
    folder = begun(out, EQUAL, equal_shares())
    for line in rehearse(folder, truth=out / "truth", amending=True):
        if line.entry.name == UNTIL:
            break
    return Walk(out)


def exchanged(real):
    """Return the draw with the two arms' names exchanged."""

    def draw(*given, **named):
        allocation = real(*given, **named)
        first, second = sorted({row.arm for row in allocation.rows})
        other = {first: second, second: first}
        rows = tuple(row._replace(arm=other[row.arm]) for row in allocation.rows)
        return type(allocation)(allocation.stage, rows)

    return draw


@pytest.fixture(scope="module")
def two_walks(tmp_path_factory):
    out = tmp_path_factory.mktemp("blind")
    one = walked(out / "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage_acts, "draw", exchanged(stage_acts.draw))
        two = walked(out / "two")
    return one, two


@functools.cache
def secret_digests(walk: Walk) -> set[bytes]:
    """Return what is computed from ciphertext: its digests, chain hashes, signatures.

    The blind report prints the ledger's head, so that the digest of the report is one more.
    """
    found: set[str] = set()
    for raw in (walk.trial / "ledger.jsonl").read_bytes().splitlines():
        line = json.loads(raw)
        found |= {hashlib.sha256(raw).hexdigest(), line["entry"]["prev"]}
        found |= set(line["signatures"].values())
        files = [*line["entry"]["reads"].items(), *line["entry"]["writes"].items()]
        found |= {digest for name, digest in files if name.endswith(".sealed")}
    secret = {digest.encode() for digest in found}
    for path in walk.trial.glob("report/**/*"):
        if path.is_file() and masked(text_of(path), secret) != text_of(path):
            found.add(hashlib.sha256(path.read_bytes()).hexdigest())
    return {digest.encode() for digest in found}


def text_of(path) -> bytes:
    """Return what can be read of a file: of a PDF its text, of a document its parts."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as parts:
            return b"\n".join(name.encode() + parts.read(name) for name in parts.namelist())
    if path.suffix != ".pdf":
        return path.read_bytes()
    with pypdf.PdfReader(path) as pdf:
        # Long digests are set over two lines.
        text = "\n".join(page.extract_text() for page in pdf.pages)
    return re.sub(r"(?<=[0-9a-f])\n(?=[0-9a-f])", "", text).encode()


def masked(data: bytes, secret: set[bytes]) -> bytes:
    """Put a mask over each secret digest, also where only its beginning is shown."""
    return _HEX.sub(lambda m: b"*" if any(s.startswith(m[0]) for s in secret) else m[0], data)


def readable(walk: Walk, name: str) -> bytes:
    path = walk.trial / name
    if name.endswith(".sealed"):
        return str(path.stat().st_size).encode()
    return masked(text_of(path), secret_digests(walk))


def test_the_arms_were_swapped(two_walks):
    one, two = (
        {path.name: path.read_text(encoding="utf-8") for path in walk.out.glob("**/allocation-*")}
        for walk in two_walks
    )
    assert one.keys() == two.keys() and len(one) == 2
    assert all(one[name] != two[name] for name in one)


def test_no_readable_byte_is_another(two_walks):
    one, two = two_walks
    assert set(contents(one.trial)) == set(contents(two.trial))
    names = set(contents(one.trial))
    assert {
        "ledger.jsonl",
        "report/SIMULATED-DATA-NOT-FINDINGS-blind-report.html",
        "results/blind.json",
        "results/corrections.json",
    } <= names
    assert {"frozen/schools.parquet", "delivery.sealed", "allocation.sealed"} <= names
    differ = [name for name in sorted(names) if readable(one, name) != readable(two, name)]
    assert differ == []
    # What the masks cover does differ: the test would see it.
    assert contents(one.trial)["allocation.sealed"] != contents(two.trial)["allocation.sealed"]


def test_the_masks_cover_no_digest_of_what_can_be_read(two_walks):
    one, _ = two_walks
    hidden = secret_digests(one)
    masked_files = {n for n, d in contents(one.trial).items() if d.encode() in hidden}
    # Beside ciphertext only what prints the ledger's head.
    report = "report/SIMULATED-DATA-NOT-FINDINGS-blind-report"
    table = "report/blind/SIMULATED-DATA-NOT-FINDINGS-table-provenance.csv"
    readable_files = {n for n in masked_files if not n.endswith(".sealed")}
    printed = {name for name in contents(one.trial) if name.startswith(f"{report}.")}
    assert readable_files == {*printed, table}
    assert {f"{report}.html", f"{report}.pdf"} <= printed


def test_the_blind_run_needs_no_key_and_no_allocation(states, tmp_path, monkeypatch):
    walk = states["ingested"].copy(tmp_path / "w")
    (walk.keys / "see.sealing.pem").unlink()

    def opened(*given, **named):
        raise AssertionError("the blind run opened something sealed")

    for name in ("take", "private_key", "unseal"):
        monkeypatch.setattr(vault, name, opened)
    (walk.trial / "allocation.sealed").unlink()
    (walk.trial / "design" / "seeds.sealed").unlink()
    folder = walk.folder()
    folder.keys = KeyRing(())
    line = computations.analyse_blind(folder)
    assert not [name for name in line.entry.reads if name.endswith(".sealed")]
    # On made-up arms from the declared scheme: the same as with everything at hand.
    with_all = states["blind-run"].trial / "results" / "blind.json"
    assert (walk.trial / "results" / "blind.json").read_bytes() == with_all.read_bytes()
