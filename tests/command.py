"""The command in a process of its own, its output in a pipe."""

import os
import signal
import subprocess
import sys

from conftest import ROOT


def heeding() -> None:
    """In a new process: heed signals that were ignored when the tests were started, as under
    ``nohup`` or in the background.
    """
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)


def sim(*arguments: object, code: int = 0, cwd=ROOT) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == code, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done
