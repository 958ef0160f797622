"""Exit codes of the command, and the signals that ask it to stop."""

import signal

OK = 0
SOME_FAILED = 1
"""Runs raised, or a finding failed: they are reported with their error, and the rest is there."""
BAD_INPUT = 2
"""Told in one line on standard error."""
INTERRUPTED = 130
"""As a shell has it for control-C: 128 and the signal's number, so 143 for SIGTERM and 129 for
SIGHUP. What was finished is kept.
"""
CLOSED_PIPE = 141
"""As a shell has it where nobody reads the output any more."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""Signals that ask to stop."""
