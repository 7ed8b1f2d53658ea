"""Bringing files in on the page of the history: what is dropped, and how far an import is."""

import threading

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from lib.images.embedded_record import embed
from lib.services.long_work import LongWork
from lib.services.taking_away.bringing_in import BroughtIn
from tests.images.pictures import noise, saved
from tests.pages.reading import ReadingPage

EVIL = "![x](https://evil.example/x.png)"


def dropped(*files: tuple[str, bytes]) -> ReadingPage:
    """History, with these files dropped on it."""
    page = ReadingPage("history")
    told = [(name, data, "application/octet-stream") for name, data in files]
    page.app.file_uploader(key="bring_in_files").set_value(told)
    return page.run()


def test_an_import_shows_how_far_it_is_and_can_be_canceled(services: Services) -> None:
    told = threading.Event()

    def work(progress: object) -> BroughtIn:
        told.wait(60)
        return BroughtIn(runs=7, was_canceled=not progress(1_007))  # type: ignore[operator]

    running = LongWork(work, 2_000).start()
    running.gone_through = 1_007
    page = ReadingPage("history")
    page.app.session_state["bring_in_work"] = running
    page.run()
    bars = [bar.proto.text for bar in page.app.get("progress")]
    assert bars == ["Brought in 7 of 1,000 runs"]

    page.press("bring_in_cancel")
    told.set()
    assert running.wait(60)

    assert page.run().says("Canceled. 7 runs brought in")
    assert not page.press("bring_in_dismiss").says("Canceled.")


def test_what_a_strange_file_says_of_itself_is_text(services: Services) -> None:
    record = {"run_id": EVIL, "model": DEFAULT_MODEL.id, "input": {"prompt": EVIL}}
    other = {"run_id": EVIL, "model": EVIL, "input": {"prompt": [EVIL]}}
    page = dropped(
        (f"{EVIL}.png", embed(saved(noise(), "PNG"), record)),
        ("other.webp", embed(saved(noise(), "WEBP"), other)),
        (f"{EVIL}.jpg", EVIL.encode()),
        (f"{EVIL}.zip", b""),
    )

    assert EVIL in page.texts()
    assert page.says("does not know the model")
    assert page.says("This is no picture that Plantain knows.")
    assert not any("evil.example" in text for text in page.markdown())


def test_a_zip_of_the_folder_is_offered_and_refused_in_words(services: Services) -> None:
    folder = services.settings.plantain_data_dir / "bring-in"
    folder.mkdir()
    (folder / "large.zip").write_bytes(b"no zip at all")
    page = ReadingPage("history")

    page.press("bring_in_waiting")

    assert page.says("This is no whole zip")
