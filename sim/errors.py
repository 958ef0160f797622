"""Errors that a user can mend."""


class InputError(ValueError):
    """Bad input, told in one line: file, field, value and what is accepted. The command exits with
    code 2.
    """


class Unsupported(InputError):
    """What a sweep cannot answer; the message says why, and what would be needed."""
