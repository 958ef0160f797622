"""Which factor moves risk, reach and gain most? Morris screening and Sobol' indices, by SALib.

Two errors are kept apart: ``lower, upper`` from which points were sampled (SALib's bootstrap over
base points), ``mc_lower, mc_upper`` from which seeds they met (bootstrap over seeds, the same ones
for all points).
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.designs import COLOURS, MARKERS, label
from sim.figures.style import PAGE, Panels, designs_of, finish, label_below, panel_grid, styled
from sim.findings.base.columns import BOOTSTRAP, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import FactorLabel, is_numeric, labels
from sim.statistics.naming import BASE
from sim.statistics.quantities import MEASURES, MORE, Event, words

SEED_DRAWS = 50
"""Bootstrap draws of seeds."""
TOLERANCE = 0.1
"""Half-width of a total index, or change from half the points, below which an analysis is called
converged.
"""
COLUMNS = ["design", "quantity", "base_points", "factor", "index", "estimate", "lower", "upper", "mc_lower", "mc_upper"]
SOBOL = {"S1": ("first-order S1: by itself", "#D55E00", "o"), "ST": ("total ST: with interactions", "#0072B2", "D")}
REST = "#777777"
"""Colour of factors that have none of their own, and of what helps the eye."""
ROW, AROUND, BESIDE = 0.19, 0.3, 1.3
"""Inches: of a factor, what a design's panels have around theirs, and all of them around."""
LINE, LONGEST = 0.115, 34
"""Inches that a line of a factor's label takes, and characters in one."""


def sensitivity(
    runs: pd.DataFrame, factors: Sequence[str], method: str, quantities: Sequence[str] = MEASURES
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Indices of each factor by design and quantity.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs; points in the order of their sampling, all there.
    factors : sequence of str
        In the order of their sampling.
    method : str
        ``"saltelli"`` or ``"morris"``, as the points were sampled.
    quantities : sequence of str

    Returns
    -------
    indices : DataFrame
        As ``FINDING`` tells. Sobol': ``S1`` (first-order) and ``ST`` (total), at a quarter, a half
        and all of the base points. Morris: ``mu_star`` (mean absolute elementary effect, units of
        the quantity over the factor's range) and ``sigma`` (its SD: interactions and curvature),
        likewise. NaN where the quantity does not vary.
    convergence : DataFrame
        Whether the widest interval and the largest change are at most ``TOLERANCE``.

    Raises
    ------
    sim.io.errors.Unsupported
        Where points are missing, one factor has one level, or the method is another one.

    Examples
    --------
    >>> from SALib.sample import morris
    >>> import pandas as pd
    >>> from sim.statistics.samples import runs
    >>> problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0.0, 1.0]] * 2}
    >>> points = pd.DataFrame(morris.sample(problem, 4, seed=1), columns=["a", "b"])
    >>> table = runs(points, {"retrofit": lambda point: 0.2 + 0.6 * point["a"]}, 20)
    >>> indices, convergence = sensitivity(table, ["a", "b"], "morris",
    ...     ["discontinued"])
    >>> indices.loc[indices["index"] == "mu_star", ["factor", "estimate"]].round(2)
      factor  estimate
    0      a      0.68
    1      b      0.00
    """
    if method not in ("saltelli", "morris"):
        raise Unsupported(
            f"sensitivity indices need a design that samples for them (saltelli or morris); this sweep is {method}"
        )
    single = [name for name in factors if runs[name].nunique() < 2]
    if single:
        raise Unsupported(f"sensitivity needs factors that vary, and {single[0]} has one level")
    if len(factors) < 2:
        raise Unsupported("sensitivity needs at least two factors")
    block = len(factors) + (2 if method == "saltelli" else 1)
    indices, convergence = [], []
    for design, group in runs.groupby("design", sort=False):
        points = group.drop_duplicates("point").sort_values("point")
        if len(points) % block or points["point"].iloc[-1] != len(points) - 1:
            raise Unsupported("sensitivity needs all design points, and some are left out or have no runs yet")
        x = np.column_stack([_numbers(points[name]) for name in factors])
        for quantity in quantities:
            table = group.pivot(index="seed", columns="point", values=quantity)
            answer = _at_sizes(method, list(factors), x, table.to_numpy(float), block)
            indices.append(answer.assign(design=design, quantity=quantity))
            base = {"base_points": len(points) // block}
            convergence.append({"design": design, "quantity": quantity, **base, **_convergence(answer, method)})
    return pd.concat(indices, ignore_index=True)[COLUMNS], pd.DataFrame(convergence)


def _at_sizes(method: str, names: list[str], x: np.ndarray, values: np.ndarray, block: int) -> pd.DataFrame:
    base = len(x) // block
    sizes = sorted({size for size in (base // 4, base // 2, base) if size >= 4} | {base})
    tables = []
    for size in sizes:
        rows = size * block
        with warnings.catch_warnings():
            # Points without any run, and quantities that do not vary, are reported as NaN.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            table = _estimate(method, names, x[:rows], np.nanmean(values[:, :rows], axis=0))
            if size == base:
                table = table.assign(**_over_seeds(method, names, x, values))
        tables.append(table.assign(base_points=size))
    return pd.concat(tables, ignore_index=True).reindex(
        columns=[name for name in COLUMNS if name not in ("design", "quantity")]
    )


def _over_seeds(method: str, names: list[str], x: np.ndarray, values: np.ndarray) -> dict[str, np.ndarray]:
    if len(values) < 2:
        return {"mc_lower": np.full(2 * len(names), np.nan), "mc_upper": np.full(2 * len(names), np.nan)}
    generator = np.random.default_rng(0)
    draws = []
    for _ in range(SEED_DRAWS):
        drawn = values[generator.integers(0, len(values), len(values))]
        draws.append(_estimate(method, names, x, np.nanmean(drawn, axis=0), resamples=2)["estimate"].to_numpy(float))
    low, high = np.quantile(np.array(draws), (0.025, 0.975), axis=0)
    # Resampled seeds add noise, which a mean of absolute effects takes for an effect; in the basic
    # bootstrap that bias cancels.
    whole = _estimate(method, names, x, np.nanmean(values, axis=0), resamples=2)["estimate"].to_numpy(float)
    least = 0.0 if method == "morris" else -np.inf
    return {"mc_lower": np.maximum(2 * whole - high, least), "mc_upper": np.maximum(2 * whole - low, least)}


def _estimate(method: str, names: list[str], x: np.ndarray, y: np.ndarray, resamples: int = 200) -> pd.DataFrame:
    """Point estimates and intervals by SALib; NaN where the quantity does not vary or is not known
    everywhere.
    """
    wanted = ("S1", "ST") if method == "saltelli" else ("mu_star", "sigma")
    if np.isnan(y).any() or np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
        rows = [(name, index, np.nan, np.nan, np.nan) for index in wanted for name in names]
        return pd.DataFrame(rows, columns=["factor", "index", "estimate", "lower", "upper"])
    try:
        from SALib.analyze import morris, sobol
    except ImportError:
        raise Unsupported("sensitivity needs SALib; accepted: install the extra 'analysis'") from None
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if method == "saltelli":
        found = sobol.analyze(problem, y, calc_second_order=False, num_resamples=resamples, seed=1)
    else:
        found = morris.analyze(problem, x, y, num_resamples=resamples, seed=1)
    rows = []
    for index in wanted:
        half = np.asarray(found.get(f"{index}_conf", np.full(len(names), np.nan)), dtype=float)
        for place, name in enumerate(names):
            estimate = float(found[index][place])
            rows.append((name, index, estimate, estimate - half[place], estimate + half[place]))
    return pd.DataFrame(rows, columns=["factor", "index", "estimate", "lower", "upper"])


def _convergence(answer: pd.DataFrame, method: str) -> dict[str, object]:
    index = "ST" if method == "saltelli" else "mu_star"
    rows = answer[answer["index"] == index]
    sizes = sorted(rows["base_points"].unique())
    last = rows[rows["base_points"] == sizes[-1]].set_index("factor")
    if last["estimate"].isna().any():
        return {
            "converged": False,
            "half_width": np.nan,
            "change": np.nan,
            "note": "does not vary: no index is defined",
        }
    scale = 1.0 if method == "saltelli" else max(float(last["estimate"].max()), 1e-12)
    half = float(((last["upper"] - last["lower"]) / 2).max()) / scale
    if len(sizes) < 2:
        return {
            "converged": False,
            "half_width": half,
            "change": np.nan,
            "note": "too few base points to compare with fewer",
        }
    before = rows[rows["base_points"] == sizes[-2]].set_index("factor")
    change = float((last["estimate"] - before["estimate"]).abs().max()) / scale
    converged = bool(half <= TOLERANCE and change <= TOLERANCE)
    return {
        "converged": converged,
        "half_width": half,
        "change": change,
        "note": "" if converged else "not converged: more base points are needed",
    }


def _numbers(values: pd.Series) -> np.ndarray:
    """A factor as numbers: names and switches by their place among the levels."""
    if is_numeric(values):
        return values.to_numpy(float)
    return pd.Categorical(values, categories=list(dict.fromkeys(values))).codes.astype(float)


def _tables(e: Evidence) -> Tables:
    indices, convergence = sensitivity(e.runs, e.factors, e.method, (e.event.way, *MORE))
    tables = {"sensitivity": indices, "sensitivity_convergence": convergence}
    return {name: e.of_quantities(table, BASE) for name, table in tables.items()}


def figure(
    indices: pd.DataFrame,
    convergence: pd.DataFrame,
    note: str,
    event: Event,
    named: Mapping[str, FactorLabel] | None = None,
    ax: Panels = None,
) -> Figure:
    """Draw the indices at all base points, a row of panels per design and a column per quantity: of
    Sobol' a mark per factor and index; of Morris the mean absolute effect against the SD of
    effects.

    Parameters
    ----------
    indices, convergence : DataFrame
        As from :func:`sensitivity`.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.statistics.quantities import Event
    >>> rows = [("retrofit", "discontinued", 64, factor, "ST", 0.5, 0.4, 0.6, 0.45,
    ...     0.55) for factor in ("a", "b")]
    >>> convergence = pd.DataFrame({"design": ["retrofit"], "quantity": ["discontinued"],
    ...     "converged": [True]})
    >>> len(figure(pd.DataFrame(rows, columns=COLUMNS), convergence, "A sample.",
    ...     Event("discontinued", 108)).axes)
    1
    """
    rows = indices[indices["base_points"] == indices["base_points"].max()]
    morris = "mu_star" in set(rows["index"])
    names = {**labels(rows["factor"]), **(named or {})}
    draw = _morris_panels if morris else _sobol_panels
    with styled():
        drawn, panels, left_out = draw(rows, names, ax)
        reported = convergence.set_index(["design", "quantity"])
        for (design, quantity), axes in panels.items():
            own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)]
            state = "converged" if reported.loc[(design, quantity), "converged"] else "not converged"
            axes.set_title(f"{label(design)}: {'does not vary' if own['estimate'].isna().all() else state}", fontsize=7)
        last = designs_of(rows)[-1]
        for (design, quantity), axes in panels.items():
            if design == last:
                what = event.risk if quantity == event.way else words(quantity)
                axes.set_xlabel(
                    f"{'μ*, effect on' if morris else 'Share of variance of'}\n{textwrap.fill(what, 40)}", fontsize=7
                )
        return finish(drawn, panels.values(), f"{note}{left_out}", ax)


Drawn = tuple[Figure, dict[tuple[str, str], Axes], str]
"""A figure, its panels by design and quantity, and what a caption adds."""


def _grid(rows: pd.DataFrame, height: float, ax: Panels, **shared: Any) -> tuple[Figure, dict[tuple[str, str], Axes]]:
    """A row of panels per design, a column per quantity."""
    whose = list(product(designs_of(rows), dict.fromkeys(rows["quantity"])))
    drawn, found, _ = panel_grid(len(whose), height, rows["quantity"].nunique(), BESIDE, ax, **shared)
    return drawn, dict(zip(whose, found, strict=True))


def _sobol_panels(rows: pd.DataFrame, names: Mapping[str, FactorLabel], ax: Panels) -> Drawn:
    texts = {name: textwrap.fill(str(reported), LONGEST) for name, reported in names.items()}
    row = max(ROW, 0.03 + LINE * (1 + max(each.count("\n") for each in texts.values())))
    factors, every = _telling(rows, rows["design"].nunique(), row), rows["factor"].nunique()
    drawn, panels = _grid(rows, AROUND + row * len(factors), ax, sharex="col", sharey=True)
    for (design, quantity), axes in panels.items():
        own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)]
        _marks(axes, own, factors)
        # Of shares of variance an interval can reach far out, where hardly anything varies.
        left, right = axes.get_xlim()
        axes.set_xlim(max(left, -0.5), min(right, 1.5))
    first = next(iter(panels.values()))
    first.set_yticks(range(len(factors)), [texts[name] for name in factors])
    first.invert_yaxis()
    some = (
        f" Only the {len(factors)} most influential of {every} factors are shown; the table has all."
        if len(factors) < every
        else ""
    )
    return drawn, panels, some


def _marks(axes: Axes, rows: pd.DataFrame, factors: list[str]) -> None:
    """A mark for each index of a factor, above a pale bar, its Monte Carlo error, and a line, the
    error of its base points.
    """
    for place, (index, (name, colour, marker)) in enumerate(SOBOL.items()):
        own = rows[rows["index"] == index].set_index("factor").reindex(factors)
        y = np.arange(len(factors)) + (place - 0.5) * 0.4
        for low, high, width, alpha in (("mc_lower", "mc_upper", 4.5, 0.3), ("lower", "upper", 0.9, 1.0)):
            known = own[low].notna() & own[high].notna() & own["estimate"].notna()
            ends = own.loc[known, low], own.loc[known, high]
            axes.hlines(y[known.to_numpy()], *ends, color=colour, lw=width, alpha=alpha)
        axes.plot(
            own["estimate"], y, marker, ms=4, lw=0, color=colour, mfc="white" if place == 0 else colour, label=name
        )
    axes.axvline(0, color="black", lw=0.5)
    axes.set_ylim(-0.6, len(factors) - 0.4)


def _morris_panels(rows: pd.DataFrame, names: Mapping[str, FactorLabel], ax: Panels) -> Drawn:
    looks = _factor_looks(rows)
    height = min(1.9, (PAGE - BESIDE) / rows["design"].nunique())
    drawn, panels = _grid(rows, height, ax, sharex="col", sharey="col")
    for (design, quantity), axes in panels.items():
        own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)].set_index(["index", "factor"])
        for factor in dict.fromkeys(rows["factor"]):
            effect, scatter = own.loc[("mu_star", factor)], own.loc[("sigma", factor), "estimate"]
            colour, marker = looks.get(factor, (REST, "."))
            axes.hlines(scatter, effect["lower"], effect["upper"], color=colour, lw=0.7)
            if np.isfinite(effect["mc_lower"]):
                axes.hlines(scatter, effect["mc_lower"], effect["mc_upper"], color=colour, lw=4.0, alpha=0.3)
            name = names[factor].name if factor in looks else "others"
            axes.plot(effect["estimate"], scatter, marker, ms=4.5, lw=0, color=colour, label=name)
    for axes in panels.values():
        most = max(axes.get_xlim()[1], 1e-9)
        axes.set_xlim(left=0)
        axes.set_ylim(bottom=0)
        axes.plot([0, most], [0, most], color=REST, lw=0.6, ls=":", scalex=False, scaley=False)
    if ax is None:
        drawn.supylabel("σ, SD of effects", fontsize=7)
    return drawn, panels, ""


def _factor_looks(rows: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Colour and marker of the factors of the largest indices, as many as can be told apart."""
    largest = rows[rows["index"].isin(["ST", "mu_star"])].copy()
    scale = largest.groupby(["design", "quantity"])["estimate"].transform("max")
    largest["part"] = largest["estimate"] / scale.where(scale > 0)
    telling = largest.groupby("factor", sort=False)["part"].max().sort_values(ascending=False, kind="stable").index
    kept = [name for name in dict.fromkeys(rows["factor"]) if name in set(telling[: len(COLOURS)])]
    return {name: (COLOURS[place], MARKERS[place]) for place, name in enumerate(kept)}


def convergence_figure(
    indices: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None, ax: Panels = None
) -> Figure:
    """Draw how the total index, or the mean absolute effect, of each factor settles with the number
    of base points.

    Parameters
    ----------
    indices : DataFrame
        As from :func:`sensitivity`.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.statistics.quantities import Event
    >>> rows = [("retrofit", "discontinued", size, factor, "ST", 0.5, 0.4, 0.6, 0.45,
    ...     0.55) for factor in ("a", "b") for size in (16, 32, 64)]
    >>> len(convergence_figure(pd.DataFrame(rows, columns=COLUMNS), "A sample.",
    ...     Event("discontinued", 108)).axes)
    1
    """
    rows = indices[indices["index"].isin(["ST", "mu_star"])]
    names, looks = {**labels(rows["factor"]), **(named or {})}, _factor_looks(rows)
    sizes = sorted(rows["base_points"].unique())
    with styled():
        height = min(1.7, (PAGE - BESIDE) / rows["design"].nunique())
        drawn, panels = _grid(rows, height, ax, sharex=True, sharey="col")
        for (design, quantity), axes in panels.items():
            own = rows[(rows["design"] == design) & (rows["quantity"] == quantity)]
            for place, (factor, (colour, marker)) in enumerate(looks.items()):
                line = own[own["factor"] == factor].set_index("base_points").reindex(sizes)
                x = np.arange(len(sizes)) + (place - (len(looks) - 1) / 2) * 0.06
                axes.plot(x, line["estimate"], marker=marker, ms=3.5, lw=0.9, color=colour, label=names[factor].name)
                axes.vlines(x, line["lower"], line["upper"], color=colour, lw=0.7, alpha=0.7)
            axes.set_title(label(design), fontsize=7)
            axes.set_xticks(range(len(sizes)), [str(size) for size in sizes])
            axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
        what = "ST" if "ST" in set(rows["index"]) else "μ*"
        for (design, quantity), axes in panels.items():
            if design == designs_of(rows)[0]:
                of = event.risk if quantity == event.way else words(quantity)
                axes.set_title(f"{textwrap.fill(f'{what}, {of}', 34)}\n{label(design)}", fontsize=7)
        label_below(drawn, panels.values(), "Base points", ax)
        return finish(drawn, panels.values(), note, ax)


def _telling(rows: pd.DataFrame, designs: int, row: float) -> list[str]:
    """Factors in their order: all, or those of the largest indices where a page has no room for
    all.
    """
    space = int(((PAGE - BESIDE) / designs - AROUND) / row)
    largest = (
        rows[rows["index"].isin(["ST", "mu_star"])]
        .groupby(["quantity", "factor"], sort=False)["estimate"]
        .max()
        .groupby("quantity")
        .rank(ascending=False, method="first")
        .groupby("factor")
        .min()
        .nsmallest(max(space, 1))
    )
    return [name for name in dict.fromkeys(rows["factor"]) if name in set(largest.index)]


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    what = "Morris screening" if e.method == "morris" else "Sobol' indices"
    base = int(t["sensitivity"]["base_points"].max())
    more = (
        "; left of the dotted line (σ = μ*) a factor acts through interactions or curvature, or through chance alone"
        " where its pale bar reaches 0"
        if e.method == "morris"
        else ""
    )
    lines = "lines: 95% intervals over base points"
    note = e.note(
        f"{what}, {base} base points; {lines}; pale bars: 95% Monte Carlo error over seeds, none where it cannot be "
        f"estimated{more}"
    )
    tables = (t["sensitivity"], t["sensitivity_convergence"])
    figures: dict[str, Drawing] = {"sensitivity": partial(figure, *tables, note, e.event, e.labels)}
    if t["sensitivity"]["base_points"].nunique() > 1:
        note = e.note(f"{what} at a quarter, a half and all of the base points; {lines}")
        figures["sensitivity_convergence"] = partial(convergence_figure, t["sensitivity"], note, e.event, e.labels)
    return figures


_BASE_POINTS = Column("design points", "base points, or trajectories, that the index is computed from")


FINDING = Finding(
    order=140,
    columns=(
        Table(
            "sensitivity",
            "design quantity NAMED base_points factor index estimate ENDS mc_lower mc_upper",
            {
                "base_points": _BASE_POINTS,
                "index": Column("-", "S1: first-order, ST: total (Sobol'); mu_star, sigma: effects of steps (Morris)"),
                "estimate": Column("share; of Morris as the quantity", "the index; missing if nothing varies"),
                "mc_lower": Column("as estimate", "lower end of the 95% interval over resampled seeds"),
                "mc_upper": Column("as estimate", "upper end of the 95% interval over resampled seeds"),
            },
            {"estimate": BOOTSTRAP},
        ),
        Table(
            "sensitivity_convergence",
            "design quantity NAMED base_points converged half_width change note",
            {
                "base_points": _BASE_POINTS,
                "converged": Column("yes or no", "whether half_width and change are small enough"),
                "half_width": Column(
                    "share", "widest half-width of a total index (Morris: relative to the largest effect)"
                ),
                "change": Column("share", "largest change in a total index from half of the base points to all"),
                "note": Column("-", "problem with the analysis; empty if there is none"),
            },
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("sensitivity_convergence",),
)
