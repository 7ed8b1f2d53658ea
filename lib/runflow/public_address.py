"""Tell addresses of the public internet from those that lead inside, or nowhere.

`ipaddress.is_global` alone will not do: it calls NAT64, 6to4, multicast, `fec0::/10` and `::/96`
global, all of which can carry a packet to a private IPv4 address or to many machines at once.
"""

import ipaddress
from ipaddress import IPv4Address, IPv4Network, IPv6Network

NOT_PUBLIC_V4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, and Alibaba Cloud's metadata
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host agent, inside every virtual network
        "169.254.0.0/16",  # link-local, and most clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, and Oracle Cloud's metadata
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)
GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
"""All that IANA hands out; mapped, compatible, NAT64, local and multicast addresses lie outside."""
NOT_PUBLIC_V6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: holds an IPv4 address
        "3fff::/20",  # documentation
    )
)


def is_public(address: str) -> bool:
    """Whether `address`, as a resolver gives it, is one machine on the public internet."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv4Address):
        return parsed.is_global and not any(parsed in network for network in NOT_PUBLIC_V4)
    if parsed.scope_id or parsed not in GLOBAL_UNICAST_V6:
        return False
    return parsed.is_global and not any(parsed in network for network in NOT_PUBLIC_V6)
