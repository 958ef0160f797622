"""A server of the live page to test with, and how the tests ask it."""

import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

from command import heeding
from conftest import ROOT, SCENARIOS

from sim.explore.connections import Server
from sim.explore.server import application

SMALL = """schema = 2
extends = "mountain_view"
title = "Sixty families"
[horizon]
weeks = 40
[population]
families = 60
[board]
constituency = 240
"""


@contextmanager
def serving(scenarios, port=0, workers=2):
    """A server in a thread of its own; gives its address."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    server = Server(application(scenarios, workers))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


def offered(place):
    (place / "small.toml").write_text(SMALL)
    return {"small": place / "small.toml", "cheshire": SCENARIOS / "cheshire.toml"}


def got(address, path, headers=None, **query):
    request = urllib.request.Request(f"{address}/{path}?{urllib.parse.urlencode(query)}", headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def events(text):
    """Server-sent events as (name, data)."""
    parts = [dict(line.split(": ", 1) for line in part.splitlines()) for part in text.strip().split("\n\n") if part]
    return [(part["event"], json.loads(part["data"])) for part in parts]


def sent(address, path, method="GET", headers=""):
    """A socket by which a request was sent, of which the answer is not read."""
    host, port = address.removeprefix("http://").split(":")
    there = socket.create_connection((host, int(port)), timeout=60)
    there.sendall(f"{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n".encode())
    return there


def read_all(there):
    """What comes by a socket until it is closed."""
    found = b""
    try:
        while part := there.recv(65536):
            found += part
    except ConnectionError:
        pass
    return found


STARTED = """
import sys, time
from sim.cli import explore, main
seconds = float(sys.argv.pop())
explore._warm = lambda _: (print("warming", flush=True), time.sleep(seconds))
main()
"""


@contextmanager
def started(seconds, *arguments, before=heeding):
    """The command in a process of its own, warming for so long; ``before`` is called first."""
    command = [sys.executable, "-c", STARTED, "explore", "cheshire", "--no-browser", *map(str, arguments), str(seconds)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=ROOT, preexec_fn=before, **pipes)
    assert process.stdout.readline() == "warming\n"
    try:
        yield process
    finally:
        process.kill()
        process.communicate()
