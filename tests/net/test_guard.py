"""Which addresses the guard opens."""

import pytest

from tracker.core.errors import ConfigError
from tracker.net.guard import Guard

SHUT = [
    "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.5.4", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "198.18.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::7f00:1", "not an address",
]  # fmt: skip


@pytest.mark.parametrize("address", SHUT)
def test_what_is_not_public_is_shut(address: str) -> None:
    assert not Guard().allows("rebound.example", 80, address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_what_is_public_is_open(address: str) -> None:
    assert Guard().allows("example.org", 443, address)


@pytest.mark.parametrize("opened", ["127.0.0.0/8", "127.0.0.1", "localhost", "localhost:80"])
def test_the_person_may_open_an_address(opened: str) -> None:
    assert Guard([opened]).allows("localhost", 80, "127.0.0.1")


def test_an_opened_port_opens_no_other() -> None:
    assert not Guard(["localhost:8080"]).allows("localhost", 80, "127.0.0.1")


def test_opened_ipv4_is_open_when_it_comes_as_ipv6() -> None:
    assert Guard(["127.0.0.1"]).allows("x.example", 80, "::ffff:127.0.0.1")


@pytest.mark.parametrize("text", ["", "300.1.1.1/8", "two words"])
def test_nonsense_in_the_settings_is_named(text: str) -> None:
    with pytest.raises(ConfigError, match="no host"):
        Guard([text])
