"""The designs that are compared: name, label, colour and order, as each design's own file says.

A design is a file, ``scenarios/designs/NAME.toml``: fields that are laid over a scenario, and under
``[about]`` how the design is called and drawn. Those with an order are compared where no designs
are named. A user's own design, in a folder ``designs`` beside a scenario or in the scenario file
itself, needs no ``[about]``: it is called by its name and takes a free colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, NamedTuple

from sim.io.errors import InputError
from sim.io.reading import read_toml
from sim.io.shipped import shipped_folders

AS_WRITTEN = "as_written"
"""A scenario under no design: as its file has it."""

ABOUT = "about"
"""Table of a design's file that says how the design is called and drawn."""

# After Okabe & Ito 2008, which people with any common colour blindness tell apart; the orange is
# darker, to be read as text. Dashes, hatches and markers repeat the colour in print.
COLOURS = (
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#B07D00", "#56B4E9", "#000000", "#882255", "#999933", "#777777",
)  # fmt: skip
DASHES = (
    "-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (8, 2)), (0, (3, 1, 1, 1, 1, 1)),
    (0, (2, 4)),
)  # fmt: skip
HATCHES = ("", "////", "....", "xxxx", "\\\\", "++++", "----", "||||", "oooo", "**")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "<", ">", "*")


_CALLED: ContextVar[Mapping[str, str]] = ContextVar("called", default={})  # noqa: B039  never changed in place
_PALETTE: ContextVar[Mapping[str, str]] = ContextVar("palette", default={})  # noqa: B039


@contextmanager
def drawn_as(labels: Mapping[str, str] | None = None, palette: Mapping[str, str] | None = None) -> Iterator[None]:
    """Within a block, call designs and factors by other labels, and give designs other colours.

    Parameters
    ----------
    labels, palette : mapping, optional
        By name: the label, and the colour as ``#RRGGBB`` or as Matplotlib names it.

    Examples
    --------
    >>> with drawn_as({"retrofit": "Roll-out"}, {"retrofit": "#123456"}):
    ...     label("retrofit"), looks(["retrofit"])["retrofit"].colour
    ('Roll-out', '#123456')
    """
    before = _CALLED.set(labels or {}), _PALETTE.set(palette or {})
    try:
        yield
    finally:
        _CALLED.reset(before[0])
        _PALETTE.reset(before[1])


class Design(NamedTuple):
    """How a design is called and drawn.

    Attributes
    ----------
    name : str
        Of its file, in tables and options.
    label : str
        In figures and tables.
    place : int
        Of its colour, dashes, hatch and marker.
    order : int or None
        Among the designs that are compared where none are named; None where it is none of them.
    noun : str
        In sentences, after an article; empty for a design that is not compared by default.
    """

    name: str
    label: str
    place: int
    order: int | None = None
    noun: str = ""

    @property
    def colour(self) -> str:
        """Its colour, as ``#RRGGBB``, or that of :func:`drawn_as`."""
        return _PALETTE.get().get(self.name, COLOURS[self.place % len(COLOURS)])

    @property
    def _shifted(self) -> int:
        return self.place + self.place // len(COLOURS)

    @property
    def dash(self) -> Any:
        """Its dashes, as Matplotlib takes them."""
        return DASHES[self._shifted % len(DASHES)]

    @property
    def hatch(self) -> str:
        """Its hatch, as Matplotlib takes it."""
        return HATCHES[self._shifted % len(HATCHES)]

    @property
    def marker(self) -> str:
        """Its marker, as Matplotlib takes it."""
        return MARKERS[self._shifted % len(MARKERS)]


@lru_cache(maxsize=1)
def shipped() -> dict[str, Design]:
    """The designs that come with the package, by name: those with an order first.

    Examples
    --------
    >>> shipped()["retrofit"].label
    'retrofit'
    """
    folder = next(each for place in shipped_folders() if (each := place / "designs").is_dir())
    found = {file.stem: read_toml(file).get(ABOUT, {}) for file in sorted(folder.glob("*.toml"))}
    ordered = sorted(found, key=lambda name: (found[name].get("order", len(found)), name))
    return {
        name: Design(
            name,
            called := found[name].get("label", words(name)),
            place,
            order := found[name].get("order"),
            found[name].get("noun", "" if order is None else called),
        )
        for place, name in enumerate(ordered)
    }


def by_default() -> tuple[str, ...]:
    """Names of the designs that are compared where none are named; the first is the baseline.

    Examples
    --------
    >>> by_default()[0]
    'retrofit'
    """
    return tuple(name for name, design in shipped().items() if design.order is not None)


def label(name: str) -> str:
    """What a design is called in figures and tables.

    Examples
    --------
    >>> label("greenfield"), label("our_own")
    ('greenfield', 'our own')
    """
    known = shipped().get(name)
    return called(name, known.label if known else words(name))


def called(name: str, otherwise: str) -> str:
    """What :func:`drawn_as` calls a design or factor, where it does."""
    return _CALLED.get().get(name, otherwise)


def the(name: str) -> str:
    """A design in a sentence, with its article.

    Examples
    --------
    >>> the("retrofit"), the("greenfield"), the("our_own"), the("as_written")
    ('the retrofit', 'the greenfield school', 'the design "our own"', 'the design as written')
    """
    if name == AS_WRITTEN:
        return "the design as written"
    known = shipped().get(name)
    return f"the {known.noun}" if known and known.noun else f'the design "{label(name)}"'


def words(name: str) -> str:
    """A name in words."""
    return name.replace("_", " ")


def looks(names: Iterable[str]) -> dict[str, Design]:
    """How some designs that stand in one figure are called and drawn, by name.

    A shipped design looks the same in every figure; others take the places that are free, in order.

    Parameters
    ----------
    names : iterable of str

    Examples
    --------
    >>> both = looks(["our_own", "greenfield"])
    >>> both["greenfield"].colour == looks(["greenfield"])["greenfield"].colour
    True
    >>> both["our_own"].colour == both["greenfield"].colour
    False
    """
    names = list(dict.fromkeys(names))
    compared = {name: shipped()[name] for name in names if name in by_default()}
    taken = {design.place % len(COLOURS) for design in compared.values()}
    free = [place for place in range(len(COLOURS)) if place not in taken] or list(range(len(COLOURS)))
    others = [name for name in names if name not in compared]
    # Once colours are used up, they come again with other dashes, hatches and markers.
    own = {
        name: Design(name, label(name), free[k % len(free)] + len(COLOURS) * (k // len(free)))
        for k, name in enumerate(others)
    }
    return {name: (compared | own)[name] for name in names}


def check_about(about: Any, where: str) -> None:
    """Refuse what a design's file says under ``[about]`` and that is not accepted there.

    Parameters
    ----------
    about : object
        As read from TOML.
    where : str
        The file, for the message.

    Raises
    ------
    sim.io.errors.InputError
    """
    kinds: dict[str, type] = {"label": str, "order": int, "noun": str}
    wrong = [
        f"{where}: {ABOUT}.{name} = {value!r}: accepted: {', '.join(kinds)} (a text, a whole number)"
        for name, value in (about.items() if isinstance(about, dict) else [("", about)])
        if not isinstance(value, kinds.get(name, type(None))) or isinstance(value, bool)
    ]
    if wrong:
        raise InputError(*wrong)
