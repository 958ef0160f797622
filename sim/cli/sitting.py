"""One sitting of a sweep: how far it has come, what an interrupt does, and how it ends."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, NamedTuple, Self

from sim.cli.exits import OK, SIGNALS, SOME_FAILED
from sim.io.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor

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
    from sim.sweep.meter import Meter
    from sim.sweep.run import run_sweep

    meter = Meter()
    with folder.hold(), Interrupts(folder.path, kept) as interrupts:
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
    path : Path
        The folder.
    kept : bool
        Whether it stays; if not, leaving at once takes it away.
    again : str
        The command that goes on with it.
    """

    def __init__(self, path: Path, kept: bool, again: str = "") -> None:
        self.path, self.kept, self.code = path, kept, OK
        self.again = again or f"sim sweep {path} --resume"

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
            sys.stderr.write("interrupted: finishing the parts under way; interrupt again to stop at once\n")
            return
        # Threads in the middle of a part cannot be stopped; what is written is whole, so leave at
        # once.
        if self.kept:
            sys.stderr.write(f"stopped: finished parts are kept; continue with: {self.again}\n")
        else:
            shutil.rmtree(self.path, ignore_errors=True)
            sys.stderr.write("stopped: nothing was kept\n")
        sys.stderr.flush()
        os._exit(self.code)


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
