"""Districts in space: from a table, or drawn so that neighbours are alike; and who is near whom."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from sim.io.errors import InputError, did_you_mean
from sim.io.reading import read_text
from sim.region.settings import Places
from sim.scenario.rubric import ACHIEVEMENT_SES

WAVES = 200
"""Random waves that a field over space is made of: enough that it looks normal."""
LARGEST = 20
"""Megabytes of a table at the most."""
NEEDED = ("name", "x", "y", "students")
OPTIONAL = {"ses_mean": 0.0, "achievement_mean": 0.0, "share_poor": 0.0, "state": 0.0}
RANGES = {
    "x": (-1e7, 1e7), "y": (-1e7, 1e7), "students": (1.0, 5e6), "ses_mean": (-3.0, 3.0),
    "achievement_mean": (-3.0, 3.0), "share_poor": (0.0, 1.0), "state": (0.0, 1000.0),
}  # fmt: skip
"""Accepted values of the columns of a table."""
SOFT = 0.6
"""Share of poor where SES is at the nation's mean and 1.55 a unit of districts' SD: as the five
districts of docs/communities.csv have it.
"""


@dataclass(frozen=True)
class Found:
    """The districts of a region, arrays of shape (districts,).

    Attributes
    ----------
    names : tuple of str
    x, y : float64
        Where they lie, in any unit.
    students : float64
    ses, achievement : float64
        SD of districts, and grade levels, against the nation.
    share_poor : float64
    state : int64
        Number of the state that each lies in.
    """

    names: tuple[str, ...]
    x: np.ndarray
    y: np.ndarray
    students: np.ndarray
    ses: np.ndarray
    achievement: np.ndarray
    share_poor: np.ndarray
    state: np.ndarray

    def __len__(self) -> int:
        return len(self.names)


def drawn(places: Places, seed: int) -> Found:
    """Draw the districts of a region.

    Parameters
    ----------
    places : Places
    seed : int
        Names the region.

    Examples
    --------
    >>> found = drawn(Places(districts=50), 1)
    >>> len(found), float(found.students.min()) >= 20
    (50, True)
    """
    count, draw = places.districts, np.random.default_rng([seed, 0])
    x, y = draw.random(count), draw.random(count)
    fields = [_alike(draw, x, y, places) for _ in range(3)]
    ses, own, size = fields
    achievement = ACHIEVEMENT_SES * ses + np.sqrt(1.0 - ACHIEVEMENT_SES**2) * own
    status = places.ses_mean + places.ses_sd * ses
    students = np.maximum(20.0, np.round(places.students_median * np.exp(places.students_sd * size)))
    order = np.argsort(x, kind="stable")
    state = np.empty(count, dtype=np.int64)
    state[order] = np.arange(count) * places.states // count
    return Found(
        tuple(f"district {number + 1}" for number in range(count)), x, y, students, status,
        places.achievement_mean + places.achievement_sd * achievement, _poor(status), state,
    )  # fmt: skip


def _alike(draw: np.random.Generator, x: np.ndarray, y: np.ndarray, places: Places) -> np.ndarray:
    """A normal variable with a part that neighbours have in common: waves of random direction,
    length and phase, whose correlation falls with distance as a Gaussian does (Rahimi & Recht
    2007).
    """
    directions = draw.standard_normal((WAVES, 2)) / places.reach
    phase, own = draw.uniform(0.0, 2.0 * np.pi, WAVES), draw.standard_normal(len(x))
    smooth = np.zeros(len(x))
    for (across, along), start in zip(directions, phase, strict=True):
        smooth += np.cos(across * x + along * y + start)
    smooth *= np.sqrt(2.0 / WAVES)
    return np.sqrt(places.alike) * smooth + np.sqrt(1.0 - places.alike) * own


def _poor(ses: np.ndarray) -> np.ndarray:
    """Share of families that are poor, from a district's SES."""
    return 1.0 / (1.0 + np.exp(1.55 * ses - SOFT))


def from_table(path: Path) -> Found:
    """Read the districts of a region.

    Parameters
    ----------
    path : Path
        A CSV file with the columns ``name, x, y, students`` and, if known, ``ses_mean``
        (districts' SD), ``achievement_mean`` (grade levels), ``share_poor`` and ``state``.

    Raises
    ------
    sim.io.errors.InputError
        A line for each cell or column that is not accepted.
    """
    text = read_text(path, "a CSV table of districts", LARGEST)
    reader = csv.DictReader(StringIO(text))
    columns = [str(name).strip() for name in reader.fieldnames or ()]
    known = [*NEEDED, *OPTIONAL]
    wrong = [f"{path}: has no column {name!r}; accepted: {', '.join(known)}" for name in NEEDED if name not in columns]
    wrong += [
        f"{path}: column {name!r}: {did_you_mean(name, known, repr)}accepted: {', '.join(known)}"
        for name in columns
        if name not in known
    ]
    if len(set(columns)) < len(columns):
        wrong.append(f"{path}: a column stands there twice; accepted: each once")
    if wrong:
        raise InputError(*wrong)
    rows = list(reader)
    names: dict[str, int] = {}
    values: dict[str, list[float]] = {name: [] for name in known[1:]}
    for number, row in enumerate(rows, start=2):
        name = (row.get("name") or "").strip()
        if not name or name in names:
            wrong.append(f"{path}: line {number}: name = {name!r}: accepted: a text that no other district has")
        names[name] = number
        for column in values:
            cell = (row.get(column) or "").strip()
            found = OPTIONAL.get(column, np.nan) if not cell else _number(cell)
            low, high = RANGES[column]
            if not low <= found <= high:
                wrong.append(f"{path}: line {number}: {column} = {cell!r}: accepted: a number from {low:g} to {high:g}")
            values[column].append(found)
    if len(rows) < 2:
        wrong.append(f"{path}: {len(rows)} districts; accepted: 2 or more")
    if wrong:
        raise InputError(*wrong)
    arrays = {column: np.array(found) for column, found in values.items()}
    if "share_poor" not in columns:
        arrays["share_poor"] = _poor(arrays["ses_mean"])
    return Found(
        tuple(names), arrays["x"], arrays["y"], arrays["students"], arrays["ses_mean"], arrays["achievement_mean"],
        arrays["share_poor"], arrays["state"].astype(np.int64),
    )  # fmt: skip


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return np.nan


def neighbours(found: Found, count: int) -> csr_array:
    """Who is near whom: a sparse array of shape (districts, districts) whose rows sum to 1.

    Examples
    --------
    >>> near = neighbours(drawn(Places(districts=30), 1), 4)
    >>> near.shape, float(near.sum(axis=1).min())
    ((30, 30), 1.0)
    """
    n = len(found)
    wanted = min(count, n - 1)
    place = np.column_stack([found.x, found.y])
    _, nearest = cKDTree(place).query(place, wanted + 1)
    nearest = np.asarray(nearest).reshape(n, wanted + 1)
    # Districts in one place are each other's nearest; a district is never its own neighbour.
    own = nearest == np.arange(n)[:, np.newaxis]
    own[~own.any(axis=1), -1] = True
    kept = nearest[~own].reshape(n, wanted)
    return csr_array((np.full(n * wanted, 1.0 / wanted), (np.repeat(np.arange(n), wanted), kept.ravel())), shape=(n, n))
