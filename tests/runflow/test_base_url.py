"""The key goes to an https address, or stays on this machine."""

import pytest

from lib.runflow.api import Client
from lib.runflow.base_url import checked_base_url
from lib.runflow.secret import Secret


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("https://api.runflow.io", "https://api.runflow.io"),
        ("https://api.runflow.io/", "https://api.runflow.io"),
        (" https://api.runflow.io ", "https://api.runflow.io"),
        ("https://gateway.example:8443/runflow/", "https://gateway.example:8443/runflow"),
        ("HTTPS://API.runflow.io", "https://api.runflow.io"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://127.9.9.9:8787", "http://127.9.9.9:8787"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://LOCALHOST:8787", "http://localhost:8787"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_a_safe_address_is_taken_without_its_trailing_slash(given, taken):
    assert str(checked_base_url(given)) == taken


@pytest.mark.parametrize(
    "given",
    [
        "",
        "api.runflow.io",
        "//api.runflow.io",
        "https://",
        "https:///v1",
        "ftp://api.runflow.io",
        "file:///etc/passwd",
        "http://api.runflow.io",
        "http://127.0.0.1.nip.io",
        "http://localhost.example",
        "http://127.1",
        "http://2130706433",
        "http://0.0.0.0",
        "http://10.0.0.1",
        "http://[::]",
        "http://[::ffff:127.0.0.1]",
        "https://user:password@api.runflow.io",
        "https://api.runflow.io?x=1",
        "https://api.runflow.io#x",
        "https://api.runflow.io:port",
        "https://[::1",
        "https://a\nb",
    ],
)
def test_an_unsafe_address_is_refused(given):
    with pytest.raises(ValueError, match=r"base URL|https"):
        Client(given, Secret("rf_live_canary0123456789abcdef"))


@pytest.mark.parametrize("key", ["", " ", "rf live", "rf_live\n", "schlüssel_0123456789", "a\x7f"])
def test_what_cannot_be_a_key_is_refused_without_showing_it(key):
    with pytest.raises(ValueError, match="copy it anew") as caught:
        Client("https://api.runflow.io", Secret(key))

    assert key.strip() == "" or key not in str(caught.value)
