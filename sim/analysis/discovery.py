"""Scenario discovery: boxes of conditions in which an event befalls most runs, or few; PRIM by
the EMA Workbench.

Boxes are found on some design points and judged on others (held back), so that a box that fits only
its own sample shows.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.factors import is_numeric, short_names
from sim.analysis.pooling import pooled_mean
from sim.analysis.quantities import HEADLINE
from sim.io.errors import Unsupported

DENSITY = 0.9
"""Share of runs in the box that must be of the kind looked for."""
KEPT = 0.9
"""How much of its lift a box must keep when it is made simpler."""
SMALLEST = 0.05
"""Share of the runs that a box must hold."""
SMALLEST_POINTS = 25
"""Design points that a box must hold, about: fewer are easily fitted by chance."""
HELD_BACK = 3
"""One design point in so many is held back."""
FEWEST_POINTS = 20
FEWEST_CASES = 10
"""Cases of a kind below which a box would be chance."""
MOST_RUNS = 40_000
"""Runs that PRIM is given at the most: whole seeds are left out beyond that."""


def discover(runs: pd.DataFrame, factors: Sequence[str], column: str = HEADLINE) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find for each design a box in which an event comes to pass, and one in which it does not.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    factors : sequence of str
    column : str
        A column of 0 and 1, named as the event.

    Returns
    -------
    boxes : DataFrame
        ``design, kind`` (the event, or ``not_`` and the event), ``words``; ``density,
        density_lower, density_upper`` (share of runs in the box that are of the kind) and
        ``coverage`` (share of all such runs that are in the box), found; the same on held-back
        points with the prefix ``held_back_``; ``reached`` (whether the density aimed at was
        reached), ``points, held_back_points`` and ``n, held_back_n`` (runs) in the box.
    limits : DataFrame
        ``design, kind, factor, low, high, settings``: the factors that the box restricts.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are too few design points, no factor varies, or all runs of every design agree.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.analysis.samples import runs
    >>> points = pd.DataFrame({"l.training": [k / 30 for k in range(30)]})
    >>> table = runs(points,
    ...     {"retrofit": lambda point: 0.95 if point["l.training"] < 0.5 else 0.05}, 20)
    >>> boxes, limits = discover(table, ["l.training"])
    >>> boxes[["kind", "words"]]
                   kind                       words
    0      discontinued   training is at most 0.483
    1  not_discontinued  training is at least 0.483
    """
    varied = [name for name in factors if runs[name].nunique() > 1]
    points = runs["point"].nunique()
    if not varied or points < FEWEST_POINTS:
        raise Unsupported(
            f"scenario discovery needs {FEWEST_POINTS} design points over factors that vary; this sweep has {points}"
        )
    boxes: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    for design, group in runs.groupby("design", sort=False):
        for kind, wanted in ((column, group[column] == 1.0), (f"not_{column}", group[column] == 0.0)):
            if min(wanted.sum(), (~wanted).sum()) < FEWEST_CASES:
                continue
            box, edges = _box(group.assign(wanted=wanted.astype(float)), varied)
            boxes.append({"design": design, "kind": kind, **box})
            limits.extend(
                {"design": design, "kind": kind, **edge, "settings": ", ".join(edge["settings"])} for edge in edges
            )
    if not boxes:
        raise Unsupported(
            f"scenario discovery needs at least {FEWEST_CASES} cases of each kind, {column} and not; here nearly "
            "all agree"
        )
    columns = ["design", "kind", "factor", "low", "high", "settings"]
    return pd.DataFrame(boxes), pd.DataFrame(limits, columns=columns)


def _box(group: pd.DataFrame, factors: list[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    found, judged = _split(group)
    edges = _pruned(found, _prim(found, factors)) if found["wanted"].nunique() > 1 else []
    inside, judged_inside = _within(found, edges), _within(judged, edges)
    box: dict[str, Any] = {
        "words": _words(edges, factors),
        "reached": bool(found.loc[inside, "wanted"].mean() >= DENSITY),
    }
    for prefix, table, where in (("", found, inside), ("held_back_", judged, judged_inside)):
        chosen = table[where]
        pooled = pooled_mean(
            chosen["wanted"].to_numpy(float), chosen["point"].to_numpy(), chosen["seed"].to_numpy(), "proportion"
        )
        total = float(table["wanted"].sum())
        box[f"{prefix}density"], box[f"{prefix}density_lower"], box[f"{prefix}density_upper"] = pooled[:3]
        box[f"{prefix}coverage"] = float(chosen["wanted"].sum()) / total if total else np.nan
        box[f"{prefix}points"], box[f"{prefix}n"] = pooled.points, pooled.n
    return box, edges


def _split(group: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Design points to find a box on, and those held back: drawn at random, as the order of points
    follows the levels of the factors.
    """
    points = np.sort(group["point"].unique())
    drawn = np.random.default_rng(0).permutation(points)[: len(points) // HELD_BACK]
    held = group["point"].isin(drawn)
    return group[~held], group[held]


def _prim(table: pd.DataFrame, factors: list[str]) -> list[dict[str, Any]]:
    """The largest box on PRIM's trajectory that reaches ``DENSITY``, else the one that best
    balances density and coverage.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            from ema_workbench.analysis import prim
        except ImportError:
            raise Unsupported(
                "scenario discovery needs the EMA Workbench; accepted: install the extra 'analysis'"
            ) from None
        seeds = np.sort(table["seed"].unique())
        keep = max(1, int(len(seeds) * MOST_RUNS / max(len(table), 1)))
        table = table[table["seed"].isin(seeds[:keep])]
        x = table[factors].reset_index(drop=True)
        for name in factors:
            x[name] = x[name].astype(float) if is_numeric(x[name]) else x[name].astype(str).astype(object)
        mass = min(0.5, max(SMALLEST, SMALLEST_POINTS / table["point"].nunique()))
        search = prim.Prim(x, table["wanted"].to_numpy(bool), threshold=1e-9, mass_min=mass)
        box = search.find_box()
        trajectory = box.peeling_trajectory
        dense = trajectory[trajectory["density"] >= DENSITY]
        balance = 2 * trajectory["density"] * trajectory["coverage"] / (trajectory["density"] + trajectory["coverage"])
        chosen = int(dense["coverage"].idxmax()) if len(dense) else int(balance.idxmax())
        limits, whole = box.box_lims[chosen], search.box_init
    edges: list[dict[str, Any]] = []
    for name in factors:
        own, full = limits[name].tolist(), whole[name].tolist()
        edge = {"factor": name, "low": np.nan, "high": np.nan, "settings": ()}
        if isinstance(full[0], set):
            if own[0] != full[0]:
                edges.append({**edge, "settings": tuple(sorted(own[0]))})
        elif own != full:
            edges.append(
                {**edge, "low": own[0] if own[0] > full[0] else np.nan, "high": own[1] if own[1] < full[1] else np.nan}
            )
    return edges


def _pruned(table: pd.DataFrame, edges: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop, one after another, the ends of ranges that the box can do without: those whose loss
    keeps its density highest.

    It stops where less than ``KEPT`` of the box's lift would be left: of its density above that of
    all cases it was found on.
    """
    wanted = table["wanted"].to_numpy(float)

    def density(box: list[dict[str, Any]]) -> float:
        inside = _within(table, box)
        return float(wanted[inside].mean()) if inside.any() else 0.0

    least = (1.0 - KEPT) * density([]) + KEPT * density(edges)
    while edges:
        shorter = [
            _without(edges, place, end)
            for place in range(len(edges))
            for end in ("low", "high", "settings")
            if _given(edges[place][end])
        ]
        densities = [density(box) for box in shorter]
        best = int(np.argmax(densities))
        if densities[best] < least:
            break
        edges = shorter[best]
    return edges


def _without(edges: list[dict[str, Any]], place: int, end: str) -> list[dict[str, Any]]:
    changed = {**edges[place], end: () if end == "settings" else np.nan}
    keep = any(_given(changed[name]) for name in ("low", "high", "settings"))
    return [*edges[:place], *([changed] if keep else []), *edges[place + 1 :]]


def _given(end: object) -> bool:
    return end != () and end == end


def _within(table: pd.DataFrame, edges: list[dict[str, Any]]) -> np.ndarray:
    inside = np.ones(len(table), dtype=bool)
    for edge in edges:
        if edge["settings"]:
            inside &= table[edge["factor"]].astype(str).isin(edge["settings"]).to_numpy()
            continue
        values = table[edge["factor"]].to_numpy(float)
        if not np.isnan(edge["low"]):
            inside &= values >= edge["low"]
        if not np.isnan(edge["high"]):
            inside &= values <= edge["high"]
    return inside


def _words(edges: list[dict[str, Any]], factors: list[str]) -> str:
    parts, names = [], short_names(factors)
    for edge in edges:
        name, low, high = names[edge["factor"]], edge["low"], edge["high"]
        if edge["settings"]:
            parts.append(f"{name} is {' or '.join(edge['settings'])}")
        elif np.isnan(high):
            parts.append(f"{name} is at least {low:.3g}")
        elif np.isnan(low):
            parts.append(f"{name} is at most {high:.3g}")
        else:
            parts.append(f"{name} is from {low:.3g} to {high:.3g}")
    return " and ".join(parts) if parts else "anywhere in the space swept"
