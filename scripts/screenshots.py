"""Make the README's pictures again: `python -m scripts.screenshots [FOLDER]`, by default `docs`.

Starts Plantain as it is, with its sandbox and an empty data folder that is gone afterwards, makes
runs through the page as a user does, and photographs it. CHROMIUM names the browser.
"""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.find_chromium import NoChromium, find

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
BROWSER_FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run")
PATIENCE_MS = 60_000
STEP_S = 0.1
STEPS_TO_START = 600
LIMIT_TO_END_S = 20
COLORS = 256
"""A palette makes a third of the file, and nobody sees it."""

SETTLED = "[data-testid=stApp][data-test-script-state=notRunning]"
DRAWN = """
    document.fonts.status === "loaded"
    && !document.querySelector("[data-testid=stSkeleton]")
    && [...document.images].every(image => image.complete && image.naturalWidth > 0)
    && performance.getEntriesByType("resource").every(
        loaded => performance.now() - loaded.responseEnd > 700)
"""
"""Nothing is loading, and nothing came just now that could lead to more: tables paint late."""

Fields = dict[str, str | int]

TREEHOUSE: Fields = {
    "prompt": "A bioluminescent treehouse hotel suspended between ancient redwood trees at "
    "twilight. Three geodesic glass pods connected by vine-wrapped rope bridges, each pod glowing "
    "turquoise from within. Orchids and phosphorescent mushrooms grow on the bark. A narrow wooden "
    "staircase spirals up the trunk. Mist drifts through the canopy.",
    "aspect_ratio": "16:9",
    "num_images": 2,
    "seed": 7,
}
OTHERS: Sequence[Fields] = (
    {"prompt": "An island in a calm sea at dawn", "aspect_ratio": "3:2", "seed": 3},
    {"prompt": "A poster for a jazz night, bold shapes", "resolution": "2K", "seed": 11},
    {"prompt": "A still life that the provider refuses [fail at dispatch]"},
    {"prompt": "A city at night, rain on the streets", "thinking_level": "high", "seed": 5},
    {"prompt": "Snowy mountains under a full moon", "num_images": 4, "seed": 21},
    {"prompt": "A desert of dunes, long shadows", "aspect_ratio": "21:9", "seed": 13},
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its file's name, the page's address below Plantain's, CSS pixels, colours."""

    name: str
    address: str = "/"
    width: int = 1280
    height: int = 900
    colors: Literal["light", "dark"] = "light"


FORM = f"/?{urlencode(TREEHOUSE)}"
OF_THE_FIRST_RUN = (
    Shot("generate", FORM),
    Shot("generate-dark", FORM, colors="dark"),
    Shot("generate-phone", FORM, width=390, height=844),
)
OF_ALL_RUNS = (Shot("history", "/history", height=800), Shot("costs", "/costs", height=800))
SHOTS = (*OF_THE_FIRST_RUN, *OF_ALL_RUNS)


def main(arguments: Sequence[str]) -> int:
    """Make all pictures; returns the process's exit status."""
    folder = ROOT / (arguments[0] if arguments else "docs")
    try:
        chromium = find()
    except NoChromium as reason:
        print(f"No pictures: {reason}.", file=sys.stderr)
        return 1
    with (
        tempfile.TemporaryDirectory() as data,
        plantain(Path(data)) as url,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_FLAGS)
        photograph(browser, url, folder)
        browser.close()
    return 0


def photograph(browser: Browser, url: str, folder: Path) -> None:
    """Make the runs, and each picture once there is what it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    make_run(browser, url, TREEHOUSE)
    for shot in OF_THE_FIRST_RUN:
        take(browser, url, shot, folder)
    for fields in OTHERS:
        make_run(browser, url, fields)
    for shot in OF_ALL_RUNS:
        take(browser, url, shot, folder)


def make_run(browser: Browser, url: str, fields: Fields) -> None:
    """Fill the form by a link, press Generate, and wait until the run has ended."""
    with opened(browser, Shot("", f"/?{urlencode(fields)}"), url) as page:
        ended = page.locator("[class*='st-key-delete_']")  # only an ended run can be deleted
        before = ended.count()
        page.locator(".st-key-generate button").click()
        ended.nth(before).wait_for(timeout=PATIENCE_MS)


def take(browser: Browser, url: str, shot: Shot, folder: Path) -> None:
    """Write one picture."""
    with opened(browser, shot, url) as page:
        file = folder / f"{shot.name}.png"
        page.screenshot(path=file, animations="disabled")
    shrink(file)
    print(f"{file}: {shot.width} × {shot.height}, {file.stat().st_size // 1000} kB")


def shrink(file: Path) -> None:
    """Give a picture a palette."""
    with Image.open(file) as picture:
        small = picture.convert("RGB").quantize(COLORS)
    small.save(file, optimize=True)


@contextmanager
def opened(browser: Browser, shot: Shot, url: str) -> Iterator[Page]:
    """A fresh tab in which everything has been drawn."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme=shot.colors,
        reduced_motion="reduce",
    )
    with closing(context):
        page = context.new_page()
        page.goto(url + shot.address)
        page.wait_for_selector(SETTLED, state="attached", timeout=PATIENCE_MS)
        page.wait_for_function(DRAWN, timeout=PATIENCE_MS)
        yield page


@contextmanager
def plantain(data: Path) -> Iterator[str]:
    """Plantain on a free port; yields its address and ends it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    flags = [f"--server.address={HOST}", f"--server.port={port}", "--logger.level=error"]
    with subprocess.Popen([*command, *flags], cwd=ROOT, env=environment(data)) as process:
        try:
            wait_until_it_answers(process, port)
            yield f"http://{HOST}:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(LIMIT_TO_END_S)
            except subprocess.TimeoutExpired:
                process.kill()


def environment(data: Path) -> dict[str, str]:
    """No settings of whoever makes the pictures, and no real money: a blank key is no key."""
    ours = ("PLANTAIN_", "RUNFLOW_", "STREAMLIT_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "RUNFLOW_API_KEY": " ", "PLANTAIN_DATA_DIR": str(data)}


def wait_until_it_answers(process: subprocess.Popen[bytes], port: int) -> None:
    """Raises RuntimeError when it ends or never answers."""
    for _ in range(STEPS_TO_START):
        try:
            process.wait(STEP_S)
        except subprocess.TimeoutExpired:
            if answers(port):
                return
        else:
            break
    raise RuntimeError("Plantain did not start; what it said is above.")


def answers(port: int) -> bool:
    with closing(http.client.HTTPConnection(HOST, port, timeout=5)) as connection:
        try:
            connection.request("GET", "/plantain/health")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False


def free_port() -> int:
    with closing(socket.create_server((HOST, 0))) as listener:
        return int(listener.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
