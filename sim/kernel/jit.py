"""Compiling with Numba, and keeping what was compiled for the next process."""

from __future__ import annotations

import atexit
import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Callable
from typing import Any

import numba
from numba.core import event


class _Uncollected(event.Listener):
    """Keeps Python from looking for garbage while Numba compiles: Numba makes millions of objects,
    most of which stay, and looking through them took an eighth of the time.
    """

    depth = 0
    was_on = False

    def on_start(self, event: Any) -> None:
        if self.depth == 0:
            self.was_on = gc.isenabled()
            gc.disable()
        self.depth += 1

    def on_end(self, event: Any) -> None:
        self.depth -= 1
        if self.depth == 0 and self.was_on:
            gc.enable()


event.register("numba:compile", _Uncollected())


def jit(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Return a decorator that compiles a function without Python's lock and keeps it on disk.

    Numba keeps compiled code beside its source, or in the user's cache. Where it can write to
    neither, as in a container whose package is read-only and whose user has no home, the code goes
    into a temporary folder that this process and its workers share.

    Parameters
    ----------
    **options
        Of :func:`numba.njit`.

    Examples
    --------
    >>> jit(error_model="numpy")(lambda x: 2.0 * x)(1.5)
    3.0
    """

    def decorate(function: Callable[..., Any]) -> Any:
        for possible in (lambda: True, _temporary_folder):
            if possible():
                try:
                    return numba.njit(cache=True, nogil=True, **options)(function)
                except RuntimeError:
                    # Numba found no folder to write to.
                    continue
        return numba.njit(nogil=True, **options)(function)

    return decorate


def _temporary_folder() -> bool:
    """Have Numba keep compiled code in a new temporary folder; False where there can be none."""
    try:
        folder = tempfile.mkdtemp(prefix="sim-compiled-")
    except OSError:
        folder = ""
    what = "kept for this process only" if folder else "not kept"
    logging.getLogger("sim").warning(
        "note: neither the package's folder nor a home folder can be written, so what is compiled is %s; "
        "set NUMBA_CACHE_DIR to a folder that can be written",
        what,
    )
    if folder:
        # Workers inherit the variable.
        numba.config.CACHE_DIR = os.environ["NUMBA_CACHE_DIR"] = folder  # type: ignore[attr-defined]
        atexit.register(_remove, folder, os.getpid())
    return bool(folder)


def _remove(folder: str, owner: int) -> None:
    """Remove the folder when the process that made it ends; a forked worker leaves it."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
