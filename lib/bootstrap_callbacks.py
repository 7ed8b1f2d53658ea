"""Who may report the end of a run, and where: the address and the secrets of callbacks."""

from lib.bootstrap_api import CannotStart
from lib.bootstrap_sandbox import OwnSandbox
from lib.domain.clock import Clock
from lib.domain.errors import NotWritten
from lib.runflow.api import Client
from lib.services.callbacks import CallbackService
from lib.services.signing import agreed_with_sandbox, kept_of_sandbox, secrets_in
from lib.settings import Settings
from lib.store.database import Database
from lib.store.inbox import Inbox
from lib.store.installation_secrets import InstallationSecrets
from lib.store.records import Records

TOKEN_SECRET = "callback_token_secret"
LISTENS_FILE = "own_address"


def callbacks_of(
    settings: Settings,
    clock: Clock,
    database: Database,
    executes: bool,
    own_url: str | None,
) -> CallbackService:
    """What takes callbacks. Without a public address only the sandbox can reach us.

    Raises CannotStart when a new database cannot be written.
    """
    kept = InstallationSecrets(database, clock)
    secrets, url = secrets_in(settings), settings.plantain_public_url
    if settings.uses_sandbox:
        url = url or _executors_url(settings, executes, own_url)
        secrets = kept_of_sandbox(kept)
    return CallbackService(
        inbox=Inbox(database, origin=settings.origin),
        records=Records(database),
        clock=clock,
        origin=settings.origin,
        public_url=url,
        installation_secret=_token_secret(kept),
        secrets=secrets,
    )


def _token_secret(kept: InstallationSecrets) -> str:
    try:
        return kept.find_or_make(TOKEN_SECRET)
    except NotWritten as error:
        raise CannotStart(str(error)) from error


def agree_on_secrets(
    sandbox: OwnSandbox,
    client: Client,
    callbacks: CallbackService,
    database: Database,
    clock: Clock,
) -> None:
    """See that the sandbox signs its callbacks. Until then those agreed on before are good."""
    kept = InstallationSecrets(database, clock)
    if callbacks.address is not None:
        sandbox.once_it_serves(lambda: callbacks.trust(agreed_with_sandbox(client, kept)))


def _executors_url(settings: Settings, executes: bool, own_url: str | None) -> str | None:
    """Where the process listens that looks after runs: to no other are callbacks of use."""
    file = settings.plantain_data_dir / LISTENS_FILE
    if executes:
        file.write_text(own_url or "")
        return own_url
    return (file.read_text() or None) if file.is_file() else None
