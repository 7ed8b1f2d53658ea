"""What the official clients rely on, beyond what is tested elsewhere."""

import pytest

PROOF_MODELS = [
    "runflow/background-removal",
    "runflow/tag-removal",
    "runflow/product-isolation",
    "runflow/model-removal",
    "runflow/background-color",
    "runflow/object-removal",
    "runflow/object-removal/prompt",
    "runflow/outpaint",
    "runflow/skin-fix",
    "runflow/smart-resize",
    "runflow/reference-inpaint",
    "google/nano-banana-pro",
    "google/nano-banana-pro/edit",
    "topaz/upscale/image",
]


@pytest.mark.parametrize("model_id", PROOF_MODELS)
def test_the_models_of_the_official_proof_can_be_run(sandbox, model_id):
    path = "/".join(segment.replace("-", "%2D") for segment in model_id.split("/"))
    image = "https://example.com/a.png"
    body = {
        "input": {
            "prompt": "a red kite",
            "image_url": image,
            "image_urls": [image],
            "mask_url": image,
            "aspect_ratio": "1:1",
            **{f"color_{name}": 12 for name in ("red", "green", "blue")},
        },
        "client_ref": "runflow-sdk-proof-1795417539364",
        "metadata": {"tool": "proof", "source": "runflow-sdk"},
    }
    made = sandbox.api.post(f"/v1/models/{path}/runs", json=body)
    assert made.status_code == 201, made.text

    run = sandbox.end_of(made.json()["id"])
    assert run["status_code"] == "succeeded"
    assert sandbox.fetch.get(run["output"]["outputs"][0]["url"]).status_code == 200


def test_an_output_can_be_the_input_of_another_run(sandbox):
    [output] = sandbox.ended()["output"]["outputs"]
    body = {"input": {"image_url": output["url"]}}

    answer = sandbox.api.post("/v1/models/runflow/skin-fix/runs", json=body)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/health"),
        ("GET", "/v1/runs"),
        ("GET", "/v1/runs/statuses"),
        ("GET", "/v1/nothing"),
        ("PUT", "/v1/runs"),
        ("POST", "/v1/models/google/nano-banana-2/runs"),
    ],
)
def test_every_answer_says_that_it_is_json(sandbox, method, path):
    answer = sandbox.api.request(method, path)

    assert "application/json" in answer.headers["content-type"]


def test_a_canceled_run_has_one_l_in_its_record(start_sandbox):
    sandbox = start_sandbox(seconds=500)
    run = sandbox.create().json()
    sandbox.admin.post(f"/v1/admin/runs/{run['id']}/cancellation")

    assert sandbox.run(run["id"])["status_code"] == "canceled"


def test_upload_links_are_https_behind_a_tls_proxy(start_sandbox):
    sandbox = start_sandbox(public_url="https://sandbox.example/")
    body = {"filename": "a.png", "mime_type": "image/png", "size_bytes": 1}
    opened = sandbox.api.post("/v1/asset-uploads", json=body).json()

    assert opened["upload_url"].startswith("https://sandbox.example/files/uploads/")
