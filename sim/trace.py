"""One run, person by person: what each family, teacher and member of the board was and did, week by
week.

The weekly table adds up over people; this is what it adds up. It is read off the Mesa agents, in
the moment of the week in which the table is written, before anybody leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from sim.model import ValueNetworkModel
from sim.outcome import Run
from sim.parties.board.agent import Board
from sim.parties.families.variables import OUTSIDE, STAGES
from sim.population import Population
from sim.scenario import Scenario

TAKING_PART, NOT_TAKING_PART, NEXT_IN_LINE, NEVER_IN, GONE_BACK = range(len(STAGES))
"""Places in ``sim.parties.families.variables.STAGES``."""

NO_VOTE = -1
"""What a member voted in a week without a vote."""


class Trace(NamedTuple):
    """A run of W weeks with N families, T teachers and a board of B members, as arrays.

    Rows are weeks, from week 1; places are those of :class:`sim.population.Population`. At a year's
    end the oldest children go, and a newcomer takes the place of each, next in line.

    Attributes
    ----------
    run : Run
        Outcome and weekly table of the same run.
    school : int64, shape (N,)
        School of each family, from 0.
    achievement : float64, shape (N,)
        Prior achievement, SD units.
    stands_for : float64, shape (N,)
        Families that each stands for: of those outside only some are simulated.
    contacts : int64, shape (E, 2)
        The contact network: pairs of families, each once, the lower number first.
    attitude : float64, shape (W, N)
        -1 against to 1 for.
    voice : bool, shape (W, N)
        Whether the family spoke against in the week.
    on_record : bool, shape (W, N)
        Whether the family that now has the place ever spoke against.
    stage : uint8, shape (W, N)
        Where it stands, a place in ``sim.parties.families.variables.STAGES``.
    teacher_school : int64, shape (T,)
    teacher_attitude : float64, shape (W, T)
        -1 to 1.
    teacher_active : bool, shape (W, T)
        Whether there are children of the programme to teach.
    teacher_unhappy : bool, shape (W, T)
        Whether the union would count this teacher: active ones alone are in the weekly table.
    vote : int8, shape (W, B)
        1 voted to end it in the week, 0 voted that it goes on, -1 there was no vote. Where there
        were two, the latter, on the next year.
    would_suspend : bool, shape (W, B)
        Whether the member would vote to end it in mid-year, as things are at the end of the week,
        vote or no vote.
    """

    run: Run
    school: np.ndarray
    achievement: np.ndarray
    stands_for: np.ndarray
    contacts: np.ndarray
    attitude: np.ndarray
    voice: np.ndarray
    on_record: np.ndarray
    stage: np.ndarray
    teacher_school: np.ndarray
    teacher_attitude: np.ndarray
    teacher_active: np.ndarray
    teacher_unhappy: np.ndarray
    vote: np.ndarray
    would_suspend: np.ndarray

    def as_dict(self, digits: int = 3) -> dict[str, Any]:
        """Return all but the run as lists by name, as JSON wants them, with the names of the
        stages.

        Parameters
        ----------
        digits : int
            That decimals are rounded to.

        Examples
        --------
        >>> import sim
        >>> small = sim.Scenario().revise({"population.families": 20, "horizon.weeks": 4})
        >>> len(trace(small, 1).as_dict()["attitude"])
        4
        """
        arrays = {name: value for name, value in self._asdict().items() if isinstance(value, np.ndarray)}
        rounded = {
            name: np.round(value, digits) if value.dtype == np.float64 else value for name, value in arrays.items()
        }
        return {"stages": list(STAGES), **{name: value.tolist() for name, value in rounded.items()}}


def trace(scenario: Scenario, seed: int, rules: Any = None, go_on: Callable[[], None] = lambda: None) -> Trace:
    """Run a scenario once with Mesa agents, and note each week what everybody was and did.

    Parameters
    ----------
    scenario, seed, rules
        As for :func:`sim.engine.simulate`.
    go_on : callable
        Called before each week; what it raises ends the work.

    Returns
    -------
    Trace
        As long as the programme lived, at most the weeks of the horizon.

    Examples
    --------
    >>> import sim
    >>> small = sim.Scenario().revise({"population.families": 20, "horizon.weeks": 4})
    >>> reported = trace(small, 1)
    >>> reported.attitude.shape, (reported.stage[0] == TAKING_PART).sum()
    ((4, 40), np.int64(20))
    """
    model = _Watched(scenario, seed, rules, {Board: _WatchedBoard})
    while model.running:
        go_on()
        model.step()
    families, teachers = model.parties["families"].roll, model.parties["teachers"].roll
    shapes = {"families": len(families), "teachers": len(teachers), "members": scenario.board.seats}

    def over(who: str, name: str, dtype: type) -> np.ndarray:
        rows = [week[name] for week in model.weeks]
        return np.array(rows, dtype=dtype).reshape(len(rows), shapes[who])

    return Trace(
        run=model.result(),
        school=np.array([family.school_index for family in families], dtype=np.int64),
        achievement=np.asarray(model.people.achievement, dtype=np.float64),
        stands_for=np.array([family.weight for family in families], dtype=np.float64),
        contacts=pairs(model.people),
        attitude=over("families", "attitude", np.float64),
        voice=over("families", "voice", np.bool_),
        on_record=over("families", "on_record", np.bool_),
        stage=over("families", "stage", np.uint8),
        teacher_school=np.asarray(model.people.teacher_school, dtype=np.int64),
        teacher_attitude=over("teachers", "teacher_attitude", np.float64),
        teacher_active=over("teachers", "teacher_active", np.bool_),
        teacher_unhappy=over("teachers", "teacher_unhappy", np.bool_),
        vote=over("members", "vote", np.int8),
        would_suspend=over("members", "would_suspend", np.bool_),
    )


def pairs(people: Population) -> np.ndarray:
    """The contact network of a community as pairs, shape (ties, 2), each once, the lower number
    first.

    Examples
    --------
    >>> import sim
    >>> people = sim.populate(sim.Scenario().revise({"population.families": 20}), seed=1)
    >>> 2 * len(pairs(people)) == len(people.contacts)
    True
    """
    one = np.repeat(np.arange(len(people.first_contact) - 1), np.diff(people.first_contact))
    other = people.contacts.astype(np.int64)
    return np.column_stack([one, other])[one < other]


class _Watched(ValueNetworkModel):
    """A model that notes its people each week, when the weekly table's numbers have been made."""

    def __init__(self, *arguments: Any) -> None:
        self.weeks: list[dict[str, list[Any]]] = []
        super().__init__(*arguments)

    def step(self) -> None:
        """Live through a week; note one in which nothing is lived through before it ends."""
        if self.steps < self.offer.first_week or self.over:
            self.note()
        super().step()

    def all(self, moment: str, *arguments: Any) -> None:
        """Have all parties act; note what they were and did before anybody leaves."""
        if moment == "live":
            self.parties["board"].vote = [NO_VOTE] * self.scenario.board.seats
        super().all(moment, *arguments)
        if moment == "decide":
            self.note()

    def note(self) -> None:
        """Write down a week."""
        families, teachers = self.parties["families"].roll, self.parties["teachers"].roll
        board = self.parties["board"]
        self.weeks.append(
            {
                "attitude": [family.attitude for family in families],
                "voice": [family.spoke for family in families],
                "on_record": [family.on_record for family in families],
                "stage": [_stage(family) for family in families],
                "teacher_attitude": [teacher.attitude for teacher in teachers],
                "teacher_active": [teacher.active for teacher in teachers],
                "teacher_unhappy": [teacher.unhappy for teacher in teachers],
                "vote": board.vote,
                "would_suspend": [board.would_suspend(tolerance) for tolerance in board.tolerance],
            }
        )


class _WatchedBoard(Board):
    """A board whose members vote by name."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.vote = [NO_VOTE] * self.scenario.board.seats

    def is_voted_down(self, would_end: Callable[[float], bool]) -> bool:
        """Vote, and keep who voted how."""
        self.vote = [int(would_end(tolerance)) for tolerance in self.tolerance]
        return super().is_voted_down(would_end)


def _stage(family: Any) -> int:
    if family.inside:
        return TAKING_PART
    if family.next_in_line:
        return NEXT_IN_LINE
    if family.grade == OUTSIDE:
        return NEVER_IN
    return GONE_BACK if family.returned else NOT_TAKING_PART
