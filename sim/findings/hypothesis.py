"""Does the theory's claim hold, and where does it fail?

The theory's four claims (Arnett 2023), each judged condition by condition: it holds, it fails,
or the runs do not tell.

A condition is a design point. What event counts, and by when, is the caller's choice: that the
programme was discontinued, unless another is asked for. The line between going on and not is an
even chance; it is the only number here, and no claim is favoured by it. Where a claim is put only
under some conditions, these are chosen on one half of the seeds and answered on the other, so that
chance does not choose its own answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from sim.designs import label, the
from sim.figures.style import Panels, finish, panel_grid, styled
from sim.findings.base.columns import OTHERS, RISK, RISKS, Table
from sim.findings.base.evidence import Evidence
from sim.findings.base.finding import Drawing, Finding, PaperTable, Tables
from sim.findings.discovery import BOX_COLUMNS, BOX_TEXTS, LIMIT_TEXTS, discover
from sim.findings.discovery import figure as figure_of_boxes
from sim.io.errors import Unsupported
from sim.kernel.variables import Column
from sim.statistics.intervals import mean_interval, paired_difference, wilson
from sim.statistics.means import means_by_point, paired
from sim.statistics.naming import ANY, BOTH, BOX_OF_CONDITIONS, CONDITIONS, OPENED, named, over_lengths
from sim.statistics.quantities import HEADLINE

EVEN = 0.5
"""Risk above which a design is mostly discontinued, and below which it mostly goes on."""
HOLDS, FAILS, OPEN = "holds", "fails", "not resolved"
VERDICTS = (HOLDS, FAILS, OPEN)
CLAIMS = {
    "H1": "a retrofit whose initiative runs against its value network is discontinued, however well led",
    "H2": "an initiative aligned with the network goes on or is discontinued according to how well it is led",
    "H3": "the same misaligned initiative goes on where families and staff opt in and rules allow for it",
    "H4": "the pushback comes from those with the most sway, advanced students' families, even where "
    "the initiative helps the average student",
}
RULES = {
    "H1": "holds where the best-led retrofit (the last design) has the event in more than half of the runs; "
    "fails where it has the event in fewer than half",
    "H2": "holds where the worst-led initiative (the first design) has the event in more than half of the runs "
    "and the best-led one (the last design) in fewer than half; fails where both are resolved otherwise",
    "H3": "tested where the mandatory design (the first) has the event in more than half of the runs on the "
    "even seeds; for each other design, on the odd seeds, the claim holds where that design has the event in "
    "fewer than half of the runs and in fewer than the mandatory design, and fails where it has the event in "
    "more than half, or in more than the mandatory design",
    "H4": "tested where the mean gain of a child of the community is above 0 on the even seeds; on the odd "
    "seeds the claim holds where families on record have more sway than the community's mean and more of them "
    "are in the high third of achievement than in the low third, and fails where either is the other way round",
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
LOOKED_AT = {"H1": (-1,), "H2": (0, -1), "H3": (0,), "H4": (0,)}
"""Places of the designs that a claim cannot do without."""
COLUMNS = ["point", "design", "quantity", "measure", "estimate", "lower", "upper", "n", "verdict"]
LOOKS = {"holds": ("#0072B2", "o"), "fails": ("#D55E00", "X"), "not resolved": ("#999999", "s")}
AXES = {"risk": "Risk", "risk difference": "Difference in risk"}
"""What a quantity measures -> words for its axis; the titles of the others say it all."""


def judge(runs: pd.DataFrame, claim: str, way: str = HEADLINE, designs: Sequence[str] | None = None) -> pd.DataFrame:
    """Judge a claim at each design point at which it is put.

    Parameters
    ----------
    runs : DataFrame
        Prepared runs.
    claim : str
        ``"H1"`` to ``"H4"``.
    way : str
        The event that counts, see :data:`sim.statistics.quantities.WAYS`.
    designs : sequence of str, optional
        In the order that ``RULES`` names; that of the runs by default.

    Returns
    -------
    DataFrame
        As ``FINDING`` tells, a row for each quantity that the claim looks at. The verdict is that
        of the condition and design, the same in all their rows.

    Raises
    ------
    sim.io.errors.Unsupported
        Where the sweep tests no claim, lacks a design, a design that the claim looks at opened in
        no run, or in no condition the claim is put.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> judge(small_sweep(), "H3")[["point", "quantity", "estimate", "verdict"]].head(3).round(2)
       point                   quantity  estimate       verdict
    0      0                 greenfield      0.55  not resolved
    1      0                   retrofit      0.75  not resolved
    2      0  greenfield minus retrofit     -0.20  not resolved
    """
    if claim not in CLAIMS:
        raise Unsupported('the sweep tests no claim; accepted: hypothesis = "H1" to "H4" in the sweep file')
    opened = list(dict.fromkeys(runs["design"]))
    designs = list(designs or opened)
    if len(designs) < DESIGNS_NEEDED[claim]:
        raise Unsupported(f"{claim} compares {DESIGNS_NEEDED[claim]} designs, and this sweep has {len(designs)}")
    for place in LOOKED_AT[claim]:
        if designs[place] not in opened:
            raise Unsupported(f"{claim} judges {the(designs[place])}, which did not open in any run")
    table = _JUDGES[claim](runs, designs, way)
    return table.sort_values("point", kind="stable")[COLUMNS].reset_index(drop=True)


def summary(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Share of the conditions with each verdict, for each design that is judged.

    Returns
    -------
    DataFrame
        ``design, verdict, conditions, share, lower, upper`` (Wilson, over conditions), ``n`` (of
        them all).

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> summary(judge(small_sweep(), "H3"))[["design", "verdict", "conditions", "share"]]
           design       verdict  conditions  share
    0  greenfield         holds           1    0.5
    1  greenfield         fails           0    0.0
    2  greenfield  not resolved           1    0.5
    """
    rows = []
    for design, group in verdicts.drop_duplicates(["point", "design"]).groupby("design", sort=False):
        for verdict in VERDICTS:
            count = int((group["verdict"] == verdict).sum())
            rows.append((design, verdict, count, count / len(group), *wilson(count, len(group)), len(group)))
    return pd.DataFrame(rows, columns=["design", "verdict", "conditions", "share", "lower", "upper", "n"])


def counterexamples(verdicts: pd.DataFrame) -> pd.DataFrame:
    """The conditions at which the claim fails, with their numbers: a row each, by design.

    Parameters
    ----------
    verdicts : DataFrame
        As from :func:`judge`.

    Returns
    -------
    DataFrame
        ``point, design``, then for each quantity ``NAME, NAME lower, NAME upper`` and ``NAME n``.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> counterexamples(judge(small_sweep(), "H1"))[["point", "design", "greenfield"]]
       point      design  greenfield
    0      1  greenfield       0.125
    1      3  greenfield       0.125
    """
    failed = verdicts[verdicts["verdict"] == FAILS].rename(columns={"estimate": ""})
    rows = []
    for (point, design), group in failed.groupby(["point", "design"], sort=False):
        row: dict[str, object] = {"point": point, "design": design}
        for each in group.to_dict("records"):
            row |= {f"{each['quantity']} {end}".strip(): each[end] for end in ("", "lower", "upper", "n")}
        rows.append(row)
    return pd.DataFrame(rows, columns=None if rows else ["point", "design"])


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
        As from :func:`sim.findings.discovery.discover`, a row per condition; ``kind`` is ``fails``
        or ``holds``.

    Examples
    --------
    >>> import pandas as pd
    >>> from sim.statistics.samples import runs
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
    resolved = verdicts[verdicts["verdict"] != OPEN].drop_duplicates(["point", "design"])
    each = resolved[["point", "design", "verdict"]].merge(points, on="point")
    # Conditions were sampled, and each is one case: its own cluster.
    table = each.assign(seed=each["point"], **{FAILS: (each["verdict"] == FAILS).astype(float)})
    boxes, limits = discover(table, factors, FAILS)
    names = {FAILS: FAILS, f"not_{FAILS}": HOLDS}
    return boxes.assign(kind=boxes["kind"].map(names)), limits.assign(kind=limits["kind"].map(names))


def _h1(runs: pd.DataFrame, designs: list[str], way: str) -> pd.DataFrame:
    well = designs[-1]
    risks = _risks(runs, way)
    last = risks[risks["quantity"] == well].set_index("point")
    verdict = _verdict(last["lower"] > EVEN, last["upper"] < EVEN)
    return _judged(risks, well, verdict)


def _h2(runs: pd.DataFrame, designs: list[str], way: str) -> pd.DataFrame:
    risks = _risks(runs, way)
    poor, well = (risks[risks["quantity"] == designs[place]].set_index("point") for place in (0, -1))
    both = poor.index.intersection(well.index)
    poor, well = poor.loc[both], well.loc[both]
    resolved = ((poor["upper"] < EVEN) | (poor["lower"] > EVEN)) & ((well["upper"] < EVEN) | (well["lower"] > EVEN))
    follows = (poor["lower"] > EVEN) & (well["upper"] < EVEN)
    verdict = _verdict(follows, resolved & ~follows)
    return _judged(risks, designs[-1], verdict)


def _h3(runs: pd.DataFrame, designs: list[str], way: str) -> pd.DataFrame:
    mandatory, others = designs[0], [design for design in designs[1:] if (runs["design"] == design).any()]
    if not others:
        raise Unsupported(f"H3 compares {the(mandatory)} with other designs, and none of those opened in any run")
    own = runs["design"] == mandatory
    chosen = _put(runs[own], way, EVEN, f"under no condition is {the(mandatory)} {way} in more than half of the runs")
    answering = _answering(runs, chosen)
    risks, tables = _risks(answering, way), []
    for design in others:
        rows = []
        for point, pair in paired(answering, mandatory, design, way).groupby("point", sort=True):
            first, second = pair["first"].to_numpy() > 0, pair["second"].to_numpy() > 0
            rows.append((point, f"{design} minus {mandatory}", *paired_difference(first, second), len(pair)))
        gaps = pd.DataFrame(rows, columns=["point", "quantity", "estimate", "lower", "upper", "n"])
        gap = gaps.set_index("point")
        risk = risks[risks["quantity"] == design].set_index("point").reindex(gap.index)
        verdict = _verdict((risk["upper"] < EVEN) & (gap["upper"] < 0.0), (risk["lower"] > EVEN) | (gap["lower"] > 0.0))
        both = [risks[risks["quantity"] == name] for name in (design, mandatory)]
        table = pd.concat([*both, gaps.assign(measure="risk difference")], ignore_index=True)
        tables.append(_judged(table, design, verdict))
    return pd.concat(tables, ignore_index=True)


def _h4(runs: pd.DataFrame, designs: list[str], way: str) -> pd.DataFrame:
    own = runs[runs["design"] == designs[0]]
    chosen = _put(own, "gain", 0.0, "under no condition is the mean gain above 0")
    own = _answering(own, chosen)
    tertile = (own["families"] / 3).clip(lower=1)
    voice = own[["voice_low", "voice_middle", "voice_high"]].sum(axis=1).replace(0.0, np.nan)
    measured = {
        ("sway of families on record minus the community's", "sway difference"): own["sway_on_record"] - own["sway"],
        ("share on record: high tertile minus low tertile", "share difference"): (
            (own["on_record_high"] - own["on_record_low"]) / tertile
        ),
        ("sway-weighted voice: share of the high third", "share of three"): own["voice_high"] / voice,
        ("learning gain, SD per child of the community", "gain"): own["gain"],
    }
    rows = []
    for what, values in measured.items():
        for point, each in values.groupby(own["point"], sort=True):
            rows.append((point, *what, *mean_interval(each.to_numpy(float)), int(each.notna().sum())))
    table = pd.DataFrame(rows, columns=["point", "quantity", "measure", "estimate", "lower", "upper", "n"])
    sway, tertiles = (
        table[table["measure"] == measure].set_index("point") for measure in ("sway difference", "share difference")
    )
    verdict = _verdict(
        (sway["lower"] > 0.0) & (tertiles["lower"] > 0.0), (sway["upper"] < 0.0) | (tertiles["upper"] < 0.0)
    )
    return table.assign(design=designs[0], verdict=table["point"].map(verdict))


def _put(runs: pd.DataFrame, quantity: str, above: float, none: str) -> pd.Index:
    """Points at which a claim is put: where the mean on the even seeds is above a line."""
    means = runs.loc[runs["seed"] % 2 == 0].groupby("point")[quantity].mean()
    chosen = means.index[means > above]
    if not len(chosen):
        raise Unsupported(f"{none} (on the even seeds), so the claim is not tested")
    return chosen


def _answering(runs: pd.DataFrame, points: pd.Index) -> pd.DataFrame:
    """The runs that answer: those of the odd seeds, at the points chosen."""
    odd = runs.loc[(runs["seed"] % 2 == 1) & runs["point"].isin(points)]
    if odd.empty:
        raise Unsupported("the claim is judged on odd seeds, and there are none; accepted: more replicates")
    return odd


def _risks(runs: pd.DataFrame, way: str) -> pd.DataFrame:
    """Risk of each design at each point, named by the design."""
    means = means_by_point(runs, [way]).rename(columns={"mean": "estimate"})
    return means.assign(quantity=means["design"], measure="risk")


def _judged(table: pd.DataFrame, design: str, verdict: pd.Series) -> pd.DataFrame:
    """Rows with the verdict on a design; without those of conditions in which a design that the
    claim looks at did not open, so that there is none.
    """
    table = table[table["point"].isin(verdict.index)]
    return table.assign(design=design, verdict=table["point"].map(verdict))


def _verdict(holds: pd.Series, fails: pd.Series) -> pd.Series:
    return pd.Series(np.select([holds, fails], [HOLDS, FAILS], OPEN), index=holds.index)


_JUDGES: dict[str, Callable[[pd.DataFrame, list[str], str], pd.DataFrame]] = {
    "H1": _h1,
    "H2": _h2,
    "H3": _h3,
    "H4": _h4,
}


def _tables(e: Evidence) -> Tables:
    claim = e.results.sweep.spec.hypothesis
    if e.selection.designs and claim in CLAIMS:
        raise Unsupported(f"{claim} is judged on all designs of the sweep; accepted: without --design")
    verdicts = judge(e.runs, claim, e.event.way, e.asked)
    tables = {
        "verdicts_summary": e.named(summary(verdicts), CONDITIONS),
        "verdicts_counterexamples": e.with_factors(e.named(counterexamples(verdicts))),
        "verdicts": e.with_factors(_of_verdicts(verdicts, e)),
    }
    try:
        points = e.results.sweep.points.reset_index()
        boxes, tables["verdicts_limits"] = where(verdicts, points, e.factors)
        tables["verdicts_boxes"] = e.named(boxes, BOX_OF_CONDITIONS)
    except Unsupported as reason:
        tables["verdicts_boxes"] = pd.DataFrame({"words": [str(reason)]})
    return tables


def _of_verdicts(verdicts: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Verdicts with what each quantity is of: a risk and a difference of risks are of the event."""
    measure = verdicts["measure"]
    risk, pairs = measure.isin(("risk", "risk difference")), measure == "risk difference"
    event, week = np.where(risk, e.event.way, ANY), np.where(risk, e.event.week, e.longest)
    runs = np.where(risk, OPENED, over_lengths(OPENED, e.lengths))
    return named(verdicts, event, week, np.where(pairs, BOTH, runs))


def figure(table: pd.DataFrame, note: str, ax: Panels = None) -> Figure:
    """Estimates at every condition with 95% intervals, in order of size, a panel per quantity,
    coloured by verdict.

    Parameters
    ----------
    table : DataFrame
        As from :func:`judge`.
    note, ax
        As of all figures, see :mod:`sim.findings`.

    Examples
    --------
    >>> from sim.statistics.samples import small_sweep
    >>> len(figure(judge(small_sweep(), "H3"), "A sample.").axes)
    3
    """
    several = table["design"].nunique() > 1
    # The design that others are compared with stands in the rows of each of them.
    judged = table[(table["quantity"] == table["design"]) | (table["measure"] != "risk")] if several else table
    quantities = list(dict.fromkeys(judged["quantity"]))
    with styled():
        drawn, panels, _ = panel_grid(len(quantities), 2.2, most=3 if len(quantities) == 3 else 2, ax=ax)
        for axes, quantity in zip(panels, quantities, strict=True):
            rows = judged[judged["quantity"] == quantity].sort_values("estimate", kind="stable").reset_index(drop=True)
            place = np.arange(1, len(rows) + 1)
            for verdict, (colour, marker) in LOOKS.items():
                own = (rows["verdict"] == verdict).to_numpy()
                if own.any():
                    part = rows[own]
                    axes.vlines(place[own], part["lower"], part["upper"], color=colour, lw=0.6, alpha=0.5)
                    name = verdict if several else f"{verdict} ({own.sum()})"
                    axes.plot(place[own], part["estimate"], marker, ms=2.4, color=colour, label=name)
            measure = str(rows["measure"].iloc[0])
            axes.axhline(NEUTRAL[measure], color="black", lw=0.6)
            counts = ", ".join(f"{verdict} {(rows['verdict'] == verdict).sum()}" for verdict in LOOKS)
            shown = " minus ".join(map(label, str(quantity).split(" minus ")))
            axes.set_title(f"{shown} ({counts})" if several else shown, fontsize=7)
            axes.set_xlabel("Condition, in order of the estimate")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            axes.set_ylabel(AXES.get(measure, ""))
        return finish(drawn, panels, note, ax)


def _figures(e: Evidence, t: Tables) -> dict[str, Drawing]:
    claim = e.results.sweep.spec.hypothesis
    rule = f"{claim}, {CLAIMS[claim]}: {RULES[claim]}"
    note = e.note(f"{rule}; the event: {e.event}; 95% intervals at each condition (Monte Carlo error only)")
    figures: dict[str, Drawing] = {"hypothesis": partial(figure, t["verdicts"], note)}
    if "verdicts_limits" in t:
        note = e.note(
            f"{claim} (the event: {e.event}): where it fails and where it holds; PRIM over two thirds of the resolved "
            "conditions; density and coverage on the rest"
        )
        figures["hypothesis_where"] = partial(
            figure_of_boxes, t["verdicts_boxes"], t["verdicts_limits"], e.ranges, note
        )
    return figures


def _printed(e: Evidence, t: Tables) -> pd.DataFrame:
    claim = e.results.sweep.spec.hypothesis
    return t["verdicts_summary"].assign(claim=f"{claim}: {CLAIMS[claim]}")


_CLAIM = {
    "kind": Column("-", "fails or holds: what the claim does in the box"),
    "n": Column("design points", "conditions in the box, of those on which it was found"),
    "held_back_n": Column("design points", "held-back conditions in the box"),
}
_VERDICTS = {
    "conditions": Column("design points", "conditions with this verdict"),
    "n": Column("runs", "number of runs; for a difference of risks, pairs of runs; for a share, conditions"),
    "estimate": Column("as the measure", "estimate of the quantity at the condition"),
    "measure": Column("-", f"what the quantity measures: {', '.join(NEUTRAL)}"),
    "quantity": Column("-", "quantity that the claim is about, in words; a design's name stands for its risk"),
    "share": Column("share", "share of the conditions with this verdict"),
    "verdict": Column("-", f"what the condition says of the claim: {', '.join(VERDICTS)}"),
}
_COUNTEREXAMPLES = {
    OTHERS: Column("of its own", _VERDICTS["quantity"].meaning),
    f"{OTHERS} n": Column("runs", "runs, or pairs of runs, behind the quantity"),
}


FINDING = Finding(
    order=10,
    columns=(
        Table(
            "verdicts_summary",
            "design verdict NAMED conditions share ENDS n",
            _VERDICTS,
            {"share": f"{RISK}, over conditions"},
        ),
        Table("verdicts_counterexamples", "point FACTORS design NAMED OTHERS", _COUNTEREXAMPLES),
        Table(
            "verdicts",
            "point FACTORS design quantity measure NAMED estimate ENDS n verdict",
            _VERDICTS,
            {"estimate": f"{RISK} for a risk, Newcombe's for a difference of risks, Student's for the rest"},
        ),
        Table("verdicts_boxes", BOX_COLUMNS, {**BOX_TEXTS, **_CLAIM}, {"density": RISKS}),
        Table("verdicts_limits", "design kind factor low high settings", {**LIMIT_TEXTS, "kind": _CLAIM["kind"]}),
    ),
    tables=_tables,
    figures=_figures,
    shown=("verdicts_summary", "verdicts_counterexamples"),
    printed=(
        PaperTable(
            "claims",
            "Conditions at which the claim holds and fails",
            "verdicts_summary",
            "claim design verdict NAMED n conditions share ENDS",
            _printed,
            error="conditions as a sample",
        ),
    ),
)
