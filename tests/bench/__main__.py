"""`python -m tests.bench`: measure Plantain side by side with a raw client on this machine."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from lib.store.database import sqlite_build
from tests.bench import (
    backup,
    click,
    end_to_shown,
    end_to_stored,
    experiment,
    experiment_page,
    history,
    history_in_browser,
    holds,
    idle,
    insights,
    open_runs,
    post,
    recovery,
    sheets,
    spend_report,
    startup,
    take_away,
    throughput,
)
from tests.bench.figures import Findings, table
from tests.bench.site import Site
from tests.conftest import forget_settings, stay_on_this_machine

DATA = Path(__file__).parents[2] / "data"
HISTORIES = DATA / "bench-histories"
BENCHES: dict[str, Callable[[Site], Findings]] = {
    "click": click.measure,
    "holds": holds.measure,
    "post": post.measure,
    "stored": end_to_stored.measure,
    "shown": end_to_shown.measure,
    "throughput": throughput.measure,
    "experiment": experiment.measure,
    "recovery": recovery.measure,
    "startup": startup.measure,
    "idle": idle.measure,
    "open": open_runs.measure,
    "backup": backup.measure,
    "history": history.measure,
    "history-page": history_in_browser.measure,
    "experiment-page": experiment_page.measure,
    "take-away": take_away.measure,
    "sheets": sheets.measure,
    "report": spend_report.measure,
    "insights": insights.measure,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benches that were named, or all; returns 0 also when an aim is not met."""
    given = _parser().parse_args(arguments)
    guard()
    findings: list[Findings] = []
    DATA.mkdir(exist_ok=True)
    try:
        # On the disk that Plantain writes to: elsewhere a commit may cost nothing.
        with tempfile.TemporaryDirectory(prefix="bench-", dir=DATA) as folder:
            kept = None if given.quick else HISTORIES
            sites = {
                name: Site(Path(folder, name), given.quick, given.million, kept, say=say)
                for name in given.benches or BENCHES
            }
            findings.extend(_measured(name, site) for name, site in sites.items())
    finally:
        if findings:
            say(f"\n{report(findings)}")
    return 0


def guard() -> None:
    """As in the tests: no settings of the developer's, no key, and no other machine."""
    forget_settings()
    sys.addaudithook(stay_on_this_machine)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="Medians (5th to 95th percentile), ours and theirs in the same run.",
    )
    parser.add_argument("benches", nargs="*", metavar="bench", type=_bench, help=", ".join(BENCHES))
    parser.add_argument("--quick", action="store_true", help="see that it runs; figures say little")
    parser.add_argument(
        "--million",
        action="store_true",
        help="a history of a million runs, too (4 GB, made in two minutes), and ten million charges"
        " (14 GB, made in half an hour)",
    )
    return parser


def _bench(name: str) -> str:
    if name not in BENCHES:
        raise argparse.ArgumentTypeError(f"there is no {name!r}: choose of {', '.join(BENCHES)}")
    return name


def _measured(name: str, site: Site) -> Findings:
    say(f"{name} …")
    begun = time.perf_counter()
    site.folder.mkdir()
    findings = BENCHES[name](site)
    site.show(findings.rows)
    say(f"{name}: {time.perf_counter() - begun:.0f} s")
    return findings


def report(findings: Sequence[Findings]) -> str:
    """The table, and what must be known to read it."""
    notes = [
        "Median (5th to 95th percentile). Ratio: our median to theirs. An aim is for the median, or "
        "for the 95th percentile (p95), or for the ratio (×).",
        "The sandbox paints each size once here, for both, or the bench would time the painter.",
        machine(),
        *(note for finding in findings for note in finding.notes),
    ]
    rows = [row for finding in findings for row in finding.rows]
    return "\n".join([table(rows), "", *notes])


def machine() -> str:
    """What it ran on, and how busy that was."""
    memory_gb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"Machine: {_processor()}, {os.cpu_count()} cores, {memory_gb:.0f} GB; "
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}, "
        f"SQLite {sqlite_build().sqlite_version}. "
        f"Load of the last 1, 5 and 15 minutes: {load}. Timings count on a machine that is idle; "
        "ratios stand on a busy one, too."
    )


def _processor() -> str:
    """As Linux names it; else as Python does."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
