"""A run's request as code that runs as it stands: Python, Node.js and cURL.

In the style of the vendor's examples. Whatever is in the prompt (quotes, line ends, dollar signs,
control characters) arrives as it was typed: texts are written as literals of their language, and
characters that cannot be seen are escaped, so that nothing in the code hides from its reader.
"""

import json
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

KEY_NAME = "RUNFLOW_API_KEY"
INDENT = 4
SAFE_INTEGER = 2**53 - 1
"""The largest whole number that JavaScript keeps exact."""
ID_NOTE = (
    "The same id again returns the same run, and is charged once.",
    "For a new run write a new id, in both places.",
)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """One `POST /v1/models/{id}/runs`: its address and its body, `client_ref` in it."""

    url: str
    body: Mapping[str, Any]

    @property
    def client_ref(self) -> str:
        return str(self.body["client_ref"])


def request_of(base_url: str, model_id: str, body: bytes) -> RunRequest:
    """The request whose body has these bytes."""
    return RunRequest(f"{base_url.rstrip('/')}/v1/models/{model_id}/runs", json.loads(body))


def python(request: RunRequest) -> str:
    """Code for Python with `requests`."""
    return f"""import os

import requests

{_comment("#")}
response = requests.post(
    {_json_text(request.url)},
    headers={{
        "Authorization": f"Bearer {{os.environ['{KEY_NAME}']}}",
        "Content-Type": "application/json",
        "Idempotency-Key": {_json_text(request.client_ref)},
    }},
    json={_python_literal(request.body, 1)},
)

data = response.json()
print(data)
"""


def node(request: RunRequest) -> str:
    """Code for Node.js 18 or newer, which has `fetch`, as an ES module."""
    return f"""{_comment("//")}
const response = await fetch(
  {_json_text(request.url)},
  {{
    method: "POST",
    headers: {{
      "Authorization": `Bearer ${{process.env.{KEY_NAME}}}`,
      "Content-Type": "application/json",
      "Idempotency-Key": {_json_text(request.client_ref)},
    }},
    body: {_node_body(request.body)},
  }}
);

const data = await response.json();
console.log(data);
"""


def curl(request: RunRequest) -> str:
    """A command for a POSIX shell. The quoted here-document keeps the shell out of the body."""
    return f"""{_comment("#")}
curl -X POST {shlex.quote(request.url)} \\
  -H "Authorization: Bearer ${KEY_NAME}" \\
  -H "Content-Type: application/json" \\
  -H {shlex.quote(f"Idempotency-Key: {request.client_ref}")} \\
  --data-binary @- <<'JSON'
{pretty(request.body)}
JSON
"""


LANGUAGES: Mapping[str, tuple[str, Callable[[RunRequest], str]]] = {
    "Python": ("python", python),
    "Node.js": ("javascript", node),
    "cURL": ("bash", curl),
}
"""What a language is called, what its highlighter is called, and what writes it."""


def pretty(body: Any) -> str:
    """JSON for reading. One line for each text, so none can end a here-document."""
    return _visible(json.dumps(body, ensure_ascii=False, indent=INDENT), _json_escape)


def _comment(mark: str) -> str:
    return "\n".join(f"{mark} {line}" for line in ID_NOTE)


def _node_body(body: Mapping[str, Any]) -> str:
    if _has_large_integer(body):
        # A number literal would lose its last digits, so the body is written as text.
        return _json_text(json.dumps(body, ensure_ascii=False))
    literal = pretty(body).replace("\n", "\n    ")
    return f"JSON.stringify({literal})"


def _has_large_integer(value: Any) -> bool:
    match value:
        case bool():
            return False
        case int():
            return abs(value) > SAFE_INTEGER
        case Mapping():
            return any(_has_large_integer(inner) for inner in value.values())
        case list() | tuple():
            return any(_has_large_integer(inner) for inner in value)
        case _:
            return False


def _python_literal(value: Any, depth: int) -> str:
    match value:
        case str():
            return _visible(json.dumps(value, ensure_ascii=False), _python_escape)
        case Mapping() if value:
            lines = [
                f"{_python_literal(key, 0)}: {_python_literal(inner, depth + 1)},"
                for key, inner in value.items()
            ]
            return _block("{", lines, "}", depth)
        case list() | tuple() if value:
            lines = [f"{_python_literal(inner, depth + 1)}," for inner in value]
            return _block("[", lines, "]", depth)
        case _:
            return repr(value)


def _block(begin: str, lines: list[str], end: str, depth: int) -> str:
    inner = " " * INDENT * (depth + 1)
    return "\n".join([begin, *(inner + line for line in lines), " " * INDENT * depth + end])


def _json_text(text: str) -> str:
    """A text as JSON, which is a literal of Python and of JavaScript as well."""
    return _visible(json.dumps(text, ensure_ascii=False), _json_escape)


def _visible(code: str, escape: Callable[[str], str]) -> str:
    return "".join(
        character if character.isprintable() or character == "\n" else escape(character)
        for character in code
    )


def _json_escape(character: str) -> str:
    return json.dumps(character)[1:-1]


def _python_escape(character: str) -> str:
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"
