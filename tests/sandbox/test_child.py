"""The sandbox as a child process that never outlives its parent."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from lib.sandbox import child
from tests.sandbox.running import wait_for

PARENT = """
import sys
from pathlib import Path
from lib.sandbox import child

running = getattr(child, sys.argv[2])(data_dir=Path(sys.argv[1]))
print(running.pid, running.base_url, flush=True)
sys.stdin.read()
"""


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))


def healthy(base_url: str) -> bool:
    return httpx.get(f"{base_url}/v1/health", trust_env=False).status_code == 200


def test_a_child_listens_and_stops_and_leaves_nothing_open(tmp_path):
    before = open_files()
    running = child.start(data_dir=tmp_path, seconds=0.1)
    assert healthy(running.base_url)

    running.stop()
    running.stop()

    assert running.process.returncode == 0
    assert open_files() == before
    with pytest.raises(httpx.ConnectError):
        healthy(running.base_url)


def test_the_address_is_known_at_once_and_what_is_asked_there_waits(tmp_path):
    running = child.begin(data_dir=tmp_path)
    try:
        assert httpx.get(f"{running.base_url}/v1/health", trust_env=False, timeout=30).is_success
    finally:
        running.stop()


def test_a_child_has_its_folder_before_it_serves(tmp_path):
    running = child.begin(data_dir=tmp_path)
    try:
        with pytest.raises(child.SandboxNotStarted, match="choose another --data"):
            child.begin(data_dir=tmp_path)
    finally:
        running.stop()


def test_a_child_that_is_stopped_before_it_serves_ends(tmp_path):
    before = open_files()
    running = child.begin(data_dir=tmp_path)

    running.stop()

    assert running.process.returncode == 0
    assert open_files() == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "sandbox.db cannot be used .*: move it away to begin with a new sandbox"),
        (("--retry-after", "soon"), "argument --retry-after: invalid int value"),
    ],
)
def test_a_child_that_cannot_serve_says_why_in_one_line(tmp_path, flags, said):
    (tmp_path / "sandbox.db").write_text("no database, but quite some text in its place")

    with pytest.raises(child.SandboxNotStarted, match=said) as caught:
        child.start(data_dir=tmp_path, flags=flags)

    assert "\n" not in str(caught.value)


def test_a_child_starts_from_any_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    running = child.start(data_dir=Path("data"))
    try:
        assert healthy(running.base_url)
        assert (tmp_path / "data" / "sandbox.db").exists()
    finally:
        running.stop()


def test_a_child_takes_the_port_it_is_given_again_and_again(tmp_path):
    first = child.start(data_dir=tmp_path)
    first.stop()
    port = int(first.base_url.rpartition(":")[2])
    second = child.start(data_dir=tmp_path, port=port)
    second.stop()

    assert second.base_url == first.base_url


def test_a_child_takes_further_flags(tmp_path):
    running = child.start(data_dir=tmp_path, flags=("--balance", "1.23"))
    try:
        headers = {"Authorization": "Bearer rf_live_x"}
        url = f"{running.base_url}/v1/billing/balance"
        assert httpx.get(url, headers=headers, trust_env=False).json()["balance"] == "1.23"
    finally:
        running.stop()


def test_ctrl_c_ends_the_sandbox_without_a_traceback(tmp_path):
    command = [sys.executable, "-m", "lib.sandbox", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=child.PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert b"listening on http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()

    assert (process.returncode, said) == (130, b"")


def test_a_taken_port_is_told_and_leaves_nothing_open(tmp_path):
    running = child.start(data_dir=tmp_path / "one")
    before = open_files()
    port = int(running.base_url.rpartition(":")[2])
    try:
        with pytest.raises(child.SandboxNotStarted, match="choose another --port"):
            child.start(data_dir=tmp_path / "two", port=port)
        assert open_files() == before
    finally:
        running.stop()


def test_a_data_folder_serves_one_sandbox_at_a_time(tmp_path):
    running = child.start(data_dir=tmp_path)
    try:
        with pytest.raises(child.SandboxNotStarted, match="choose another --data"):
            child.start(data_dir=tmp_path)
        assert healthy(running.base_url)
    finally:
        running.stop()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("begun", ["start", "begin"])
def test_a_child_ends_with_its_parent(tmp_path, begun, end):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), begun],
        cwd=child.PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with parent:
        pid, base_url = parent.stdout.readline().split()
        assert begun == "begin" or healthy(base_url.decode())

        parent.send_signal(end)
        parent.wait()

    wait_for(lambda: is_alive(int(pid)), lambda alive: not alive)


def test_a_run_survives_a_child_that_is_killed(tmp_path):
    running = child.start(data_dir=tmp_path, seconds=0.3)
    with httpx.Client(
        headers={"Authorization": "Bearer rf_live_x"}, trust_env=False, timeout=20
    ) as api:
        path = "/v1/models/google/nano-banana-2/runs"
        made = api.post(running.base_url + path, json={"input": {"prompt": "a kite"}}).json()
        running.process.kill()
        running.stop()

        running = child.start(data_dir=tmp_path)
        try:
            url = f"{running.base_url}/v1/runs/{made['id']}"
            ended = wait_for(lambda: api.get(url).json(), lambda run: run["completed_at"])
        finally:
            running.stop()

    assert (ended["status_code"], ended["cost"]) == ("succeeded", "0.08")


@pytest.mark.parametrize(
    ("flag", "value", "said"),
    [
        ("--port", "70000", "0 to 65535"),
        ("--seconds", "-1", "must be 0 or more"),
        ("--balance", "much", "not an amount in dollars"),
        ("--scenario", "chaos", "invalid choice"),
    ],
)
def test_a_bad_option_is_named(flag, value, said):
    answer = subprocess.run(
        [sys.executable, "-m", "lib.sandbox", flag, value],
        cwd=child.PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 2
    assert f"argument {flag}" in answer.stderr
    assert said in answer.stderr
