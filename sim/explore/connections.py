"""Connections to the page: as many as there are files to open, each with a client that neither
sends nor takes too slowly.
"""

from __future__ import annotations

import asyncio
import resource
import socket
import sys
import time
from asyncio import AbstractEventLoop, TimerHandle, Transport
from collections.abc import Callable
from functools import cache
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from sim.io.errors import shown

PATIENCE = 10.0
"""Seconds in which a client has sent its request, from the connection or the last answer on."""
READING = 30.0
"""Seconds in which a client has taken what was sent to it."""
MOST_CONNECTIONS = 128
SPARE_FILES = 40
"""Files that the server opens beside its connections, at the most; and connections that are
accepted before one of them can be closed.
"""
IN_ONE_GO, WAITING = 4, 128
"""Connections that are accepted in one go, and that wait for it at the most: what is accepted has a
file before it is counted.
"""

FULL = "too many connections; accepted: fewer at a time, so ask again later"


@cache
def most_connections() -> int:
    """Connections that are open at a time: fewer than the process may open files.

    Examples
    --------
    >>> 4 <= most_connections() <= MOST_CONNECTIONS
    True
    """
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files == resource.RLIM_INFINITY else max(4, min(MOST_CONNECTIONS, files - SPARE_FILES))


class Connection(H11Protocol):
    """A connection whose client is not waited for without end, and which takes one request at a
    time: what is sent during an answer is dropped, and the connection closed after that answer.
    """

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.since = 0.0
        self._sending, self._taking = _Deadline(self.loop), _Deadline(self.loop)

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for a request; where there are too many connections, that one is closed whose client
        has been waited for longest.
        """
        super().connection_made(transport)
        self._expect_a_request()
        if len(self.connections) > most_connections():
            idle = [each for each in self.connections if isinstance(each, Connection) and each._waits()]
            min(idle, key=lambda each: each.since).refuse()

    def data_received(self, data: bytes) -> None:
        """Take what the client sent."""
        if self._has_asked():
            self.cycle.keep_alive = False
            return
        super().data_received(data)
        if self._has_asked():
            self._sending.stop()
            if self.conn.trailing_data[0]:
                # Reading goes on: else it would not be noticed that the client leaves.
                self.cycle.keep_alive = False
                self.flow.resume_reading()

    def _waits(self) -> bool:
        """Whether there is nothing to do but to wait for a request."""
        return self._sending.runs and not self._taking.runs

    def _has_asked(self) -> bool:
        """Whether the client has sent its request, of which the answer is not complete."""
        return (
            self.cycle is not None
            and self.conn.their_state is not h11.IDLE
            and self.conn.their_state is not h11.SEND_BODY
        )

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._expect_a_request()
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Say that it is no request that can be read, unless another answer has begun."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.abort()

    def pause_writing(self) -> None:
        """Wait until the client has taken what was sent."""
        super().pause_writing()
        self._taking.start(READING, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client has taken what was sent."""
        super().resume_writing()
        self._taking.stop()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._sending.stop()
        self._taking.stop()
        super().connection_lost(exc)

    def refuse(self) -> None:
        """Close it, and say why."""
        self._sending.stop()
        head = f"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: {len(FULL)}\r\n"
        self.transport.write(f"{head}Content-Type: text/plain\r\n\r\n{FULL}".encode())
        self.transport.close()

    def _expect_a_request(self) -> None:
        self.since = time.monotonic()
        self._sending.start(PATIENCE, self.transport.close)


class _Deadline:
    """Something that happens in some seconds, unless it is stopped by then."""

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._timer: TimerHandle | None = None

    @property
    def runs(self) -> bool:
        return self._timer is not None

    def start(self, seconds: float, then: Callable[[], None]) -> None:
        self.stop()
        self._timer = self._loop.call_later(seconds, then)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None


class Server(uvicorn.Server):
    """The server of the page, which ends without waiting for its clients; what goes wrong outside a
    request is one line.

    Parameters
    ----------
    app : ASGI application
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(
            uvicorn.Config(
                app, http=Connection, ws="none", loop="asyncio", lifespan="off", log_level="critical",
                backlog=IN_ONE_GO, timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._reported: set[str] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen."""
        asyncio.get_running_loop().set_exception_handler(self._tell)
        await super().startup(sockets)
        for each in sockets or ():
            each.listen(WAITING)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all that is answered: what is computed for it is abandoned."""
        for each in list(self.server_state.connections):
            each.transport.abort()
        await super().shutdown(sockets)

    def _tell(self, _: AbstractEventLoop, context: dict[str, Any]) -> None:
        """Tell what goes wrong with connections, each thing once."""
        line = shown(f"sim explore: {context['message']} ({context.get('exception', 'no exception')})")
        if line not in self._reported:
            self._reported.add(line)
            sys.stderr.write(f"{line}\n")
