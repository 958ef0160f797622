"""The ablation table: each mechanism switched off by values, in turn, and what that does to every
pattern and claim, and to a case made for it where the record has none.

Paired: the same schools, seeds and sets of values with and without the mechanism.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.draws import draws_named
from sim.engine import simulate
from sim.figures.style import save
from sim.io.files import write_table
from sim.io.provenance import calibration
from sim.scenario import load_scenario
from study.figures import ablation as drawn
from study.patterns import measure
from study.questions import answers, ask, conditions


class Mechanism(NamedTuple):
    """Something that can be switched off.

    Attributes
    ----------
    name : str
        In tables.
    off : dict
        Values by field that switch it off.
    words : str
        What it is.
    """

    name: str
    off: dict[str, Any]
    words: str


MECHANISMS = (
    Mechanism("next", {"families.stake_next": 0.0}, "voice of families next in line"),
    Mechanism("outside", {"families.stake_outside": 0.0}, "voice of families outside"),
    Mechanism("contacts", {"families.influence_rate": 0.0}, "contacts' attitudes"),
    Mechanism("contagion", {"families.contagion": 0.0}, "voice spreads among contacts"),
    Mechanism("persistence", {"families.persistence": 0.0}, "who has spoken goes on"),
    Mechanism("attention", {"families.attention_amplifies": 0.0}, "attention invites voice"),
    Mechanism("losses", {"families.loss_aversion": 1.0}, "losses weigh more than gains"),
    Mechanism("success_slope", {"families.success_slope": 0.0}, "success follows achievement"),
    Mechanism("sway_slope", {"families.sway_slope": 0.0}, "who has sway speaks more"),
    Mechanism(
        "sway_of_strong",
        {"population.sway_achievement": 0.0, "population.sway_ses": 0.0, "population.achievement_ses": 0.0},
        "sway follows achievement and SES",
    ),
    Mechanism("noise", {"families.experience_noise": 0.0}, "weeks differ"),
    Mechanism("exit", {"families.return_rate": 0.0}, "families go back where they can"),
    Mechanism("walkouts", {"students.walkout": 1.0}, "students walk out"),
    Mechanism("union", {"union.pressure": 0.0}, "the union presses for unhappy teachers"),
    Mechanism("turnover", {"teachers.turnover": 0.0}, "teachers leave"),
    Mechanism("regulator", {"power.regulator.regulation": 0.0}, "reviews and notices"),
    Mechanism("defects", {"vendor.defects_at_start": 0.0, "vendor.outage_chance": 0.0}, "defects and outages"),
    Mechanism("budget", {"funder.weight": 0.0}, "new cost in the vote"),
    Mechanism("results", {"results.family_weight": 0.0, "results.board_weight": 0.0}, "published results"),
    Mechanism("sponsor", {"leaders.sponsorship": 0.0}, "leaders back it"),
    Mechanism("successors", {"leaders.drop": 0.0}, "successors drop it"),
    Mechanism(
        "responses",
        {"board.can_repair": False, "board.can_concede": False, "board.can_make_optional": False},
        "the board repairs, concedes, makes optional",
    ),
    Mechanism("suspension", {"board.can_suspend": False}, "ending in mid-year"),
    Mechanism("renewal", {"board.can_decline": False}, "the spring vote"),
    Mechanism("members", {"board.tolerance_sd": 0.0}, "members differ"),
    Mechanism("elections", {"community.election_weeks": ()}, "seats won on the issue"),
    Mechanism("gamma_0", {"board.constituency_exponent": 0.0}, "counting: a packed room (gamma 0)"),
    Mechanism("gamma_1", {"board.constituency_exponent": 1.0}, "counting: shares of the whole (gamma 1)"),
)
"""All that can be switched off, in the order of the rules."""


class Case(NamedTuple):
    """A case in which a mechanism could be what decides, where the record has none.

    Attributes
    ----------
    scenario, design : str
        Shipped ones.
    changes : dict
        Values by field, laid over them.
    words : str
        What it is.
    """

    scenario: str
    design: str
    changes: dict[str, Any]
    words: str


CASES = {
    "walkouts": Case(
        "misaligned",
        "retrofit",
        {"students.youngest_grade": 9, "initiative.agency": 0.0},
        "a high school, and a programme that leaves its students no choice",
    ),
    "outside": Case(
        "misaligned",
        "retrofit",
        {"population.outside": 2000, "board.constituency": 4000},
        "a programme in one school of a town of several",
    ),
    "results": Case(
        "aligned_curriculum",
        "retrofit",
        {"initiative.effect": -0.3, "horizon.weeks": 180},
        "nothing new for families, and children learn less",
    ),
    "union": Case(
        "aligned_curriculum",
        "retrofit",
        {
            "union.bargaining_unit": None,
            "initiative.role_change": 1.0,
            "initiative.workload": 1.0,
            "teachers.disposition_mean": -0.5,
            **{f"leadership.{lever}": 0.1 for lever in ("vetting", "training", "communication", "responsiveness")},
        },
        "nothing new for families, all new for teachers, who are the whole unit, against it and badly led",
    ),
    "regulator": Case(
        "village_high", "school_within_school", {}, "Village High inside a district's school, under a waiver"
    ),
    "elections": Case(
        "mountain_view",
        "opt_out",
        {
            "board.can_suspend": False,
            "community.turnout": 0.05,
            "community.election_weeks": (11, 47, 83, 119, 155),
            "horizon.weeks": 180,
        },
        "an opt-out, no suspension, and an election every autumn in which one voter in twenty votes",
    ),
}
"""By mechanism: cases in which what the record does not ask about is what decides (assumptions)."""

CASE_RUNS = 80
"""Runs of a case and set, at size 1."""


def ablate(
    folder: Path, members: int = 10, size: float = 0.5, first: int = 300_000, asked: int = 60, seeds: int = 10,
    mechanisms: tuple[Mechanism, ...] = MECHANISMS,
) -> pd.DataFrame:  # fmt: skip
    """Switch each mechanism off in turn.

    Parameters
    ----------
    folder : Path
        Scenarios.
    members : int
        Draws of the posterior, from the first.
    size : float
        Runs of each sample and set, over those of ``SAMPLES``.
    first : int
        First seed.
    asked : int
        Conditions of the claims; 0 leaves them out.
    seeds : int
        Seeds of each condition and design.
    mechanisms : tuple of Mechanism
        Those to switch off.

    Returns
    -------
    pandas.DataFrame
        A row per mechanism and quantity: ``mechanism, words, kind`` (pattern, claim, or case: the
        risk of being discontinued in the case made for it),
        ``quantity, whole`` (with the mechanism), ``without, change`` (without less with: mean over
        sets or conditions), ``lower, upper`` (95% interval of the change, over sets or conditions).
    """
    draws = draws_named("posterior")
    assert draws is not None
    sets = [draws.row(number) for number in range(members)]
    whole, asked_whole = _measured(folder, sets, {}, size, first), _asked(folder, {}, asked, seeds, first)
    rows = []
    for number, mechanism in enumerate(mechanisms, 1):
        without = _measured(folder, sets, mechanism.off, size, first)
        for quantity in whole.columns:
            rows.append(_row(mechanism, "pattern", quantity, whole[quantity], without[quantity]))
        asked_without = _asked(folder, mechanism.off, asked, seeds, first)
        for quantity in asked_whole.columns:
            rows.append(_row(mechanism, "claim", quantity, asked_whole[quantity], asked_without[quantity]))
        if mechanism.name in CASES:
            case = CASES[mechanism.name]
            with_it, without_it = (_cased(folder, case, sets, off, size, first) for off in ({}, mechanism.off))
            rows.append(_row(mechanism, "case", "risk", with_it, without_it))
        print(f"\r{number} of {len(mechanisms)} mechanisms", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pd.DataFrame(rows)


def _measured(folder: Path, sets: list[dict[str, float]], off: dict[str, Any], size: float, first: int) -> pd.DataFrame:
    """The targets' values, a row for each set."""
    tables = [measure(folder, {**values, **off}, size, first) for values in sets]
    return pd.DataFrame([dict(zip(table["target"], table["value"], strict=True)) for table in tables])


def _asked(folder: Path, off: dict[str, Any], count: int, seeds: int, first: int) -> pd.DataFrame:
    """What the claims come to, in blocks of conditions, a row for each."""
    if count == 0:
        return pd.DataFrame()
    table = ask(conditions(folder, count, first, off), seeds)
    blocks = [answers(table.iloc[block::BLOCKS]) for block in range(BLOCKS)]
    return pd.DataFrame([dict(zip(block["name"], block["value"], strict=True)) for block in blocks])


def _cased(folder: Path, case: Case, sets: list[dict[str, float]], off: dict[str, Any], size: float, first: int):
    """Risk of being discontinued in a case, of runs that opened, for each set."""
    scenario = load_scenario(folder / f"{case.scenario}.toml", case.design).revise(case.changes)
    seeds = range(first, first + max(1, round(size * CASE_RUNS)))
    risks = []
    for values in sets:
        outcomes = [simulate(scenario.revise({**values, **off}), seed).outcome for seed in seeds]
        risks.append(np.mean([each.outcome == "discontinued" for each in outcomes if each.opened]))
    return pd.Series(risks)


BLOCKS = 10
"""Blocks of conditions that the interval of a claim is over."""


def _row(mechanism: Mechanism, kind: str, quantity: str, whole: pd.Series, without: pd.Series) -> dict[str, Any]:
    change = (without - whole).dropna()
    error = 1.96 * change.std(ddof=1) / np.sqrt(len(change)) if len(change) > 1 else np.nan
    return {
        "mechanism": mechanism.name, "words": mechanism.words, "kind": kind, "quantity": quantity,
        "whole": whole.mean(), "without": without.mean(), "change": change.mean(),
        "lower": change.mean() - error, "upper": change.mean() + error,
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Switch mechanisms off, and write the table and its figure."""
    parser = argparse.ArgumentParser(
        prog="python -m study.ablation", description=__doc__.splitlines()[0] if __doc__ else None
    )
    known = {each.name: each for each in MECHANISMS}
    parser.add_argument("--scenarios", type=Path, default=Path("scenarios"))
    parser.add_argument("--out", type=Path, default=Path("results/ablation"))
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), metavar="MECHANISM")
    parser.add_argument("--sets", type=int, default=10, help="draws of the posterior")
    parser.add_argument("--size", type=float, default=0.5, help="runs of each sample and set, over those of the fit")
    parser.add_argument("--conditions", type=int, default=60, help="that the claims are asked of; 0: none")
    parser.add_argument("--seeds", type=int, default=10, help="of each condition and design")
    options = parser.parse_args(arguments)
    chosen = tuple(known[name] for name in options.only)
    table = ablate(
        options.scenarios, options.sets, options.size, asked=options.conditions, seeds=options.seeds, mechanisms=chosen
    )
    note = (
        f"Without the mechanism less with it, in hundredths, {options.sets} draws of the posterior; empty where the "
        "95% interval holds 0 or the change is below two hundredths."
    )
    options.out.mkdir(parents=True, exist_ok=True)
    write_table(options.out, "ablation", table, calibration("posterior"))
    save(drawn(table, note), options.out, "ablation")
    for each in chosen:
        print(f"{each.words}: {largest(table[table['mechanism'] == each.name])}")


def largest(rows: pd.DataFrame, most: int = 3) -> str:
    """What a mechanism, switched off, changes most, of what is clear of 0."""
    clear = rows[(rows["lower"] > 0.0) | (rows["upper"] < 0.0)]
    first = clear.loc[clear["change"].abs().sort_values(ascending=False).index[:most]]
    found = [f"{row.quantity} {row.change:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]" for row in first.itertuples()]
    return "; ".join(found) or "nothing clear"


if __name__ == "__main__":
    main()
