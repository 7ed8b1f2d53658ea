"""Which model of our catalogue a run of the API was made with.

The API's runs name it by an id of its own catalogue, which is asked for once. Where neither is
told, what the run was asked for has to do.
"""

import logging

from lib.domain.catalog import MODELS
from lib.domain.errors import ApiError
from lib.domain.model import Model
from lib.domain.run import RemoteRun
from lib.runflow.api import Client
from lib.runflow.retry import ONE_TRY
from lib.services.runs import SOURCE

log = logging.getLogger(__name__)


class RemoteModels:
    """Knows by which names the API's runs call the models that we offer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._names: dict[str, str] = {}
        self._asked_in_vain: set[str] = set()

    def ask(self) -> None:
        """Ask the API's catalogue for the names that are not known yet."""
        self._asked_in_vain.clear()
        for model in MODELS:
            if model.id not in self._names:
                self._ask_for(model)

    def model_of(self, remote: RemoteRun) -> Model | None:
        """The model, None for one that Plantain does not offer."""
        for model in MODELS:
            if remote.model and remote.model.lower() in (model.id, self._names.get(model.id)):
                return model
        unnamed = [model for model in MODELS if remote.model is None or self._may_be(model, remote)]
        return next((model for model in unnamed if fits(model, remote)), None)

    def _ask_for(self, model: Model) -> None:
        try:
            self._names[model.id] = self._client.model_row_id(model.id, patience=ONE_TRY).lower()
        except ApiError as error:
            log.info("the API's catalogue does not tell of %s: %s", model.id, error)
            self._asked_in_vain.add(model.id)

    def _may_be(self, model: Model, remote: RemoteRun) -> bool:
        """Whether the name that the run gives could be this model's: an id that nobody explained."""
        return model.id in self._asked_in_vain and "/" not in (remote.model or "")


def fits(model: Model, remote: RemoteRun) -> bool:
    """Whether the run was asked for what the model takes, or by a Plantain."""
    if (remote.metadata or {}).get("source") == SOURCE:
        return True
    asked = remote.input or {}
    known = {rule.name for rule in model.input_fields}
    required = [rule.name for rule in model.input_fields if rule.required]
    return asked.keys() <= known and all(asked.get(name) for name in required)
