"""Print the path of a Chromium that starts: `python -m scripts.find_chromium [--install]`.

The browser journeys and the screenshots drive it. The first that starts is taken: what CHROMIUM
names (and then nothing else), a browser on PATH, Playwright's own. With `--install`, where there is
none, Playwright's is fetched, or as root on Debian the distribution's. Exit code 1 and the reason
on stderr when there is none.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
START_LIMIT_S = 60
APT = ("env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes")
NETWORK = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20")

Command = tuple[Sequence[str], int]
"""What to run, and after how many seconds to give it up."""

PLAYWRIGHT_INSTALL: Sequence[Command] = (
    ((sys.executable, "-m", "playwright", "install", "chromium"), 240),
)
DEBIAN_INSTALL: Sequence[Command] = (
    ((*APT, *NETWORK, "update"), 90),
    # Only the download is cut short: half an installation would be worse than none.
    ((*APT, *NETWORK, "install", "--no-install-recommends", "--download-only", "chromium"), 240),
    ((*APT, "install", "--no-install-recommends", "--no-download", "chromium"), 600),
)


class NoChromium(Exception):
    """There is no Chromium that starts; the message says what was tried."""


def find(environment: Mapping[str, str] = os.environ) -> str:
    """The path of a Chromium that is there already. Raises NoChromium."""
    named = environment.get("CHROMIUM")
    if named:
        path = shutil.which(named, path=environment.get("PATH"))
        if path is None or not starts(path):
            raise NoChromium(f"CHROMIUM names {named}, which does not start")
        return path
    for path in candidates(environment):
        if starts(path):
            return path
    raise NoChromium(f"no browser that starts: neither {', '.join(NAMES)} nor Playwright's own")


def candidates(environment: Mapping[str, str]) -> Iterator[str]:
    """Where a Chromium may be, the likeliest first."""
    for name in NAMES:
        path = shutil.which(name, path=environment.get("PATH"))
        if path:
            yield path
    own = playwrights_own()
    if own and shutil.which(own):
        yield own


def playwrights_own() -> str | None:
    """Where Playwright keeps its Chromium, whether or not it was fetched."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def starts(path: str) -> bool:
    """Whether it runs at all: a stub or a missing shared library shows here."""
    return succeeds((path, "--version"), START_LIMIT_S)


def find_or_install() -> str:
    """The path of a Chromium, fetched when there is none. Raises NoChromium."""
    try:
        return find()
    except NoChromium:
        return install()


def install() -> str:
    """Fetch a Chromium and return its path. Raises NoChromium."""
    for commands in installers(is_root=os.geteuid() == 0):
        if not all(carry_out(command, limit_s) for command, limit_s in commands):
            continue
        try:
            return find()
        except NoChromium as reason:
            say(f"{reason}.")
    raise NoChromium("no browser that starts, and none could be installed: set CHROMIUM to one")


def installers(
    *, is_root: bool, which: Callable[[str], str | None] = shutil.which
) -> list[Sequence[Command]]:
    """The ways to get a Chromium on this machine, the least intrusive first."""
    if is_root and which("apt-get"):
        return [PLAYWRIGHT_INSTALL, DEBIAN_INSTALL]
    return [PLAYWRIGHT_INSTALL]


def carry_out(command: Sequence[str], limit_s: int) -> bool:
    say(f"No Chromium yet: {' '.join(command)}")
    return succeeds(command, limit_s)


def succeeds(command: Sequence[str], limit_s: int) -> bool:
    """Run a command for so many seconds at most; its output is only shown when it failed."""
    try:
        done = subprocess.run(
            command, timeout=limit_s, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(str(error))
        return False
    if done.returncode:
        say("\n".join((done.stdout + done.stderr).splitlines()[-5:]))
    return done.returncode == 0


def say(text: str) -> None:
    """Progress goes to stderr: stdout is for the path alone."""
    print(text, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    may_install = "--install" in arguments and not os.environ.get("CHROMIUM")
    try:
        print(find_or_install() if may_install else find())
    except NoChromium as reason:
        say(f"{reason}.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
