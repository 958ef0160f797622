"""One sitting of a sweep: how far it has come, what an interrupt does, and how it ends."""

from __future__ import annotations

import math
import os
import shutil
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, Self

from sim.cli.exits import OK, SIGNALS, SOME_FAILED
from sim.io.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from rich.progress import Progress as Bar

    from sim.sweep.folder import SweepFolder
    from sim.sweep.plan import Sweep
    from sim.sweep.run import Progress


class Sitting(NamedTuple):
    """How a sitting went.

    Attributes
    ----------
    progress : Progress
    finished : bool
        False where it was interrupted.
    code : int
        Exit code of the command that it is all of.
    """

    progress: Progress
    finished: bool
    code: int


def sit(sweep: Sweep, folder: SweepFolder, pool: Executor, workers: int, kept: bool = True) -> Sitting:
    """Do what is missing of a sweep, and say how far it has come.

    Parameters
    ----------
    sweep : Sweep
    folder : SweepFolder
        Made for it.
    pool : concurrent.futures.Executor
        What does the work.
    workers : int
        How many it has.
    kept : bool
        Whether the folder stays where it is, so that an unfinished sweep can be resumed in it.

    Raises
    ------
    InputError
        Where another process has the folder, it cannot be written, or workers are lost.
    """
    from sim.engine import compile_for
    from sim.sweep.run import run_sweep

    meter = Meter()
    with folder.hold(), Interrupts(folder, kept) as interrupts:
        try:
            if isinstance(pool, ThreadPoolExecutor):
                with meter.compiling():
                    compile_for(sweep.parties)
            progress, finished = run_sweep(sweep, folder, pool, workers, meter.tell, interrupts.came)
            folder.finish({"finished": finished, "runs": progress.done, "errors": progress.errors})
        except OSError as error:
            what = (
                "all finished parts are kept; accepted: --resume when it can" if kept else "accepted: a place that can"
            )
            raise InputError(f"{folder.path}: could not be written ({error.strerror}); {what}") from None
        finally:
            meter.close()
    return Sitting(progress, finished, interrupts.code if not finished else SOME_FAILED if progress.errors else OK)


class Interrupts:
    """Signals that ask to stop, within a block: the first finishes the parts under way, the second
    leaves at once. What is ignored when the block starts, as under ``nohup``, stays ignored.

    Parameters
    ----------
    folder : SweepFolder
    kept : bool
        Whether it stays; if not, leaving at once takes it away.
    """

    def __init__(self, folder: SweepFolder, kept: bool) -> None:
        self.folder, self.kept, self.code = folder, kept, OK

    def __enter__(self) -> Self:
        heeded = [each for each in SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
        self.before = {each: signal.signal(each, self._note) for each in heeded}
        return self

    def __exit__(self, *_: object) -> None:
        # Once one came, a second one goes on to leave at once, whatever the command does by then.
        if not self.came():
            for each, handler in self.before.items():
                signal.signal(each, handler)

    def came(self) -> bool:
        """Whether there was one."""
        return self.code != OK

    def _note(self, number: int, _: FrameType | None) -> None:
        if not self.came():
            self.code = 128 + number
            sys.stderr.write("interrupted: finishing the parts under way; once more to stop now\n")
            return
        # Threads in the middle of a part cannot be stopped; what is written is whole, so leave at
        # once.
        path = self.folder.path
        if self.kept:
            sys.stderr.write(f"stopped: what was written is kept; go on with: sim sweep {path} --resume\n")
        else:
            shutil.rmtree(path, ignore_errors=True)
            sys.stderr.write("stopped: nothing was kept\n")
        sys.stderr.flush()
        os._exit(self.code)


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
    """

    def __init__(self, every: float = 3.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.every, self.clock = every, clock
        self.said = clock()
        self.recent = deque([(self.said, 0)])
        self.bar: Bar | None = None
        if sys.stderr.isatty():
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
            sys.stderr.write(f"{words}\n")
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


def checking(every: float = 3.0) -> Callable[[int, int], None]:
    """What says every few seconds how many design points have been checked."""
    said = time.monotonic()

    def tell(checked: int, points: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said > every:
            said = now
            sys.stderr.write(f"design points checked: {checked} of {points}\n")

    return tell
