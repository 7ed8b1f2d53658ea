"""
A zip of runs, made while it is sent: no more of it than a picture is ever in memory.

`pictures/2026-11-23/a-red-fox-….png` are downloads with the record inside, the newest run first.
`contact-sheet.html` shows them without a server. `manifest.json` has every field and makes it
possible to bring the runs in elsewhere; `manifest.csv` has the columns of the tables. What says
what is in the zip is written last: a zip that was broken off has none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from zipfile import ZipFile

from lib.images.download_name import download_name
from lib.services.pictures import PictureService
from lib.services.taking_away import contact_sheet, manifest
from lib.services.taking_away.columns import columns
from lib.services.taking_away.contact_sheet import Shown
from lib.services.taking_away.csv_table import iso
from lib.services.taking_away.manifest_files import ManifestFiles
from lib.services.taking_away.sink import Sink
from lib.services.taking_away.zip_of_pictures import ZipOfPictures
from lib.store.taken_runs import TakenRun

MIME = "application/zip"


def write(
    batches: Iterable[list[TakenRun]],
    pictures: PictureService,
    *,
    origin: str,
    made_at: int,
    on_run: Callable[[], None] = lambda: None,
) -> Iterator[bytes]:
    """The file, a picture at a time. `made_at`: ms UTC. `on_run` is called after each run."""
    sink = Sink()
    head = manifest.head(origin, iso(made_at))
    with ZipFile(sink, "w") as zipped, ManifestFiles(head, columns()) as lists:
        archive = ZipOfPictures(zipped, pictures, iso(made_at))
        for number, (runs, following) in enumerate(_pages(batches), 1):
            page = []
            for taken in runs:
                filed, shown = [], []
                for picture in taken.pictures:
                    name = picture_file(taken, picture["number"], picture["mime"])
                    file = archive.add_picture(name, taken.id, picture)
                    filed.append(file)
                    shown += _shown(file, picture, pictures)
                    yield sink.take()
                page.append((taken, shown))
                lists.add(taken, manifest.entry(taken, filed), filed)
                on_run()
            sheet = contact_sheet.html(number, page, has_next=following)
            archive.add_text(contact_sheet.name_of(number), [sheet.encode()])
            yield sink.take()
        for name, chunks in lists.files():
            archive.add_text(name, chunks)
            yield sink.take()
    yield sink.take()


def picture_file(taken: TakenRun, number: int, mime: str) -> str:
    """A name in the zip: the day, the prompt's first words, the run's whole id, the number."""
    short = download_name(prompt=taken.run["prompt"], run_id="x", index=number, mime=mime)
    words, ending = short.rsplit(f"-x-{number}.", 1)
    run_id = "".join(letter for letter in taken.id if letter.isascii() and letter.isalnum())
    return f"pictures/{iso(taken.run['created_at'])[:10]}/{words}-{run_id}-{number}.{ending}"


def _shown(
    file: manifest.Filed, picture: Mapping[str, Any], pictures: PictureService
) -> list[Shown]:
    """What the sheet shows of a picture that is in the zip; nothing of a lost one."""
    if file["file"] is None:
        return []
    small = None if picture["problem"] else pictures.thumbnail(picture["sha256"])
    return [Shown(file["file"], small.read_bytes() if small else None)]


def _pages(batches: Iterable[list[TakenRun]]) -> Iterator[tuple[list[TakenRun], bool]]:
    """The runs of each sheet, and whether there is another one; one empty sheet for no runs."""
    most = contact_sheet.RUNS_A_PAGE

    def pages() -> Iterator[list[TakenRun] | None]:
        for runs in batches:
            yield from (runs[at : at + most] for at in range(0, len(runs), most))
        yield None

    found = False
    for now, following in pairwise(pages()):
        found = True
        yield now or [], following is not None
    if not found:
        yield [], False
