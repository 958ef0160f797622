"""The live page under clients that ask too much, say nothing, leave, or send malformed requests."""

import gc
import json
import resource
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from command import heeding
from exploring import events, got, read_all, sent, serving, started

from sim import Scenario
from sim.diagnose import diagnose
from sim.explore import connections
from sim.model import ValueNetworkModel

pytestmark = pytest.mark.once

DOWNLOAD = "runs.csv?scenario=cheshire&pairs=2000"
COMPUTED = ("start", "diagnosis", "run", "scenario.toml", "sweep.toml", "runs.csv")


def until(reported, seconds=60):
    """Wait until something is so, on a machine that may be at work on something else."""
    end = time.monotonic() + seconds
    while not reported():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_few_downloads_run_at_once_and_one_that_is_abandoned_ends(address, capfd):
    asked = [sent(address, DOWNLOAD) for _ in range(6)]
    until(lambda: got(address, "runs.csv", scenario="small", pairs=1)[0] == 503)
    status, _, reported = got(address, "runs.csv", scenario="small", pairs=1)
    assert status == 503
    assert reported == "6 downloads of runs are at work or wait; accepted: that many at a time, so ask again later"
    assert got(address, "alive")[0] == 200
    assert events(got(address, "live", scenario="small", pairs=1)[2])[-1][0] == "done"
    for each in asked:
        each.close()
    # To the end, each would take half a minute.
    until(lambda: got(address, "runs.csv", scenario="small", pairs=1)[0] == 200, 20)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("after", [b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", b"x" * 300_000])
def test_who_sends_more_before_the_answer_and_leaves_is_noticed(address, after):
    asked = [sent(address, DOWNLOAD) for _ in range(6)]
    until(lambda: got(address, "runs.csv", scenario="small", pairs=1)[0] == 503)
    for each in asked:
        each.sendall(after)
    for each in asked:
        each.close()
    until(lambda: got(address, "runs.csv", scenario="small", pairs=1)[0] == 200, 20)


def test_of_many_diagnoses_at_once_some_are_refused_in_a_line(address):
    with ThreadPoolExecutor(40) as pool:
        asked = {"scenario": "small", "designs": "retrofit"}
        answers = list(pool.map(lambda _: got(address, "diagnosis", **asked), range(40)))
    assert {status for status, *_ in answers} <= {200, 503}
    assert any(status == 200 for status, *_ in answers)
    assert all(len(text.splitlines()) == 1 for status, _, text in answers if status == 503)


def test_a_diagnosis_keeps_no_model():
    def models():
        gc.collect()
        return sum(type(each) is ValueNetworkModel for each in gc.get_objects())

    before = models()
    diagnose(Scenario().revise({"population.families": 20}), 3)
    assert models() == before


def test_streams_that_are_abandoned_leave_their_places(address):
    for number in range(60):
        sent(address, f"live?scenario=cheshire&pairs=2000&tab={number}").close()
    until(lambda: events(got(address, "live", scenario="small", pairs=1)[2])[-1][0] == "done", 20)


@pytest.mark.slow
def test_idle_connections_are_closed_and_many_are_not_reported_of():
    def few_files():
        heeding()
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))

    with started(0, "--port", 0, before=few_files) as process:
        address = process.stderr.readline().split()[0].rstrip("/")
        place = tuple(address.removeprefix("http://").split(":"))
        idle = [socket.create_connection(place) for _ in range(80)]
        assert got(address, "alive")[0] == 200
        idle += [sent(address, "runs.csv?pairs=2000") for _ in range(40)]
        assert got(address, "alive")[0] == 200
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
        assert time.monotonic() - began < 10
        assert process.stderr.read() == ""
        for each in idle:
            each.close()


def takes(there, part):
    """Whether a part that is sent is taken: what is sent to a closed connection is not, at last."""
    time.sleep(0.1)
    try:
        there.sendall(part)
    except ConnectionError:
        return False
    return True


@pytest.mark.longer
def test_a_client_that_sends_or_takes_too_slowly_is_not_waited_for(explorable, monkeypatch, capfd):
    monkeypatch.setattr(connections, "PATIENCE", 0.5)
    monkeypatch.setattr(connections, "READING", 0.5)
    monkeypatch.setattr("sim.explore.downloads.runs_table", lambda *_: "x" * 20_000_000)
    with serving(explorable) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=60) as silent:
            assert silent.recv(1) == b""
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(b"GET /alive HTTP/1.1\r\n")
            until(lambda: not takes(slow, b"X: y\r\n"))
        with sent(address, "alive", headers="Content-Length: 100000\r\n") as slow:
            until(lambda: not takes(slow, b"x"))
        with socket.socket() as unread:
            unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            unread.settimeout(60)
            unread.connect((host, int(port)))
            unread.sendall(b"GET /runs.csv?scenario=small HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            time.sleep(3)
            assert len(read_all(unread)) < 20_000_000
        assert got(address, "alive")[0] == 200
    assert capfd.readouterr().err == ""


MALFORMED = {
    "deep": ".".join("a" * 1200) + "=1",
    "long": f"a.{'x' * 4000}=1",
    "many": "&".join(f"a.b{number}=1" for number in range(600)),
    "twice": "leadership.training=1&leadership.training=0",
    "no text": "leadership.training=%ff",
    "no name": "leadership.%ed%a0%80=1",
    "deep list": f"leadership.training={'[' * 500}{']' * 500}",
    "deep table": "leadership.training=" + '{"a":' * 300 + "1" + "}" * 300,
}
ODD = {
    "no number": "leadership.training=NaN",
    "endless": "leadership.training=1e999",
    "huge": f"population.families={'9' * 5000}",
    "half a character": 'leadership.training="%5Cud800"',
    "a field in a field": "leadership.training.x=1&leadership.training=1",
    "all the world": "population.families=5000000&board.constituency=50000000",
    "dots": "..=1",
}


REFUSED = [(MALFORMED, name, 400) for name in MALFORMED] + [(ODD, name, 422) for name in ODD]


@pytest.mark.parametrize(("queries", "name", "status"), REFUSED)
def test_what_is_no_state_is_refused_in_a_line_by_every_address(address, queries, name, status):
    asked = f"scenario=small&designs=retrofit&pairs=1&run=1&{queries[name]}".replace('"', "%22")
    # What a scenario starts from does not depend on the values that are moved.
    for path in COMPUTED if status == 400 else COMPUTED[1:]:
        found = read_all(sent(address, f"{path}?{asked}", headers="Connection: close\r\n")).decode()
        head, _, body = found.partition("\r\n\r\n")
        assert head.split()[1] == str(status), (path, found[:300])
        assert all(len(line.splitlines()) == 1 and len(line) < 2100 for _, line in json.loads(body)["refused"])
    reported = read_all(sent(address, f"live?{asked}", headers="Connection: close\r\n"))
    assert reported.count(b"event: ") == reported.count(b"event: refused") == 1


def test_what_is_no_request_is_answered_in_a_line_and_not_reported_of(address, capfd):
    for method in ("HEAD", "POST", "BREW", "CONNECT"):
        for path in ("alive", "runs.csv", "live"):
            assert read_all(sent(address, path, method, "Connection: close\r\n")).split()[1] == b"405"
    for path in ("%00", "%ff", "x" * 5000, "x/" * 3000, "%2e%2e/server.py", "/etc/passwd"):
        assert read_all(sent(address, path, headers="Connection: close\r\n")).split()[1] == b"404"
    for garbage in ("\x16\x03\x01\x00", "\x00" * 300_000):
        there = sent(address, garbage)
        there.close()
    broken = sent(address, "live?scenario=cheshire&pairs=2000", headers="Transfer-Encoding: chunked\r\n")
    assert broken.recv(100)
    broken.sendall(b"ZZZ\r\n")
    read_all(broken)
    assert got(address, "alive")[0] == 200
    assert capfd.readouterr().err == ""


def test_what_fails_is_reported_in_a_line(address, monkeypatch, capfd):
    def failing(*_):
        raise ZeroDivisionError("seven\neight")

    monkeypatch.setattr("sim.explore.server.diagnose", failing)
    status, _, reported = got(address, "diagnosis", scenario="small")
    assert (status, reported) == (500, "this failed: ZeroDivisionError: seven eight")
    assert capfd.readouterr().err == ""
