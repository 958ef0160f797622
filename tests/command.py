"""The command as a user runs it: in a process of its own, its output in a pipe."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from unittest.mock import patch

from conftest import ROOT

from sim.cli import main
from sim.cli.exits import SIGNALS


def heeding() -> None:
    """In a new process: heed signals that were ignored when the tests were started, as under
    ``nohup`` or in the background.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def sim(*arguments: object, code: int = 0, cwd=ROOT, process: bool | None = None) -> subprocess.CompletedProcess:
    """What the command says, with the exit code that it should have.

    It runs in this process, unless ``process`` says otherwise: a new one takes seconds to begin,
    and there are hundreds. What runs it as a user does is ``.ci/installed``, the tests of signals
    and the pages of the book. A party of one's own would stay loaded, so it has a process.
    """
    command = [sys.executable, "-m", "sim", *map(str, arguments)]
    if process is None:
        process = "--module" in arguments
    done = _run(command, cwd) if process else _here(command, cwd)
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


def _run(command: list[str], cwd) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment)


def _here(command: list[str], cwd) -> subprocess.CompletedProcess:
    """The same in this process; a traceback is the test's own."""
    reported, wrong = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    heard = {number: signal.getsignal(number) for number in SIGNALS}
    try:
        with (
            patch.object(sys, "argv", command[2:]),
            contextlib.chdir(cwd),
            contextlib.redirect_stdout(reported),
            contextlib.redirect_stderr(wrong),
        ):
            main()
    except SystemExit as left:
        return subprocess.CompletedProcess(command, left.code, _written(reported), _written(wrong))
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
    raise AssertionError("the command came to no end of its own")


def _written(pipe: io.TextIOWrapper) -> str:
    pipe.flush()
    return pipe.buffer.getvalue().decode()
