"""The four claims asked of conditions: contexts drawn from stated distributions, parameters from
the posterior, or from the priors as if nothing were on record.

A condition is a community, a programme and its leadership; it is run as a retrofit, best and worst
led, and under the four other designs, on seeds of its own. What makes the answers fair: nothing is
conditioned on but what the claim names, and conditions are chosen on other seeds than those that
answer.

Conditions are run one by one in threads rather than as a sweep: all design points of a sweep meet
the same seeds, and a sweep for each condition takes over three times as long.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.designs import by_default
from sim.draws import draws_named
from sim.engine import simulate
from sim.scenario import Scenario, load_scenario
from sim.scenario.programme import RegulatoryFlexibility, SettingEffects
from study.contexts import community, district, leadership
from study.document import around, marks, written
from study.mechanisms import MECHANISMS

DESIGNS = by_default()
BEST, WORST = 0.9, 0.1
LEVERS = ("vetting", "training", "communication", "responsiveness")
THREADS = 2


class Condition(NamedTuple):
    """One condition.

    Attributes
    ----------
    number : int
    departure : float
        How far the programme is from the usual class, 0 to 1, on the way to a programme like Teach
        to One.
    scenarios : dict
        By design, led as it is, and ``best`` and ``worst``: the retrofit with all levers at .9
        and at .1.
    """

    number: int
    departure: float
    scenarios: dict[str, Scenario]


def conditions(
    folder: Path, count: int, first: int = 0, changes: Mapping[str, Any] | None = None, given: str = "posterior"
) -> list[Condition]:
    """Draw conditions.

    Parameters
    ----------
    folder : Path
        The folder of scenarios; the programme lies between a conventional class and
        ``misaligned.toml``.
    count : int
    first : int
        Number of the first condition, which names its context and its seeds.
    changes : mapping, optional
        Laid over each scenario and its draw of the parameters.
    given : str
        Where parameters come from: posterior or prior. A condition's number names its draw.
    """
    draws = draws_named(given)
    assert draws is not None
    base = {design: load_scenario(folder / "misaligned.toml", design) for design in DESIGNS}
    return [
        _condition(base, number, {**draws.row(number), **(changes or {})}) for number in range(first, first + count)
    ]


def _condition(base: Mapping[str, Scenario], number: int, changes: dict[str, Any]) -> Condition:
    draw = np.random.default_rng([2023, number])
    departure = float(draw.uniform(0.0, 1.0))
    families = int(draw.integers(200, 600))
    whole = base["retrofit"]
    usual, made = whole.status_quo.model_dump(), whole.initiative
    profile = {
        f"initiative.{name}": float(value + departure * (getattr(made, name) - value)) for name, value in usual.items()
    }
    profile |= {
        "initiative.role_change": departure * made.role_change,
        "initiative.appeal": departure * made.appeal,
        **({} if made.departure is None else {"initiative.departure": departure * made.departure}),
        "vendor.untried": departure * whole.vendor.untried,
        "initiative.workload": float(draw.uniform(0.1, 0.5)),
        "initiative.effect": float(0.1 * draw.standard_normal()),
    }
    context = {
        **community(draw),
        **district(draw, families, 1.0, 20.0),
        **leadership(draw),
        **profile,
        "horizon.weeks": 108,
        "population.families": families,
        "population.grades": 3,
        "teachers.count": 12,
        "teachers.disposition_mean": float(np.clip(0.1 + 0.2 * draw.standard_normal(), -1.0, 1.0)),
        "funder.cost": float(draw.uniform(20.0, 400.0)),
        "leaders.decides": "principal" if draw.random() < 0.5 else "superintendent",
        **changes,
    }
    scenarios = {design: each.revise(context) for design, each in base.items()}
    for name, level in (("best", BEST), ("worst", WORST)):
        scenarios[name] = scenarios["retrofit"].revise({f"leadership.{lever}": level for lever in LEVERS})
    return Condition(number, departure, scenarios)


EVENTS = {"risk": "discontinued", "changed": "discontinued or adapted", "failed": "ended, or never begun"}
"""What is asked of a design: ``risk`` that it is discontinued, and that it is ``changed`` (not as
designed any more), of runs that opened; and that it ``failed``, of all that were tried: it was
discontinued, never opened, or found too few children.
"""


def ask(found: list[Condition], seeds: int = 20) -> pd.DataFrame:
    """Run conditions.

    Parameters
    ----------
    found : list of Condition
    seeds : int
        Seeds that answer, of each condition and design; as many others choose the conditions of
        H3.

    Returns
    -------
    pandas.DataFrame
        A row per condition: ``condition``, ``departure``, ``chosen`` (risk of the retrofit on the
        seeds that choose); for each design, ``best`` and ``worst`` a column for each of ``EVENTS``,
        as ``retrofit_risk``; ``gain`` (mean gain per child), ``sway`` (mean sway of the families),
        ``sway_on_record`` (of those on record) under the retrofit.
    """
    with ThreadPoolExecutor(THREADS) as pool:
        return pd.DataFrame(list(pool.map(lambda each: _answer(each, seeds), found)))


def _answer(condition: Condition, seeds: int) -> dict[str, Any]:
    start = 1000 * condition.number
    row: dict[str, Any] = {"condition": condition.number, "departure": condition.departure}
    for name, scenario in condition.scenarios.items():
        outcomes = [simulate(scenario, start + seed).outcome for seed in range(seeds)]
        ended = np.array([each.outcome for each in outcomes])
        opened = np.array([each.opened for each in outcomes], bool)
        row[f"{name}_risk"] = (ended[opened] == "discontinued").mean() if opened.any() else np.nan
        row[f"{name}_changed"] = (ended[opened] != "sustained").mean() if opened.any() else np.nan
        row[f"{name}_failed"] = np.isin(ended, ("discontinued", "never_filled", "not_opened")).mean()
        if name == "retrofit":
            voiced = [each for each in outcomes if not np.isnan(each.sway_on_record)]
            row["gain"] = np.mean([each.gain for each in outcomes])
            row["sway"] = np.mean([each.sway for each in voiced]) if voiced else np.nan
            row["sway_on_record"] = np.mean([each.sway_on_record for each in voiced]) if voiced else np.nan
            others = [simulate(scenario, start + 500 + seed).outcome for seed in range(seeds)]
            row["chosen"] = np.mean([each.outcome == "discontinued" for each in others])
    return row


MISALIGNED, ALIGNED = 0.5, 0.25
"""Departure from which a programme is called misaligned, and up to which aligned (assumption)."""


def answers(table: pd.DataFrame) -> pd.DataFrame:
    """What the claims come to, as means over conditions.

    Parameters
    ----------
    table : pandas.DataFrame
        As from :func:`ask`.

    Returns
    -------
    pandas.DataFrame
        ``claim, name, quantity, value, lower, upper, n``, the interval 95% over conditions;
        ``name`` is short.
    """
    misaligned, aligned = table[table["departure"] >= MISALIGNED], table[table["departure"] <= ALIGNED]
    ended = table[table["chosen"] > 0.5]
    gained = table[(table["gain"] > 0.0) & table["sway_on_record"].notna()]
    rows = []
    for event, words in (("risk", "discontinued"), ("changed", "no longer as designed")):
        short = "" if event == "risk" else ", not as designed"
        rows += [
            _mean("H1", f"H1 best led{short}", f"misaligned, best led: retrofit {words}", misaligned[f"best_{event}"]),
            _mean(
                "H1", f"H1 worst - best{short}", f"misaligned: retrofit {words}, worst less best led",
                misaligned[f"worst_{event}"] - misaligned[f"best_{event}"],
            ),
            _mean(
                "H2", f"H2 worst - best{short}", f"aligned: retrofit {words}, worst less best led",
                aligned[f"worst_{event}"] - aligned[f"best_{event}"],
            ),
        ]  # fmt: skip
    for event, words in (("risk", "of those that opened"), ("failed", "of all that were tried")):
        short = "" if event == "risk" else ", of all tried"
        rows += [
            _mean(
                "H3", f"H3 {design.replace('_', ' ')}{short}",
                "where the retrofit is discontinued in most runs: its risk less that of "
                f"{design.replace('_', ' ')}, {words}",
                ended[f"retrofit_{event}"] - ended[f"{design}_{event}"],
            )
            for design in DESIGNS[1:]
        ]  # fmt: skip
    rows.append(
        _mean(
            "H4", "H4 sway on record", "where children gain: sway of those on record less all families'",
            gained["sway_on_record"] - gained["sway"],
        )
    )  # fmt: skip
    return pd.DataFrame(rows)


def _mean(claim: str, name: str, quantity: str, values: pd.Series) -> dict[str, Any]:
    values = values.dropna()
    error = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    value = values.mean() if len(values) else np.nan
    return {
        "claim": claim, "name": name, "quantity": quantity, "value": value, "lower": value - error,
        "upper": value + error, "n": len(values),
    }  # fmt: skip


FIRST = 500_000
"""Number of the first condition where none is given: no fit has used it."""

OVER_POSTERIOR, OVER_PRIORS = "over the posterior", "over the priors"

ENDS = 15
"""So many mechanisms, by which programmes end and last, are switched off here; ``study.ablation``
switches off all.
"""

VARIATIONS: dict[str, dict[str, Any]] = {
    OVER_POSTERIOR: {},
    OVER_PRIORS: {},
    "grievance none": {"families.grievance": 0.0},
    "grievance high": {"families.grievance": 0.6},
    "any size of class": {"design.smallest_class": 0.0},
    "staff assigned": {f"factors.setting.{name}.staff_choice": 0.0 for name in SettingEffects.model_fields},
    "all is shared": {f"factors.setting.{name}.shared": 1.0 for name in SettingEffects.model_fields},
    "conventional rules": {f"factors.flexibility.{name}": 0.0 for name in RegulatoryFlexibility.model_fields},
    "success and sway apart from achievement": {
        "families.sway_slope": 0.0,
        "population.sway_achievement": 0.0,
        "population.achievement_ses": 0.0,
        "families.success_slope": 0.0,
    },
    **{f"without {each.words}": each.off for each in MECHANISMS[:ENDS]},
}
"""What is changed in turn when the claims are asked again: where each could fail."""


def vary(folder: Path, count: int, seeds: int, first: int = FIRST) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ask the claims over the posterior and over the priors, and over the posterior with each of
    ``VARIATIONS``, of the same conditions and seeds.

    Returns
    -------
    answers : pandas.DataFrame
        As from :func:`answers`, with ``variation`` first.
    asked : pandas.DataFrame
        As from :func:`ask`, over the posterior.
    """
    tables = []
    asked = pd.DataFrame()
    for name, changes in VARIATIONS.items():
        given = "prior" if name == OVER_PRIORS else "posterior"
        found = ask(conditions(folder, count, first, changes, given), seeds)
        asked = found if asked.empty else asked
        reported = answers(found)
        reported.insert(0, "variation", name)
        tables.append(reported)
        print(f"\r{len(tables)} of {len(VARIATIONS)} variations", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.concat(tables, ignore_index=True), asked


def counterexamples(asked: pd.DataFrame, most: int = 5) -> pd.DataFrame:
    """Conditions that speak against a claim, clearest first.

    Parameters
    ----------
    asked : pandas.DataFrame
        As from :func:`ask`.
    most : int
        Conditions for each claim.

    Returns
    -------
    pandas.DataFrame
        ``claim, condition, why``.
    """
    misaligned, aligned = asked[asked["departure"] >= MISALIGNED], asked[asked["departure"] <= ALIGNED]
    ended = asked[asked["chosen"] > 0.5]
    gained = asked[asked["gain"] > 0.0].dropna(subset=["sway_on_record"])
    lives, led = misaligned[misaligned["best_risk"] < 0.2], aligned["worst_risk"] - aligned["best_risk"]
    apart, sway = ended["greenfield_risk"] - ended["retrofit_risk"], gained["sway_on_record"] - gained["sway"]
    rows = [
        *_reported(
            "H1",
            lives["best_risk"].sort_values(),
            most,
            "misaligned, best led: its retrofit is discontinued in {:.2f} of runs",
        ),
        *_reported(
            "H2",
            led[led < 0.1].sort_values(),
            most,
            "aligned: worst led is discontinued in {:+.2f} more of runs than best led",
        ),
        *_reported(
            "H3", -apart[apart >= 0.0].sort_values(), most, "the retrofit's risk less the greenfield's is {:+.2f}"
        ),
        *_reported(
            "H4", sway[sway < 0.0].sort_values(), most, "children gain, and who is on record has {:+.2f} of sway"
        ),
    ]
    return pd.DataFrame(
        [{"claim": claim, "condition": asked.loc[place, "condition"], "why": why} for claim, place, why in rows],
        columns=["claim", "condition", "why"],
    )


def _reported(claim: str, found: pd.Series, most: int, words: str) -> list[tuple[str, Any, str]]:
    return [(claim, place, words.format(value)) for place, value in found.head(most).items()]


MARKS = marks("study.questions")


def text(reported: pd.DataFrame, asked: pd.DataFrame) -> str:
    """The page's part: answers over posterior and prior, where they could fail, counterexamples."""
    wide = reported.set_index(["variation", "name"])

    def cell(variation: str, name: str) -> str:
        row = wide.loc[(variation, name)]
        return "-" if np.isnan(row["value"]) else f"{row['value']:+.2f} [{row['lower']:+.2f}, {row['upper']:+.2f}]"

    first = reported[reported["variation"] == OVER_POSTERIOR]
    lines = ["| claim | quantity | over the posterior | over the prior | conditions |", "| --- " * 5 + "|"]
    lines += [
        f"| {row.claim} | {row.quantity} | {cell(OVER_POSTERIOR, row.name)} | {cell(OVER_PRIORS, row.name)} | {row.n} |"
        for row in first.itertuples()
    ]
    shown = [
        "H1 best led", "H1 best led, not as designed", "H2 worst - best", "H3 strand, of all tried",
        "H3 greenfield, of all tried", "H4 sway on record",
    ]  # fmt: skip
    lines += ["", "| changed | " + " | ".join(shown) + " |", "| --- " * (1 + len(shown)) + "|"]
    for variation in dict.fromkeys(reported["variation"]):
        lines.append(f"| {variation} | " + " | ".join(cell(variation, name) for name in shown) + " |")
    lines += ["", "| claim | condition | a counterexample |", "| --- | --- | --- |"]
    lines += [f"| {row.claim} | {row.condition} | {row.why} |" for row in counterexamples(asked, 3).itertuples()]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--conditions", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=FIRST, help="number of the first condition")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    options = parser.parse_args(arguments)
    if options.write is not None:
        around(options.write, MARKS)
    options.out.mkdir(parents=True, exist_ok=True)
    reported, asked = vary(options.scenarios, options.conditions, options.seeds, options.first)
    reported.to_csv(options.out / "answers.csv", index=False)
    asked.to_csv(options.out / "asked.csv", index=False)
    counterexamples(asked).to_csv(options.out / "counterexamples.csv", index=False)
    part = text(reported, asked)
    if options.write is not None:
        written(options.write, part, MARKS)
    print(part)


if __name__ == "__main__":
    main()
