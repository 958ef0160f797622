"""Errors that a user can mend."""


class InputError(ValueError):
    """Bad input, told in one line: file, field, value and what is accepted. The command exits with code 2."""
