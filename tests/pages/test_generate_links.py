"""Links: the form and the address say the same, and a link is checked like any other input."""

from lib.bootstrap import Services
from tests.pages.generating import PROMPT, ROOT, GeneratePage

TOO_LARGE = str(2**53)


def test_a_link_restores_every_field(services: Services) -> None:
    page = GeneratePage(
        services,
        prompt=PROMPT,
        resolution="2K",
        aspect_ratio="1:8",
        num_images="3",
        thinking_level="high",
        enable_web_search="true",
        seed="-7",
        output_format="webp",
        safety_tolerance="1",
        limit_generations="false",
        sync_mode="true",
    )

    run = page.generate()

    assert run.input == {
        "prompt": PROMPT,
        "resolution": "2K",
        "aspect_ratio": "1:8",
        "num_images": 3,
        "thinking_level": "high",
        "enable_web_search": True,
        "seed": -7,
        "output_format": "webp",
        "safety_tolerance": "1",
        "limit_generations": False,
        "sync_mode": True,
    }


def test_what_a_link_has_wrong_is_named_and_the_rest_is_used(services: Services) -> None:
    page = GeneratePage(
        services,
        prompt=PROMPT,
        resolution="9K",
        num_images="5",
        enable_web_search="perhaps",
        seed="many",
        aspect_ratio="16:9",
    )

    assert page.says("resolution cannot be '9K'")
    assert page.says("num_images cannot be 5")
    assert page.says("enable_web_search cannot be read, 'perhaps' is neither true nor false")
    assert page.says("seed cannot be read, 'many' is not a whole number")
    assert page.value("aspect_ratio") == "16:9"
    assert page.value("resolution") == "1K"
    page.press("link_problems_read")
    assert not page.says("A part of the link was not used")


def test_a_seed_that_no_browser_can_count_is_refused(services: Services) -> None:
    page = GeneratePage(services, prompt=PROMPT, seed=TOO_LARGE)

    assert page.says("larger than a browser can count")
    assert page.value("seed") is None


def test_the_address_mirrors_what_differs_from_the_defaults(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, resolution="2K", seed=0)

    assert page.app.query_params == {"prompt": PROMPT, "resolution": "2K", "seed": "0"}


def test_a_reload_keeps_the_form(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, num_images=4, enable_web_search=True)

    reloaded = GeneratePage(services, **page.app.query_params)

    assert reloaded.value("prompt") == PROMPT
    assert reloaded.value("num_images") == 4
    assert reloaded.value("enable_web_search") is True


def test_a_long_prompt_is_kept_as_a_draft_and_comes_back(services: Services) -> None:
    prompt = "Ein Gedicht über Bananen 🍌\n" * 1_000
    page = GeneratePage(services).fill(prompt=prompt, resolution="4K")

    query = page.app.query_params
    reloaded = GeneratePage(services, **query)

    assert set(query) == {"draft", "resolution"}
    assert reloaded.value("prompt") == prompt
    assert reloaded.value("resolution") == "4K"


def test_a_draft_that_nobody_knows_is_named(services: Services) -> None:
    page = GeneratePage(services, draft="0123456789abcdef", resolution="2K")

    assert page.says("draft '0123456789abcdef' is not known here")
    assert page.value("resolution") == "2K"


def test_an_interaction_wins_over_an_address_that_lags_behind(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT)
    page.app.query_params.clear()
    page.app.query_params["prompt"] = "What was there before"

    page.fill(resolution="2K")

    assert page.value("prompt") == PROMPT
    assert page.app.query_params["prompt"] == PROMPT


def test_settings_survive_leaving_the_page(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, resolution="2K", seed=3)

    page.app.switch_page(str(ROOT / "pages/settings.py"))
    page.run()
    page.app.switch_page(str(ROOT / "pages/generate.py"))
    page.run()

    assert page.value("prompt") == PROMPT
    assert page.value("resolution") == "2K"
    assert page.value("seed") == 3


def test_a_link_that_leads_here_from_another_page_is_followed(services: Services) -> None:
    page = GeneratePage(services).fill(prompt=PROMPT, seed=3)
    page.app.switch_page(str(ROOT / "pages/settings.py"))
    page.run()

    page.app.switch_page(str(ROOT / "pages/generate.py"))
    page.app.query_params.clear()
    page.app.query_params["prompt"] = "From the history"
    page.run()

    assert page.value("prompt") == "From the history"
    assert page.value("seed") is None


def test_foreign_parameters_are_let_be(services: Services) -> None:
    page = GeneratePage(services, run="0199", utm_source="mail")

    assert not page.says("A part of the link was not used")
