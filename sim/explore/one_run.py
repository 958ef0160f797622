"""One run for the page: families on a map of their contacts, teachers, the board and its votes,
week by week, and what happened in words.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import reverse_cuthill_mckee

from sim.events import events
from sim.outcome import VARIABLES
from sim.scenario import Scenario
from sim.trace import STAGES, Trace, trace

MOST_FAMILIES, MOST_PERSON_WEEKS = 6000, 3_000_000
"""Families, and weeks of all people together, up to which a run is shown person by person."""

REPORTED = (
    "taking_part", "in_favour", "voices_against", "voices_next", "voices_outside", "on_record", "attitude",
    "teacher_attitude", "unhappy_share", "notices", "attention", "walkouts", "dose", "capital", "outside_share",
)  # fmt: skip
"""Columns of the weekly table that the page shows."""

VOICE, RECORD = 8, 16
"""What is added to a family's stage in its byte: whether it spoke in the week, and ever did."""


def one_run(scenario: Scenario, seed: int, go_on: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """A run as plain data; bytes are in base 64.

    Parameters
    ----------
    scenario, seed, go_on
        As for :func:`sim.trace.trace`.

    Returns
    -------
    dict
        ``outcome, ending, week``; ``stages``; ``x, y`` (0 to 1, by family), ``contacts`` (pairs),
        ``school``; ``attitude`` (a byte by week and family: 0 against, 254 for) and ``state`` (a
        byte each: the stage, plus ``VOICE`` and ``RECORD``); ``teachers`` (a byte by week and
        teacher, as attitude), ``unhappy``; ``vote`` and ``would_suspend`` by week and member;
        ``weekly`` (by column, a number a week); ``events`` (week, party, event, rank).

    Examples
    --------
    >>> small = Scenario().revise({"population.families": 20, "horizon.weeks": 4})
    >>> len(one_run(small, 1)["events"]) > 0
    True
    """
    reported = trace(scenario, seed, go_on=go_on)
    weekly = reported.run.weekly()
    x, y = places(reported)
    outcome = reported.run.outcome
    happened = events(weekly, scenario, outcome.cause)
    return {
        "seed": seed,
        "design": scenario.design_name,
        "outcome": outcome.outcome,
        "ending": VARIABLES.statuses[outcome.ending].label if outcome.ending in VARIABLES.statuses else outcome.ending,
        "weeks": len(weekly),
        "horizon": scenario.horizon.weeks,
        "seats": scenario.board.seats,
        "notices_to_stop": scenario.regulator.notices_to_stop,
        "stages": list(STAGES),
        "families": len(reported.school),
        "x": np.round(x, 4).tolist(),
        "y": np.round(y, 4).tolist(),
        "school": reported.school.tolist(),
        "stands_for": np.round(reported.stands_for, 1).tolist(),
        "contacts": reported.contacts.tolist(),
        "attitude": _attitudes(reported.attitude),
        "state": _bytes(reported.stage + VOICE * reported.voice + RECORD * reported.on_record),
        "teachers": _attitudes(reported.teacher_attitude),
        "teacher_count": reported.teacher_attitude.shape[1],
        "unhappy": _bytes(reported.teacher_unhappy),
        "vote": reported.vote.tolist(),
        "would_suspend": reported.would_suspend.astype(int).tolist(),
        "weekly": {name: [_number(value) for value in weekly[name]] for name in REPORTED},
        "events": happened[["week", "party", "event", "rank"]].to_dict(orient="records"),
    }


def places(reported: Trace) -> tuple[np.ndarray, np.ndarray]:
    """Where families stand on a map, so that those in contact stand near each other.

    Families are put in an order of small bandwidth (reverse Cuthill-McKee), school by school, and
    laid along a Hilbert curve: every dot has its own place, and patches of it are neighbourhoods.

    Returns
    -------
    x, y : numpy.ndarray, shape (families,)
        0 to 1.
    """
    n = len(reported.school)
    if n == 0:
        return np.empty(0), np.empty(0)
    one, other = reported.contacts[:, 0], reported.contacts[:, 1]
    ties = coo_array((np.ones(len(one)), (one, other)), shape=(n, n)).tocsr()
    order = np.asarray(reverse_cuthill_mckee((ties + ties.T).tocsr(), symmetric_mode=True))
    order = order[np.argsort(reported.school[order], kind="stable")]
    bits = max(1, int(np.ceil(np.log2(n) / 2)))
    step = np.floor(np.arange(n) * (4.0**bits / n)).astype(np.int64)
    x, y = np.empty(n), np.empty(n)
    x[order], y[order] = hilbert(step, bits)
    return x, y


def hilbert(step: np.ndarray, bits: int) -> tuple[np.ndarray, np.ndarray]:
    """Places along a Hilbert curve over a square of 2 to the ``bits``, 0 to 1 each way.

    Examples
    --------
    >>> x, y = hilbert(np.arange(4), 1)
    >>> x.tolist(), y.tolist()
    ([0.25, 0.25, 0.75, 0.75], [0.25, 0.75, 0.75, 0.25])
    """
    left, x, y = step.copy(), np.zeros_like(step), np.zeros_like(step)
    for level in range(bits):
        size = 1 << level
        right, up = (left // 2) & 1, (left ^ (left // 2)) & 1
        turned = up == 0
        mirrored = turned & (right == 1)
        x, y = np.where(mirrored, size - 1 - x, x), np.where(mirrored, size - 1 - y, y)
        x, y = np.where(turned, y, x), np.where(turned, x, y)
        x, y = x + size * right, y + size * up
        left = left // 4
    whole = float(1 << bits)
    return (x + 0.5) / whole, (y + 0.5) / whole


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)


def _attitudes(values: np.ndarray) -> str:
    return _bytes(np.rint(127 * (np.clip(values, -1.0, 1.0) + 1.0)))


def _bytes(values: np.ndarray) -> str:
    return b64encode(np.ascontiguousarray(values, np.uint8).tobytes()).decode()
