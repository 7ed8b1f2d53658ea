"""Where the API is: an https address, or a plain http one on this very machine."""

import ipaddress

import httpx


def checked_base_url(base_url: str) -> httpx.URL:
    """`base_url` without a trailing slash. ValueError with the remedy when a key must not go there."""
    try:
        url = httpx.URL(base_url.strip().rstrip("/"))
    except httpx.InvalidURL as error:
        raise ValueError(f"the base URL is no address: {error}") from None
    if url.userinfo or url.query or url.fragment:
        raise ValueError("the base URL must not hold a user, a query or a fragment")
    if not url.host or url.scheme not in ("https", "http"):
        raise ValueError(f"the base URL must look like https://host, not {base_url!r}")
    if url.scheme == "http" and not is_loopback(url.host):
        raise ValueError(f"the key would travel in the clear: use https://{url.host}")
    return url


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine. Nothing is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port: what a key, or a permission, is good for."""
    return url.scheme, url.host, url.port or {"https": 443}.get(url.scheme, 80)
