"""Whose picture a file is: by the record inside it, by its bytes, and by what it looks like."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from lib.images.embedded_record import embed
from lib.images.errors import NotAPicture
from lib.images.thumbnails import FolderThumbnails
from lib.services.likeness import LikenessService
from lib.services.recognising import Recognised, Recognising
from lib.store.likeness import Likenesses
from lib.store.records import Records
from tests.images.pictures import FORMATS, noise, saved
from tests.services.taking import Takings, open_takings


@pytest.fixture
def takings(tmp_path: Path) -> Iterator[Takings]:
    opened = open_takings(tmp_path)
    yield opened
    opened.database.dispose()


@pytest.fixture
def recognising(takings: Takings, tmp_path: Path) -> Recognising:
    thumbnails = FolderThumbnails(tmp_path / "thumbnails", takings.originals)
    likeness = LikenessService(Likenesses(takings.database), thumbnails, takings.search)
    return Recognising(Records(takings.database), likeness)


def run_id_of(found: Recognised) -> str | None:
    return found.run and found.run.id


@pytest.mark.parametrize("format_", FORMATS)
def test_a_download_leads_to_its_run(
    takings: Takings, recognising: Recognising, format_: str
) -> None:
    first, second = takings.put("one", "two")
    bought = saved(noise(), format_)
    takings.paint(first, bought)
    (sha256,) = takings.paint(second, bought)
    download = takings.pictures.download(sha256, second)
    assert download is not None
    assert run_id_of(recognising.recognise(download.data)) == second, "not another of that picture"


def test_the_file_as_it_was_bought_leads_to_its_run(
    takings: Takings, recognising: Recognising
) -> None:
    (run_id,) = takings.put("one")
    takings.paint(run_id, saved(noise(), "PNG"))
    found = recognising.recognise(saved(noise(), "PNG"))
    assert (run_id_of(found), found.record) == (run_id, None)


def test_a_record_of_elsewhere_is_found_by_its_picture_or_tells_its_settings(
    takings: Takings, recognising: Recognising
) -> None:
    record = {"run_id": "elsewhere", "input": {"prompt": "a kite"}, "sha256": "0" * 64}
    strange = recognising.recognise(embed(saved(noise(), "PNG"), record))
    assert strange.run is None
    assert strange.input == {"prompt": "a kite"}

    (run_id,) = takings.put("one")
    (sha256,) = takings.paint(run_id, saved(noise(), "PNG"))
    known = recognising.recognise(embed(saved(noise(), "PNG"), {**record, "sha256": sha256}))
    assert run_id_of(known) == run_id


@pytest.mark.parametrize("record", [{"run_id": ["x"], "input": "x"}, {"sha256": 7}, {}])
def test_a_record_may_hold_anything(recognising: Recognising, record: dict[str, object]) -> None:
    found = recognising.recognise(embed(saved(noise(), "PNG"), record))
    assert (found.run, found.problem, dict(found.input)) == (None, None, {})


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no PNG, JPEG or WebP"),
        (b"GIF89a", "no PNG, JPEG or WebP"),
        (saved(noise(), "PNG")[:200], "end"),
        (saved(noise(), "JPEG")[:-2], "end"),
    ],
    ids=["empty", "foreign", "cut png", "cut jpeg"],
)
def test_what_is_no_picture_is_told_why(recognising: Recognising, data: bytes, says: str) -> None:
    assert says in (recognising.recognise(data).problem or "")


def test_a_smaller_copy_looks_like_its_picture(takings: Takings, recognising: Recognising) -> None:
    near, far = takings.put("near", "far")
    picture = Image.linear_gradient("L").resize((256, 192)).rotate(30)
    takings.paint(near, saved(picture, "PNG"))
    takings.paint(far, saved(picture.rotate(180), "PNG"))
    copy = saved(picture.resize((128, 96)), "JPEG")
    assert run_id_of(recognising.recognise(copy)) is None
    assert list(recognising.alike(copy, limit=5).runs["id"]) == [near]
    with pytest.raises(NotAPicture):
        recognising.alike(b"none", limit=5)
