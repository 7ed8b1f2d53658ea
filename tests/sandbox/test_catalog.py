"""The catalogue of models."""

import pytest

from lib.sandbox.catalog import models


def test_the_public_catalogue_is_the_catalogue(sandbox):
    public = sandbox.fetch.get("/v1/public/models?limit=500").json()["items"]

    assert public == sandbox.api.get("/v1/models?limit=500").json()["items"]
    assert len(public) == len(models())


@pytest.mark.parametrize("model_id", list(models()))
def test_every_model_can_be_read_and_names_its_fields(sandbox, model_id):
    model = sandbox.api.get(f"/v1/models/{model_id}").json()

    assert model["slug"] == model_id
    assert model["pricing_note"]
    assert [field["name"] for field in model["inputs"]]
    assert model["outputs"][0]["name"] == "outputs"


def test_nano_banana_2_has_the_fields_of_its_page(sandbox):
    fields = sandbox.api.get("/v1/models/google/nano-banana-2").json()["inputs"]
    by_name = {field["name"]: field for field in fields}

    assert list(by_name) == [
        "prompt",
        "resolution",
        "aspect_ratio",
        "enable_web_search",
        "thinking_level",
        "num_images",
        "output_format",
        "safety_tolerance",
        "seed",
        "limit_generations",
        "sync_mode",
    ]
    assert [name for name, field in by_name.items() if field["is_required"]] == ["prompt"]
    assert by_name["safety_tolerance"]["default_value"] == "4"
    assert by_name["seed"]["default_value"] is None


def test_a_run_names_the_uuid_of_its_model(sandbox):
    model = sandbox.api.get("/v1/models/google/nano-banana-2").json()

    assert sandbox.create().json()["model_id"] == model["id"]


def test_an_unknown_model_is_404(sandbox):
    assert sandbox.api.get("/v1/models/google/nano-apple").status_code == 404
