"""How long the cost report's questions take over a million charge lines, and over ten million.

Beside it, in the same run, what a notebook does: pandas over `read_sql` of all lines. Each is asked
in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path

from tests.bench import spend_answers as asked
from tests.bench.figures import Aim, Findings, Row, Series
from tests.bench.site import Site
from tests.bench.synthetic_spend import PEOPLE, TAGS, fill
from tests.plantain_server import ROOT

MILLION, TEN_MILLION = 1_000_000, 10_000_000
QUICK = 300
TIMES, TIMES_OF_PANDAS, TIMES_OF_PAGE = 30, 3, 3
AIMS = {MILLION: Aim(100, of_95th=True), TEN_MILLION: Aim(500, of_95th=True)}
NOTE = (
    f"The spend of 24 months: {len(PEOPLE)} people, the price book's SKUs, {len(TAGS)} tags; the page "
    "is drawn by Streamlit's test runner, without a browser."
)
LITELLM = (
    "LiteLLM's spend tables are not beside it: its proxy (1.82.6, all wheels) installs, but reads "
    "them through Prisma, whose engine is no package and is fetched from binaries.prisma.sh at the "
    "first start: getaddrinfo ENOTFOUND on a machine that reaches registries only."
)


def measure(site: Site) -> Findings:
    """A million lines; ten million as well where a long bench is asked for."""
    sizes = site.pick((MILLION, *((TEN_MILLION,) if site.million else ())), (QUICK,))
    rows: list[Row] = []
    for size in sizes:
        folder = site.kept_folder(f"spend-{size}")
        fill(folder, size).dispose()
        rows += _rows(site, folder, size)
        site.show(rows)
    return Findings(tuple(rows), (NOTE, LITELLM))


def _rows(site: Site, folder: Path, size: int) -> list[Row]:
    ours = _answers(folder, "ours", site.pick(TIMES, 2))
    times = 1 if size == TEN_MILLION else site.pick(TIMES_OF_PANDAS, 1)
    theirs = _answers(folder, "pandas", times)
    drawn = _answers(folder, "page", site.pick(TIMES_OF_PAGE, 1))
    summed = _answers(folder, "summing", 1)
    what = f"{size:,} lines: "
    return [
        *(_row(what + name, ours[name], theirs.get(name), AIMS.get(size)) for name in ours),
        *(_row(what + name, took, None, None) for name, took in drawn.items()),
        # There and back are two.
        *(_row(what + name, [took[0] / 2], None, None) for name, took in summed.items()),
    ]


def _row(what: str, ours: list[float], theirs: list[float] | None, aim: Aim | None) -> Row:
    beside = Series(theirs, whose="pandas.read_sql of all lines") if theirs else None
    return Row(what, Series(ours), beside, aim)


def _answers(folder: Path, who: str, times: int) -> dict[str, list[float]]:
    command = [sys.executable, "-m", asked.__name__, f"{folder}", who, f"{times}"]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"{who} failed: {ended.stderr[-2000:]}")
    found: dict[str, list[float]] = json.loads(ended.stdout.splitlines()[-1])
    return found
