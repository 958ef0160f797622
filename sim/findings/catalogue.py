"""The catalogue of findings: for each its tables and its figures, from the evidence of a sweep."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim import plots
from sim.analysis import attribution as attributing
from sim.analysis import discovery as discovering
from sim.analysis import (
    effect_modification,
    effects,
    frontier,
    hypotheses,
    naming,
    phase,
    pressure,
    risk,
    sensitivity,
    unknown,
)
from sim.analysis.factors import is_numeric, short_names
from sim.analysis.naming import BOTH, OPENED
from sim.analysis.quantities import MORE, STUDENT_WEEK, UNITS
from sim.diagnose import diagnose
from sim.findings.evidence import Evidence
from sim.io.errors import InputError, Unsupported, shown
from sim.io.files import file_name
from sim.plots.frontier import WITH_WHISKERS

Tables = dict[str, pd.DataFrame]
Figures = dict[str, Figure]

MAPPED = 20_000
"""Families up to which the map of the value network is drawn: it asks every one of them."""
MOST_PHASES = 6
"""Phase diagrams that are made unasked, of the factors that tell most; any other pair can be asked
for by ``sim plot``.
"""
PHASES = dict(
    zip(
        ("phase", "phase_differences", "phase_surface", "phase_surface_differences"), phase.Diagram._fields, strict=True
    )
)
"""Tables of phase diagrams, each a part of one."""


@dataclass(frozen=True)
class Finding:
    """One kind of finding.

    Attributes
    ----------
    name : str
        As in ``sim plot DIR --figure NAME``.
    question : str
        What it answers.
    tables, figures : callable
        Raise :class:`sim.io.errors.Unsupported` where the sweep cannot answer it.
    """

    name: str
    question: str
    tables: Callable[[Evidence], Tables]
    figures: Callable[[Evidence, Tables], Figures]


@dataclass(frozen=True)
class Found:
    """A finding with its tables, or the reason why there is none: the sweep does not support it, or
    (``failed``) making it raised an error.
    """

    finding: Finding
    tables: Tables
    unsupported: str = ""
    failed: bool = False

    def figures(self, evidence: Evidence) -> Figures:
        """Draw its figures, by name."""
        return self.finding.figures(evidence, self.tables)


def find(name: str, evidence: Evidence) -> Found:
    """Make one finding.

    Raises
    ------
    sim.io.errors.InputError
        Where there is no finding of that name.
    sim.io.errors.Unsupported
        Where the sweep cannot answer it.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> find("risk", read(small_folder())).tables["not_opened"][["design", "share"]]
           design  share
    0    retrofit    0.0
    1  greenfield    0.0
    """
    finding = next((finding for finding in FINDINGS if finding.name == name), None)
    if finding is None:
        raise InputError(f"--figure = {name!r}: accepted: {', '.join(finding.name for finding in FINDINGS)}")
    return Found(finding, finding.tables(evidence))


def find_all(evidence: Evidence, names: Collection[str] | None = None) -> Iterator[Found]:
    """Make every finding, in order; what the sweep does not support comes with its reason, and one
    that fails loses no other.

    Parameters
    ----------
    evidence : Evidence
    names : collection of str, optional
        Only these.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> [found.finding.name for found in find_all(read(small_folder())) if not found.unsupported]
    ['overview', 'risk', 'delivery', 'comparison', 'frontier', 'pressure', 'curves', 'network']
    """
    for finding in FINDINGS if names is None else [each for each in FINDINGS if each.name in names]:
        try:
            yield Found(finding, finding.tables(evidence))
        except Unsupported as reason:
            yield Found(finding, {}, str(reason))
        except Exception as error:
            yield Found(finding, {}, _reported(error), failed=True)


def drawn(found: Found, evidence: Evidence) -> tuple[Found, Figures]:
    """A finding with its figures, by name; where drawing fails, a failed one without.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> evidence = read(small_folder())
    >>> found, figures = drawn(find("pressure", evidence), evidence)
    >>> found.failed, sorted(figures)
    (False, ['pressure'])
    """
    if found.unsupported:
        return found, {}
    try:
        return found, found.figures(evidence)
    except Exception as error:
        return replace(found, unsupported=_reported(error), failed=True), {}


def _reported(error: Exception) -> str:
    return shown(f"failed: {type(error).__name__}: {error}")


def tables_of(evidence: Evidence, names: Iterable[str]) -> Tables:
    """The tables of some findings, by the tables' names; what the sweep does not support is left
    out.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> sorted(tables_of(read(small_folder()), ["pressure", "phase", "network"]))
    ['diagnosis', 'pressure']
    """
    tables: Tables = {}
    for name in names:
        with suppress(Unsupported):
            tables |= find(name, evidence).tables
    return tables


def _overview(e: Evidence) -> Tables:
    _one_point(e, "an overview on one page")
    return {"risk": e.incidence, "curves": e.curves, "pressure": e.pressure}


def _draw_overview(e: Evidence, t: Tables) -> Figures:
    intervals = "Bands of risks, and bars: 95% intervals (Monte Carlo error only)"
    note = _curves_note(e, f"{intervals}; bands of curves: 50% and 90% of runs")
    return {"overview": plots.overview(t["risk"], t["curves"], t["pressure"], e.title, note, e.variables)}


def _risk(e: Evidence) -> Tables:
    return {
        "risk": e.incidence,
        "risk_at_milestones": e.named(risk.pooled_incidence(e.runs, e.horizon, e.weeks)),
        "risk_by_point": _with_factors(e.named(_with_ranges(risk.risk_by_point(e.runs, e.weeks), e)), e),
        "not_opened": e.not_opened,
        "median_by_point": _with_factors(
            naming.named(risk.median_by_point(e.runs, e.event.way), e.event.way, e.horizon, OPENED), e
        ),
    }


def _with_ranges(table: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Risks with the range over what we do not know beside their Monte Carlo error."""
    if e.results.sweep.draws is None:
        return table.assign(parameter_low=np.nan, parameter_high=np.nan)
    found = unknown.ranges(e.runs, len(e.results.sweep.draws), e.weeks)
    return table.merge(found, on=["point", "design", "event", "week"], how="left")


def _draw_risk(e: Evidence, t: Tables) -> Figures:
    return {"risk": plots.risk_over_time(t["risk"], _mean_note(e, "bands", "; dots: 90% of the design points"))}


def _delivery(e: Evidence) -> Tables:
    quantities = _quantities(e)
    return {
        "means": _of(effects.pooled_means(e.runs, quantities), e, OPENED),
        "means_by_point": _with_factors(_of(effects.means_by_point(e.runs, quantities), e, OPENED), e),
    }


def _draw_delivery(e: Evidence, t: Tables) -> Figures:
    note = _mean_note(e, "whiskers", "; grey: 90% of the design points", more=f"; {STUDENT_WEEK}")
    return {"delivery": plots.delivery(t["means"], note)}


def _comparison(e: Evidence) -> Tables:
    quantities, weeks = _quantities(e), e.weeks
    return {
        "differences": _of(effects.pooled_differences(e.runs, quantities, e.asked), e, BOTH),
        "differences_by_point": _with_factors(
            _of(effects.differences_by_point(e.runs, quantities, e.asked), e, BOTH), e
        ),
        "differences_by_week": _with_factors(
            e.named(effects.differences_by_week(e.runs, weeks, e.event.way, e.asked), BOTH), e
        ),
    }


def _draw_comparison(e: Evidence, t: Tables) -> Figures:
    note = e.note("Paired by seed; 95% intervals (Newcombe; Monte Carlo error only)")
    if e.points == 1:
        return {"comparison": plots.differences_by_week(t["differences_by_week"], note)}
    return {"comparison": plots.differences(t["differences_by_point"], note, e.event)}


def _frontier(e: Evidence) -> Tables:
    return {"frontier": _with_factors(e.named(frontier.frontier(e.runs, e.event.way)), e)}


def _draw_frontier(e: Evidence, t: Tables) -> Figures:
    filled = "A mark per design point and design; filled: nothing is better on risk, student-weeks and gain at once"
    bars = "; bars: 95% intervals (Monte Carlo error only)" if len(t["frontier"]) <= WITH_WHISKERS else ""
    return {"frontier": plots.frontier(t["frontier"], e.note(f"{filled}{bars}; {STUDENT_WEEK}"), e.event)}


def _pressure(e: Evidence) -> Tables:
    return {"pressure": e.pressure}


def _draw_pressure(e: Evidence, t: Tables) -> Figures:
    return {
        "pressure": plots.pressure(
            t["pressure"], _mean_note(e, "bars", what="Mean share of what was drained in a run"), e.variables
        )
    }


def _curves(e: Evidence) -> Tables:
    shares = pressure.shares_over_time(e.results.weekly, e.variables)
    return {"curves": e.curves, "pressure_over_time": naming.named(shares, naming.ANY, shares["week"], naming.DRAINED)}


def _draw_curves(e: Evidence, t: Tables) -> Figures:
    bands = "50% and 90% of the design points' means" if e.points > 1 else "50% and 90% of runs"
    lines = "Solid: median; dashed: mean; dotted: share of runs in which the programme goes on"
    going_on = f"Medians, and bands of {bands}, where the programme goes on, while it does in a tenth of the runs"
    drained = "Mean share of the capital drained so far; bands: 95% intervals of the mean"
    figures = {
        "adoption": plots.adoption(t["curves"], _curves_note(e, f"{lines}; bands: {bands}")),
        "support": plots.support(t["curves"], _curves_note(e, going_on)),
    }
    # Where nothing ever drains the capital, nobody has a share.
    if len(t["pressure_over_time"]):
        figures["pressure_over_time"] = plots.pressure_over_time(
            t["pressure_over_time"], _curves_note(e, drained), e.variables
        )
    return figures


def _network(e: Evidence) -> Tables:
    _one_point(e, "the map of the value network")
    point = int(e.runs["point"].iloc[0])
    scenarios = [e.results.sweep.scenario(point, design) for design in e.designs]
    most = max(scenario.population.families for scenario in scenarios)
    if most > MAPPED:
        raise Unsupported(
            f"the map of the value network asks every family, and there are {most:,}; accepted: up to {MAPPED:,}"
        )
    asked = _communities(most)
    tables = [diagnose(scenario, asked, e.results.sweep.draws).assign(n=asked) for scenario in scenarios]
    stances = pd.concat(tables, ignore_index=True)
    return {"diagnosis": naming.named(stances, naming.ANY, naming.BEFORE, naming.COMMUNITIES)}


def _draw_network(e: Evidence, t: Tables) -> Figures:
    asked = _communities(int(e.families.max()))
    note = f"Stance before the first week, mean of {asked} synthetic communities (seeds 0 to {asked - 1})"
    return {"value_network": plots.value_network(t["diagnosis"], f"{e.title}. {note}; {e.calibration}.")}


def _communities(families: int) -> int:
    """Synthetic communities that are asked: fewer where they are large."""
    return 5 if families <= 5000 else 1


def _effects(e: Evidence) -> Tables:
    _factorial(e, "effects of levels need")
    return {"effects": _of(effects.level_effects(e.runs, e.factors, (e.event.way, *MORE)), e, naming.LEVELS)}


def _draw_effects(e: Evidence, t: Tables) -> Figures:
    note = e.note(
        "All else alike, paired by seed, averaged over the other factors; 95% intervals (Monte Carlo error, "
        "seeds as clusters)"
    )
    return {"effects": plots.level_effects(t["effects"], note, e.event, e.labels)}


def _effect_modification(e: Evidence) -> Tables:
    what = "the difference between designs, by factor, needs"
    _factorial(e, what)
    if len(e.designs) < 2:
        raise Unsupported(
            f"{what} two designs that open, and there is {e.designs[0]}; where its factors are what one design has "
            "and another has not, see attribution"
        )
    found = effect_modification.effect_modification(e.runs, e.factors, (e.event.way, *MORE), e.asked)
    return {"effect_modification": _of(found, e, naming.GAPS)}


def _draw_effect_modification(e: Evidence, t: Tables) -> Figures:
    note = e.note(
        f"How far a level moves a design's difference in risk from {e.designs[0].replace('_', ' ')}: below 0, it "
        "lowers the design's risk more; open: all other factors at their first level; filled: at their last; bars: "
        "mean over all their levels; 95% intervals, paired by seed (Monte Carlo error only)"
    )
    return {"effect_modification": plots.effect_modification(t["effect_modification"], note, e.event, e.labels)}


def _attribution(e: Evidence) -> Tables:
    found = attributing.attribution(e.runs, e.factors, (e.event.way, *MORE))
    return {"attribution": _of(found, e, naming.CORNERS)}


def _draw_attribution(e: Evidence, t: Tables) -> Figures:
    note = e.note(
        "Shapley values over the full factorial, seed by seed; open: changed alone, filled: when all others are "
        "changed; 95% intervals (Monte Carlo error only)"
    )
    return {"attribution": plots.attribution(t["attribution"], note, e.event)}


def _phase(e: Evidence) -> Tables:
    _check_plane(e)
    drawn, reason = [], None
    for x, y in phase.pairs(e.runs, e.factors, MOST_PHASES, e.event.way):
        try:
            drawn.append(phase.phase(e.runs, x, y, e.event.way, e.asked))
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
        tables[name] = _of(placed, e, BOTH if name.endswith("differences") else OPENED)
    return {name: table for name, table in tables.items() if len(table) or "surface" not in name}


def _draw_phase(e: Evidence, t: Tables) -> Figures:
    figures: Figures = {}
    for x, y in dict.fromkeys(zip(t["phase"]["x_factor"], t["phase"]["y_factor"], strict=True)):
        tables = [t.get(name, pd.DataFrame(columns=["x_factor", "y_factor", "design"])) for name in PHASES]
        own = [table[(table["x_factor"] == x) & (table["y_factor"] == y)] for table in tables]
        name, figure = _phase_diagram(e, phase.Diagram(*own))
        # Factors whose names are alike but for what a file's name cannot have.
        figures[name if name not in figures else f"{name}_{len(figures)}"] = figure
    return figures


def _check_plane(e: Evidence) -> None:
    if e.method == "morris":
        raise Unsupported(
            "a phase diagram cannot be drawn: the points of a Morris design lie on trajectories, which leave most of "
            f"the plane empty; accepted: {phase.FILLING}"
        )


def phase_diagram(evidence: Evidence, x: str, y: str) -> Figures:
    """Draw the phase diagram of two factors.

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
    known = sorted({name for pair in phase.pairs(evidence.runs, evidence.factors) for name in pair})
    for option, name in (("--x", x), ("--y", y)):
        if name not in known:
            raise InputError(f"{option} = {name!r}: accepted: {', '.join(known)}")
    if x == y:
        raise InputError(f"--y = {y!r}: accepted: another factor than --x")
    return dict([_phase_diagram(evidence, phase.phase(evidence.runs, x, y, evidence.event.way, evidence.asked))])


def _phase_diagram(e: Evidence, diagram: phase.Diagram) -> tuple[str, Figure]:
    x, y = (str(diagram.levels[name].iloc[0]) for name in ("x_factor", "y_factor"))
    names = short_names(e.factors)
    others = ", ".join(names[name] for name in e.factors if name not in (x, y) and e.runs[name].nunique() > 1)
    over, scatter = (
        (f"averaged over {others}", ", and the scatter that the others make") if others else ("all else fixed", "")
    )
    error = "Monte Carlo error, seeds as clusters"
    if len(diagram.surface):
        how = f"Surfaces fitted to the design points (Gaussian process), {over}; blank: no design point near"
        intervals = f"95% intervals at each place by itself ({error}{scatter})"
    else:
        how, intervals = f"Cells: means over their design points, {over}", f"95% intervals of each cell ({error})"
    note = e.note(f"{how}; differences paired by seed, {intervals}")
    return file_name(f"phase_{names[x]}_by_{names[y]}"), plots.phase(diagram, note, e.event, e.labels)


def _sensitivity(e: Evidence) -> Tables:
    indices, convergence = sensitivity.sensitivity(e.runs, e.factors, e.method, (e.event.way, *MORE))
    tables = {"sensitivity": indices, "sensitivity_convergence": convergence}
    return {name: _of(table, e, naming.BASE) for name, table in tables.items()}


def _draw_sensitivity(e: Evidence, t: Tables) -> Figures:
    what = "Morris screening" if e.method == "morris" else "Sobol' indices"
    base = int(t["sensitivity"]["base_points"].max())
    note = e.note(
        f"{what}, {base} base points; thin black: 95% over base points; thick orange: 95% Monte Carlo error over seeds"
    )
    return {"sensitivity": plots.sensitivity(t["sensitivity"], t["sensitivity_convergence"], note, e.event, e.labels)}


def _discovery(e: Evidence) -> Tables:
    boxes, limits = discovering.discover(e.runs, e.factors, e.event.way)
    return {"discovery": e.named(boxes, naming.BOX), "discovery_limits": limits}


def _draw_discovery(e: Evidence, t: Tables) -> Figures:
    density = "density (share of runs in the box that the event befell, or not)"
    judged = f"{density} and coverage (share of all such runs) on the rest, clustered by seed"
    note = e.note(
        f"PRIM; boxes found on two thirds of the design points; {judged}; the event: {e.event}; 95% intervals"
    )
    return {"discovery": plots.discovery(t["discovery"], t["discovery_limits"], ranges(e), note)}


def _hypothesis(e: Evidence) -> Tables:
    claim = e.results.sweep.spec.hypothesis
    if e.selection.designs and claim in hypotheses.CLAIMS:
        raise Unsupported(f"{claim} is judged on all designs of the sweep; accepted: without --design")
    verdicts = hypotheses.judge(e.runs, claim, e.event.way, e.asked)
    tables = {
        "verdicts_summary": e.named(hypotheses.summary(verdicts), naming.CONDITIONS),
        "verdicts_counterexamples": _with_factors(e.named(hypotheses.counterexamples(verdicts)), e),
        "verdicts": _with_factors(_of_verdicts(verdicts, e), e),
    }
    try:
        points = e.results.sweep.points.reset_index()
        boxes, tables["verdicts_limits"] = hypotheses.where(verdicts, points, e.factors)
        tables["verdicts_boxes"] = e.named(boxes, naming.BOX_OF_CONDITIONS)
    except Unsupported as reason:
        tables["verdicts_boxes"] = pd.DataFrame({"words": [str(reason)]})
    return tables


def _of_verdicts(verdicts: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Verdicts with what each quantity is of: a risk and a difference of risks are of the event."""
    measure = verdicts["measure"]
    risk, pairs = measure.isin(("risk", "risk difference")), measure == "risk difference"
    event, week = np.where(risk, e.event.way, naming.ANY), np.where(risk, e.event.week, e.longest)
    runs = np.where(risk, OPENED, naming.over_lengths(OPENED, e.lengths))
    return naming.named(verdicts, event, week, np.where(pairs, BOTH, runs))


def _draw_hypothesis(e: Evidence, t: Tables) -> Figures:
    claim = e.results.sweep.spec.hypothesis
    rule = f"{claim}, {hypotheses.CLAIMS[claim]}: {hypotheses.RULES[claim]}"
    note = e.note(f"{rule}; the event: {e.event}; 95% intervals at each condition (Monte Carlo error only)")
    figures = {"hypothesis": plots.verdicts(t["verdicts"], note)}
    if "verdicts_limits" in t:
        note = e.note(
            f"{claim} (the event: {e.event}): where it fails and where it holds; PRIM over two thirds of the resolved "
            "conditions; density and coverage on the rest"
        )
        figures["hypothesis_where"] = plots.discovery(t["verdicts_boxes"], t["verdicts_limits"], ranges(e), note)
    return figures


def _of(table: pd.DataFrame, e: Evidence, denominator: str) -> pd.DataFrame:
    """A table of quantities with the event and week of each, and what its numbers are of."""
    return naming.of_quantities(table, e.event, e.lengths, denominator)


def _quantities(e: Evidence) -> tuple[str, ...]:
    """The event asked for, and all that runs are compared by."""
    return tuple(dict.fromkeys([e.event.way, *UNITS]))


def _factorial(e: Evidence, what: str) -> None:
    if e.method not in ("factorial", "list"):
        raise Unsupported(
            f"{what} a factorial design (or a list); this sweep is {e.method}: see sensitivity and discovery"
        )


def _one_point(e: Evidence, what: str) -> None:
    if e.points > 1:
        raise Unsupported(f"{what} is of one design point; this sweep has {e.points}")


def _mean_note(e: Evidence, marks: str, spread: str = "", what: str = "Mean", more: str = "") -> str:
    """Caption of means with intervals: over runs, or over design points where there are several."""
    if e.points == 1:
        return e.note(f"{what} over runs; {marks}: 95% intervals (Monte Carlo error only){more}")
    error = f"95% intervals (Monte Carlo error, seeds as clusters){spread}{more}"
    return e.note(f"{what} over design points; {marks}: {error}")


def _curves_note(e: Evidence, what: str) -> str:
    """Caption of weekly curves, which may rest on fewer seeds than the table of runs."""
    return e.note("; ".join(part for part in (what, e.weekly_sample) if part))


def ranges(evidence: Evidence) -> pd.DataFrame:
    """What was swept of each factor: ``factor, low, high``; no ends for names.

    Examples
    --------
    >>> from sim.findings import read
    >>> from sim.sweep.samples import small_folder
    >>> ranges(read(small_folder(factorial=True)))
                    factor  low  high
    0  leadership.training  0.1   0.9
    1   leadership.vetting  0.1   0.9
    """
    rows = []
    for name in evidence.factors:
        values = evidence.results.sweep.points[name]
        rows.append((name, float(values.min()), float(values.max())) if is_numeric(values) else (name, np.nan, np.nan))
    return pd.DataFrame(rows, columns=["factor", "low", "high"])


def _with_factors(table: pd.DataFrame, e: Evidence) -> pd.DataFrame:
    """Put the factors' values beside the number of the design point."""
    points = e.results.sweep.points.reset_index()
    return points.merge(table, on="point", how="right") if len(e.factors) else table


FINDINGS: tuple[Finding, ...] = (
    Finding("hypothesis", "Does the claim of the theory hold, and where does it fail?", _hypothesis, _draw_hypothesis),
    Finding(
        "overview",
        "Which design is discontinued, how, when, and who drained the board's capital?",
        _overview,
        _draw_overview,
    ),
    Finding(
        "risk",
        "How large is the risk of being discontinued, by cause, and of being adapted, and when?",
        _risk,
        _draw_risk,
    ),
    Finding("delivery", "Whom does it reach, what is delivered, and who learns?", _delivery, _draw_delivery),
    Finding("comparison", "How much does the design change, paired by seed?", _comparison, _draw_comparison),
    Finding("frontier", "Which designs are not beaten on risk, reach and gain at once?", _frontier, _draw_frontier),
    Finding("attribution", "Which feature carries the difference?", _attribution, _draw_attribution),
    Finding("effects", "What does each level of a factor change?", _effects, _draw_effects),
    Finding(
        "effect_modification",
        "Which factor makes the difference between designs larger or smaller, alone and with the others?",
        _effect_modification,
        _draw_effect_modification,
    ),
    Finding("pressure", "Which stakeholder drained the board's capital?", _pressure, _draw_pressure),
    Finding("curves", "Who takes part and where do the parties stand, week by week?", _curves, _draw_curves),
    Finding(
        "network", "Who has what power over the board, and stands where before the first week?", _network, _draw_network
    ),
    Finding("phase", "Where in the space of two factors does the better design change?", _phase, _draw_phase),
    Finding("sensitivity", "Which factor moves risk, reach and gain most?", _sensitivity, _draw_sensitivity),
    Finding("discovery", "Under which conditions does the event befall a design, or not?", _discovery, _draw_discovery),
)
