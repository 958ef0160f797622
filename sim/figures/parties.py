"""The week, and who acts on whom: drawn from the variables and what parties do at each moment."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import FULL_WIDTH, styled, subplots
from sim.kernel.parties import DEFAULT, Parties
from sim.parties import MOMENTS

DOT, SHADE = "#0072B2", "Blues"


def week_and_readers(parties: Parties = DEFAULT) -> Figure:
    """Draw what a week is, and which party reads what another one writes.

    Parameters
    ----------
    parties : Parties, optional
        The parties that take part.

    Returns
    -------
    Figure
        Left: a dot where a party acts at a moment, moments from left to right as they come. Right:
        how many variables the party of a row writes that the party of a column
        reads; the capital that a party drains is read by the board.

    Examples
    --------
    >>> len(week_and_readers().axes)
    2
    """
    names = [package.name for package in parties.packages]
    with styled():
        figure, (left, right) = subplots(
            1, 2, figsize=(FULL_WIDTH, 0.9 + 0.2 * len(names)), width_ratios=(1.0, 1.1), sharey=True
        )
        _week(left, parties, names)
        _readers(right, parties, names)
    return figure


def _week(axes: Axes, parties: Parties, names: list[str]) -> None:
    for row, package in enumerate(parties.packages):
        for column, moment in enumerate(MOMENTS):
            if package.phase(moment) is not None:
                axes.plot(column, row, "o", color=DOT, markersize=5)
    axes.set_xticks(range(len(MOMENTS)), MOMENTS, rotation=60, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), [label(name) for name in names])
    axes.set_xlim(-0.6, len(MOMENTS) - 0.4)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.set_title("a  Who acts at which moment")


def _readers(axes: Axes, parties: Parties, names: list[str]) -> None:
    counts = readers(parties)
    axes.imshow(np.where(counts > 0, counts, np.nan), cmap=SHADE, vmin=-2, vmax=counts.max() + 3, aspect="auto")
    for row, column in zip(*np.nonzero(counts), strict=True):
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", fontsize=7)
    axes.set_xticks(range(len(names)), [label(name) for name in names], rotation=60, ha="right", rotation_mode="anchor")
    axes.tick_params(labelleft=False)
    axes.set_title("b  Quantities that a row writes and a column reads")


def readers(parties: Parties = DEFAULT) -> np.ndarray:
    """Count what each party reads of each other.

    Returns
    -------
    numpy.ndarray
        Whole numbers, shape (parties, parties): written by the row, read by the column, both in the
        order of the parties.

    Examples
    --------
    >>> bool(readers().sum() > 20)
    True
    """
    names = [package.name for package in parties.packages]
    counts = np.zeros((len(names), len(names)), dtype=int)
    for row in parties.variables_table().itertuples():
        for reader in filter(None, str(row.readers).split(", ")):
            if row.owner in names and reader != row.owner:
                counts[names.index(row.owner), names.index(reader)] += 1
    return counts
