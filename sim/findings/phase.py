"""Where, over two factors, does one design become better than another? Phase diagrams: the risk
over two factors for each design, and the paired differences from the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd

from sim.figures.planes import Diagram, best_figure, figure
from sim.figures.style import designs_of
from sim.findings.base.columns import ALIKE, CLUSTERED, FITTED, MEANS, PAIRS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import InputError, Unsupported
from sim.io.files import file_name
from sim.kernel.variables import Column
from sim.statistics.factors import is_numeric, short_names
from sim.statistics.means import paired, two_designs
from sim.statistics.naming import BOTH, OPENED
from sim.statistics.pooling import Pooled, pooled_mean
from sim.statistics.quantities import HEADLINE, is_risk
from sim.statistics.surface import covered, surface

BINS = 8
"""Cells along an axis for a factor with more values than that."""
SMOOTH = 5
"""Levels from which a surface is fitted along a factor; with fewer, little is known between."""
GRID = 25
"""Places along each axis at which a surface is reported."""
FILLED = 0.5
"""Least share of the plane that must have design points near."""
FILLING = "the methods factorial, latin_hypercube, sobol and saltelli, which fill it"
COLUMNS = ["x_factor", "y_factor", "x", "y", "design", "quantity", "mean", "lower", "upper"]
GAPS = ["x_factor", "y_factor", "x", "y", "design", "baseline", "quantity", "difference", "lower", "upper"]
MOST_PHASES = 6
"""Phase diagrams that are made unasked, of the factors that tell most; any other pair can be asked
for by ``sim plot``.
"""

PHASES = dict(
    zip(
        ("phase", "phase_differences", "phase_surface", "phase_surface_differences", "phase_best"),
        Diagram._fields,
        strict=True,
    )
)
"""Tables of phase diagrams, each a part of one."""


def axis_cells(values: pd.Series, most: int = BINS) -> tuple[np.ndarray, list[object]]:
    """Cell of each value along an axis, and the cells' places.

    Parameters
    ----------
    values : Series
        A factor's column.
    most : int
        Cells of a factor of numbers at the most.

    Returns
    -------
    cells : numpy.ndarray
        Number of the cell of each value.
    places : list
        A cell's level, or where the factor has more than ``most`` values the middle of one of
        ``most`` equal intervals.

    Examples
    --------
    >>> import pandas as pd
    >>> cells, places = axis_cells(pd.Series([0.1, 0.9, 0.1]))
    >>> cells.tolist(), places
    ([0, 1, 0], [0.1, 0.9])
    """
    numeric = is_numeric(values)
    levels = sorted(set(values)) if numeric else list(dict.fromkeys(values))
    if not numeric or len(levels) <= most:
        return pd.Categorical(values, categories=levels).codes.astype(int), levels
    edges = np.linspace(float(values.min()), float(values.max()), most + 1)
    cells = np.clip(np.searchsorted(edges, values.to_numpy(float), side="right") - 1, 0, most - 1)
    return cells, [float(middle) for middle in (edges[:-1] + edges[1:]) / 2]


def pairs(runs: pd.DataFrame, factors: list[str], most: int = 10**6, way: str = HEADLINE) -> list[tuple[str, str]]:
    """Pairs of factors that take at least two values; where there are more than ``most``, those of
    the most telling factors.

    How telling a factor is: the share of the variance of the points' risks (of the event ``way``)
    that lies between its cells, in the design in which that is largest.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are none.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> pairs(small_sweep(), ["leadership.training", "who chooses"])
    [('leadership.training', 'who chooses')]
    """
    varied = [name for name in factors if runs[name].nunique() > 1]
    if len(varied) < 2:
        raise Unsupported(
            "a phase diagram needs two factors with two levels or more; this sweep varies "
            f"{', '.join(varied) or 'none'}"
        )
    if len(varied) * (len(varied) - 1) // 2 <= most:
        return list(combinations(varied, 2))
    means = (
        runs.groupby(["point", "design"], sort=False).agg({way: "mean", **dict.fromkeys(varied, "first")}).reset_index()
    )
    best = sorted(varied, key=lambda name: -max(_between(group, name, way) for _, group in means.groupby("design")))
    kept = [name for name in varied if name in best[: max(2, int((1 + (1 + 8 * most) ** 0.5) / 2))]]
    return list(combinations(kept, 2))


def _between(points: pd.DataFrame, factor: str, way: str) -> float:
    """Share of the variance of risks that lies between a factor's cells, 0 to 1."""
    cells, _ = axis_cells(points[factor])
    risk = points[way]
    total = float(((risk - risk.mean()) ** 2).sum())
    return float(((risk.groupby(cells).transform("mean") - risk.mean()) ** 2).sum()) / total if total > 0 else 0.0


def is_smooth(runs: pd.DataFrame, x: str, y: str) -> bool:
    """Whether a surface is fitted over two factors: both are numbers of ``SMOOTH`` levels or more.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> is_smooth(small_sweep(), "leadership.training", "who chooses")
    False
    """
    return all(is_numeric(runs[name]) and runs[name].nunique() >= SMOOTH for name in (x, y))


def phase(
    runs: pd.DataFrame, x: str, y: str, quantity: str = HEADLINE, designs: Sequence[str] | None = None
) -> Diagram:
    """Mean of a quantity over two factors for each design, and paired differences from the first
    design: in cells, and as a smooth surface where both factors are numbers with 5 levels or more.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    x, y : str
        Factors.
    quantity : str
        An event, or another quantity.
    designs : sequence of str, optional
        Their order, see :func:`sim.statistics.means.two_designs`.

    Returns
    -------
    Diagram
        Tables as ``FINDING`` tells. Other factors are averaged over, each design point alike, and
        the spread says how much they matter. Places of a surface without a design point near are
        left out, see :func:`sim.statistics.surface.surface`.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the design points leave the plane partly empty.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> diagram = phase(small_sweep(), "leadership.training", "who chooses")
    >>> diagram.differences[["x", "y", "difference", "resolved"]].round(2)
         x         y  difference  resolved
    0  0.1  district        -0.3      True
    1  0.1  families        -0.7      True
    2  0.9  district         0.1      True
    3  0.9  families        -0.3      True
    >>> len(diagram.surface)
    0
    """
    points = runs.drop_duplicates("point").set_index("point")[[x, y]]
    try:
        baseline, others = two_designs(runs, designs)
    except Unsupported:
        baseline, others = "", []
    risk = is_risk(quantity)
    own = [
        ((design, quantity), group[["point", "seed", quantity]].set_axis(["point", "seed", "value"], axis=1))
        for design, group in runs.groupby("design", sort=False)
    ]
    gaps = [
        ((design, baseline, quantity), both.assign(value=both["first"] - both["second"])[["point", "seed", "value"]])
        for design in others
        for both in [paired(runs, baseline, design, quantity)]
    ]
    kinds = ("proportion", "difference") if risk else ("number", "number")
    smooth = is_smooth(runs, x, y)
    if smooth:
        _check_filled(points)
    cells = _cells(points, must_fill=not smooth)
    levels = _table(COLUMNS, own, kinds[0], points, cells)
    return Diagram(
        levels,
        _resolved(_table(GAPS, gaps, kinds[1], points, cells)),
        _fitted(COLUMNS, own if smooth else [], kinds[0], points),
        _resolved(_fitted(GAPS, gaps if smooth else [], kinds[1], points)),
        _best(runs, levels, points, cells, quantity),
    )


Named = Sequence[tuple[tuple[str, ...], pd.DataFrame]]
"""What is pooled: names (of designs and quantity), and a table of ``point, seed, value``."""


def _best(
    runs: pd.DataFrame, levels: pd.DataFrame, points: pd.DataFrame, cells: pd.DataFrame, quantity: str
) -> pd.DataFrame:
    """The best design of each cell, and how far it is from the next, on the seeds on which both
    opened; what is chosen and how far it is rest on the same runs. A cell in which fewer than two
    designs opened on common seeds has no row.
    """
    rows: list[pd.DataFrame] = []
    if levels["design"].nunique() > 2:
        risk = is_risk(quantity)
        own = runs.join(cells.rename(columns={"x": "_x", "y": "_y"}), on="point")
        for (x, y), group in levels.groupby(["x", "y"], sort=False):
            ranked = group.sort_values("mean", ascending=risk, kind="stable")["design"].tolist()
            here = own[(own["_x"] == x) & (own["_y"] == y)]
            if len(ranked) < 2:
                continue
            both = paired(here, ranked[1], ranked[0], quantity)
            gap = both.assign(value=both["first"] - both["second"])[["point", "seed", "value"]]
            kind = "difference" if risk else "number"
            rows.append(_table(GAPS, [((ranked[0], ranked[1], quantity), gap)], kind, points, cells))
    found = _resolved(pd.concat(rows, ignore_index=True) if rows else _table(GAPS, [], "number", points, cells))
    # Of designs that open on different seeds, the paired difference can contradict the means.
    better = found["difference"] < 0 if is_risk(quantity) else found["difference"] > 0
    return found.assign(resolved=found["resolved"] & better)


def _cells(points: pd.DataFrame, must_fill: bool) -> pd.DataFrame:
    """Cell of each design point, as ``x, y``; along an axis of numbers as many as leave none
    empty.
    """
    x, y = points.columns
    for most in range(BINS, 1, -1):
        (across, xs), (up, ys) = (axis_cells(points[name], most) for name in (x, y))
        if not must_fill or len(set(zip(across, up, strict=True))) == len(xs) * len(ys):
            places = {"x": [xs[cell] for cell in across], "y": [ys[cell] for cell in up]}
            return pd.DataFrame(places, index=points.index, dtype=object)
    raise _not_filled(x, y)


def _check_filled(points: pd.DataFrame) -> None:
    """Refuse design points that leave much of the plane empty, as those on a line do."""
    if covered(_scaled(points, points), _grid()).mean() < FILLED:
        raise _not_filled(*points.columns)


def _not_filled(x: str, y: str) -> Unsupported:
    return Unsupported(
        f"a phase diagram of {x} and {y} cannot be drawn: the design points leave part of the plane empty; "
        f"accepted: {FILLING}"
    )


def _table(columns: list[str], tables: Named, kind: str, points: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Pooled means by cell."""
    rows: list[tuple[object, ...]] = []
    for names, table in tables:
        for (x, y), group in table.join(cells, on="point").groupby(["x", "y"], sort=False):
            pooled = pooled_mean(
                group["value"].to_numpy(float), group["point"].to_numpy(), group["seed"].to_numpy(), kind
            )
            rows.append((*points.columns, x, y, *names, *pooled))
    return pd.DataFrame(rows, columns=[*columns, *Pooled._fields[3:]])


def _fitted(columns: list[str], tables: Named, kind: str, points: pd.DataFrame) -> pd.DataFrame:
    """Fitted surfaces at the places of a grid that have design points near."""
    parts = []
    for names, table in tables:
        kept = _grid()[covered(_scaled(points.loc[table["point"].unique()], points), _grid())]
        if len(kept) == 0:
            continue
        values = (table["value"].to_numpy(float), table["point"].to_numpy(), table["seed"].to_numpy())
        reported = surface(*values, _scaled(points.loc[table["point"]], points), kept, kind)
        low, high = points.min().to_numpy(float), points.max().to_numpy(float)
        places = (low + kept * (high - low)).T
        fitted = pd.DataFrame(dict(zip(columns, (*points.columns, *places, *names, *reported), strict=True)))
        parts.append(fitted.assign(n=len(table)))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=[*columns, "n"])


def _grid() -> np.ndarray:
    """Places of a surface, 0 to 1 along either axis, shape (places, 2)."""
    along = np.linspace(0.0, 1.0, GRID)
    return np.column_stack([each.ravel() for each in np.meshgrid(along, along, indexing="ij")])


def _scaled(values: pd.DataFrame, points: pd.DataFrame) -> np.ndarray:
    """Factors as 0 to 1 over the range of the design points."""
    low, high = points.min().to_numpy(float), points.max().to_numpy(float)
    return (values.to_numpy(float) - low) / (high - low)


def _resolved(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(resolved=((table["lower"] > 0) | (table["upper"] < 0)).astype(bool))


def _tables(e: Evidence) -> Tables:
    _check_plane(e)
    drawn, reason = [], None
    for x, y in pairs(e.runs, e.factors, MOST_PHASES, e.event.way):
        try:
            drawn.append(phase(e.runs, x, y, e.event.way, e.asked))
        except Unsupported as why:
            reason = why
    if not drawn and reason is not None:
        raise reason
    # Places along an axis are numbers for one pair and names for another.
    mixed = {"x": str, "y": str}
    tables = {}
    for name, kind in PHASES.items():
        parts = [getattr(diagram, kind) for diagram in drawn]
        kept = [part for part in parts if len(part)]
        whole = pd.concat(kept, ignore_index=True) if kept else parts[0]
        placed = whole if kind.startswith("surface") else whole.astype(mixed)
        tables[name] = e.of_quantities(placed, BOTH if "baseline" in placed.columns else OPENED)
    return {name: table for name, table in tables.items() if len(table) or name in ("phase", "phase_differences")}


def _check_plane(e: Evidence) -> None:
    if e.method == "morris":
        raise Unsupported(
            "a phase diagram cannot be drawn: the points of a Morris design lie on trajectories, which leave most of "
            f"the plane empty; accepted: {FILLING}"
        )


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    figures: dict[str, Drawing] = {}
    for x, y in dict.fromkeys(zip(t["phase"]["x_factor"], t["phase"]["y_factor"], strict=True)):
        tables = [t.get(name, pd.DataFrame(columns=["x_factor", "y_factor", "design"])) for name in PHASES]
        own = [table[(table["x_factor"] == x) & (table["y_factor"] == y)] for table in tables]
        for name, draw in _drawings(e, Diagram(*own)).items():
            # Factors whose names are alike but for what a file's name cannot have.
            figures[name if name not in figures else f"{name}_{len(figures)}"] = draw
    return figures


def phase_diagram(evidence: Evidence, x: str, y: str) -> dict[str, Drawing]:
    """The phase diagram of two factors: its name, and how it is drawn.

    Raises
    ------
    sim.io.errors.InputError
        Where one of them is not a factor that varies.
    sim.io.errors.Unsupported
        Where the design points leave the plane of the two partly empty, as those of Morris do.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> figures = phase_diagram(read(small_folder(factorial=True)), "leadership.training",
    ...     "leadership.vetting")
    >>> list(figures)
    ['phase_training_by_vetting']
    """
    _check_plane(evidence)
    known = sorted({name for pair in pairs(evidence.runs, evidence.factors) for name in pair})
    for option, name in (("--x", x), ("--y", y)):
        if name not in known:
            raise InputError(f"{option} = {name!r}: accepted: {', '.join(known)}")
    if x == y:
        raise InputError(f"--y = {y!r}: accepted: another factor than --x")
    return _drawings(evidence, phase(evidence.runs, x, y, evidence.event.way, evidence.asked))


def _drawings(e: Evidence, diagram: Diagram) -> dict[str, Drawing]:
    x, y = (str(diagram.levels[name].iloc[0]) for name in ("x_factor", "y_factor"))
    names = short_names(e.factors)
    others = ", ".join(names[name] for name in e.factors if name not in (x, y) and e.runs[name].nunique() > 1)
    over, scatter = (
        (f"averaged over {others}", ", and the scatter that the other factors cause")
        if others
        else ("all else fixed", "")
    )
    error = "Monte Carlo error, seeds as clusters"
    if len(diagram.surface):
        how = f"Surfaces fitted to the design points (Gaussian process), {over}; blank: no design point nearby"
        intervals = f"pointwise 95% intervals ({error}{scatter})"
    else:
        how, intervals = f"Cells: means over their design points, {over}", f"95% intervals of each cell ({error})"
    note = e.note(f"{how}; differences paired by seed, {intervals}")
    # That nothing can be ranked is said first.
    warning = f"{e.saturated[0].upper()}{e.saturated[1:]}. " if e.saturated else ""
    pair = f"{names[x]}_by_{names[y]}"
    made: dict[str, Drawing] = {
        file_name(f"phase_{pair}"): partial(figure, diagram, f"{warning}{note}", e.event, e.labels),
    }
    if len(diagram.best):
        better = "lowest" if is_risk(e.event.way) else "highest"
        best = f"The design with the {better} {e.event.risk} in each cell, {over}; pale and hatched where the 95%"
        best += " interval of its paired difference from the next best includes 0; the same runs chose both designs"
        best += "; blank where fewer than two designs opened"
        made[file_name(f"phase_best_{pair}")] = partial(
            best_figure, diagram.best, f"{warning}{e.note(best)}", designs_of(diagram.levels), e.labels
        )
    return made


_SURFACE = {
    "mean": Column(ALIKE, "mean at the place, from a surface fitted to the design points, over the other factors"),
    "difference": Column(
        ALIKE, "paired difference from the baseline at the place, from a surface fitted in the same way"
    ),
    "x": Column("as the factor", "place along the horizontal axis"),
    "y": Column("as the factor", "place along the vertical axis"),
}


FINDING = Finding(
    order=130,
    columns=(
        Table("phase", "x_factor y_factor x y design quantity NAMED mean ENDS POOLED", intervals={"mean": MEANS}),
        Table(
            "phase_differences",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS POOLED resolved",
            {"n": PAIRS},
            {"difference": CLUSTERED},
        ),
        Table("phase_surface", "x_factor y_factor x y design quantity NAMED mean ENDS n", _SURFACE, {"mean": FITTED}),
        Table(
            "phase_surface_differences",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS n resolved",
            {**_SURFACE, "n": PAIRS},
            {"difference": FITTED},
        ),
        Table(
            "phase_best",
            "x_factor y_factor x y design baseline quantity NAMED difference ENDS POOLED resolved",
            {
                "design": Column("-", "the design with the best mean in the cell"),
                "baseline": Column("-", "the design with the next best mean"),
                "n": PAIRS,
            },
            {"difference": CLUSTERED},
        ),
    ),
    tables=_tables,
    figures=_figures,
)
