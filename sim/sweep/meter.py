"""How far a sweep has come, said while it runs."""

from __future__ import annotations

import math
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.sweep.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar


class Meter:
    """Says how far a sweep has come: a bar on a terminal, else a plain line every few seconds.

    The time left is that of all rounds that may come, at the rate of the last minute in
    family-weeks: of design points that differ in size a count of runs would mislead.

    Parameters
    ----------
    every : float
        Seconds between two lines.
    clock : callable
        Seconds from some start.
    in_place : bool
        Whether each line takes the place of the one before, as in a notebook, with a bar ahead.
    """

    def __init__(self, every: float = 3.0, clock: Callable[[], float] = time.monotonic, in_place: bool = False) -> None:
        self.every, self.clock, self.in_place = (0.2 if in_place else every), clock, in_place
        self.said = clock()
        self.recent = deque([(self.said, 0)])
        self.bar: Bar | None = None
        if sys.stderr.isatty() and not in_place:
            from rich.console import Console
            from rich.progress import BarColumn, TextColumn
            from rich.progress import Progress as Bar

            self.bar = Bar(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True))
            self.task = self.bar.add_task("", total=None)
            self.bar.start()

    @contextmanager
    def compiling(self) -> Iterator[None]:
        """Say within a block that the engine is being compiled, where that takes more than a
        moment; no time left is reckoned from it.
        """
        words = "compiling the engine (once; it is kept for the next time)"
        late = threading.Timer(MOMENT, sys.stderr.write, (f"{words}\n",))
        if self.bar is not None:
            self.bar.update(self.task, description=words)
        else:
            late.start()
        try:
            yield
        finally:
            late.cancel()
            self.said = self.clock()
            self.recent = deque([(self.said, 0)])

    def tell(self, progress: Progress) -> None:
        """Take note of a part that is done."""
        now, words = self.clock(), self.words(progress)
        if self.bar is not None:
            self.bar.update(self.task, completed=progress.work, total=progress.work_most, description=words)
        elif now - self.said > self.every or progress.work == progress.work_most:
            sys.stderr.write(f"\r{_bar(progress)} {words:<70}" if self.in_place else f"{words}\n")
            self.said = now

    def words(self, progress: Progress) -> str:
        """How far it has come, and how long the rest takes."""
        now, fresh = self.clock(), progress.work - progress.work_before
        self.recent.append((now, fresh))
        while len(self.recent) > 2 and now - self.recent[1][0] >= RECENT:
            self.recent.popleft()
        then, before = self.recent[0]
        most = "at most " if progress.bound else ""
        reported = [f"runs: {progress.done} of {most}{progress.most}"]
        if progress.curves:
            reported = [f"weekly curves: {100 * progress.work // max(progress.work_most, 1)}% of all work"]
        left = progress.work_most - progress.work
        if left and fresh > before and now > then:
            seconds = left * (now - then) / (fresh - before)
            reported.append(f"{most or 'about '}{duration(seconds)} left")
        if not math.isnan(progress.worst) and progress.bound:
            reported.append(f"widest half-width {progress.worst:.3f}")
        return ", ".join(reported)

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()
        if self.in_place:
            sys.stderr.write("\n")


def _bar(progress: Progress, width: int = 20) -> str:
    """How much of the work is done, as a bar of characters."""
    done = width * progress.work // max(progress.work_most, 1)
    return f"[{'#' * done}{'.' * (width - done)}]"


MOMENT = 3.0
"""Seconds that compiling may take before a line says so."""
RECENT = 60.0
"""Seconds over which the rate is taken."""


def duration(seconds: float) -> str:
    """A time as people tell it, rounded up.

    Examples
    --------
    >>> [duration(each) for each in (0.2, 59.0, 61.0, 7261.0, 180_000.0)]
    ['1 s', '59 s', '2 min', '2 h 2 min', '2 d 2 h']
    """
    whole = math.ceil(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = -(-whole // 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 24 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    hours = -(-minutes // 60)
    return f"{hours // 24} d {hours % 24} h"
