"""Where results come from: versions, git revision, platform, and how far the model has been
calibrated.
"""

from __future__ import annotations

import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "pydantic", "scipy", "matplotlib")
CALIBRATION = "uncalibrated defaults"
"""What tables and figures say of parameters that are the scenario's own."""


def calibration(parameters: str) -> str:
    """What tables and figures say of where their parameters come from.

    Parameters
    ----------
    parameters : str
        A name of draws, see :func:`sim.draws.draws_named`.

    Examples
    --------
    >>> calibration("posterior"), calibration("mine.csv")
    ('parameters drawn from the posterior', 'parameters of mine.csv')
    """
    known = {
        "defaults": CALIBRATION,
        "posterior": "parameters drawn from the posterior",
        "medoid": "parameters of the posterior's medoid",
    }
    return known.get(parameters, f"parameters of {parameters}")


def provenance() -> dict[str, Any]:
    """Versions, git revision, platform and time."""
    return {
        "package": package_version(),
        "libraries": libraries(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "git_revision": git_revision(),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def libraries() -> dict[str, str]:
    """Versions of the libraries that results may depend on."""
    return {name: version(name) for name in LIBRARIES}


def package_version() -> str:
    """Version of this package as installed."""
    try:
        return version("value-network-sim")
    except PackageNotFoundError:
        return "not installed"


def git_revision() -> str | None:
    """Revision of the source that this package runs from, with ``+`` where it was changed.

    None outside a checkout.
    """
    source = Path(__file__).resolve().parents[1]
    if not (source / ".git").exists():
        return None
    try:
        revision = _git(source, "rev-parse", "HEAD").strip()
        changed = _git(source, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return None
    return f"{revision}+" if changed else revision


def _git(source: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=source, capture_output=True, text=True, check=True).stdout
