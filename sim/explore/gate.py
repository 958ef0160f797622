"""A gate before work that takes long: little of it is done at a time, a little more waits, and work
that nobody waits for ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Semaphore
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

Result = TypeVar("Result")
GoOn = Callable[[], None]
"""What work calls between its pieces: it raises :class:`Abandoned` once nobody waits."""


class Busy(Exception):
    """So much is at work, and waits for its turn, that no more is taken."""


class Abandoned(Exception):
    """Nobody waits for the result any more."""


class Gate:
    """Lets a few pieces of work of one kind be done at a time, each in a thread.

    Parameters
    ----------
    kind : str
        What the work is, in the plural, as an error names it.
    at_once : int
        How many are done at the same time.
    waiting : int
        How many more wait for their turn; what comes beyond them is refused at once.
    """

    def __init__(self, kind: str, at_once: int, waiting: int) -> None:
        self.kind, self.most = kind, at_once + waiting
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix=kind)
        self._places = Semaphore(self.most)

    @contextmanager
    def begun(self, work: Callable[[GoOn], Result]) -> Iterator[asyncio.Future[Result]]:
        """Begin work; when the block ends, it is abandoned where it is not done.

        Work holds its place until its thread is free, not only until its client has left.

        Raises
        ------
        Busy
        """
        if not self._places.acquire(blocking=False):
            raise Busy(
                f"{self.most} {self.kind} are at work or wait; accepted: that many at a time, so ask again later"
            )
        left = Event()

        def go_on() -> None:
            if left.is_set():
                raise Abandoned

        begun = self._pool.submit(work, go_on)
        begun.add_done_callback(lambda _: self._places.release())
        result = asyncio.wrap_future(begun)
        try:
            yield result
        finally:
            left.set()
            result.cancel()

    async def answer(self, request: Request, work: Callable[[GoOn], Response]) -> Response:
        """The answer that work makes, as long as the client waits for it.

        Raises
        ------
        Busy
        """
        with self.begun(work) as result:
            leaving = asyncio.ensure_future(_left(request))
            either: set[asyncio.Future[Any]] = {result, leaving}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
            return result.result() if result.done() else Response()


async def _left(request: Request) -> None:
    """Wait until the client has left; what else it sends is not read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
