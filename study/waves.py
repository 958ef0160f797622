"""Waves of runs: at each of many points of the parameters, the shares of a source's categories.

A wave is written part by part (a source's school is a part, done whole or not at all), so that one
that is killed goes on, and is a pure function of its points, on any number of workers. It is no
sweep: points meet no common seeds, and runs of a school at many points share a call of the engine.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from sim.engine import at_once, simulate_together
from sim.io.errors import InputError
from sim.io.files import write_whole
from sim.io.parquet import read_table, table_bytes
from sim.outcome import Run
from sim.sweep.local import default_workers


class Runnable(Protocol):
    """What can be run at many points: variants of a unit, and the categories its runs fall into."""

    @property
    def name(self) -> str:
        """Of its files."""

    @property
    def categories(self) -> int:
        """How many categories there are."""

    @property
    def variants(self) -> Sequence[Any]:
        """The unit with its unknowns drawn: ``scenario``, and ``families`` of whom some speak."""

    def weights(self, run: Run, families: float) -> np.ndarray | None:
        """The categories that a run falls into; None where it did not open."""


class Counted(NamedTuple):
    """What the runs of a source came to at each point: sums over runs that opened of the weights of
    each category, and of their squares, each of shape (points, categories).
    """

    weights: np.ndarray
    squares: np.ndarray

    def at(self, rows: np.ndarray) -> Counted:
        """Some of the points."""
        return Counted(self.weights[rows], self.squares[rows])


def wave(
    folder: Path, points: pd.DataFrame, runs: Mapping[str, int], sources: Iterable[Runnable], first_seed: int,
    workers: int | None = None,
) -> dict[str, Counted]:  # fmt: skip
    """Run every source at every point.

    Parameters
    ----------
    folder : Path
        Where it is kept; what is there of the same wave is not done again.
    points : pandas.DataFrame
        A row per point, a column per parameter.
    runs : mapping
        Runs at a point, by source; a source with none is left out.
    sources : iterable of Runnable
    first_seed : int
        Each run has a seed of its own from here on.
    workers : int, optional
        Threads; one per processor by default.

    Returns
    -------
    dict of Counted
        For each source.

    Raises
    ------
    sim.io.errors.InputError
        Where the folder holds another wave.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, points, runs, first_seed)
    counts = {}
    pool = ThreadPoolExecutor(workers or default_workers())
    try:
        for source in (each for each in sources if runs[each.name] > 0):
            whom = schools_of(source, len(points), runs[source.name])
            parts = [
                pool.submit(_part, folder, source, school, points, whom, first_seed)
                for school in range(len(source.variants))
            ]
            total, squares = (np.zeros((len(points), source.categories)) for _ in range(2))
            for number, part in enumerate(parts, 1):
                table = part.result()
                weights = table.iloc[:, 1:].to_numpy()
                np.add.at(total, table["point"].to_numpy(), weights)
                np.add.at(squares, table["point"].to_numpy(), weights**2)
                if sys.stderr.isatty():
                    print(f"{source.name}: {number} of {len(parts)} units ", end="\r", file=sys.stderr, flush=True)
            print(f"{folder.name}, {source.name}: done", file=sys.stderr)
            counts[source.name] = Counted(total, squares)
    finally:
        # Whoever stops it does not wait for parts that have not begun.
        pool.shutdown(cancel_futures=True)
    return counts


def schools_of(source: Runnable, points: int, runs: int) -> np.ndarray:
    """Which school each run of a point is of, shape (points, runs): every school as often as any
    other, in an order dealt anew each time around.
    """
    schools = len(source.variants)
    rounds = -(-points * runs // schools)
    draw = np.random.default_rng([schools, runs])
    dealt = np.concatenate([draw.permutation(schools) for _ in range(rounds)])
    return dealt[: points * runs].reshape(points, runs)


def _part(
    folder: Path, source: Runnable, school: int, points: pd.DataFrame, whom: np.ndarray, first_seed: int
) -> pd.DataFrame:
    """The runs of a school, written or read."""
    path = folder / f"{source.name}-{school:03d}.parquet"
    places, numbers = np.nonzero(whom == school)
    if path.exists():
        return read_table(path, most_rows=len(places))
    scenario, families = source.variants[school]
    seeds = first_seed + places * whom.shape[1] + numbers
    rows, found = [], []
    for piece in at_once([scenario], range(len(seeds))):
        at, together = places[list(piece)], seeds[list(piece)].tolist()
        drawn = {str(field): points[field].to_numpy()[at] for field in points.columns}
        for point, run in zip(at, simulate_together(scenario, together, drawn=drawn), strict=True):
            weights = source.weights(run, families)
            if weights is not None:
                rows.append(point)
                found.append(weights)
    table = pd.DataFrame(
        np.array(found).reshape(-1, source.categories), columns=[f"c{k}" for k in range(source.categories)]
    )
    table.insert(0, "point", np.array(rows, np.int64))
    write_whole(path, table_bytes(table))
    return table


def _claim(folder: Path, points: pd.DataFrame, runs: Mapping[str, int], first_seed: int) -> None:
    """Say which wave the folder is of; refuse one that is of another."""
    digest = hashlib.sha256(points.to_numpy().tobytes() + ",".join(points.columns).encode()).hexdigest()
    own = {"points": digest, "runs": dict(runs), "first_seed": first_seed}
    path = folder / "wave.json"
    if not path.exists():
        write_whole(path, (json.dumps(own, indent=2) + "\n").encode())
    elif json.loads(path.read_text(encoding="utf-8")) != own:
        raise InputError(f"{folder}: holds another wave; accepted: a new folder")
