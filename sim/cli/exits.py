"""Exit codes of the command."""

OK = 0
SOME_FAILED = 1
"""Runs raised: they are rows with their error, and the rest is there."""
BAD_INPUT = 2
"""Told in one line on standard error."""
INTERRUPTED = 130
"""As a shell has it for control-C; what was finished is kept."""
CLOSED_PIPE = 141
"""As a shell has it where nobody reads the output any more."""
