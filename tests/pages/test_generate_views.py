"""The views beside the runs: code and JSON of the form as it stands, and the field tables."""

import json

from lib.bootstrap import Services
from lib.domain.catalog import DEFAULT_MODEL
from tests.pages.generating import PROMPT, GeneratePage


def show(page: GeneratePage, view: str) -> GeneratePage:
    return page.fill(view=view)


def test_code_is_that_of_the_form_in_three_languages(services: Services) -> None:
    page = show(GeneratePage(services).fill(prompt=PROMPT), "Code")

    assert page.says("requests.post(")
    assert page.says(f'"prompt": "{PROMPT}"')
    page.fill(code_language="Node.js")
    assert page.says("await fetch(")
    page.fill(code_language="cURL")
    assert page.says("--data-binary @- <<'JSON'")
    assert page.says(services.api_base_url)


def test_the_key_is_never_in_the_code(services: Services) -> None:
    page = show(GeneratePage(services).fill(prompt=PROMPT), "Code")

    assert page.says("RUNFLOW_API_KEY")
    assert not page.says("rf_live")


def test_the_id_in_the_code_stays_with_the_input_and_changes_with_it(services: Services) -> None:
    page = show(GeneratePage(services).fill(prompt=PROMPT), "JSON")
    first = json.loads(page.texts()[-1])["client_ref"]
    assert json.loads(page.run().texts()[-1])["client_ref"] == first

    page.fill(seed=1)

    assert json.loads(page.texts()[-1])["client_ref"] != first


def test_a_form_that_is_not_right_has_no_code_but_a_reason(services: Services) -> None:
    page = show(GeneratePage(services), "Code")

    assert page.says("The code appears when the form is right")
    assert page.says("prompt is too short")


def test_the_json_is_what_would_be_sent(services: Services) -> None:
    page = show(GeneratePage(services).fill(prompt=PROMPT, seed=4), "JSON")

    body = json.loads(page.texts()[-1])

    assert body["input"]["prompt"] == PROMPT
    assert body["input"]["seed"] == 4
    assert body["metadata"] == {"source": "plantain", "client_ref": body["client_ref"]}


def test_the_reference_lists_every_field(services: Services) -> None:
    page = show(GeneratePage(services), "Reference")

    inputs, outputs = (table.value for table in page.app.table)

    assert list(inputs["field"]) == [rule.name for rule in DEFAULT_MODEL.input_fields]
    assert list(outputs["field"]) == [field.name for field in DEFAULT_MODEL.output_fields]
    allowed = dict(zip(inputs["field"], inputs["allowed"], strict=True))
    assert "from 1 to 4" in allowed["num_images"]
