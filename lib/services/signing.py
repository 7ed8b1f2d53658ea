"""Which secrets sign the callbacks: a person's settings, or those agreed with the sandbox."""

import logging

from lib.domain.callback import SigningSecrets
from lib.domain.errors import ApiError, NotFound
from lib.runflow.api import Client
from lib.runflow.retry import BRIEF
from lib.settings import Settings
from lib.store.installation_secrets import InstallationSecrets

LABEL = "Plantain"
ID = "sandbox_signing_id"
CURRENT = "sandbox_signing_secret"
PREVIOUS = "sandbox_signing_secret_previous"

log = logging.getLogger(__name__)


def secrets_in(settings: Settings) -> SigningSecrets:
    """The secrets that a person has set. They are nowhere else, the database included."""
    current, previous = (
        settings.runflow_callback_secret,
        settings.runflow_callback_secret_previous,
    )
    return SigningSecrets(
        current.get_secret_value() if current else None,
        previous.get_secret_value() if previous else None,
    )


def agreed_with_sandbox(client: Client, kept: InstallationSecrets) -> SigningSecrets:
    """The secret that the sandbox signs with, made there the first time and kept from then on.

    A sandbox that has forgotten it gets a new one, and what the old one signed stays good. When
    the sandbox does not answer, the tokens of the addresses have to do.
    """
    try:
        if not _signs(client, kept.find(ID)):
            _make(client, kept)
    except ApiError as error:
        log.warning("no signing secret could be agreed with the sandbox: %s", error)
    return kept_of_sandbox(kept)


def kept_of_sandbox(kept: InstallationSecrets) -> SigningSecrets:
    """The secrets that were agreed on before."""
    return SigningSecrets(kept.find(CURRENT), kept.find(PREVIOUS))


def _signs(client: Client, secret_id: str | None) -> bool:
    if secret_id is None:
        return False
    try:
        return client.callback_secret(secret_id, patience=BRIEF).is_current
    except NotFound:
        return False


def _make(client: Client, kept: InstallationSecrets) -> None:
    made = client.create_callback_secret(LABEL)
    if made.plain_secret is None:
        log.warning("the sandbox made a signing secret and did not tell it")
        return
    # Kept before it signs, so that nothing signed with it is ever refused.
    names = {ID: made.id, CURRENT: made.plain_secret.reveal(), PREVIOUS: kept.find(CURRENT)}
    kept.keep(**names)
    if not made.is_current:
        client.sign_callbacks_with(made.id)
