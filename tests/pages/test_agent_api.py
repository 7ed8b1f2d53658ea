"""Streamlit's agent API drives the page without a browser: its keys are the fields' names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from lib.domain.catalog import DEFAULT_MODEL
from tests.pages.conftest import wait_until
from tests.plantain_server import PlantainServer


class Agent:
    """One session of a program that drives the page."""

    def __init__(self, http: httpx.Client) -> None:
        self._http = http
        self._id = self._ask({})["session_id"]

    def do(self, **request: Any) -> dict[str, Any]:
        """Set widgets, press a button, or, with nothing, draw the page anew."""
        return self._ask({"session_id": self._id, **request})

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post("/_stcore/agent/interact", json=request)
        assert answer.status_code == 200, answer.text
        snapshot: dict[str, Any] = answer.json()
        assert snapshot["status"] == "ready"
        return snapshot


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    flags = ["--server.enableAgentApi=true"]
    with (
        PlantainServer(tmp_path / "data", arguments=flags) as server,
        httpx.Client(base_url=server.url, timeout=60) as http,
    ):
        yield Agent(http)


def test_an_agent_makes_a_run_and_sees_its_picture_and_cost(agent: Agent) -> None:
    fields = {
        "prompt": "A paper boat on a pond",
        "resolution": "0.5K",
        "aspect_ratio": "16:9",
        "num_images": 2,
        "thinking_level": "high",
        "enable_web_search": True,
        "seed": 7,
        "output_format": "webp",
        "safety_tolerance": "2",
        "limit_generations": False,
        "sync_mode": False,
    }
    assert fields.keys() == {rule.name for rule in DEFAULT_MODEL.input_fields}

    filled = agent.do(widget_state=fields)
    assert values(filled) == fields
    agent.do(trigger={"key": "generate"})

    wait_until(lambda: "Done" in texts(agent.do()))
    shown = texts(agent.do())
    assert any("Cost \\$0.154 confirmed" in text for text in shown)
    assert any("Seed 7" in text for text in shown)


def test_every_action_that_the_readme_names_is_offered(agent: Agent) -> None:
    offered = {action["key"] for action in agent.do()["actions"]}

    assert {rule.name for rule in DEFAULT_MODEL.input_fields} | {"generate", "view"} <= offered


def values(snapshot: dict[str, Any]) -> dict[str, Any]:
    """What the form's widgets hold."""
    names = {rule.name for rule in DEFAULT_MODEL.input_fields}
    return {node["key"]: node["value"] for node in nodes(snapshot) if node.get("key") in names}


def texts(snapshot: dict[str, Any]) -> list[str]:
    """All that is written on the page."""
    props = [node.get("props", {}) for node in nodes(snapshot)]
    return [str(prop[name]) for prop in props for name in ("body", "label") if name in prop]


def nodes(snapshot: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every element of the page."""
    waiting = [snapshot["tree"]]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.get("children", []))
