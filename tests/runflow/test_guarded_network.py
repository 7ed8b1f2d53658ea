"""The network beneath the downloads: where it connects, and until when."""

import httpcore
import pytest

from lib.runflow.guarded_network import AddressRefused, GuardedNetwork

PUBLIC = "93.184.216.34"


class Recorder(httpcore.NetworkBackend, httpcore.NetworkStream):
    """A network that goes nowhere and keeps the timeout of every step."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, object, float | None]] = []

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.steps.append(("connect", (host, port), timeout))
        return self

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        self.steps.append(("tls", server_hostname, timeout))
        return self

    def read(self, max_bytes, timeout=None):
        self.steps.append(("read", max_bytes, timeout))
        return b"x"

    def write(self, buffer, timeout=None):
        self.steps.append(("write", buffer, timeout))

    def close(self):
        self.steps.append(("close", None, None))

    def get_extra_info(self, info):
        return info


class StoppedClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.at_s = 100.0

    def now_ms(self) -> int:
        raise AssertionError("wall time may jump: no deadline is kept by it")

    def monotonic_s(self) -> float:
        return self.at_s


@pytest.fixture
def beneath() -> Recorder:
    return Recorder()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def network(beneath, clock):
    """Open a network whose names have the given addresses; its deadline is 10 s away."""

    def open_network(*addresses, own_place=None):
        return GuardedNetwork(
            own_place=own_place,
            deadline_s=110.0,
            clock=clock,
            resolve=lambda *_: addresses or [PUBLIC],
            beneath=beneath,
        )

    return open_network


def test_a_public_place_is_connected_by_its_checked_address(network, beneath):
    network().connect_tcp("storage.example", 443)

    assert [step[1] for step in beneath.steps] == [(PUBLIC, 443)]


@pytest.mark.parametrize("port", [0, 22, 80, 442, 444, 8443, 65_535])
def test_no_other_port_is_connected(network, beneath, port):
    with pytest.raises(AddressRefused, match=str(port)):
        network().connect_tcp("storage.example", port)

    assert beneath.steps == []


def test_the_own_place_is_a_host_with_its_port(network, beneath):
    own = network("127.0.0.1", own_place=("localhost", 8787))

    own.connect_tcp("localhost", 8787)

    assert [step[1] for step in beneath.steps] == [("127.0.0.1", 8787)]
    for host, port in [("localhost", 8788), ("localhost", 443), ("other.example", 8787)]:
        with pytest.raises(AddressRefused):
            own.connect_tcp(host, port)


@pytest.mark.parametrize("addresses", [[PUBLIC], ["127.0.0.1", PUBLIC], ["10.0.0.1"], ["0.0.0.0"]])
def test_the_own_place_is_on_this_machine_alone(network, beneath, addresses):
    with pytest.raises(AddressRefused):
        network(*addresses, own_place=("localhost", 8787)).connect_tcp("localhost", 8787)

    assert beneath.steps == []


def test_sockets_of_the_file_system_are_closed(network):
    with pytest.raises(AddressRefused):
        network().connect_unix_socket("/var/run/docker.sock")


def test_no_step_may_last_beyond_the_deadline(network, beneath, clock):
    stream = network().connect_tcp("storage.example", 443, timeout=30.0)
    clock.at_s = 102.0
    secured = stream.start_tls(None, "storage.example", timeout=30.0)
    clock.at_s = 104.0
    secured.write(b"GET", timeout=None)
    clock.at_s = 108.0
    secured.read(9, timeout=30.0)
    secured.read(9, timeout=1.5)

    assert [(step[0], step[2]) for step in beneath.steps] == [
        ("connect", 10.0),
        ("tls", 8.0),
        ("write", 6.0),
        ("read", 2.0),
        ("read", 1.5),
    ]


def test_after_the_deadline_nothing_is_begun(network, beneath, clock):
    stream = network().connect_tcp("storage.example", 443)
    clock.at_s = 110.0

    for step in (
        lambda: stream.read(1),
        lambda: stream.write(b"x"),
        lambda: stream.start_tls(None),
        lambda: network().connect_tcp("storage.example", 443),
    ):
        with pytest.raises(httpcore.ReadTimeout, match="too long"):
            step()
    stream.close()

    assert [step[0] for step in beneath.steps] == ["connect", "close"]
