"""The command line of the sandbox: `python -m lib.sandbox --port 8787`."""

import argparse
import sys
from pathlib import Path

from lib.sandbox.claims import CannotStart, Claims, claim, inherited
from lib.sandbox.money import to_micros
from lib.sandbox.options import Options
from lib.sandbox.scenarios import SCENARIOS
from lib.sandbox.server import serve


def main(arguments: list[str] | None = None) -> int:
    """Start the sandbox; returns the process's exit status."""
    given = _parser().parse_args(arguments)
    try:
        serve(_options(given), _claims(given), with_parent=given.with_parent, out=sys.stdout)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    default = Options()
    parser = argparse.ArgumentParser(
        prog="python -m lib.sandbox",
        description="A stand-in for the Runflow API. It charges play money and makes "
        "synthetic pictures. Any key of the form rf_live_... or rf_svc_... is good.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=_port, default=8787, help="0 takes a free one (default: %(default)s)")
    add("--data", type=Path, default=default.data_dir, help="data folder (default: %(default)s)")
    add(
        "--seconds",
        type=_seconds,
        default=default.seconds,
        help="how long a run takes in all (default: %(default)s)",
    )
    add("--balance", type=_dollars, help="set the balance in dollars (a new folder has 100.00)")
    add(
        "--scenario",
        choices=[scenario.word for scenario in SCENARIOS],
        help="scenario of every run whose prompt names none",
    )
    add(
        "--url-seconds",
        type=_seconds,
        default=default.url_seconds,
        help="how long signed links work (default: three days)",
    )
    add(
        "--hold-seconds",
        type=_seconds,
        default=default.hold_seconds,
        help="how long [late answer] keeps its caller waiting (default: %(default)s)",
    )
    add("--retry-after", type=int, help="seconds in a Retry-After header of 429 and 503")
    add("--public-url", help="base of signed links when clients come through a proxy")
    add("--no-cors", action="store_true", help="refuse browsers of other origins")
    add("--sdk-errors", action="store_true", help="add `error` to failed runs, as the SDK reads")
    add("--with-parent", action="store_true", help="end when standard input closes")
    # Between a parent and its child: file descriptors, instead of --host, --port and a lock.
    add("--inherited", nargs=2, type=int, help=argparse.SUPPRESS)
    return parser


def _options(given: argparse.Namespace) -> Options:
    return Options(
        data_dir=given.data,
        seconds=given.seconds,
        balance=given.balance,
        scenario=given.scenario,
        url_seconds=given.url_seconds,
        hold_seconds=given.hold_seconds,
        retry_after=given.retry_after,
        public_url=given.public_url,
        cors=not given.no_cors,
        sdk_errors=given.sdk_errors,
    )


def _claims(given: argparse.Namespace) -> Claims:
    if given.inherited:
        return inherited(*given.inherited)
    return claim(given.host, given.port, given.data)


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{port} is no port: 0 to 65535")
    return port


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 1e9:
        raise argparse.ArgumentTypeError(f"{text} seconds: must be 0 or more, and finite")
    return seconds


def _dollars(text: str) -> str:
    try:
        micros = to_micros(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    if not 0 <= micros <= 10**15:
        raise argparse.ArgumentTypeError(f"{text}: must be between 0 and 1000000000 dollars")
    return text


if __name__ == "__main__":
    sys.exit(main())
