"""What people write and APIs say is text: none of it is ever drawn as Markdown."""

from collections.abc import Callable

import pytest

from lib.bootstrap import Services
from lib.domain.run import Run
from tests.pages.generating import GeneratePage

HOSTILE = (
    "![x](https://evil.example/x.png) **bold** <img src=x onerror=alert(1)> $x^2$ :red[r]",
    "[click](javascript:alert(1)) :material/home: # head\n\n---\n`code`",
    "nul\x00bell\x07 \u202eright to left \ufeff zero\u200bwidth",
    "'; DROP TABLE run; -- \" \\ ` ${HOME} $(id) %s {0}",
)


@pytest.mark.parametrize("prompt", HOSTILE, ids=["picture", "link", "invisible", "quotes"])
def test_a_prompt_is_never_markdown(
    services: Services, ended: Callable[[str], Run], prompt: str
) -> None:
    page = GeneratePage(services)
    run = ended(page.generate(prompt=prompt).id)
    page.app.session_state[f"details_{run.id}"] = True
    page.press(f"again_{run.id}")

    assert run.input["prompt"] == prompt
    assert prompt in page.texts(page.card(run))
    for drawn in page.markdown():
        assert prompt[:12] not in drawn


@pytest.mark.parametrize("name", ["resolution", "thinking_level", "seed", "draft"])
def test_a_hostile_link_is_quoted_as_text(services: Services, name: str) -> None:
    evil = "![x](https://evil.example/x.png)"
    page = GeneratePage(services, **{name: evil})

    assert any("evil.example" in text for text in page.texts())
    assert not any("evil.example" in text for text in page.markdown())
