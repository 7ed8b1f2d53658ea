"""Which API the runs go to: Runflow's, or a sandbox that lives as long as Plantain."""

from collections.abc import Callable
from contextlib import ExitStack

from lib.bootstrap_sandbox import OwnSandbox, address_of_anothers
from lib.domain.clock import Clock
from lib.runflow.api import Client
from lib.runflow.secret import Secret
from lib.sandbox.child import SandboxNotStarted
from lib.settings import Settings

SANDBOX_KEY = "rf_live_sandbox"


class CannotStart(Exception):
    """Something that Plantain needs is not to be had; the message says what and what to do."""


def begin_sandbox(
    settings: Settings, executes: bool, on_failure: Callable[[str], None], stack: ExitStack
) -> OwnSandbox | None:
    """Start the sandbox if there is no key; it serves while the rest is opened.

    In a process that does not execute, it is the sandbox of the one that does.
    """
    if not (executes and settings.uses_sandbox):
        return None
    folder, seconds = settings.plantain_data_dir / "sandbox", settings.plantain_sandbox_seconds
    try:
        sandbox = OwnSandbox(folder, seconds=seconds, on_failure=on_failure)
    except SandboxNotStarted as error:
        raise CannotStart(str(error)) from error
    stack.callback(sandbox.stop)
    return sandbox


def client_of(settings: Settings, clock: Clock, sandbox: OwnSandbox | None) -> Client:
    """The client of the API that the settings choose."""
    key = settings.runflow_api_key
    if key is not None:
        return Client(settings.runflow_base_url, Secret(key.get_secret_value()), clock=clock)
    key_of_sandbox = Secret(SANDBOX_KEY)
    if sandbox is None:
        address = address_of_anothers(settings.plantain_data_dir / "sandbox")
        return Client(address, key_of_sandbox, clock=clock)
    return Client(
        sandbox.base_url, key_of_sandbox, clock=clock, until_ready=sandbox.until_it_serves
    )
