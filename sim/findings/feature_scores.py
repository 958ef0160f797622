"""Which factor predicts the outcome best, whatever the shape of its effect? Feature scores, by
extremely randomised trees of the EMA Workbench.

A score is the share of the trees' reduction of variance that a factor accounts for; those of a
design and quantity add up to 1. Unlike Sobol' indices, scores need no special sampling, and unlike
these they say nothing of how certain an effect is: a factor without any effect has a score too.
"""

from __future__ import annotations

import textwrap
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.designs import label
from sim.figures.style import Panels, designs_of, finish, panel_grid, styled
from sim.findings.base.columns import Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, Tables
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.factors import FactorLabel, labels
from sim.statistics.naming import OPENED
from sim.statistics.quantities import MEASURES, MORE, Event, words

FEWEST_POINTS = 20
"""Design points below which trees have little to learn from."""
TREES, RESAMPLES = 50, 10
"""Trees of a fit, and resamples of the design points for its interval."""
COLUMNS = ["design", "quantity", "factor", "score", "lower", "upper", "points", "n"]


def feature_scores(runs: pd.DataFrame, factors: Sequence[str], quantities: Iterable[str] = MEASURES) -> pd.DataFrame:
    """Score each factor by design and quantity.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    factors : sequence of str
    quantities : iterable of str

    Returns
    -------
    DataFrame
        As ``FINDING`` tells; no rows for a quantity that does not vary. The interval is the score's
        with 1.96 SDs over resampled design points either side, within 0 and 1.

    Raises
    ------
    sim.io.errors.Unsupported
        Where there are too few design points, fewer than two factors vary, or the EMA Workbench is
        not installed.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from sim.statistics.samples import runs
    >>> space = np.random.default_rng(1).random((60, 2))
    >>> space = pd.DataFrame(space, columns=["a", "b"])
    >>> table = runs(space, {"retrofit": lambda p: 0.1 + 0.8 * p["a"]}, 20)
    >>> scores = feature_scores(table, ["a", "b"], ["discontinued"]).set_index("factor")["score"]
    >>> bool(scores["a"] > 0.7), round(float(scores.sum()), 6)
    (True, 1.0)
    """
    varied = [name for name in factors if runs[name].nunique() > 1]
    count = runs["point"].nunique()
    if len(varied) < 2 or count < FEWEST_POINTS:
        raise Unsupported(
            f"feature scores need two factors that vary over {FEWEST_POINTS} design points; this sweep varies "
            f"{len(varied)} over {count}"
        )
    rows = []
    for design, group in runs.groupby("design", sort=False):
        for quantity in quantities:
            known = group.dropna(subset=[quantity])
            points = known.groupby("point").agg({**dict.fromkeys(varied, "first"), quantity: "mean"})
            y = points[quantity].to_numpy(float)
            if len(points) < FEWEST_POINTS or np.ptp(y) <= 1e-12 * max(1.0, float(np.abs(y).max())):
                continue
            score, spread = _scores(points[varied], y)
            for name in varied:
                low, high = max(0.0, score[name] - 1.96 * spread[name]), min(1.0, score[name] + 1.96 * spread[name])
                rows.append((design, quantity, name, score[name], low, high, len(points), len(known)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _scores(x: pd.DataFrame, y: np.ndarray) -> tuple[pd.Series, pd.Series]:
    """Scores, and their SD over resampled points."""
    generator = np.random.default_rng(0)
    drawn = [generator.integers(0, len(y), len(y)) for _ in range(RESAMPLES)]
    again = pd.DataFrame([_fit(x.iloc[rows].reset_index(drop=True), y[rows]) for rows in drawn])
    return _fit(x, y), again.std(ddof=1)


def _fit(x: pd.DataFrame, y: np.ndarray) -> pd.Series:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from ema_workbench.analysis.feature_scoring import RuleInductionType, get_ex_feature_scores
    except ImportError:
        raise Unsupported("feature scores need ema_workbench; accepted: install the extra 'analysis'") from None
    names = dict(enumerate(x.columns))
    plain = x.set_axis([f"f{place}" for place in names], axis=1)
    plain = plain.assign(**{name: plain[name].astype(str) for name in plain if plain[name].dtype.kind not in "if"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Few trees leave some points without an estimate out of the bag.
        found, _ = get_ex_feature_scores(
            plain, y, mode=RuleInductionType.REGRESSION, nr_trees=TREES, oob_score=False, random_state=1
        )
    return pd.Series({name: float(found.loc[f"f{place}"].iloc[0]) for place, name in names.items()})


def figure(
    scores: pd.DataFrame, note: str, event: Event, named: Mapping[str, FactorLabel] | None = None, ax: Panels = None
) -> Figure:
    """Draw a panel per quantity: a row per factor, a column per design, the score in its cell.

    Parameters
    ----------
    scores : DataFrame
        As from :func:`feature_scores`.
    note, event, named, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("retrofit", "discontinued", name, 0.5, 0.4, 0.6, 30, 300) for name in ("a", "b")]
    >>> table, event = pd.DataFrame(rows, columns=COLUMNS), Event("discontinued", 108)
    >>> len(figure(table, "A sample.", event).axes)
    1
    """
    quantities, designs = list(dict.fromkeys(scores["quantity"])), designs_of(scores)
    names = {**labels(scores["factor"]), **(named or {})}
    order = list(scores.groupby("factor", sort=False)["score"].max().sort_values(ascending=False, kind="stable").index)
    with styled():
        drawn, panels, _ = panel_grid(len(quantities), 0.9 + 0.2 * len(order), ax=ax, sharey=True)
        for axes, quantity in zip(panels, quantities, strict=True):
            own = scores[scores["quantity"] == quantity]
            cells = own.pivot(index="factor", columns="design", values="score").reindex(index=order, columns=designs)
            axes.imshow(cells.to_numpy(float), cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
            for (row, column), value in np.ndenumerate(cells.to_numpy(float)):
                if np.isfinite(value):
                    text = f"{value:.2f}".removeprefix("0") if value < 1 else "1.0"
                    axes.text(column, row, text, ha="center", va="center", fontsize=6,
                              color="white" if value > 0.55 else "black")  # fmt: skip
            axes.set_xticks(range(len(designs)), [textwrap.fill(label(name), 12) for name in designs], fontsize=6)
            if len(designs) > 3:
                axes.tick_params(axis="x", rotation=90)
            what = event.risk if quantity == event.way else words(quantity)
            axes.set_title(textwrap.fill(what[0].upper() + what[1:], 34), fontsize=7)
        panels[0].set_yticks(range(len(order)), [str(names[name]) for name in order])
        return finish(drawn, panels, note, ax)


def _tables(e: Evidence) -> Tables:
    return {"feature_scores": e.of_quantities(feature_scores(e.runs, e.factors, (e.event.way, *MORE)), OPENED)}


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    if t["feature_scores"].empty:
        return {}
    chance = 1.0 / t["feature_scores"]["factor"].nunique()
    note = e.note(
        f"Share of the trees' reduction of variance, by column; if all factors mattered equally, {chance:.2f} each"
    )
    return {"feature_scores": partial(figure, t["feature_scores"], note, e.event, e.labels)}


FINDING = Finding(
    order=145,
    columns=(
        Table(
            "feature_scores",
            "design quantity factor NAMED score ENDS points n",
            {"score": Column("share", "share of the trees' reduction of variance that the factor accounts for")},
            {"score": "over resampled design points, normal"},
        ),
    ),
    tables=_tables,
    figures=_figures,
    shown=("feature_scores",),
)
