"""Sealed boxes: one reader, one purpose, every byte proved, a size that says little."""

import pytest

from equipoise.workspace.folder import (
    KeyPair,
    RehearsalSecrets,
    SealError,
    SystemSecrets,
    boxes,
    pack_files,
    padded_size,
    seal,
    unpack_files,
    unseal,
)

KIB = 1024
READER = KeyPair.make("sealing", "see", RehearsalSecrets(1))
OTHER = KeyPair.make("sealing", "see", RehearsalSecrets(2))


def box(content: bytes, secrets=None) -> bytes:
    return seal(content, to=READER.public, purpose="test", secrets=secrets or SystemSecrets())


@pytest.mark.parametrize("content", [b"", b"x", bytes(16_000), bytes(range(256)) * 400])
def test_what_is_sealed_opens_again(content):
    assert unseal(box(content), key=READER.private, purpose="test") == content


def test_another_key_or_purpose_does_not_open_it():
    sealed = box(b"arms")
    with pytest.raises(SealError, match="key does not fit"):
        unseal(sealed, key=OTHER.private, purpose="test")
    with pytest.raises(SealError, match="key does not fit"):
        unseal(sealed, key=READER.private, purpose="another")


def test_no_byte_can_be_changed():
    sealed = box(b"arms")
    places = [*range(80), *range(80, len(sealed), 97), len(sealed) - 1]
    for place in places:
        bad = bytearray(sealed)
        bad[place] ^= 1 + place % 255
        with pytest.raises(SealError):
            unseal(bytes(bad), key=READER.private, purpose="test")
    for cut in (0, 20, 60, len(sealed) - 1):
        with pytest.raises(SealError):
            unseal(sealed[:cut], key=READER.private, purpose="test")


def test_sizes_are_powers_of_two_times_sixteen_kib():
    # 48 bytes of header, 16 of proof, 8 of length: 72 beside the content.
    for content, units in (
        (0, 1),
        (16 * KIB - 72, 1),
        (16 * KIB - 71, 2),
        (32 * KIB - 72, 2),
        (32 * KIB - 71, 4),
        (65 * KIB, 8),
    ):
        assert padded_size(content) == len(box(bytes(content))) == units * 16 * KIB


def test_nothing_of_the_content_can_be_read_or_guessed():
    first, second = box(b"supervision " * 50), box(b"supervision " * 50)
    assert b"supervision" not in first
    assert first != second
    assert first[48:] != second[48:]


def test_boxes_one_after_another():
    two = box(b"one") + box(bytes(20_000))
    assert [len(each) for each in boxes(two)] == [16 * KIB, 32 * KIB]
    assert list(boxes(b"")) == []
    for bad in (two[:-1], two + b"x", b"x" + two, two[: 16 * KIB - 1]):
        with pytest.raises(SealError):
            list(boxes(bad))


def test_bundles_are_the_same_for_the_same_files():
    files = {"b/c.csv": b"2\n", "a": b"", "ü": b"\x00\xff"}
    again = dict(reversed(files.items()))
    assert pack_files(files) == pack_files(again)
    assert unpack_files(pack_files(files)) == files
