"""The sandbox's OpenAPI 3.1 document: every operation, every status code, every shape."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse

from lib.sandbox import schemas
from lib.sandbox.catalog import find_model
from lib.sandbox.operations import OPERATIONS, Operation
from lib.sandbox.schemas import Schema, array, page, record, ref

_FAILURES = {
    400: "The request cannot be read.",
    401: "The key is missing or not good.",
    402: "The credit does not suffice.",
    403: "The key may not do this.",
    404: "There is nothing by that name.",
    409: "The request collides with another one.",
    413: "The body is too large.",
    422: "Fields are not as they must be; see `errors`.",
    429: "Too many requests.",
    500: "The API failed.",
    503: "The model or the API is not available.",
}
_SUCCESSES = {200: "As asked.", 201: "Created.", 204: "Done."}


async def document_page(_request: Request) -> JSONResponse:
    """`GET /v1/openapi.json`."""
    return JSONResponse(document())


@cache
def document() -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Runflow API (sandbox)", "version": "0.1.0"},
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas() -> dict[str, Schema]:
    return {
        "Error": schemas.ERROR,
        "Run": schemas.run_schema(whole=True),
        "NewRun": schemas.run_schema(whole=False),
        "RunPage": page(schemas.run_schema(whole=False)),
        "CallbackPayload": schemas.CALLBACK,
        "Delivery": schemas.DELIVERY,
        "DeliveryHistory": array(schemas.DELIVERY),
        "Secret": schemas.SECRET,
        "NewSecret": schemas.NEW_SECRET,
        "SecretPage": page(schemas.SECRET),
        "Balance": schemas.BALANCE,
        "CreditBalances": schemas.CREDIT_BALANCES,
        "Asset": schemas.ASSET,
        "AssetPage": page(schemas.ASSET),
        "UploadSession": record(
            {"asset_id": schemas.UUID, "upload_url": {"type": "string", "format": "uri"}}
        ),
        "NanoBanana2Input": schemas.input_schema(find_model("google/nano-banana-2")),
    }


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": _parameters(operation),
        "responses": _responses(operation),
        "security": [] if operation.is_public else [{"key": []}],
    }
    if operation.body is not None:
        content = {"application/json": {"schema": operation.body}}
        described["requestBody"] = {"required": operation.needs_body, "content": content}
    if operation.sends_callback:
        described["callbacks"] = {"ended": {"{$request.body#/callback_url}": _CALLBACK}}
    return described


_CALLBACK = {
    "post": {
        "summary": "Sent once the run has ended; three attempts, 1 s and 2 s apart.",
        "parameters": [
            {
                "name": "Runflow-Request-Id",
                "in": "header",
                "required": True,
                "schema": schemas.TEXT,
            },
            {
                "name": "Runflow-Signature",
                "in": "header",
                "description": "Hex HMAC-SHA256 of the body, when a signing secret exists.",
                "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        ],
        "requestBody": {"content": {"application/json": {"schema": ref("CallbackPayload")}}},
        "responses": {"200": {"description": "Received."}},
    }
}


@dataclass(frozen=True, slots=True)
class _Parameter:
    name: str
    place: str
    schema: Schema
    description: str

    def described(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "in": self.place,
            "required": self.place == "path",
            "schema": self.schema,
            "description": self.description,
        }


_LIST_PARAMETERS = [
    _Parameter("q", "query", schemas.TEXT, "Filter, such as status_code:succeeded."),
    _Parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 500}, "Page size."),
    _Parameter("sort_by", "query", schemas.TEXT, "Such as created_at:desc."),
    _Parameter("fields", "query", schemas.TEXT, "Names of fields, with commas."),
    _Parameter("pq", "query", schemas.TEXT, "Cursor: first, next or previous of a list."),
    _Parameter("from_prev", "query", schemas.BOOLEAN, "Walk backward."),
]
_KEY_HEADER = _Parameter(
    "Idempotency-Key",
    "header",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "The same key and body get the same answer again, and change nothing.",
)
_ORGANIZATION = _Parameter(
    "X-Organization-Id", "header", schemas.UUID, "Default: the key's own organization."
)
_PATH_EXAMPLES = {"owner": "google", "slug": "nano-banana-2"}


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    found = [_path_parameter(name) for name in operation.path_names()]
    if operation.is_list:
        found += [parameter.described() for parameter in _LIST_PARAMETERS]
    if operation.method != "get":
        found.append(_KEY_HEADER.described())
    if not operation.is_public:
        found.append(_ORGANIZATION.described())
    return found


def _path_parameter(name: str) -> dict[str, Any]:
    found = _Parameter(name, "path", schemas.TEXT, _PATH_NOTES.get(name, "")).described()
    return {**found, "example": _PATH_EXAMPLES[name]} if name in _PATH_EXAMPLES else found


_PATH_NOTES = {
    "slug": "The rest of the model's id; it may have further segments (nano-banana-2/edit).",
    "model_id": "A model's id or UUID, or `any`.",
}


def _responses(operation: Operation) -> dict[str, Any]:
    found = {str(status): _success(status, schema) for status, schema in operation.answers.items()}
    error = {"application/json": {"schema": ref("Error")}}
    for status in sorted(operation.failures()):
        found[str(status)] = {"description": _FAILURES[status], "content": error}
    return found


def _success(status: int, schema: Schema | None) -> dict[str, Any]:
    described: dict[str, Any] = {"description": _SUCCESSES[status]}
    if schema is not None:
        described["content"] = {"application/json": {"schema": schema}}
    return described
