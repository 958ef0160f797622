"""Two sweeps side by side: which inputs differ, and which results do, paired by seed where both met
the same seeds.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from sim.draws import Draws
from sim.findings.base.evidence import Evidence
from sim.io.errors import InputError
from sim.statistics.intervals import mean_interval, paired_difference, unpaired_difference, unpaired_means
from sim.statistics.naming import ANY, BOTH, OPENED
from sim.statistics.quantities import (
    COMPARED,
    HEADLINE,
    UP_TO_SHORTEST,
    happened_by,
    is_risk,
    milestones,
    prepared,
    units,
)
from sim.sweep.folder import SweepFolder
from sim.sweep.plan import Sweep
from sim.sweep.specification import differing

VERSIONS = ("package", "git_revision", "python", "platform", "libraries")
"""What a manifest says of what made the runs."""

COLUMNS = [
    "point", "design", "quantity", "event", "week", "denominator", "a", "b", "difference", "lower", "upper",
    "resolved", "paired", "pairs", "changed", "n_a", "n_b",
]  # fmt: skip

Row = tuple[str, str, str, str]
"""What differs, whose it is, and how it is reported of each."""


class Diff(NamedTuple):
    """What differs between two sweeps.

    Attributes
    ----------
    inputs : DataFrame
        ``what`` (dotted name), ``designs`` (whose scenario it is of; empty where it is of the
        sweep), ``a, b`` (as texts).
    points : DataFrame
        Design points that both have: ``point, a_point, b_point`` and the factors of both.
    changes : DataFrame
        See :func:`changes`; ``point`` as in ``points``.
    notes : list of str
        What could not be compared, and why.
    """

    inputs: pd.DataFrame
    points: pd.DataFrame
    changes: pd.DataFrame
    notes: list[str]


def diff(a: Evidence, b: Evidence) -> Diff:
    """Compare two sweeps.

    Parameters
    ----------
    a, b : Evidence
        As from :func:`sim.findings.read`.

    Raises
    ------
    sim.io.errors.InputError
        Where a manifest is not as it was written.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> same = read(small_folder())
    >>> reported = diff(same, same)
    >>> len(reported.inputs), len(reported.points), bool(reported.changes["changed"].any())
    (0, 1, False)
    """
    try:
        rows = [*_of_the_sweep(a, b), *_of_scenarios(a.results.sweep, b.results.sweep), *_of_versions(a, b)]
    except RecursionError:
        raise InputError(
            f"{a.folder}, {b.folder}: a manifest is nested too deep; accepted: manifests as sim sweep wrote them"
        ) from None
    inputs = pd.DataFrame(rows, columns=["what", "designs", "a", "b"])
    points, notes = _points_in_both(a.results.sweep, b.results.sweep)
    for each, column in ((a, "a_point"), (b, "b_point")):
        if each.selection.where:
            points = points[points[column].isin(each.selection.points)]
    if not set(a.designs) & set(b.designs):
        notes.append(f"no design opened in both: {', '.join(a.designs)} in A, {', '.join(b.designs)} in B")
    alike = _as_long(a.results.sweep, b.results.sweep, points)
    if not alike:
        notes.append("runs are not of the same number of weeks, so means over whole runs are not compared")
    first, second = (_renumbered(each, points, f"{name}_point") for name, each in (("a", a), ("b", b)))
    both = [name for name in units(a.variables) if name in units(b.variables)]
    return Diff(inputs, points, changes(first, second, min(a.horizon, b.horizon), alike, both), notes)


def _of_the_sweep(a: Evidence, b: Evidence) -> Iterator[Row]:
    """Factors, designs, replicates, where parameters come from, and all else that a sweep file
    says; the parties, and what was swapped.
    """
    own, other = a.results.sweep.draws, b.results.sweep.draws
    first = {**_specified(a), "draws": _of_draws(own, other)}
    second = {**_specified(b), "draws": _of_draws(other, own)}
    for name, one, two in differing(first, second):
        yield name, "", _text(one), _text(two)


def _specified(e: Evidence) -> dict[str, Any]:
    sweep, manifest = e.results.sweep, _manifest(e)
    spec = sweep.spec.model_dump(mode="json")
    factors = {factor.column: factor.model_dump(mode="json", exclude_defaults=True) for factor in sweep.spec.factors}
    parties = {package.name: package.digest for package in sweep.parties.own}
    more = {"factors": factors, "number_of_points": len(sweep.points), "parties": parties}
    return _with_lists_as_texts({**spec, **more, "model": manifest.get("model")})


def _manifest(e: Evidence) -> dict[str, Any]:
    """What a folder says of how its runs were made; nothing of runs in memory."""
    return SweepFolder(e.folder).manifest() if e.folder else {}


def _of_draws(own: Draws | None, other: Draws | None) -> dict[str, Any]:
    """Draws as they are reported beside others: how many, of which fields alone, and a digest of
    the values of those that both draw.
    """
    if own is None:
        return {}
    known = set(other.values) if other is not None else set()
    alone, both = sorted(set(own.values) - known), own.without(set(own.values) - known)
    return {
        "number": len(own),
        "only_here": ", ".join(alone) if other is not None else f"{len(alone)} fields",
        "values": both.digest[:12] if both is not None else None,
    }


def _of_scenarios(a: Sweep, b: Sweep) -> Iterator[Row]:
    """Fields of the base scenario, under each design that both have."""
    designs = [design for design in a.spec.designs if design in b.base]
    found: dict[Row, list[str]] = {}
    for design in designs:
        one, two = (_with_lists_as_texts(sweep.base[design].model_dump(mode="json")) for sweep in (a, b))
        for name, old, new in differing(one, two):
            found.setdefault((name, "", _text(old), _text(new)), []).append(design)
    for (name, _, old, new), own in found.items():
        yield name, ", ".join(own), old, new


def _of_versions(a: Evidence, b: Evidence) -> Iterator[Row]:
    first, second = ({name: _manifest(each).get(name) for name in VERSIONS} for each in (a, b))
    for name, one, two in differing(first, second, "versions"):
        yield name, "", _text(one), _text(two)


def _points_in_both(a: Sweep, b: Sweep) -> tuple[pd.DataFrame, list[str]]:
    """Design points at which the factors of both have the same values; a factor of one only must be
    constant. Where a point recurs, each is matched with its like.
    """
    shared = [name for name in a.points.columns if name in b.points.columns]
    columns = ["point", "a_point", "b_point", *shared]
    alone = [
        f"{name} ({side})"
        for side, points in (("A", a.points), ("B", b.points))
        for name in points.columns
        if name not in shared and points[name].nunique() > 1
    ]
    if alone:
        return pd.DataFrame(columns=columns), [f"no design point in both: only one varies {', '.join(alone)}"]
    ours, theirs = (_by_values(sweep.points[shared]) for sweep in (a, b))
    both = [key for key in ours if key in theirs]
    rows = [(number, ours[key], theirs[key], *key[:-1]) for number, key in enumerate(both)]
    notes = [] if rows else [f"no design point in both: {', '.join(shared)} have no values in common"]
    return pd.DataFrame(rows, columns=columns), notes


def _by_values(points: pd.DataFrame) -> dict[tuple[Any, ...], int]:
    """Number of each design point, by the values of its factors and how many like it came
    before.
    """
    values = [tuple(map(_alike, row)) for row in points.itertuples(index=False, name=None)] or [()] * len(points)
    seen: Counter[tuple[Any, ...]] = Counter()
    found = {}
    for point, row in zip(points.index, values, strict=True):
        found[(*row, seen[row])] = int(point)
        seen[row] += 1
    return found


def _alike(value: Any) -> Any:
    """A value of a factor without its last digits, in which the same level may differ."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def _as_long(a: Sweep, b: Sweep, points: pd.DataFrame) -> bool:
    """Whether runs at each design point of both are of the same number of weeks."""
    pairs = zip(points["a_point"], points["b_point"], strict=True)
    first = a.spec.designs[0], b.spec.designs[0]
    return all(a.scenario(one, first[0]).horizon.weeks == b.scenario(two, first[1]).horizon.weeks for one, two in pairs)


def _renumbered(e: Evidence, points: pd.DataFrame, column: str) -> pd.DataFrame:
    """All runs at the design points of both, which are numbered alike."""
    number = points.set_index(column)["point"]
    runs = e.results.runs[e.results.runs["point"].isin(number.index)]
    return runs.assign(point=runs["point"].map(number))


def _with_lists_as_texts(value: Any) -> Any:
    """Plain data in which each list is reported as a whole."""
    if isinstance(value, dict):
        return {str(name): _with_lists_as_texts(each) for name, each in value.items()}
    return json.dumps(value) if isinstance(value, list) else value


def _text(value: Any) -> str:
    if isinstance(value, dict) and value:
        return ", ".join(f"{name} = {_text(each)}" for name, each in value.items())
    return "none" if value in (None, "", {}) else value if isinstance(value, str) else json.dumps(value)


def changes(
    a: pd.DataFrame, b: pd.DataFrame, horizon: int, whole: bool = True, quantities: Sequence[str] = COMPARED
) -> pd.DataFrame:
    """What differs between two sets of runs, at each design point and design that both have.

    Parameters
    ----------
    a, b : DataFrame
        All runs of each, opened or not: ``point`` (the same number where the same conditions are
        meant), ``design, seed``, the fields of an outcome, and ``error`` where some failed.
    horizon : int
        Weeks that all runs of both lived through.
    whole : bool
        Whether means over whole runs are compared too; of runs of one length only.
    quantities : sequence of str
        What is compared beside the headline, see :func:`sim.statistics.quantities.units`.

    Returns
    -------
    DataFrame
        ``point, design, quantity, event, week`` (by when), ``denominator``: the risk of being
        discontinued by each milestone, and by the horizon what runs are compared by; ``a, b`` (mean
        or risk of each, of its ``n_a`` and ``n_b`` runs that opened); ``difference, lower, upper``
        (b less a, 95%), ``resolved`` (the interval leaves out 0); ``paired`` (both met the same
        seeds there), by ``pairs`` in which both opened, of which ``changed`` have another value.
        Intervals of paired runs are Newcombe's for a risk and Student's for a mean, of others
        Newcombe's for independent proportions and Welch's.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> runs = small_sweep()
    >>> table = changes(runs, runs.assign(gain=runs["gain"] + 0.01), 108)
    >>> table.loc[table["resolved"], ["point", "design", "quantity", "difference",
    ...     "changed"]].head(2).round(2)
        point      design quantity  difference  changed
    13      0    retrofit     gain        0.01       40
    30      0  greenfield     gain        0.01       40
    """
    rows: list[tuple[object, ...]] = []
    ours, theirs = (dict(iter(runs.groupby(["point", "design"], sort=False))) for runs in (a, b))
    for key in ours:
        if key not in theirs:
            continue
        first, second = (prepared(runs[key], horizon, horizon).set_index("seed") for runs in (ours, theirs))
        paired = set(ours[key]["seed"]) == set(theirs[key]["seed"])
        both = first.index.intersection(second.index, sort=False) if paired else first.index[:0]
        for (quantity, week, one), (_, _, two) in zip(
            *(_measured(runs, horizon, whole, quantities) for runs in (first, second)), strict=True
        ):
            risk = is_risk(quantity)
            matched = pd.DataFrame({"one": one.reindex(both), "two": two.reindex(both)}).dropna()
            difference = _paired(matched, risk) if paired else _unpaired(one, two, risk)
            resolved = difference[1] > 0.0 or difference[2] < 0.0
            changed = int((matched["one"] != matched["two"]).sum())
            counts = (len(matched), changed, int(one.notna().sum()), int(two.notna().sum()))
            of = (quantity if risk else ANY, week, BOTH if paired else OPENED)
            rows.append((*key, quantity, *of, one.mean(), two.mean(), *difference, resolved, paired, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)


def _measured(
    runs: pd.DataFrame, horizon: int, whole: bool, quantities: Sequence[str]
) -> Iterator[tuple[str, int, pd.Series]]:
    """What is compared of runs that opened: quantity, by which week, and a value for each run."""
    for week in milestones(horizon):
        yield HEADLINE, week, pd.Series(happened_by(runs, week).astype(float), runs.index)
    for quantity in quantities:
        if quantity != HEADLINE and (whole or is_risk(quantity) or quantity == UP_TO_SHORTEST):
            yield quantity, horizon, runs[quantity].astype(float)


def _paired(matched: pd.DataFrame, risk: bool) -> tuple[float, float, float]:
    one, two = matched["one"].to_numpy(), matched["two"].to_numpy()
    return paired_difference(two > 0, one > 0) if risk else mean_interval(two - one)


def _unpaired(one: pd.Series, two: pd.Series, risk: bool) -> tuple[float, float, float]:
    if risk:
        return unpaired_difference(int(two.sum()), len(two), int(one.sum()), len(one))
    return unpaired_means(two.to_numpy(), one.to_numpy())
