"""The command ``sim``: thin, one module per kind of task."""

from sim.cli.app import main

__all__ = ["main"]
