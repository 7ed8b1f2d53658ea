"""Back up the data folder: `python -m scripts.backup [--to PLACE] [--link] [--sizes] [--quiet]`.

Exit codes: 0 it is whole; 1 there is none, and stderr says why; 2 an option or a setting is wrong;
3 it is whole but for pictures that the data folder itself has lost, which stderr names.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from lib.domain.clock import SystemClock
from lib.services.backups.backup import BackupMade, make_backup
from lib.services.backups.parts import BackupFailed
from lib.settings import SettingsWrong, read_settings
from scripts.progress import ProgressLine, megabytes

WHOLE, FAILED, WRONG, WITH_HOLES, INTERRUPTED = 0, 1, 2, 3, 130
FEW = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Make a backup; returns the exit code."""
    given = _parser().parse_args(arguments)
    line = ProgressLine(quiet=given.quiet)
    try:
        made = make_backup(
            read_settings(),
            given.to,
            clock=SystemClock(),
            link=given.link,
            trust_sizes=given.sizes,
            progress=lambda done, of: line("Backing up", done, of),
        )
    except SettingsWrong as error:
        return _end(line, str(error), WRONG)
    except BackupFailed as error:
        return _end(line, str(error), FAILED)
    except KeyboardInterrupt:
        return _end(line, "Broken off: there is no backup. The next one goes on here.", INTERRUPTED)
    line.end()
    if not given.quiet:
        sys.stdout.write(f"{_report(made)}\n")
    return _end(line, _holes(made), WITH_HOLES) if made.manifest.missing else WHOLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make backup",
        description="Back up the data folder, while Plantain runs or without it.",
    )
    add = parser.add_argument
    add("--to", type=Path, help="a folder, or a file that ends in .tar (default: a dated folder)")
    add("--link", action="store_true", help="hard links to the newest backup beside it, no copies")
    add("--sizes", action="store_true", help="trust pictures in the backup whose size is right")
    add("--quiet", action="store_true", help="say nothing but what went wrong")
    return parser


def _report(made: BackupMade) -> str:
    manifest = made.manifest
    there = manifest.pictures - made.copied - len(manifest.missing)
    return (
        f"Backed up to {made.path}\n"
        f"Runs: {sum(manifest.runs.values()):,}, open: {manifest.open_runs:,}. "
        f"Pictures: {manifest.pictures:,}, {megabytes(manifest.picture_bytes)}; "
        f"copied: {made.copied:,}, there before: {there:,}."
    )


def _holes(made: BackupMade) -> str:
    missing = made.manifest.missing
    names = "\n".join(missing[:FEW]) + ("\n…" if len(missing) > FEW else "")
    return (
        f"Pictures missing or damaged in the data folder, and so not in the backup: "
        f"{len(missing):,}\n{names}"
    )


def _end(line: ProgressLine, text: str, code: int) -> int:
    line.end()
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
