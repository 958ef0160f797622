"""How much memory a piece of code takes at its peak."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PEAK = r"""
import atexit, re, sys
def tell():
    told = open("/proc/self/status").read()  # as getrusage would count the parent of before exec
    print("peak", int(re.search(r"VmHWM:\s+(\d+)", told)[1]) / 1024)
atexit.register(tell)
"""


def peak_mib(code: str, *arguments: object) -> float:
    """Peak memory of a process of its own, on Linux."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK + code, *map(str, arguments)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    (peak,) = re.findall(r"^peak (.+)$", done.stdout, re.MULTILINE)
    return float(peak)
