"""Put a backup back: `python -m scripts.restore BACKUP [--despite-damage] [--quiet]`.

Exit codes: 0 it is back; 1 nothing was changed, and stderr says why; 2 an option or a setting is
wrong; 3 it is back but for pictures that are nowhere, which stderr counts.
"""

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from lib.domain.clock import SystemClock
from lib.services.backups.backup import BACKUPS
from lib.services.backups.folder import whole_folders
from lib.services.backups.restore import Restored, restore
from lib.services.backups.restore_checks import NotRestored
from lib.settings import Settings, SettingsWrong, read_settings
from scripts.progress import ProgressLine

BACK, FAILED, WRONG, WITH_HOLES, INTERRUPTED = 0, 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Put a backup back; returns the exit code."""
    given = _parser().parse_args(arguments)
    line = ProgressLine(quiet=given.quiet)
    try:
        settings = read_settings()
        if given.backup is None:
            return _end(line, _which_one(settings), WRONG)
        restored = restore(
            settings,
            given.backup,
            clock=SystemClock(),
            despite_damage=given.despite_damage,
            progress=line,
        )
    except SettingsWrong as error:
        return _end(line, str(error), WRONG)
    except NotRestored as error:
        return _end(line, f"Nothing was restored. {error}", FAILED)
    except KeyboardInterrupt:
        return _end(line, "Broken off: what was there still counts.", INTERRUPTED)
    line.end()
    if not given.quiet:
        sys.stdout.write(f"{_report(restored)}\n")
    if restored.missing:
        return _end(line, f"Pictures that are nowhere: {len(restored.missing):,}", WITH_HOLES)
    return BACK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make restore", description="Put a backup back into the data folder."
    )
    add = parser.add_argument
    add("backup", nargs="?", type=Path, help="the folder or the .tar file (make: FROM=…)")
    add("--despite-damage", action="store_true", help="go on without pictures that are damaged")
    add("--quiet", action="store_true", help="say nothing but what went wrong")
    return parser


def _which_one(settings: Settings) -> str:
    place = settings.plantain_data_dir.resolve().parent / BACKUPS
    found = [f"make restore FROM={shlex.quote(str(folder))}" for folder in whole_folders(place)]
    return "\n".join(["Name a backup: make restore FROM=…", *found])


def _report(restored: Restored) -> str:
    manifest = restored.manifest
    runs = ", ".join(f"{origin} {count:,}" for origin, count in manifest.runs.items())
    lines = [
        f"Restored to {restored.folder}, as of {manifest.made_at}",
        f"Runs: {runs or 'none'}; open then: {manifest.open_runs:,}.",
    ]
    if manifest.open_runs:
        lines.append("At the next start the API is asked about those, and none is sent again.")
    if restored.kept:
        lines.append(f"The ledger that was there is kept in {restored.kept}")
    return "\n".join(lines)


def _end(line: ProgressLine, text: str, code: int) -> int:
    line.end()
    sys.stderr.write(f"{text}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
