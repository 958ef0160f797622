"""The theory's four claims (Arnett 2023), each judged condition by condition: it holds, it fails,
or the runs do not tell.

A condition is a design point. What counts as an ending, and by when, is the caller's choice. The
line between living and ending is an even chance; it is the only number here, and no claim is
favoured by it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.analysis.discovery import discover
from sim.analysis.effects import means_by_point, paired
from sim.analysis.intervals import mean_interval, paired_difference, wilson
from sim.errors import Unsupported

EVEN = 0.5
"""Risk above which a design mostly ends, and below which it mostly lives."""

HOLDS, FAILS, OPEN = "holds", "fails", "not resolved"
VERDICTS = (HOLDS, FAILS, OPEN)

CLAIMS = {
    "H1": "a retrofit whose initiative runs against its value network ends, however well led",
    "H2": "an initiative aligned with the network lives or ends with the quality of its leadership",
    "H3": "the same misaligned initiative lives where families and staff opt in and rules allow for it",
    "H4": "the pushback comes from those with the most sway, advanced students' families, even where "
    "the initiative helps the average student",
}
RULES = {
    "H1": "holds where the well-led retrofit (the last design) ends in more than half of the runs, fails "
    "where in fewer",
    "H2": "holds where the poorly led initiative (the first design) ends in more than half of the runs and "
    "the well-led one (the last) in fewer; "
    "fails where both end, or both live",
    "H3": "holds where the opt-in design (the last) ends in fewer than half of the runs and less often than "
    "the retrofit (the first); "
    "fails where it ends in more than half, or more often than the retrofit",
    "H4": "holds where families on record have more sway than the community's mean and more of them are of "
    "the high third of achievement "
    "than of the low third; fails where either is the other way round; judged where the middle third gains",
}
"""When a condition counts for or against a claim, by 95% intervals; otherwise it is not resolved.
"""

NEUTRAL = {
    "risk": EVEN,
    "risk difference": 0.0,
    "sway difference": 0.0,
    "share difference": 0.0,
    "share of three": 1 / 3,
    "gain": 0.0,
}
"""What a quantity measures -> where its line of no difference lies."""

DESIGNS_NEEDED = {"H1": 1, "H2": 2, "H3": 2, "H4": 1}


def judge(runs: pd.DataFrame, claim: str) -> pd.DataFrame:
    """Judge a claim at each design point.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs; designs in the order that ``RULES`` names.
    claim : str
        ``"H1"`` to ``"H4"``.

    Returns
    -------
    DataFrame
        ``point, quantity, measure, estimate, lower, upper, n, verdict``: a row for each quantity
        that the claim looks at; ``measure`` is what it measures, see ``NEUTRAL``. The verdict is
        that of the condition, the same in all its rows.

    Raises
    ------
    sim.errors.Unsupported
        Where the sweep tests no claim, or lacks a design.

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> judge(small_sweep(), "H3")[["point", "quantity", "estimate", "verdict"]].head(3).round(2)
       point                   quantity  estimate       verdict
    0      0                   retrofit      0.82  not resolved
    1      0                 greenfield      0.52  not resolved
    2      0  greenfield minus retrofit     -0.30  not resolved
    """
    if claim not in CLAIMS:
        raise Unsupported('the sweep tests no claim; accepted: hypothesis = "H1" to "H4" in the sweep file')
    if runs["design"].nunique() < DESIGNS_NEEDED[claim]:
        raise Unsupported(
            f"{claim} compares {DESIGNS_NEEDED[claim]} designs, and this sweep has {runs['design'].nunique()}"
        )
    return _JUDGES[claim](runs)


def summary(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Share of the conditions with each verdict: ``verdict, conditions, share, lower, upper``
    (Wilson, over conditions).

    Examples
    --------
    >>> from sim.analysis.samples import small_sweep
    >>> summary(judge(small_sweep(), "H3"))[["verdict", "conditions", "share"]]
            verdict  conditions  share
    0         holds           2    0.5
    1         fails           0    0.0
    2  not resolved           2    0.5
    """
    each = verdicts.drop_duplicates("point")["verdict"]
    rows = []
    for verdict in VERDICTS:
        count = int((each == verdict).sum())
        rows.append((verdict, count, count / len(each) if len(each) else np.nan, *wilson(count, len(each))))
    return pd.DataFrame(rows, columns=["verdict", "conditions", "share", "lower", "upper"])


def where(verdicts: pd.DataFrame, points: pd.DataFrame, factors: list[str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Boxes of conditions in which the claim fails, and in which it holds, by scenario discovery
    over the resolved conditions.

    Parameters
    ----------
    verdicts : DataFrame
        As from :func:`judge`.
    points : DataFrame
        ``point`` and the factors.
    factors : list of str

    Returns
    -------
    boxes, limits : DataFrame
        As from :func:`sim.analysis.discovery.discover`, a row per condition; ``kind`` is ``fails``
        or ``holds``.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.analysis.samples import runs
    >>> points = pd.DataFrame({"l.training": [k / 40 for k in range(40)]})
    >>> table = runs(points,
    ...     {"retrofit": lambda point: 0.95 if point["l.training"] < 0.5 else 0.05}, 40)
    >>> boxes, limits = where(judge(table, "H1"), points.rename_axis("point").reset_index(),
    ...     ["l.training"])
    >>> boxes[["kind", "words"]]
        kind                      words
    0  fails  training is at least 0.45
    1  holds  training is at most 0.575
    """
    each = (
        verdicts[verdicts["verdict"] != OPEN].drop_duplicates("point")[["point", "verdict"]].merge(points, on="point")
    )
    # Conditions were sampled, and each is one case: its own cluster.
    table = each.assign(design="conditions", seed=each["point"], failed=(each["verdict"] == FAILS).astype(float))
    boxes, limits = discover(table, factors, "failed")
    names = {"ended": FAILS, "lived": HOLDS}
    return boxes.assign(kind=boxes["kind"].map(names)), limits.assign(kind=limits["kind"].map(names))


def _h1(runs: pd.DataFrame) -> pd.DataFrame:
    risks = _risks(runs)
    well = list(dict.fromkeys(runs["design"]))[-1]
    last = risks[risks["design"] == well].set_index("point")
    verdict = pd.Series(np.select([last["lower"] > EVEN, last["upper"] < EVEN], [HOLDS, FAILS], OPEN), index=last.index)
    return _rows(risks, verdict)


def _h2(runs: pd.DataFrame) -> pd.DataFrame:
    risks = _risks(runs)
    designs = list(dict.fromkeys(runs["design"]))
    poor = risks[risks["design"] == designs[0]].set_index("point")
    well = risks[risks["design"] == designs[-1]].set_index("point").reindex(poor.index)
    follows = (poor["lower"] > EVEN) & (well["upper"] < EVEN)
    either_way = (poor["upper"] < EVEN) & (well["upper"] < EVEN) | (poor["lower"] > EVEN) & (well["lower"] > EVEN)
    against = (poor["upper"] < EVEN) & (well["lower"] > EVEN)
    verdict = pd.Series(np.select([follows, either_way | against], [HOLDS, FAILS], OPEN), index=poor.index)
    return _rows(risks, verdict)


def _h3(runs: pd.DataFrame) -> pd.DataFrame:
    risks = _risks(runs)
    designs = list(dict.fromkeys(runs["design"]))
    rows = []
    for point, group in paired(runs, designs[0], designs[-1], "ended").groupby("point", sort=True):
        first, second = group["first"].to_numpy() > 0, group["second"].to_numpy() > 0
        rows.append((point, f"{designs[-1]} minus {designs[0]}", *paired_difference(first, second), len(group)))
    gaps = pd.DataFrame(rows, columns=["point", "quantity", "mean", "lower", "upper", "n"]).assign(
        measure="risk difference"
    )
    gap = gaps.set_index("point")
    own = risks[risks["design"] == designs[-1]].set_index("point").reindex(gap.index)
    verdict = pd.Series(
        np.select(
            [(own["upper"] < EVEN) & (gap["upper"] < 0), (own["lower"] > EVEN) | (gap["lower"] > 0)],
            [HOLDS, FAILS],
            OPEN,
        ),
        index=gap.index,
    )
    return _rows(pd.concat([risks, gaps], ignore_index=True), verdict)


def _h4(runs: pd.DataFrame) -> pd.DataFrame:
    design = next(iter(dict.fromkeys(runs["design"])))
    third = (runs["families"] / 3).clip(lower=1)
    voice = runs[["voice_low", "voice_middle", "voice_high"]].sum(axis=1).replace(0.0, np.nan)
    measured = {
        ("sway of families on record minus the community's", "sway difference"): runs["sway_on_record"] - runs["sway"],
        ("share on record: high third minus low third", "share difference"): (
            (runs["on_record_high"] - runs["on_record_low"]) / third
        ),
        ("sway-weighted voice: share of the high third", "share of three"): runs["voice_high"] / voice,
        ("learning gain of the middle third, SD", "gain"): runs["gain_middle"],
    }
    rows = []
    own = runs["design"] == design
    for what, values in measured.items():
        for point, each in values[own].groupby(runs.loc[own, "point"], sort=True):
            rows.append((point, *what, *mean_interval(each.to_numpy(float)), int(each.notna().sum())))
    table = pd.DataFrame(rows, columns=["point", "quantity", "measure", "mean", "lower", "upper", "n"])
    sway, thirds, gain = (
        table[table["measure"] == measure].set_index("point")
        for measure in ("sway difference", "share difference", "gain")
    )
    helps = gain["lower"] > 0
    verdict = pd.Series(
        np.select(
            [
                helps & (sway["lower"] > 0) & (thirds["lower"] > 0),
                helps & ((sway["upper"] < 0) | (thirds["upper"] < 0)),
            ],
            [HOLDS, FAILS],
            OPEN,
        ),
        index=sway.index,
    )
    return _rows(table, verdict)


def _risks(runs: pd.DataFrame) -> pd.DataFrame:
    """Risk of each design at each point."""
    return means_by_point(runs, ["ended"]).assign(quantity=lambda rows: rows["design"], measure="risk")


def _rows(estimates: pd.DataFrame, verdict: pd.Series) -> pd.DataFrame:
    table = estimates.rename(columns={"mean": "estimate"}).assign(verdict=estimates["point"].map(verdict))
    columns = ["point", "quantity", "measure", "estimate", "lower", "upper", "n", "verdict"]
    return table.sort_values("point", kind="stable")[columns].reset_index(drop=True)


_JUDGES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {"H1": _h1, "H2": _h2, "H3": _h3, "H4": _h4}
