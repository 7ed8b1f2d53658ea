"""What is asked for, as exact bytes."""

import json
from decimal import Decimal

import pytest

from lib.runflow import wire


def test_a_request_is_the_same_bytes_every_time():
    arguments = {"client_ref": "r", "metadata": {"b": 1, "a": "ü"}}

    body = wire.run_request({"prompt": "漢字 😀", "seed": 7}, **arguments)

    assert (
        body
        == (
            '{"input":{"prompt":"漢字 😀","seed":7},"client_ref":"r","metadata":{"b":1,"a":"ü"}}'
        ).encode()
    )
    assert body == wire.run_request({"prompt": "漢字 😀", "seed": 7}, **arguments)


def test_a_callback_url_is_sent_only_when_there_is_one():
    body = wire.run_request({}, client_ref="r", metadata={}, callback_url="https://a.example/x")

    assert json.loads(body) == {
        "input": {},
        "client_ref": "r",
        "metadata": {},
        "callback_url": "https://a.example/x",
    }


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), b"bytes", Decimal(1), "\ud800"])
def test_what_is_no_json_is_not_sent(wrong):
    with pytest.raises((ValueError, TypeError)):
        wire.run_request({"prompt": wrong}, client_ref="r", metadata={})


@pytest.mark.parametrize("ref", ["", "a'b", "a\\b"])
def test_a_reference_cannot_break_out_of_its_filter(ref):
    with pytest.raises(ValueError, match="client_ref"):
        wire.client_ref_is(ref)
