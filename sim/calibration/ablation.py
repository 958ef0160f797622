"""The ablation table: each mechanism switched off by values, in turn, and what that does to every
pattern and claim.

Paired: the same schools, seeds and sets of values with and without the mechanism.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.calibration.ensemble import ensemble
from sim.calibration.patterns import measure
from sim.calibration.questions import answers, ask, conditions


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
    Mechanism("press", {"community.pressure": 0.0}, "attention presses on the board"),
    Mechanism("voice_for", {"families.voice_for": 0.0}, "voice in favour"),
    Mechanism("losses", {"families.loss_aversion": 1.0}, "losses weigh more than gains"),
    Mechanism("success_slope", {"families.success_slope": 0.0}, "success follows achievement"),
    Mechanism("sway_slope", {"families.sway_slope": 0.0}, "who has sway speaks more"),
    Mechanism(
        "sway_of_strong",
        {"population.sway_achievement": 0.0, "population.sway_ses": 0.0, "population.achievement_ses": 0.0},
        "sway follows achievement and SES",
    ),
    Mechanism("noise", {"families.experience_noise": 0.0}, "weeks differ"),
    Mechanism("exit", {"families.leave_school_rate": 0.0, "families.return_rate": 0.0}, "families leave, or go back"),
    Mechanism("demand", {"families.demand_sd": 0.0}, "an offer's name differs"),
    Mechanism("walkouts", {"students.walkout": 1.0}, "students walk out"),
    Mechanism("staff", {"teachers.pressure": 0.0}, "unhappy teachers press"),
    Mechanism("union", {"union.pressure": 0.0}, "the union presses"),
    Mechanism("turnover", {"teachers.turnover": 0.0}, "teachers leave"),
    Mechanism("regulator", {"power.regulator.regulation": 0.0}, "reviews and notices"),
    Mechanism("defects", {"vendor.defects_at_start": 0.0, "vendor.outage_chance": 0.0}, "defects and outages"),
    Mechanism("budget", {"funder.weight": 0.0}, "new cost in the vote"),
    Mechanism("failed_money", {"funder.reserve_hit": 0.0}, "money that fails"),
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
    Mechanism("mood", {"board.vote_sd": 0.0}, "springs differ"),
    Mechanism("elections", {"community.election_weeks": ()}, "seats won on the issue"),
    Mechanism("gamma_0", {"board.constituency_exponent": 0.0}, "counting: a packed room (gamma 0)"),
    Mechanism("gamma_1", {"board.constituency_exponent": 1.0}, "counting: shares of the whole (gamma 1)"),
)
"""All that can be switched off, in the order of the rules."""


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
        Sets of values, from the best of the ensemble.
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
        A row per mechanism and quantity: ``mechanism, words, kind`` (pattern or claim),
        ``quantity, whole`` (with the mechanism), ``without, change`` (without less with: mean over
        sets or conditions), ``lower, upper`` (95% interval of the change, over sets or conditions).
    """
    sets = list(ensemble()[:members])
    whole, asked_whole = _measured(folder, sets, {}, size, first), _asked(folder, {}, asked, seeds, first)
    rows = []
    for number, mechanism in enumerate(mechanisms, 1):
        without = _measured(folder, sets, mechanism.off, size, first)
        for quantity in whole.columns:
            rows.append(_row(mechanism, "pattern", quantity, whole[quantity], without[quantity]))
        asked_without = _asked(folder, mechanism.off, asked, seeds, first)
        for quantity in asked_whole.columns:
            rows.append(_row(mechanism, "claim", quantity, asked_whole[quantity], asked_without[quantity]))
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
