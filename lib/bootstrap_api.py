"""Which API the runs go to: Runflow's, or a sandbox that lives as long as Plantain."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from lib.runflow.secret import Secret
from lib.sandbox import child
from lib.settings import Settings

SANDBOX_KEY = "rf_live_sandbox"
ADDRESS_FILE = "address"
NOWHERE = "http://127.0.0.1:9"
"""The port of the discard service, where nothing listens."""


class CannotStart(Exception):
    """Something that Plantain needs is not to be had; the message says what and what to do."""


def begin_api(settings: Settings, executes: bool, stack: ExitStack) -> Callable[[], str]:
    """Start the sandbox if there is no key; what is returned waits for the API's address.

    In a process that does not execute, it is the sandbox of the one that does.
    """
    if not settings.uses_sandbox:
        return lambda: settings.runflow_base_url
    folder = settings.plantain_data_dir / "sandbox"
    if not executes:
        return lambda: _address_of_the_others_sandbox(folder)
    starter = stack.enter_context(ThreadPoolExecutor(1, thread_name_prefix="sandbox start"))
    started = starter.submit(
        child.start, data_dir=folder, seconds=settings.plantain_sandbox_seconds
    )
    stack.callback(_end_sandbox, started)
    return lambda: _address_of(started, folder)


def _address_of(started: "Future[child.SandboxChild]", folder: Path) -> str:
    try:
        address = started.result().base_url
    except child.SandboxNotStarted as error:
        raise CannotStart(str(error)) from error
    (folder / ADDRESS_FILE).write_text(address)
    return address


def _address_of_the_others_sandbox(folder: Path) -> str:
    """Where the sandbox of the Plantain is that holds the lock; nowhere, if it is just starting."""
    try:
        return (folder / ADDRESS_FILE).read_text()
    except FileNotFoundError:
        return NOWHERE


def _end_sandbox(started: "Future[child.SandboxChild]") -> None:
    if started.exception() is None:
        started.result().stop()


def key_of(settings: Settings) -> Secret:
    """What Plantain shows the API: the sandbox takes any key."""
    key = settings.runflow_api_key
    return Secret(key.get_secret_value() if key else SANDBOX_KEY)
