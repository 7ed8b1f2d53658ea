"""Which addresses are one machine on the public internet."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.runflow.public_address import is_public


def listed(words: str) -> list[str]:
    return words.split()


PUBLIC = listed("""
    1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 52.216.1.1 100.63.255.255 100.128.0.0 126.255.255.255
    128.0.0.1 142.250.1.1 168.63.129.15 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0
    192.0.1.1 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255
    2606:4700:4700::1111 2001:4860:4860::8888 2001:200::1 2600:1f18::1 2a00:1450:4001::1 2003::1
""")

INSIDE = listed("""
    0.0.0.0 0.0.0.1 0.255.255.255
    10.0.0.0 10.0.0.1 10.255.255.255
    100.64.0.0 100.64.0.1 100.100.100.200 100.127.255.255
    127.0.0.0 127.0.0.1 127.1.2.3 127.255.255.255
    168.63.129.16
    169.254.0.0 169.254.169.254 169.254.170.2 169.254.255.255
    172.16.0.0 172.17.0.1 172.31.255.255
    192.0.0.0 192.0.0.8 192.0.0.192 192.0.0.255
    192.0.2.1 192.88.99.1 192.168.0.0 192.168.1.1 192.168.255.255
    198.18.0.0 198.19.255.255 198.51.100.1 203.0.113.1
    224.0.0.0 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.254 255.255.255.255
    :: ::1 ::2 ::7f00:1 ::127.0.0.1 ::8.8.8.8
    ::ffff:0:0 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:7f00:1 ::ffff:8.8.8.8
    ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::169.254.169.254 64:ff9b::8.8.8.8 64:ff9b:1::1
    100::1 100:0:0:1::1
    2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1 2001:10::1 2001:20::1 2001:1ff:ffff::1
    2001:db8::1 2001:db8:ffff::1
    2002:7f00:1::1 2002:a00:1::1 2002:a9fe:a9fe::1 2002:808:808::1
    3fff::1 3fff:fff::1 4000::1 5f00::1
    fc00::1 fd00::1 fd00:ec2::254 fdff:ffff::1
    fe80::1 fe80::1%eth0 fe80::a9fe:a9fe febf::1
    fec0::1 fec0:0:0:ffff::1 feff::1
    ff00::1 ff01::1 ff02::1 ff02::fb ff05::2 ff0e::1 ff3e::1
    2606:4700:4700::1111%eth0
""")

NO_ADDRESS = [
    "", " ", "localhost", "example.com", "2130706433", "0x7f000001", "0177.0.0.1", "127.1",
    "127.0.0.1.", "127.0.0.1:443", "1.1.1.1/32", "[::1]", "::ffff:1.1.1.1.1", "1.1.1.256", "٣.1.1.1",
]  # fmt: skip


def test_the_table_is_as_large_as_the_tricks_are_many():
    assert len({*INSIDE, *NO_ADDRESS}) >= 100


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_leads_inside_or_nowhere_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", NO_ADDRESS)
def test_what_is_not_an_address_is_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_knows_as_inside_is_public(address):
    known_inside = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
    )

    assert not (known_inside and is_public(str(address)))


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_becomes_public_in_the_clothes_of_ipv6(address):
    packed = int(address)
    disguises = [
        ipaddress.IPv6Address(packed),
        ipaddress.IPv6Address((0xFFFF << 32) | packed),
        ipaddress.IPv6Address((0x64FF9B << 96) | packed),
        ipaddress.IPv6Address((0x2002 << 112) | (packed << 80) | 1),
    ]

    assert not any(is_public(str(disguise)) for disguise in disguises)
