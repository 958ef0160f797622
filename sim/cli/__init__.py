"""The command ``sim``: thin, one module per kind of task."""

from sim.cli.main import main

__all__ = ["main"]
