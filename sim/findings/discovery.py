"""Under which conditions does the event happen, and under which does it not? Boxes of conditions,
by PRIM of the EMA Workbench.

Boxes are found on some design points and judged on others (held back), so that a box that fits only
its own sample shows.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import Panels, caption, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import RISKS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import is_numeric, short_names
from sim.statistics.naming import BOX
from sim.statistics.pooling import pooled_mean
from sim.statistics.quantities import HEADLINE, WAYS

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
HAPPENED, NOT = "#D55E00", "#0072B2"
"""Colours of what happened, or fails, and of what did not, or holds."""


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
        As ``FINDING`` tells, two for each design.
    limits : DataFrame
        The factors that each box restricts.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are too few design points, no factor varies, or all runs of every design agree.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.statistics.samples import runs
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
            f"scenario discovery needs at least {FEWEST_CASES} cases of each kind, {column} and not; here "
            "nearly all agree"
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
    every = judged["wanted"].to_numpy(float), judged["point"].to_numpy(), judged["seed"].to_numpy()
    box["held_back_overall"] = pooled_mean(*every, "proportion").mean
    return box, edges


def telling(boxes: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """The limits of boxes that tell something: on the design points held back, more runs in them
    are of the kind than of all runs, by the 95% interval.

    Examples
    --------
    >>> import pandas as pd
    >>> boxes = pd.DataFrame({"design": "retrofit", "kind": ["discontinued", "not_discontinued"],
    ...     "held_back_density_lower": [0.6, 0.3], "held_back_overall": [0.5, 0.5]})
    >>> limits = pd.DataFrame({"design": "retrofit", "kind": ["discontinued", "not_discontinued"],
    ...     "factor": "leadership.training"})
    >>> telling(boxes, limits)["kind"].tolist()
    ['discontinued']
    """
    kept = boxes.loc[boxes["held_back_density_lower"] > boxes["held_back_overall"], ["design", "kind"]]
    return limits.merge(kept, on=["design", "kind"])


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


def _tables(e: Evidence) -> Tables:
    boxes, limits = discover(e.runs, e.factors, e.event.way)
    return {"discovery": e.named(boxes, BOX), "discovery_limits": limits}


def figure(boxes: pd.DataFrame, limits: pd.DataFrame, ranges: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Draw a panel per design: a bar for each factor that a box restricts, over the range that was
    swept.

    Parameters
    ----------
    boxes, limits : DataFrame
        As from :func:`discover`.
    ranges : DataFrame
        ``factor, low, high``: what was swept; missing ends for factors of names.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.statistics.samples import runs
    >>> points = pd.DataFrame({"l.training": [k / 30 for k in range(30)]})
    >>> boxes, limits = discover(runs(points, {"retrofit": lambda p: 0.9 - 0.8 * p["l.training"]},
    ...     20), ["l.training"])
    >>> ranges = pd.DataFrame({"factor": ["l.training"], "low": [0.0], "high": [1.0]})
    >>> len(figure(boxes, limits, ranges, "A sample.").axes)
    1
    """
    swept = ranges.set_index("factor")
    limits = telling(boxes, limits)
    factors = [name for name in swept.index if name in set(limits["factor"])]
    designs = [design for design in designs_of(boxes) if design in set(limits["design"])]
    if not designs:
        return _nothing(note, ax)
    without = [label(design) for design in designs_of(boxes) if design not in designs]
    if without:
        note = (
            f"{note} No box holds more runs of its kind than all runs do, by a 95% interval, for {', '.join(without)}."
        )
    with styled():
        height = 1.2 + 0.3 * len(factors)
        drawn, panels, _ = panel_grid(len(designs), height, most=2, more=0.3, ax=ax, sharey=True)
        for axes, design in zip(panels, designs, strict=True):
            reported = []
            for row in boxes[boxes["design"] == design].to_dict("records"):
                kind = row["kind"]
                if not len(limits[(limits["design"] == design) & (limits["kind"] == kind)]):
                    reported.append(f"{_kind(kind)}: no box")
                    continue
                offset, colour = (0.19, NOT) if _against(kind) else (-0.19, HAPPENED)
                reported.append(
                    f"{_kind(kind)}: density {row['held_back_density']:.0%} "
                    f"[{100 * row['held_back_density_lower']:.0f}, {100 * row['held_back_density_upper']:.0f}], "
                    f"of all {row['held_back_overall']:.0%}, coverage {row['held_back_coverage']:.0%}"
                )
                own = limits[(limits["design"] == design) & (limits["kind"] == kind)].set_index("factor")
                for y, name in enumerate(factors):
                    low, high, text = _share(own, swept, name)
                    faint = name not in own.index
                    axes.barh(
                        y + offset,
                        high - low,
                        0.34,
                        left=low,
                        color=colour,
                        alpha=0.12 if faint else 0.75,
                        label=_kind(kind) if y == 0 else None,
                    )
                    if text:
                        axes.text(0.02, y + offset, text, va="center", fontsize=5.5)
            axes.set_xlim(0, 1)
            axes.set_title(f"{label(design)}\n" + "\n".join(reported), fontsize=6)
            axes.set_xlabel("Part of the range swept")
        names = short_names(ranges["factor"])
        axis = [f"{names[name]} ({_range(swept.at[name, 'low'], swept.at[name, 'high'])})" for name in factors]
        panels[0].set_yticks(range(len(factors)), axis)
        panels[0].set_ylim(len(factors) - 0.5, -0.5)
        return finish(drawn, panels, f"{note} Pale: not restricted.", ax)


def parallel(
    points: pd.DataFrame, limits: pd.DataFrame, factors: Sequence[str], note: str, ax: Panels = None
) -> Figure:
    """Draw each design point as a line across the factors, a panel per design, coloured by the
    share of its runs that the event befell; on the axes, the boxes.

    Parameters
    ----------
    points : DataFrame
        A row per design point and design: ``design``, the factors, and ``share``.
    limits : DataFrame
        As from :func:`discover`.
    factors : sequence of str
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> import pandas as pd
    >>> points = pd.DataFrame({"design": "retrofit", "a": [0.0, 1.0], "b": [1.0, 0.0],
    ...     "share": [0.2, 0.9]})
    >>> limits = pd.DataFrame({"design": ["retrofit"], "kind": ["discontinued"], "factor": ["a"],
    ...     "low": [0.5], "high": [float("nan")], "settings": [""]})
    >>> len(parallel(points, limits, ["a", "b"], "A sample.").axes)
    2
    """
    designs, names = designs_of(points), short_names(factors)
    places = {name: _along(points[name]) for name in factors}
    with styled():
        drawn, panels, _ = panel_grid(len(designs), 1.9, most=2, more=0.5, ax=ax, sharey=True)
        colours = ScalarMappable(Normalize(0.0, 1.0), "cividis_r")
        for axes, design in zip(panels, designs, strict=True):
            own = points[points["design"] == design].sort_values("share", kind="stable")
            lines = np.stack([places[name].loc[own.index].to_numpy(float) for name in factors], axis=1)
            across = np.broadcast_to(np.arange(len(factors)), lines.shape)
            segments = LineCollection(list(np.stack([across, lines], axis=2)), lw=0.7, alpha=0.8, rasterized=True)
            segments.set_array(own["share"].to_numpy(float))
            segments.set(cmap=colours.cmap, norm=colours.norm)
            axes.add_collection(segments)
            for row in limits[limits["design"] == design].itertuples():
                if row.settings:
                    continue
                values = points[row.factor].astype(float)
                ends = np.array([values.min() if np.isnan(row.low) else row.low,
                                 values.max() if np.isnan(row.high) else row.high])  # fmt: skip
                ends = (ends - values.min()) / max(values.max() - values.min(), 1e-12)
                against = _against(row.kind)
                x = list(factors).index(row.factor) + (0.05 if against else -0.05)
                axes.plot([x, x], ends, color=NOT if against else HAPPENED, lw=3, solid_capstyle="butt")
            axes.set(xlim=(-0.15, len(factors) - 0.85), ylim=(-0.02, 1.02), title=label(design))
            axes.set_xticks(
                range(len(factors)),
                [textwrap.fill(names[name], 11, break_long_words=False) for name in factors],
                fontsize=6,
            )
            axes.grid(axis="x", lw=0.5, color="#BBBBBB")
            axes.set_yticks([0.0, 1.0], ["lowest", "highest"])
        if ax is None:
            drawn.colorbar(colours, ax=panels, pad=0.01, aspect=24).set_label(
                "Share of runs with the event", fontsize=7
            )
            caption(drawn, note)
    return drawn


def _along(values: pd.Series) -> pd.Series:
    """Where each value lies along its axis, 0 to 1; names and switches in their order."""
    numbers = values.astype(float) if is_numeric(values) else pd.Series(pd.factorize(values)[0], values.index, float)
    return (numbers - numbers.min()) / max(float(numbers.max() - numbers.min()), 1e-12)


def _against(kind: str) -> bool:
    """Whether a box is of runs without the event, or of conditions where a claim holds."""
    return kind == "holds" or (kind.startswith("not_") and kind.removeprefix("not_") in WAYS)


def _kind(kind: str) -> str:
    """The kind of a box in words."""
    way = kind.removeprefix("not_")
    return f"other than {label(way)}" if _against(kind) and way.startswith("not_") else label(kind)


def _nothing(note: str, ax: Panels) -> Figure:
    drawn, (axes,), _ = panel_grid(1, 0.9, 1, 0.0, ax)
    axes.axis("off")
    said = (
        "No box: on the design points held back, none holds more runs of its kind than all runs do, by a 95% interval."
    )
    axes.text(0.0, 0.5, textwrap.fill(said, 100), fontsize=8)
    if ax is None:
        caption(drawn, note)
    return drawn


def _share(own: pd.DataFrame, swept: pd.DataFrame, name: str) -> tuple[float, float, str]:
    if name not in own.index:
        return 0.0, 1.0, ""
    edge = own.loc[name]
    if edge["settings"]:
        return 0.0, 1.0, str(edge["settings"])
    low, high = float(swept.at[name, "low"]), float(swept.at[name, "high"])
    width = max(high - low, 1e-12)
    start = 0.0 if np.isnan(edge["low"]) else (float(edge["low"]) - low) / width
    stop = 1.0 if np.isnan(edge["high"]) else (float(edge["high"]) - low) / width
    return start, stop, ""


def _range(low: float, high: float) -> str:
    return "by name" if np.isnan(low) else f"{low:.2g} to {high:.2g}".replace("-", "−")


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    density = "density (share of the runs in the box that are of its kind)"
    judged = f"{density} and coverage (share of all such runs that are in the box) on the rest, clustered by seed"
    note = e.note(
        f"PRIM; boxes found on two thirds of the design points; {judged}; the event: {e.event}; 95% intervals"
    )
    figures: dict[str, Drawing] = {"discovery": partial(figure, t["discovery"], t["discovery_limits"], e.ranges, note)}
    varied = [name for name in e.factors if e.runs[name].nunique() > 1]
    if len(varied) > 1:
        grouped = e.runs.groupby(["design", "point"], sort=False)
        points = grouped[varied].first().assign(share=grouped[e.event.way].mean())
        note = e.note(
            f"One line per design point, coloured by the share of its runs that were {label(e.event.way)}; "
            f"bars: the boxes in which the event was frequent (orange) or rare (blue); each axis runs from the "
            f"lowest to the highest value"
        )
        figures["parallel_coordinates"] = partial(
            parallel, points.reset_index(), telling(t["discovery"], t["discovery_limits"]), varied, note
        )
    return figures


BOX_TEXTS = {
    "coverage": Column("share", "share of all runs of the kind that are in the box"),
    "density": Column("share", "share of the runs in the box that are of the kind"),
    "held_back_coverage": Column("share", "coverage on the design points held back"),
    "held_back_density": Column("share", "density on the design points held back"),
    "held_back_n": Column("runs", "runs in the box, at held-back design points"),
    "held_back_overall": Column("share", "share of all runs at the design points held back that are of the kind"),
    "held_back_points": Column("design points", "held-back design points in the box"),
    "n": Column("runs", "runs in the box, at the design points on which the box was found"),
    "points": Column("design points", "design points in the box, of those on which it was found"),
    "reached": Column("yes or no", "whether the box reached the density aimed for"),
}
LIMIT_TEXTS = {
    "high": Column("as the factor", "upper end of the box; missing if it has none"),
    "low": Column("as the factor", "lower end of the box; missing if it has none"),
    "settings": Column("-", "settings in the box, for a factor that is not a number"),
}
BOX_COLUMNS = (
    "design kind NAMED words density density_lower density_upper coverage reached points n held_back_density "
    "held_back_density_lower held_back_density_upper held_back_overall held_back_coverage held_back_points held_back_n"
)


FINDING = Finding(
    order=150,
    columns=(
        Table("discovery", BOX_COLUMNS, BOX_TEXTS, {"density": RISKS}),
        Table("discovery_limits", "design kind factor low high settings", LIMIT_TEXTS),
    ),
    tables=_tables,
    figures=_figures,
    shown=("discovery",),
)
