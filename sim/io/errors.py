"""Errors that a user can mend, and how what others wrote is shown in them."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that a terminal may obey instead of showing them, and halves of characters."""
LONGEST = 2000
"""Characters of a message at the most; of a longer one the middle is left out."""


def shown(text: str) -> str:
    r"""A text in one line, with control characters as escapes, without its middle where
    it is very long.

    Examples
    --------
    >>> print(shown("a\x1b[2Jb"))
    a\x1b[2Jb
    """
    line = CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), re.sub(r"\s*\n\s*", " ", text))
    return line if len(line) <= LONGEST else f"{line[: LONGEST // 2]}...{line[-LONGEST // 2 :]}"


def did_you_mean(given: str, known: Collection[str], text: Callable[[str], str] = str) -> str:
    """Return a question that names what was probably meant; empty where nothing is like it.

    Parameters
    ----------
    given : str
    known : collection of str
        Names, also with dots: the last part of one is enough to be meant.
    text : callable
        How the name is written.

    Examples
    --------
    >>> did_you_mean("leadership.trainin", ["leadership.training", "leadership.vetting"])
    'did you mean leadership.training? '
    >>> did_you_mean("trainng", ["leadership.training", "leadership.vetting"])
    'did you mean leadership.training? '
    """
    names = {name.rpartition(".")[2]: name for name in known}
    given = given.casefold()
    leaf = given.rpartition(".")[2]
    near = [names[leaf]] if leaf in names else difflib.get_close_matches(given, known, 1)
    near = near or [names[each] for each in difflib.get_close_matches(leaf, names, 1)]
    return f"did you mean {text(near[0])}? " if near else ""


class InputError(ValueError):
    """Bad input, told in one line: file, field, value and what is accepted. The command exits with
    code 2.

    Parameters
    ----------
    message : str
        Control characters in it are shown escaped.
    *more : str
        What else is wrong with the same file, told likewise, a line each.
    """

    def __init__(self, message: str, *more: str) -> None:
        super().__init__(shown(message))
        self.more = tuple(shown(each) for each in more)
        for each in self.more:
            self.add_note(each)


@contextmanager
def telling(wrong: list[str], ahead: str = "") -> Iterator[None]:
    """Add what is wrong within a block to the lines that tell it, with a text ahead of each."""
    try:
        yield
    except InputError as error:
        wrong += [f"{ahead}{line}" for line in (str(error), *error.more)]


def all_of(read: Callable[[Given], Made], given: Iterable[Given]) -> list[Made]:
    """Return what a function makes of each of several inputs.

    Raises
    ------
    InputError
        Where it refuses any, with the lines of all that it refuses.

    Examples
    --------
    >>> all_of(str.upper, ["a", "b"])
    ['A', 'B']
    """
    made, wrong = [], list[str]()
    for each in given:
        with telling(wrong):
            made.append(read(each))
    if wrong:
        raise InputError(*dict.fromkeys(wrong))
    return made


class Unsupported(InputError):
    """What a sweep cannot answer; the message says why, and what would be needed."""
