"""The command that opens the live page."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from sim.cli.common import WorkersOption, at_least
from sim.cli.exits import OK
from sim.io.errors import InputError

FIRST, ASKING = "mountain_view", "initiative.html"


def explore(
    scenario: Annotated[
        Path | None,
        typer.Argument(
            help="A scenario file or the name of a shipped one; without one, the page asks about yours.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[int, typer.Option(help="Port to listen on; 0 for any that is free.")] = 8787,
    host: Annotated[str, typer.Option(help="Address to listen on: this machine only, unless told otherwise.")] = (
        "127.0.0.1"
    ),
    known_as: Annotated[
        list[str] | None,
        typer.Option("--known-as", help="A name under which browsers reach it, with --host.", show_default=False),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser.")] = True,
    workers: WorkersOption = None,
) -> None:
    """Open a local page: describe your initiative, or move a scenario's levers, and see how the
    risk changes.

    \b
    Examples:
      sim explore
      sim explore scenarios/cheshire.toml --port 9000 --no-browser
    """
    at_least("--port", port, 0, 65535)
    from sim.io.shipped import named_file
    from sim.scenario.load import load_scenario

    file = named_file(scenario or FIRST)
    load_scenario(file)
    listening = _listen(host, port)
    try:
        from sim.explore.connections import Server
        from sim.explore.server import LOOPBACK, application, shipped
    except ImportError as error:
        raise InputError(
            f"sim explore needs {error.name}; accepted: install the extra 'explore' (pip install -e '.[explore]')"
        ) from None
    from sim.sweep.local import default_workers

    workers = default_workers() if workers is None else workers
    at_least("--workers", workers, 1, 64)
    offered = {file.stem: file} | {name: each for name, each in shipped().items() if name != file.stem}
    address = f"http://{host if host not in ('0.0.0.0', '') else 'localhost'}:{listening.getsockname()[1]}/"
    address += "" if scenario else ASKING
    app = application(offered, workers, (*LOOPBACK, host, *(known_as or [])))
    server = Server(app)
    _warm(offered[file.stem])
    for each in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn hears these two, and raises them again when it has closed: that is how one leaves.
        signal.signal(each, lambda *_: None)
    # What a handler raises in the midst of an answer goes no further than the answer.
    heard: list[int] = []

    def leave(number: int, _: FrameType | None) -> None:
        heard.append(number)
        server.should_exit = True

    signal.signal(signal.SIGHUP, leave)
    sys.stderr.write(f"{address} (leave with Ctrl-C)\n")
    if browser:
        threading.Timer(0.3, webbrowser.open, (address,)).start()
    server.run(sockets=[listening])
    sys.stderr.flush()
    os._exit(128 + heard[0] if heard else OK)  # Threads that compute for nobody any more are not waited for.


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()  # At once: until it does, another may bind to the same port.
    except OSError as error:
        listening.close()
        raise InputError(
            f"--host {host} --port {port}: {error.strerror}; accepted: an address of this machine, and a port that is "
            "free (0 for any)"
        ) from None
    return listening


def _warm(file: Path) -> None:
    """Run once, so that the first move on the page waits for no compiling."""
    from sim.draws import draws_named
    from sim.engine import simulate_together
    from sim.scenario import load_scenario

    draws, seeds = draws_named("posterior"), range(2)
    simulate_together(load_scenario(file, "retrofit"), seeds, drawn=draws.at(seeds) if draws else None)
