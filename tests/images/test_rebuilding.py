"""The bought bytes come back from a picture that carries a record."""

import pytest

from lib.images.embedded_record import embed
from lib.images.rebuilding import NotRebuilt, pieces_of, rebuild
from tests.images.pictures import noise, saved

RECORD = {"prompt": "a kite", "run_id": "1"}


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_original_comes_back_byte_for_byte(format_: str, mode: str) -> None:
    original = saved(noise(mode=mode), format_)
    carrying = embed(original, RECORD)
    pieces = pieces_of(original, carrying)
    assert carrying != original
    assert pieces is not None
    assert rebuild(carrying, pieces) == original
    assert sum(len(piece) for piece in pieces if isinstance(piece, str)) < 200


def test_what_carries_a_record_already_comes_back_with_that_one() -> None:
    original = embed(saved(noise(), "PNG"), {"prompt": "another"})
    carrying = embed(original, RECORD)
    pieces = pieces_of(original, carrying)
    assert pieces is not None
    assert rebuild(carrying, pieces) == original


@pytest.mark.parametrize("data", [b"", b"no picture", b"aaaa"])
def test_what_is_no_picture_comes_back_too(data: bytes) -> None:
    pieces = pieces_of(data, data)
    assert pieces is not None
    assert rebuild(data, pieces) == data


def test_a_wholly_different_file_has_no_pieces() -> None:
    assert pieces_of(bytes(range(256)) * 100, b"x" * 9_000) is None


@pytest.mark.parametrize(
    "pieces",
    [None, {}, [1], [[0, 99]], [[-1, 2]], [[2, 1]], [[0, True, 1]], ["no base64!"], [[0, 1]] * 99,
     ["A" * 10_000], [["0", "1"]]],
)  # fmt: skip
def test_pieces_of_strangers_are_refused(pieces: object) -> None:
    with pytest.raises(NotRebuilt):
        rebuild(b"123", pieces)  # type: ignore[arg-type]
