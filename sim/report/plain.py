"""The first screen: the answer in plain words for who must decide, a number in each sentence and
how sure it is.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.prior_against_posterior import prior_against_posterior
from sim.designs import label, the
from sim.findings import Evidence, Found
from sim.parties.board.endings import IN_SHORT
from sim.parties.families.variables import FULL_DOSE, PLACE
from sim.statistics.quantities import ADAPTED, HEADLINE

OUT_OF = 100
"""Chances are reported as so many of a hundred."""

GLOSSARY = {
    "discontinued": "Nobody takes part any more: suspended in mid-year, not renewed in spring, dropped by a new "
    "leader, closed, mismanaged, or stopped.",
    "adapted": "It went on for a while at part of the dose, or as something families may leave. It may have ended "
    "later.",
    "opened": "A new school may never open. Risks are shares of those that did.",
    "retrofit": "Rolled out to everyone in an existing school.",
    "opt-out": "Everyone takes part unless the family asks for the usual class, which it then gets.",
    "strand": "Beside the usual class in the same school, for families who ask for it.",
    "school within a school": "A unit of its own in the same building, for families and staff who choose it.",
    "greenfield": "A new school that families and staff choose, and that depends on its enrolment.",
    "full-dose student-weeks": f"One full-dose student-week is {FULL_DOSE}.",
    "places": f"What a design offers: {PLACE}.",
    "draws": "Sets of values for quantities that nobody has measured, such as how readily families speak up.",
    "chance": "What differs between runs of one school: who speaks up first, which weeks go wrong, who is elected.",
}
"""What terms mean, on hover and at the end of the page."""


class Chance(NamedTuple):
    """So many of a hundred, and between what: over what we do not know and the simulation's chance
    where the first can be reported (``known``), else by chance alone.
    """

    design: str
    number: int
    low: int
    high: int
    known: bool


class Plain(NamedTuple):
    """The first screen.

    ``chances``: a row per design. ``event``: of what, in words. ``answer``: two sentences at the
    most. ``carries``, ``changes``, ``unknown``: a sentence or two each.
    """

    chances: list[Chance]
    event: str
    answer: list[str]
    carries: str
    changes: str
    unknown: str


def plain(evidence: Evidence, found: dict[str, Found]) -> Plain | None:
    """The first screen of a sweep; None where its risk cannot be reported.

    Parameters
    ----------
    evidence : Evidence
    found : dict
        Findings by name, supported or not.
    """
    if found["risk"].failed or found["delivery"].failed:
        return None
    chances = _chances(evidence, found)
    week = evidence.event.week
    event = f"{_event(evidence)} {_span(week, evidence)}"
    return Plain(
        chances, event, _answer(chances, event, evidence), _carries(evidence, found),
        _changes(chances, evidence, found), _unknown(evidence, chances),
    )  # fmt: skip


def _event(evidence: Evidence) -> str:
    reported = {HEADLINE: "discontinued", ADAPTED: "diluted or made optional"}
    return reported.get(evidence.event.way, label(evidence.event.way))


def _span(week: int, evidence: Evidence) -> str:
    """By when, in years where it is whole ones."""
    year = next(iter(evidence.results.sweep.base.values())).horizon.weeks_per_year
    if week % year:
        return f"by week {week}"
    return f"within {week // year} school year{'s' if week > year else ''}"


def _chances(evidence: Evidence, found: dict[str, Found]) -> list[Chance]:
    if evidence.points == 1:
        table = found["risk"].tables["risk_by_point"]
        rows = table[(table["event"] == evidence.event.way) & (table["week"] == evidence.event.week)]
        if len(rows) == len(evidence.designs):
            rows = rows.set_index("design")
            return [
                _chance(design, *rows.loc[design, _RANGE], *rows.loc[design, _CHANCE]) for design in evidence.designs
            ]
    means = found["delivery"].tables["means"]
    rows = means[means["quantity"] == evidence.event.way].set_index("design")
    spread = evidence.points > 1
    return [
        _chance(
            design, rows.loc[design, "mean"], *(rows.loc[design, _SPREAD] if spread else (np.nan, np.nan)),
            *rows.loc[design, _CHANCE],
        )
        for design in evidence.designs
        if design in rows.index
    ]  # fmt: skip


VARIED_HERE = "Leadership was varied here: see Findings."
VARIED_ELSEWHERE = "Leadership was not varied here; sim forecast varies it."

_RANGE, _CHANCE, _SPREAD = (
    ["risk", "parameter_low", "parameter_high"],
    ["lower", "upper"],
    ["spread_low", "spread_high"],
)


def _chance(design: str, risk: float, low: float, high: float, lower: float, upper: float) -> Chance:
    known = bool(np.isfinite(low))
    ends = (min(low, lower), max(high, upper)) if known else (lower, upper)
    return Chance(design, _of_hundred(risk), _of_hundred(ends[0]), _of_hundred(ends[1]), known)


def _of_hundred(share: float) -> int:
    return round(OUT_OF * float(share))


def _answer(chances: list[Chance], event: str, evidence: Evidence) -> list[str]:
    over = (
        "districts like this one"
        if evidence.points == 1
        else f"programmes, with the {evidence.points} situations equally likely"
    )
    first = chances[0]
    reported = [
        f"Of {OUT_OF} {over}{_where_open(first, evidence)}, about {first.number} would see the programme {event} "
        f"under {the(first.design)}{_sure(first, evidence)}."
    ]
    if len(chances) > 1:
        best = min(chances[1:], key=lambda each: each.number)
        reported.append(
            f"Under {the(best.design)}{_where_open(best, evidence)}, about {best.number} would{_sure(best, evidence)}."
        )
    return reported


def _where_open(chance: Chance, evidence: Evidence) -> str:
    """That it is of those that open, where some do not."""
    return ", where it opens at all" if _of_hundred(_absent(chance.design, evidence)) else ""


def _absent(design: str, evidence: Evidence) -> float:
    """Share of runs in which a design does not open."""
    return float(evidence.not_opened.set_index("design")["share"].get(design, 0.0))


def _sure(chance: Chance, evidence: Evidence) -> str:
    if not chance.known:
        return f" ({chance.low} to {chance.high} from chance alone)"
    if evidence.points > 1:
        return f". Over nine in ten of the situations, the number lies between {chance.low} and {chance.high}"
    return (
        f". Nobody has measured how people react: over 80% of the draws, the number lies between {chance.low} and "
        f"{chance.high}"
    )


def _carries(evidence: Evidence, found: dict[str, Found]) -> str:
    """Who ends it, and who wears the board down, under the first design."""
    return f"{_ended_by(evidence, found)}{_pressed_by(evidence, found)}"


def _ended_by(evidence: Evidence, found: dict[str, Found]) -> str:
    """For which causes it is ended; nothing, where it hardly is."""
    if found["causes"].unsupported or found["causes"].failed:
        return ""
    table = found["causes"].tables["causes"]
    rows = table[(table["design"] == evidence.designs[0]) & (table["risk"] >= 0.01)]
    if rows.empty:
        return ""
    reported = [f"{_of_hundred(row.risk)} because of {IN_SHORT[row.cause]}"
                for row in rows.sort_values("risk", ascending=False).itertuples()]  # fmt: skip
    return (
        f"Of {OUT_OF} programmes that open under {the(evidence.designs[0])}, the numbers that end "
        f"{_span(table['week'].max(), evidence)}: {', '.join(reported)}. "
    )


def _pressed_by(evidence: Evidence, found: dict[str, Found]) -> str:
    """Who wears the board down, under the first design."""
    if found["pressure"].unsupported or found["pressure"].failed:
        return "These runs do not show whose pressure matters."
    table = found["pressure"].tables["pressure"]
    rows = table[table["design"] == evidence.designs[0]].sort_values("share", ascending=False)
    rows = rows[rows["share"] >= 0.05]
    if rows.empty:
        return "Hardly any pressure builds up: programmes that end do so for other reasons."
    names = {who: party.label for who, party in evidence.variables.stakeholders.items()}
    reported = [f"{_of_hundred(row.share)}% comes from {_who(names.get(row.stakeholder, label(row.stakeholder)))}"
                for row in rows.itertuples()]  # fmt: skip
    return f"Under {the(evidence.designs[0])}, of the pressure that wears the board down, {_and(reported)}."


def _who(name: str) -> str:
    """A party in a sentence: those that are one have an article."""
    return name if name in ("families", "money", "results") else f"the {name}"


def _changes(chances: list[Chance], evidence: Evidence, found: dict[str, Found]) -> str:
    """Which other designs do better, as far as the runs tell, how many of these never open, and
    what the best of them gives up in reach; and what cannot be ranked.
    """
    reported = _better(chances, evidence, found)
    return f"{reported} {evidence.saturated[0].upper()}{evidence.saturated[1:]}." if evidence.saturated else reported


def _better(chances: list[Chance], evidence: Evidence, found: dict[str, Found]) -> str:
    """Which other designs do better, in a sentence or two."""
    if len(chances) < 2:
        return (
            "Only one design was run, so designs are not compared; see Findings for what was varied."
            if evidence.points > 1
            else "Only one design was run. To see what would change the answer, compare designs or vary a lever."
        )
    first, *others = chances
    ends = _resolved(evidence, found)
    better = sorted(
        (each for each in others if each.number < first.number and ends.get(each.design, UNKNOWN)[1] < 0.0),
        key=lambda each: each.number,
    )
    if not better:
        worse = all(ends.get(each.design, UNKNOWN)[0] > 0.0 for each in others)
        return (
            f"Every other design does worse than {the(first.design)}."
            if worse
            else f"These runs do not show that any other design does better than {the(first.design)}."
        )
    text = [
        f"{the(each.design)} ({_of_hundred(-ends[each.design][2])} fewer in {OUT_OF}"
        f"{_never(_absent(each.design, evidence))})"
        for each in better
    ]
    means = found["delivery"].tables["means"]
    reach = means[means["quantity"] == "reached_per_100"].set_index("design")["mean"]
    reached = [
        f"{the(each.design)} reaches {reach[each.design]:.0f}"
        f"{' (where it opens)' if _where_open(each, evidence) else ''}"
        for each in (better[0], first)
    ]
    led = any(field.startswith("leadership.") for field in evidence.varied)
    return (
        f"Fewer programmes end under {_and(text)}. Of {OUT_OF} children in the community, {_and(reached)}. "
        f"{VARIED_HERE if led else VARIED_ELSEWHERE}"
    )


def _and(parts: list[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


UNKNOWN = (0.0, 0.0, 0.0)


def _resolved(evidence: Evidence, found: dict[str, Found]) -> dict[str, tuple[float, float, float]]:
    """Ends of the interval of each design's difference in risk from the first, paired by seed, and
    the difference.
    """
    if found["comparison"].unsupported or found["comparison"].failed:
        return {}
    table = found["comparison"].tables["differences"]
    rows = table[table["quantity"] == evidence.event.way]
    return {row.design: (row.lower, row.upper, row.difference) for row in rows.itertuples()}


def _never(share: float) -> str:
    """How many never open, where any do."""
    number = _of_hundred(share)
    return f"; {number} in {OUT_OF} never open" if number else ""


def _unknown(evidence: Evidence, chances: list[Chance]) -> str:
    draws = evidence.results.sweep.draws
    if draws is None or len(draws) < 2:
        return (
            "How readily people speak up, or how a board responds, has never been measured. This sweep uses one set of "
            "values for all of that, so it does not show how uncertain the answer is."
        )
    known = prior_against_posterior() if evidence.weighed_by_record else {}
    clearly = sum(known[field].words == "clearly" for field in draws.values if field in known)
    weighed = (
        f", favouring those that fit the cases and populations on record, which clearly inform {clearly} of them"
        if known
        else f" ({draws.name})"
    )
    width = max((each.high - each.low for each in chances if each.known), default=None)
    wide = (
        ""
        if width is None or evidence.points > 1
        else f" They alone can move the number for one design by up to {width} in {OUT_OF}."
    )
    met = len(np.unique(draws.number(evidence.results.runs["seed"].to_numpy())))
    return (
        f"How readily people speak up, or how a board responds, has never been measured. {len(draws.values)} such "
        f"numbers are drawn{weighed}; these runs used {met} of {len(draws)} draws.{wide} More runs would not narrow "
        "this range; more cases would."
    )


def drawn(evidence: Evidence) -> pd.DataFrame:
    """What was drawn with the seed: ``field, low, median, high`` (10%, half and 90% of draws), and
    whether the record informs it; no rows where nothing was.
    """
    draws = evidence.results.sweep.draws
    known = prior_against_posterior() if evidence.weighed_by_record else {}
    rows = [
        (field, *np.quantile(values, [0.1, 0.5, 0.9]), known[field].words if field in known else "")
        for field, values in (draws.values.items() if draws else ())
    ]
    return pd.DataFrame(rows, columns=["field", "low", "median", "high", "informed by the record"])
