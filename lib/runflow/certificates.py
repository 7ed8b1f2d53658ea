"""Whose certificates are good: those of the authorities that httpx ships, whatever the environment."""

import ssl

import httpx


def trusted_at(address: httpx.URL) -> ssl.SSLContext:
    """For connections to `address`. Over plain http nobody is trusted.

    There no certificate is looked at, and reading those of the authorities takes a while.
    """
    if address.scheme == "http":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx.create_ssl_context(trust_env=False)
