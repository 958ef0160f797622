"""Sensitivity of risk, reach and gain to the factors: Morris screening and Sobol' indices, by
SALib.

Two errors are kept apart: ``lower, upper`` from which points were sampled (SALib's bootstrap over
base points), ``mc_lower, mc_upper`` from which seeds they met (bootstrap over seeds, the same ones
for all points).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.analysis.factors import is_numeric
from sim.analysis.quantities import MEASURES
from sim.io.errors import Unsupported

SEED_DRAWS = 50
"""Bootstrap draws of seeds."""
TOLERANCE = 0.1
"""Half-width of a total index, or change from half the points, below which an analysis is called
converged.
"""

COLUMNS = ["design", "quantity", "base_points", "factor", "index", "estimate", "lower", "upper", "mc_lower", "mc_upper"]


def sensitivity(
    runs: pd.DataFrame,
    factors: Sequence[str],
    method: str,
    quantities: Sequence[str] = MEASURES,
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
        ``design, quantity, base_points, factor, index, estimate, lower, upper, mc_lower,
        mc_upper``. Sobol': ``S1`` (first-order) and ``ST`` (total), at a quarter, a half and all of
        the base points. Morris: ``mu_star`` (mean absolute elementary effect, units of the quantity
        over the factor's range) and ``sigma`` (its SD: interactions and curvature), likewise. NaN
        where the quantity does not vary.
    convergence : DataFrame
        ``design, quantity, base_points, converged, half_width, change, note``: widest half-width of
        ``ST`` or ``mu_star`` (Morris: relative to the largest), the largest change from half of the
        base points to all, and whether both are at most ``TOLERANCE``.

    Raises
    ------
    sim.io.errors.Unsupported
        Where points are missing, one factor has one level, or the method is another one.

    Examples
    --------
    >>> from SALib.sample import morris
    >>> import pandas as pd
    >>> from sim.analysis.samples import runs
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
    return {"mc_lower": low, "mc_upper": high}


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
