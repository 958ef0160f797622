"""What the columns of all tables hold: each text stands once.

What the variables or the parameter table knows is taken from there; the rest stands here, and
``sim/findings/codebook.py`` puts them together. The ends of an interval, and the spread over design
points, follow from the column that they are of (``FOLLOWING``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sim.analysis.attribution import EVERYTHING, SECTION, SINGLE
from sim.analysis.effect_modification import WAYS_OF_CHANGING
from sim.analysis.hypotheses import NEUTRAL, VERDICTS
from sim.analysis.naming import ANY, NAMED, NOT_OPENED
from sim.analysis.quantities import KINDS, WAYS, manner, units
from sim.analysis.weekly import GOING_ON
from sim.kernel.variables import Column, Variables
from sim.sweep.results import COLUMNS

FACTORS, OTHERS = "(each factor)", "(each quantity)"
"""Stand in a list of columns for those whose names only a sweep knows."""

ALIKE = "as the quantity"
"""Unit of what is measured in the unit of the quantity that the row names."""

RISK, MEAN = "Wilson's", "Wilson's for a risk, Student's for the rest"
RISKS, MEANS = (f"{each}, over several design points with seeds as clusters" for each in (RISK, MEAN))
PAIRED = "paired by seed, Newcombe's for a risk, Student's for the rest"
RATIO = "Bonett & Price's, over several design points Student's of its logarithm"
BOOTSTRAP = "over resampled base points"
FITTED = "of the fitted surface at the place, Student's"
CLUSTERED = "paired by seed, Student's with seeds as clusters"


class Table(NamedTuple):
    """A table that is written.

    Attributes
    ----------
    source : str
        The finding, or the command, that makes it.
    name : str
    columns : str
        Their names, see :attr:`names`.
    own : dict
        Columns that mean something else here than elsewhere, or stand nowhere else.
    intervals : dict
        What a column's 95% interval is; plain ``lower`` and ``upper`` are of the first.
    variables : str
        Whose columns it has, beside those named: ``outcome``, ``weekly``, or nobody's.
    """

    source: str
    name: str
    columns: str
    own: Mapping[str, Column] = {}
    intervals: Mapping[str, str] = {}
    variables: str = ""

    def names(self, variables: Variables, factors: Iterable[str] = (FACTORS,)) -> list[str]:
        """Names of its columns, in order.

        Parameters
        ----------
        variables : Variables
            Of the parties that take part.
        factors : iterable of str
            Those of a sweep; one stands for all by default.

        Examples
        --------
        >>> from sim.outcome import VARIABLES
        >>> Table("sweep", "points", "point FACTORS").names(VARIABLES, ["leadership.training"])
        ['point', 'leadership.training']
        """
        parts: dict[str, Iterable[str]] = {
            "FACTORS": factors,
            "OTHERS": [f"{OTHERS}{end}" for end in ("", " lower", " upper", " n")],
            "OUTCOME": [name for name in variables.outcome if name not in ("scenario", "design", "seed")],
            "WEEKLY": variables.weekly,
            "NAMED": NAMED,
            "SPREAD": ("spread_low", "spread_high", "points"),
            "ENDS": ("lower", "upper"),
            "POOLED": ("spread_low", "spread_high", "points", "seeds", "n"),
        }
        return [name for word in self.columns.split() for name in parts.get(word, (word,))]


SHARED = {
    **COLUMNS,
    "baseline": Column("-", "design that others are compared with: the first of the sweep"),
    "calibration": Column("-", "where parameters come from that nothing else sets"),
    "column": Column("-", "what is reported week by week, one of the names in column"),
    "count": Column("runs", "runs of these that the event had befallen by the week"),
    "denominator": Column("-", "what the number is of, and n, or what else counts it, counts"),
    "difference": Column(ALIKE, "mean under the design less that under the baseline"),
    "event": Column("-", "event that the number is of, one of the names in event"),
    "factor": Column("-", "factor of the sweep"),
    "kind": Column("-", "the event, or not_ and the event: what befell most runs in the box"),
    "label": Column("-", "the stakeholder, in words"),
    "mean": Column(ALIKE, "mean over runs; over several design points, of their means"),
    "median": Column("week from 1", "by when it had befallen half of the runs; infinite where it did not"),
    "n": Column("runs", "runs that it is of: of those that opened"),
    "points": Column("design points", "design points that it is over, each of equal weight"),
    "quantity": Column("-", "what is measured, one of the names in quantity"),
    "ratio": Column("1", "risk under the design over that under the baseline; missing for what is no risk"),
    "resolved": Column("yes or no", "whether the interval of the difference leaves out 0"),
    "risk": Column("probability", "share of runs that the event had befallen by the week"),
    "seeds": Column("seeds", "seeds that it is over"),
    "stakeholder": Column("-", "stakeholder, one of the names in stakeholder"),
    "parameter_high": Column("probability", "upper end of the range of the risk over 80% of the draws of parameters"),
    "parameter_low": Column("probability", "lower end of the range of the risk over 80% of the draws of parameters"),
    "week": Column("week from 1", "week up to which runs are looked at; 0 before the first"),
    "words": Column("-", "the box in words, or why there is none"),
    "x": Column("as the factor", "level, or middle of the cell, along the horizontal axis"),
    "x_factor": Column("-", "factor along the horizontal axis"),
    "y": Column("as the factor", "level, or middle of the cell, along the vertical axis"),
    "y_factor": Column("-", "factor along the vertical axis"),
}
"""Columns that mean the same wherever they stand."""

FOLLOWING = {
    "lower": "lower end of the 95% interval",
    "upper": "upper end of the 95% interval",
    "spread_low": "5% quantile over design points",
    "spread_high": "95% quantile over design points",
}
"""Columns that follow from another: plain ones from the first of a table's ``intervals``."""

_PAIRS = Column("pairs of runs", "seeds on which the programme opened under both")
_BASE_POINTS = Column("design points", "base points, or trajectories, that the index is made of")
_BOX = {
    "coverage": Column("share", "share of all runs of the kind that are in the box"),
    "density": Column("share", "share of the runs in the box that are of the kind"),
    "held_back_coverage": Column("share", "coverage on the design points held back"),
    "held_back_density": Column("share", "density on the design points held back"),
    "held_back_n": Column("runs", "runs in the box at the design points held back"),
    "held_back_points": Column("design points", "design points in the box of those held back"),
    "n": Column("runs", "runs in the box at the design points that it was found on"),
    "points": Column("design points", "design points in the box of those that it was found on"),
    "reached": Column("yes or no", "whether the density aimed at was reached"),
}
_LIMITS = {
    "high": Column("as the factor", "upper end of the box; missing where it has none"),
    "low": Column("as the factor", "lower end of the box; missing where it has none"),
    "settings": Column("-", "settings in the box, of a factor that is no number"),
}
_CLAIM = {
    "kind": Column("-", "fails or holds: what the claim does in the box"),
    "n": Column("design points", "conditions in the box of those that it was found on"),
    "held_back_n": Column("design points", "conditions in the box of those held back"),
}
_BOX_COLUMNS = (
    "design kind NAMED words density density_lower density_upper coverage reached points n held_back_density "
    "held_back_density_lower held_back_density_upper held_back_coverage held_back_points held_back_n"
)
_QUANTILES = {
    "mean": Column("as the column", "mean over runs"),
    "median": Column("as the column", "median over runs"),
    "n": Column("runs", "runs of the week that it is over, of those that opened"),
    "week": Column("week from 1", "week"),
    **{f"q{place}": Column("as the column", f"{int(place)}% quantile over runs") for place in ("05", "25", "75", "95")},
}
_WEEK = {"week": Column("week from 1", "week")}
_EVENTS = {
    "event": Column("-", "what happened"),
    "party": Column("-", "party that it happened to, or that did it; programme for how the run ends"),
    "rank": Column("-", "1 the board's steps, the end and what decided it, 2 what moved the board, 3 the rest"),
    **_WEEK,
}
_DRAINED = {
    "drained": Column("capital", "capital that the stakeholder drained over a run, mean over the same runs"),
    "share": Column("share", "share of the capital drained in a run, mean over the runs in which any was"),
    "n": Column("runs", "runs that it is of: of those that opened, in which capital was drained"),
}
_VERDICTS = {
    "conditions": Column("design points", "conditions with this verdict"),
    "n": Column("runs", "runs that it is of; of a difference of risks pairs of runs, of a share conditions"),
    "estimate": Column("as the measure", "what was found of the quantity at the condition"),
    "measure": Column("-", f"what the quantity measures: {', '.join(NEUTRAL)}"),
    "quantity": Column("-", "what the claim looks at, in words: a design's name is its risk"),
    "share": Column("share", "share of the conditions with this verdict"),
    "verdict": Column("-", f"what the condition says of the claim: {', '.join(VERDICTS)}"),
}
_COUNTEREXAMPLES = {
    OTHERS: Column("of its own", _VERDICTS["quantity"].meaning),
    f"{OTHERS} n": Column("runs", "runs, or pairs of runs, that the quantity is of"),
}
_SURFACE = {
    "mean": Column(ALIKE, "mean at the place of a surface fitted to the design points, over the other factors"),
    "difference": Column(ALIKE, "paired difference from the baseline at the place, of a surface fitted likewise"),
    "x": Column("as the factor", "place along the horizontal axis"),
    "y": Column("as the factor", "place along the vertical axis"),
}
_CHANCE = {
    "chance": Column("probability", "share of the runs that opened which the event befell by the week"),
    "half_year": Column("half years from 1", "half year from the start, at whose end"),
    "runs": Column("runs", "runs of the case, opened or not"),
    "opened": Column("runs", "runs of these that opened"),
}
_LEVER = {
    "lever": Column("-", "what is changed of the case, in words"),
    "change": Column("probability", "chance of being discontinued by the last week with it, less that of the case"),
    "chance": Column("probability", "chance of being discontinued by the last week with it"),
    "runs": Column("pairs of runs", "seeds on which both opened"),
}
_UNKNOWN = {
    "runs": Column("runs", "runs that opened, as the case is coded"),
    "field": Column("-", "parameter, or fact of the case, that is not known"),
    "low": Column("as the field", "10% quantile of its draws"),
    "high": Column("as the field", "90% quantile of its draws"),
    "change": Column("probability", "chance where it is in its upper tertile of draws less that in its lower tertile"),
}
_LIKE = {
    "source": Column("-", "source on record"),
    "words": Column("-", "what was seen there"),
    "apart": Column("SD", "how unlike it is: root mean square over features, in SDs of the record"),
    "unlike": Column("-", "feature in which it differs most"),
}
_PAPER = {
    "claim": Column("-", "claim of the theory"),
    "event": Column("-", "event that the number is of, or over which it is a mean, in words"),
    "n": Column("of its own", "how many the number is of, as denominator says"),
    "stakeholder": Column("-", "stakeholder, in words"),
    "what": Column("-", "what is measured, in words and unit"),
}

_WRITTEN = (
    Table("sweep", "points", "point FACTORS"),
    Table("sweep", "runs", "point FACTORS design seed OUTCOME error", variables="outcome"),
    Table(
        "sweep",
        "weekly",
        "point design week column n mean ENDS q05 q25 median q75 q95",
        _QUANTILES,
        {"mean": "Student's"},
    ),
    Table("sweep", "weekly_full", "point design seed week WEEKLY", _WEEK, variables="weekly"),
    Table("run", "outcome", "scenario design seed OUTCOME calibration", variables="outcome"),
    Table("run", "weekly", "week WEEKLY calibration", _WEEK, variables="weekly"),
    Table("run", "events", "week party event rank calibration", _EVENTS),
    Table(
        "forecast",
        "risk",
        "event half_year week chance ENDS parameter_low parameter_high runs opened denominator calibration",
        _CHANCE,
        {"chance": RISK},
    ),
    Table(
        "forecast",
        "levers",
        "lever event week change ENDS chance runs denominator calibration",
        _LEVER,
        {"change": PAIRED},
    ),
    Table(
        "forecast",
        "unknowns",
        "field event week low high change ENDS runs denominator calibration",
        _UNKNOWN,
        {"change": "Student's, with draws as clusters"},
    ),
    Table("forecast", "like", "source words apart unlike calibration", _LIKE),
    Table(
        "hypothesis",
        "verdicts_summary",
        "design verdict NAMED conditions share ENDS n calibration",
        _VERDICTS,
        {"share": f"{RISK}, over conditions"},
    ),
    Table("hypothesis", "verdicts_counterexamples", "point FACTORS design NAMED OTHERS calibration", _COUNTEREXAMPLES),
    Table(
        "hypothesis",
        "verdicts",
        "point FACTORS design quantity measure NAMED estimate ENDS n verdict calibration",
        _VERDICTS,
        {"estimate": f"{RISK} for a risk, Newcombe's for a difference of risks, Student's for the rest"},
    ),
    Table("hypothesis", "verdicts_boxes", f"{_BOX_COLUMNS} calibration", {**_BOX, **_CLAIM}, {"density": RISKS}),
    Table(
        "hypothesis",
        "verdicts_limits",
        "design kind factor low high settings calibration",
        {**_LIMITS, "kind": _CLAIM["kind"]},
    ),
    Table("risk", "risk", "design NAMED risk ENDS POOLED calibration", intervals={"risk": RISKS}),
    Table("risk", "risk_at_milestones", "design NAMED risk ENDS POOLED calibration", intervals={"risk": RISKS}),
    Table(
        "risk",
        "risk_by_point",
        "point FACTORS design NAMED count n risk ENDS parameter_low parameter_high calibration",
        intervals={"risk": RISK},
    ),
    Table(
        "risk",
        "not_opened",
        "design NAMED share ENDS POOLED calibration",
        {
            "share": Column("share", "share of all runs whose programme did not open"),
            "n": Column("runs", "all runs that raised no error, opened or not"),
        },
        {"share": RISKS},
    ),
    Table(
        "risk",
        "median_by_point",
        "point FACTORS design NAMED median ENDS n calibration",
        intervals={"median": "by order statistics"},
    ),
    Table("delivery", "means", "design quantity NAMED mean ENDS POOLED calibration", intervals={"mean": MEANS}),
    Table(
        "delivery",
        "means_by_point",
        "point FACTORS design quantity NAMED mean ENDS n calibration",
        intervals={"mean": MEAN},
    ),
    Table(
        "comparison",
        "differences",
        "design baseline quantity NAMED difference ENDS POOLED ratio ratio_lower ratio_upper calibration",
        {"n": _PAIRS},
        {"difference": f"{PAIRED}, over several design points Student's with seeds as clusters", "ratio": RATIO},
    ),
    Table(
        "comparison",
        "differences_by_point",
        "point FACTORS design baseline quantity NAMED difference ENDS ratio ratio_lower ratio_upper n calibration",
        {"n": _PAIRS},
        {"difference": PAIRED, "ratio": RATIO},
    ),
    Table(
        "comparison",
        "differences_by_week",
        "point FACTORS design baseline quantity NAMED difference ENDS ratio ratio_lower ratio_upper n calibration",
        {"n": _PAIRS},
        {"difference": PAIRED, "ratio": RATIO},
    ),
    Table(
        "frontier",
        "frontier",
        "point FACTORS design NAMED discontinued discontinued_lower discontinued_upper weeks_per_100 "
        "weeks_per_100_lower weeks_per_100_upper gain gain_lower gain_upper on_frontier frontier_share n calibration",
        {
            "on_frontier": Column("yes or no", "whether nothing is as good on risk, reach and gain and better on one"),
            "frontier_share": Column("share", "share of bootstrap draws of seeds in which it is on the frontier"),
        },
        {**dict.fromkeys(WAYS, RISK), "weeks_per_100": "Student's", "gain": "Student's"},
    ),
    Table(
        "attribution",
        "attribution",
        "FACTORS design quantity NAMED factor kind from_level to_level contribution ENDS alone alone_lower alone_upper "
        "last last_lower last_upper seeds calibration",
        {
            "kind": Column("-", f"{SINGLE}: one; {SECTION}: those of one section added up; {EVERYTHING}: all together"),
            "from_level": Column("as the factor", "its first level; empty where it is several"),
            "to_level": Column("as the factor", "its second level; empty where it is several"),
            "contribution": Column(ALIKE, "Shapley value: what it changes, mean over all orders of changing them"),
            "alone": Column(ALIKE, "what it changes by itself, all else at the first level"),
            "last": Column(ALIKE, "what it changes when all else is at the second level"),
            "seeds": Column("seeds", "seeds on which it opened at every corner"),
        },
        {"contribution": CLUSTERED, "alone": CLUSTERED, "last": CLUSTERED},
    ),
    Table(
        "effects",
        "effects",
        "design factor level reference quantity NAMED mean difference ENDS points seeds n calibration",
        {
            "level": Column("as the factor", "level"),
            "reference": Column("as the factor", "first level, which the difference is from"),
            "points": Column("combinations", "combinations of the other factors' levels, each of equal weight"),
            "n": Column("pairs of runs", "seeds, at each combination, on which the programme opened at both levels"),
            "mean": Column(ALIKE, "mean at the level"),
            "difference": Column(ALIKE, "mean at the level less that at the first, all else alike"),
        },
        {"difference": CLUSTERED},
    ),
    Table(
        "effect_modification",
        "effect_modification",
        "design baseline quantity factor NAMED from_level to_level alone alone_lower alone_upper averaged "
        "averaged_lower averaged_upper with_others with_others_lower with_others_upper points seeds n calibration",
        {
            "from_level": Column("as the factor", "its first level"),
            "to_level": Column("as the factor", "level that it is changed to"),
            "alone": Column(ALIKE, "change of the difference, all other factors at their first level"),
            "averaged": Column(ALIKE, "change of the difference, mean over all levels of all other factors"),
            "with_others": Column(ALIKE, "change of the difference, all other factors at their last level"),
            "points": Column("combinations", "combinations of the other factors that averaged is over"),
            "seeds": Column("seeds", "seeds that averaged is over"),
            "n": Column("pairs of differences", "as averaged: seeds on which both designs opened at both levels"),
        },
        dict.fromkeys(WAYS_OF_CHANGING, CLUSTERED),
    ),
    Table(
        "pressure",
        "pressure",
        "design stakeholder NAMED drained share ENDS POOLED calibration",
        _DRAINED,
        {"share": "Student's, with seeds as clusters"},
    ),
    Table(
        "curves",
        "curves",
        "design column NAMED n mean q05 q25 median q75 q95 calibration",
        {
            **_QUANTILES,
            **{
                name: Column(
                    column.unit, f"{column.meaning}; over several design points, over their means; families as shares"
                )
                for name, column in _QUANTILES.items()
                if name not in ("n", "week")
            },
        },
    ),
    Table(
        "curves",
        "pressure_over_time",
        "design stakeholder NAMED share ENDS points n calibration",
        {
            "share": Column("share", "share of the capital drained so far in a run, mean over runs"),
            "n": _DRAINED["n"],
            **_WEEK,
        },
        {"share": "Student's, over several design points, as wide as theirs on average"},
    ),
    Table(
        "network",
        "diagnosis",
        "design stakeholder NAMED label power stance ENDS opposition note n calibration",
        {
            "n": Column("communities", "synthetic communities that were asked"),
            "power": Column("sum of weights", "power over the board, all channels"),
            "stance": Column("-1 to 1", "stance before the first week, against to for, mean over communities"),
            "opposition": Column("power", "power times the part of the stance that is against, as far as it is heard"),
            "note": Column("-", "what the stance is"),
        },
        {"stance": "Student's, over communities"},
    ),
    Table(
        "phase",
        "phase",
        "x_factor y_factor x y design quantity NAMED mean ENDS POOLED calibration",
        intervals={"mean": MEANS},
    ),
    Table(
        "phase",
        "phase_differences",
        "x_factor y_factor x y design baseline quantity NAMED difference ENDS POOLED resolved calibration",
        {"n": _PAIRS},
        {"difference": CLUSTERED},
    ),
    Table(
        "phase",
        "phase_surface",
        "x_factor y_factor x y design quantity NAMED mean ENDS n calibration",
        _SURFACE,
        {"mean": FITTED},
    ),
    Table(
        "phase",
        "phase_surface_differences",
        "x_factor y_factor x y design baseline quantity NAMED difference ENDS n resolved calibration",
        {**_SURFACE, "n": _PAIRS},
        {"difference": FITTED},
    ),
    Table(
        "sensitivity",
        "sensitivity",
        "design quantity NAMED base_points factor index estimate ENDS mc_lower mc_upper calibration",
        {
            "base_points": _BASE_POINTS,
            "index": Column("-", "S1: first-order, ST: total (Sobol'); mu_star, sigma: effects of steps (Morris)"),
            "estimate": Column("share; of Morris as the quantity", "the index; missing where nothing varies"),
            "mc_lower": Column("as estimate", "lower end of the 95% interval over resampled seeds"),
            "mc_upper": Column("as estimate", "upper end of the 95% interval over resampled seeds"),
        },
        {"estimate": BOOTSTRAP},
    ),
    Table(
        "sensitivity",
        "sensitivity_convergence",
        "design quantity NAMED base_points converged half_width change note calibration",
        {
            "base_points": _BASE_POINTS,
            "converged": Column("yes or no", "whether half_width and change are small enough"),
            "half_width": Column("share", "widest half-width of a total index (Morris: over the largest effect)"),
            "change": Column("share", "largest change of it from half of the base points to all"),
            "note": Column("-", "what is wrong; empty where nothing is"),
        },
    ),
    Table("discovery", "discovery", f"{_BOX_COLUMNS} calibration", _BOX, {"density": RISKS}),
    Table("discovery", "discovery_limits", "design kind factor low high settings calibration", _LIMITS),
    Table(
        "analyse",
        "index",
        "finding question supported failed tables figures reason calibration",
        {
            "finding": Column("-", "finding"),
            "question": Column("-", "what it answers"),
            "supported": Column("yes or no", "whether the sweep supports it, and it was made"),
            "failed": Column("yes or no", "whether making it raised an error"),
            "tables": Column("-", "its tables"),
            "figures": Column("-", "its figures"),
            "reason": Column("-", "why it is not there; empty where it is"),
        },
    ),
    Table(
        "analyse",
        "codebook",
        "source table column unit meaning calibration",
        {
            "source": Column("-", "finding or command that makes the table; names: words that stand in a column"),
            "table": Column("-", "table; of names, the column that they stand in"),
            "column": Column("-", "column, or name"),
            "unit": Column("-", "unit, or none"),
            "meaning": Column("-", "what it holds"),
        },
    ),
)


def _printed(name: str, of: str, columns: str) -> Table:
    """A table that a paper prints, of one that is written: with its texts and intervals."""
    table = next(each for each in _WRITTEN if each.name == of)
    return table._replace(source="paper", name=name, columns=f"{columns} calibration", own={**table.own, **_PAPER})


TABLES = (
    *_WRITTEN,
    _printed("risk", "risk_by_point", "design NAMED n count risk ENDS parameter_low parameter_high SPREAD"),
    _printed("not_opened", "not_opened", "design NAMED n share ENDS SPREAD"),
    _printed("medians", "median_by_point", "FACTORS design NAMED n median ENDS"),
    _printed(
        "differences",
        "differences",
        "what design baseline NAMED n difference ENDS ratio ratio_lower ratio_upper SPREAD",
    ),
    _printed("means", "means", "what design NAMED n mean ENDS SPREAD"),
    _printed("pressure", "pressure", "design stakeholder NAMED n drained share ENDS SPREAD"),
    _printed(
        "attribution",
        "attribution",
        "FACTORS what design factor from_level to_level NAMED n contribution ENDS",
    ),
    _printed("claims", "verdicts_summary", "claim design verdict NAMED n conditions share ENDS"),
)
"""Every table that is written, in order."""


def table_named(source: str, name: str) -> Table | None:
    """The table of a finding or command; None where none is known.

    Examples
    --------
    >>> table_named("risk", "not_opened").intervals["share"]
    "Wilson's, over several design points with seeds as clusters"
    """
    return next((each for each in TABLES if (each.source, each.name) == (source, name)), None)


def described(table: Table, name: str, variables: Variables, factors: Mapping[str, Column]) -> Column | None:
    """What a column of a table holds; None where that is not known.

    Parameters
    ----------
    table : Table
    name : str
    variables : Variables
        Of the parties that take part.
    factors : mapping
        What the columns of the sweep's factors hold.

    Examples
    --------
    >>> from sim.outcome import VARIABLES
    >>> described(table_named("frontier", "frontier"), "gain_lower", VARIABLES, {})
    Column(unit='SD per child', meaning="lower end of the 95% interval of gain (Student's)")
    """
    of_variables = {"outcome": variables.outcome_columns, "weekly": variables.weekly_columns}.get(table.variables, {})
    for known in (factors, table.own, of_variables, SHARED, _risks(), variables.outcome_columns):
        if name in known:
            return known[name]
    for end, words in FOLLOWING.items():
        if name.endswith(end):
            of = next(iter(table.intervals), "") if name == end else name.removesuffix(end).rstrip("_ ")
            column = described(table, of, variables, factors) if of else None
            if column is not None:
                kind = f" ({table.intervals[of]})" if of in table.intervals and "interval" in words else ""
                return Column(column.unit, f"{words} of {of}{kind}")
    return table.own.get(f"{OTHERS} n" if name.endswith(" n") else OTHERS)


def names(variables: Variables) -> dict[str, dict[str, Column]]:
    """Words that stand in columns: by the column, what each means.

    Parameters
    ----------
    variables : Variables
        Of the parties that take part.

    Examples
    --------
    >>> from sim.outcome import VARIABLES
    >>> names(VARIABLES)["quantity"]["gain"]
    Column(unit='SD per child', meaning='learning gain, SD per child of the community')
    """
    compared = {
        name: Column(variables.outcome_columns[name].unit if name in variables.compared else "weeks", words)
        for name, words in units(variables).items()
        if KINDS.get(name) != "proportion"
    }
    drained = {
        f"share_{each.name}": Column("share", f"share of the capital drained so far, by {each.label}")
        for each in variables.pressing.values()
    }
    return {
        "event": {
            **_risks(),
            ANY: Column("-", "of no event: a mean over runs, whatever became of them"),
            NOT_OPENED: Column("probability", "share of all runs whose programme did not open"),
        },
        "quantity": {**_risks(), **compared},
        "column": {
            **variables.weekly_columns,
            **drained,
            GOING_ON: Column("share", "share of runs whose programme goes on: that live through the week"),
        },
        "stakeholder": {each.name: Column("-", each.label) for each in variables.stakeholders.values()},
    }


def _risks() -> dict[str, Column]:
    return {way: Column("probability", f"share of runs whose programme {manner(way)}".rstrip(",")) for way in WAYS}
