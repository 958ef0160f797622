"""A server of the live page to test with, and how the tests ask it."""

import json
import socket
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

from conftest import SCENARIOS

from sim.explore.connections import Server
from sim.explore.server import application

SMALL = """extends = "mountain_view"
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
