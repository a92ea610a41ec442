"""Rows sealed in parts: they come back whole, in their order, or not at all."""

import hashlib
import io

import pytest

from equipoise.workspace.folder import RehearsalSecrets, SealError, boxes, seal
from equipoise.workspace.folder.keys import KeyPair
from equipoise.workspace.folder.sealed_rows import PART, SealingSink, head_of, unsealed_parts

PURPOSE = "rows of 900 for t"
PAIR = KeyPair.of("sealing", bytes(range(32)))
LINE = "a line of rows, of fifty characters with its end\n"
TEXT = LINE * (5 * PART // (2 * len(LINE)))


def written(text, piece=40_000):
    target = io.BytesIO()
    secrets = RehearsalSecrets(3)
    sink = SealingSink(target, to=PAIR.public, purpose=PURPOSE, secrets=secrets)
    for at in range(0, len(text), piece):
        sink.write(text[at : at + piece])
    found = sink.finish()
    head = seal(b"head", to=PAIR.public, purpose=PURPOSE, secrets=secrets)
    return found, [*boxes(target.getvalue()), head]


def read(path):
    return b"".join(unsealed_parts(path, key=PAIR.private, purpose=PURPOSE))


@pytest.mark.parametrize("piece", [17, 40_000, 10**7])
def test_a_text_of_several_parts_comes_back_whole(tmp_path, piece):
    text = TEXT if piece > 17 else TEXT[:5_000]
    found, parts = written(text, piece)
    path = tmp_path / "rows.sealed"
    path.write_bytes(b"".join(parts))
    assert read(path) == text.encode()
    assert head_of(path, key=PAIR.private, purpose=PURPOSE) == b"head"
    assert (found.lines, found.parts) == (text.count("\n"), len(parts) - 1)
    assert found.digest == hashlib.sha256(text.encode()).hexdigest()
    assert [len(part) for part in parts[:-2]] == [PART] * (found.parts - 1)


def test_parts_that_were_exchanged_do_not_open(tmp_path):
    _, (first, second, *rest) = written(TEXT)
    path = tmp_path / "rows.sealed"
    path.write_bytes(b"".join([second, first, *rest]))
    with pytest.raises(SealError):
        read(path)


def test_another_authoritys_part_does_not_open(tmp_path):
    _, parts = written(LINE)
    path = tmp_path / "rows.sealed"
    path.write_bytes(b"".join(parts))
    with pytest.raises(SealError):
        b"".join(unsealed_parts(path, key=PAIR.private, purpose="rows of 901 for t"))


@pytest.mark.parametrize("data", [b"", b"x", b"eqseal01", b"eqseal01" + bytes(100)])
def test_what_is_no_row_of_boxes_has_no_head(tmp_path, data):
    path = tmp_path / "rows.sealed"
    path.write_bytes(data)
    with pytest.raises(SealError):
        head_of(path, key=PAIR.private, purpose=PURPOSE)


def test_no_text_at_all_is_one_part(tmp_path):
    found, parts = written("")
    path = tmp_path / "rows.sealed"
    path.write_bytes(b"".join(parts))
    assert (read(path), found.parts, found.lines) == (b"", 1, 0)
