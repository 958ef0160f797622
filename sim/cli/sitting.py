"""One sitting of a sweep: how far it has come, what an interrupt does, and how it ends."""

from __future__ import annotations

import math
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, Self

from sim.cli.exits import OK, SIGNALS, SOME_FAILED
from sim.errors import InputError

if TYPE_CHECKING:
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


def sit(sweep: Sweep, folder: SweepFolder, workers: int, cluster: str | None = None, kept: bool = True) -> Sitting:
    """Do what is missing of a sweep, and say how far it has come.

    Parameters
    ----------
    sweep : Sweep
    folder : SweepFolder
        Made for it.
    workers : int
        Threads.
    cluster : str, optional
        Address of a Dask scheduler, whose workers take the place of threads.
    kept : bool
        Whether the folder stays where it is, so that an unfinished sweep can be resumed in it.

    Raises
    ------
    InputError
        Where another process has the folder, it cannot be written, or no scheduler answers.
    """
    from sim.sweep.run import run_sweep

    meter = Meter()
    with folder.hold(), Interrupts(folder, kept) as interrupts:
        pool, workers = executor(cluster, workers)
        try:
            progress, finished = run_sweep(sweep, folder, pool, workers, meter.tell, interrupts.came)
            folder.finish({"finished": finished, "runs": progress.done, "errors": progress.errors})
        except OSError as error:
            what = (
                "all finished parts are kept; accepted: --resume when it can" if kept else "accepted: a place that can"
            )
            raise InputError(f"{folder.path}: could not be written ({error.strerror}); {what}") from None
        finally:
            meter.close()
            pool.shutdown(wait=False)
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
    """Says how far a sweep has come: a bar on a terminal, else a plain line every few seconds."""

    def __init__(self, every: float = 3.0) -> None:
        self.every = every
        self.start = self.said = time.monotonic()
        self.before: int | None = None
        self.bar: Bar | None = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
            from rich.progress import Progress as Bar

            words = TextColumn("{task.description}")
            self.bar = Bar(TextColumn("runs"), BarColumn(), MofNCompleteColumn(), words, console=Console(stderr=True))
            self.task = self.bar.add_task("", total=None)
            self.bar.start()

    def tell(self, progress: Progress) -> None:
        """Take note of a part that is done."""
        now = time.monotonic()
        # What was there before this sitting has no rate.
        self.before = progress.resumed if self.before is None else self.before
        rate = (progress.done - self.before) / max(now - self.start, 1e-9)
        left = (progress.known - progress.done) / rate if rate > 0 else float("inf")
        words = f"{rate:.0f} a second, {left:.0f} s left" + (
            "" if math.isnan(progress.worst) else f", widest half-width {progress.worst:.3f}"
        )
        if self.bar is not None:
            self.bar.update(self.task, completed=progress.done, total=progress.known, description=words)
        elif now - self.said > self.every or progress.done == progress.known:
            sys.stderr.write(f"runs: {progress.done} of {progress.known}, {words}\n")
            self.said = now

    def close(self) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()


def executor(cluster: str | None, workers: int) -> tuple[Executor, int]:
    """Threads here, or the workers of a Dask cluster; with how many there are."""
    if cluster is None:
        return ThreadPoolExecutor(workers), workers
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            "--cluster needs Dask; accepted: install the extra 'cluster', or leave the option out"
        ) from None
    try:
        client = Client(cluster, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError(
            f"--cluster = {cluster}: no scheduler answers ({error}); accepted: its address, as in tcp://host:8786"
        ) from None
    return client.get_executor(pure=False), max(1, sum(client.nthreads().values()))


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
