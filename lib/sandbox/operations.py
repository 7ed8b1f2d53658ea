"""The operations of the API as data: what goes in, what comes out, and how it can fail."""

import re
from dataclasses import dataclass

from lib.sandbox import schemas
from lib.sandbox.schemas import BOOLEAN, OBJECT, TEXT, Schema, nullable, page, ref

_ANY_OBJECT: Schema = {"type": "object"}
_PAGE_OF_OBJECTS = page(_ANY_OBJECT)


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path; `fails` are its own failures beside those of its kind."""

    method: str
    path: str
    summary: str
    answers: dict[int, Schema | None]
    fails: tuple[int, ...] = ()
    body: Schema | None = None
    needs_body: bool = True
    is_public: bool = False
    is_list: bool = False
    sends_callback: bool = False

    @property
    def name(self) -> str:
        """An operationId that the method and the path make unique."""
        words = re.findall(r"\w+", self.path.removeprefix("/v1/"))
        return "_".join([self.method, *words])

    def path_names(self) -> list[str]:
        return re.findall(r"\{(\w+)\}", self.path)

    def failures(self) -> set[int]:
        """Every status of a refusal."""
        found = {413, *self.fails}
        found |= set() if self.is_public else {401, 403}
        found |= {404} if self.path_names() else set()
        found |= {422} if self.is_list or self.body is not None else set()
        return found | ({400, 409} if self.method != "get" else set())


_CALLBACK_URL = nullable(
    {
        "type": "string",
        "pattern": r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?(/[!-~]*)?$",
        "maxLength": 2048,
    }
)
_CLIENT_REF = nullable({"type": "string", "maxLength": 255})
_RUN_BODY: Schema = {
    "type": "object",
    "properties": {
        "input": ref("NanoBanana2Input"),
        "callback_url": _CALLBACK_URL,
        "metadata": nullable(OBJECT),
        "client_ref": _CLIENT_REF,
    },
    "required": ["input"],
}
_BATCH_BODY: Schema = {
    "type": "object",
    "properties": {
        "input": {"type": "array", "items": OBJECT, "minItems": 1, "maxItems": 100},
        "callback_url": _CALLBACK_URL,
        "metadata": nullable(OBJECT),
    },
    "required": ["input"],
}
_SESSION_BODY: Schema = {
    "type": "object",
    "properties": {
        "filename": {"type": "string", "minLength": 1, "maxLength": 500},
        "mime_type": {"enum": ["image/png", "image/jpeg", "image/webp"]},
        "size_bytes": {"type": "integer", "minimum": 1, "maximum": 52_428_800},
    },
    "required": ["filename", "mime_type", "size_bytes"],
}
_LABEL = nullable({"type": "string", "maxLength": 255})


def _object(properties: dict[str, Schema]) -> Schema:
    return {"type": "object", "properties": properties}


_RUNS = (
    Operation(
        "post",
        "/v1/models/{owner}/{slug}/runs",
        "Create a run of a model.",
        {201: ref("NewRun")},
        (402, 429, 500, 503),
        _RUN_BODY,
        sends_callback=True,
    ),
    Operation(
        "post",
        "/v1/models/{owner}/{slug}/batches",
        "Create up to 100 runs of a template-backed model.",
        {201: _ANY_OBJECT},
        (402, 429, 503),
        _BATCH_BODY,
    ),
    Operation("get", "/v1/runs", "Search runs.", {200: ref("RunPage")}, is_list=True),
    Operation("get", "/v1/runs/statuses", "All statuses.", {200: _PAGE_OF_OBJECTS}),
    Operation("get", "/v1/runs/{run_id}", "One run.", {200: ref("Run")}),
    Operation("get", "/v1/runs/{run_id}/logs", "Log lines.", {200: _PAGE_OF_OBJECTS}, is_list=True),
    Operation(
        "get", "/v1/runs/{run_id}/node-runs", "Steps.", {200: _PAGE_OF_OBJECTS}, is_list=True
    ),
    Operation("get", "/v1/runs/{run_id}/node-runs/{node_run_id}", "One step.", {200: _ANY_OBJECT}),
    Operation(
        "get",
        "/v1/runs/{run_id}/evaluations",
        "Evaluations.",
        {200: _PAGE_OF_OBJECTS},
        is_list=True,
    ),
    Operation(
        "patch",
        "/v1/runs/{run_id}/evaluations/{evaluation_id}/feedback",
        "Say whether an evaluation is right.",
        {200: _ANY_OBJECT},
        body=_object(
            {
                "is_positive": nullable(BOOLEAN),
                "reason": nullable({"type": "string", "maxLength": 2000}),
            }
        ),
    ),
    Operation(
        "get", "/v1/runs/{run_id}/callback", "Callback history.", {200: ref("DeliveryHistory")}
    ),
    Operation(
        "post",
        "/v1/runs/{run_id}/callback-redeliveries",
        "Send the callback again.",
        {201: ref("Delivery")},
    ),
    Operation(
        "post",
        "/v1/admin/runs/{run_id}/cancellation",
        "Cancel a run; service keys only.",
        {200: ref("NewRun"), 201: ref("NewRun")},
        body=_object({"reason": nullable({"type": "string", "minLength": 3, "maxLength": 500})}),
        needs_body=False,
    ),
    Operation("get", "/v1/batches/{batch_id}", "One batch.", {200: _ANY_OBJECT}),
    Operation(
        "get",
        "/v1/batches/{batch_id}/items",
        "Items of a batch.",
        {200: _PAGE_OF_OBJECTS},
        is_list=True,
    ),
)

_CATALOGUE = (
    Operation(
        "get",
        "/v1/public/models",
        "Search the public catalogue.",
        {200: _PAGE_OF_OBJECTS},
        is_public=True,
        is_list=True,
    ),
    Operation("get", "/v1/models", "Search the catalogue.", {200: _PAGE_OF_OBJECTS}, is_list=True),
    Operation("get", "/v1/models/{owner}/{slug}", "One model.", {200: _ANY_OBJECT}),
    Operation(
        "get",
        "/v1/models/{model_id}/pricing",
        "Price rules.",
        {200: _PAGE_OF_OBJECTS},
        is_list=True,
    ),
)

_SECRET_BODY = _object({"label": _LABEL})
_ACCOUNT = (
    Operation("get", "/v1/auth/me", "Who the key belongs to.", {200: _ANY_OBJECT}),
    Operation("get", "/v1/billing/balance", "The balance.", {200: ref("Balance")}),
    Operation(
        "patch",
        "/v1/billing/balance",
        "Set the low-balance threshold.",
        {200: ref("Balance")},
        body=_object({"low_balance_threshold": schemas.DOLLARS, "updated_at": nullable(TEXT)}),
    ),
    Operation("get", "/v1/credit-balances", "All balances.", {200: ref("CreditBalances")}),
    Operation(
        "get", "/v1/callback-secrets", "Signing secrets.", {200: ref("SecretPage")}, is_list=True
    ),
    Operation(
        "post",
        "/v1/callback-secrets",
        "Make a signing secret; shown this once.",
        {201: ref("NewSecret")},
        body=_SECRET_BODY,
        needs_body=False,
    ),
    Operation("get", "/v1/callback-secrets/{secret_id}", "One secret.", {200: ref("Secret")}),
    Operation(
        "patch",
        "/v1/callback-secrets/{secret_id}",
        "Rename a secret, or let it sign.",
        {200: ref("Secret")},
        body=_object({"label": _LABEL, "is_current": BOOLEAN}),
    ),
    Operation("delete", "/v1/callback-secrets/{secret_id}", "Delete a secret.", {204: None}),
    Operation("get", "/v1/health", "Liveness.", {200: _ANY_OBJECT}, is_public=True),
    Operation("get", "/v1/readiness", "Readiness.", {200: _ANY_OBJECT}, (503,), is_public=True),
    Operation("get", "/v1/openapi.json", "This document.", {200: _ANY_OBJECT}, is_public=True),
)

_ASSETS = (
    Operation(
        "post",
        "/v1/asset-uploads",
        "Open an upload.",
        {201: ref("UploadSession")},
        body=_SESSION_BODY,
    ),
    Operation(
        "post",
        "/v1/asset-uploads/{asset_id}/confirmations",
        "Make the uploaded bytes an asset.",
        {201: ref("Asset")},
        body=_object({"folder_id": nullable(TEXT)}),
        needs_body=False,
    ),
    Operation("get", "/v1/assets", "Search assets.", {200: ref("AssetPage")}, is_list=True),
    Operation("get", "/v1/assets/types", "Types that can be uploaded.", {200: _PAGE_OF_OBJECTS}),
    Operation("get", "/v1/assets/{asset_id}", "One asset.", {200: ref("Asset")}),
    Operation("delete", "/v1/assets/{asset_id}", "Delete an asset.", {204: None}),
)

OPERATIONS = (*_RUNS, *_CATALOGUE, *_ACCOUNT, *_ASSETS)
