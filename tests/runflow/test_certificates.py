"""A server is believed by its certificate, and over plain http no certificate is good."""

import ssl

import httpx
import pytest

from lib.runflow.certificates import trusted_at


@pytest.mark.parametrize("address", ["https://api.runflow.io", "http://127.0.0.1:8787"])
def test_no_certificate_goes_unchecked(address: str) -> None:
    context = trusted_at(httpx.URL(address))

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_authorities_are_read_where_they_are_needed_alone() -> None:
    assert trusted_at(httpx.URL("https://api.runflow.io")).get_ca_certs()
    assert trusted_at(httpx.URL("http://127.0.0.1:8787")).get_ca_certs() == []
