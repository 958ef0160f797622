"""The board with its superintendent (rule R10)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.agents.party import Party
from sim.outcome import CANCELLED, CLOSED, DILUTED, OPTIONAL, REPAIRED, RUNGS, STAKEHOLDERS, STOPPED

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Board(Party):
    """Adds up pressure and evidence, loses or regains capital, and acts.

    Attributes
    ----------
    capital : float
        Political capital, at most 1.
    dose : float
        Share of the subject's time, 0 to 1.
    return_ease : float
        1 where a family can go back to the usual class.
    rung : int
        Where the programme stands, index into ``RUNGS``.
    drained : dict
        Capital drained in the week, by stakeholder.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.capital = 1.0
        self.dose = self.scenario.offer.dose
        self.return_ease = self.scenario.offer.return_ease
        self.rung = 0
        self.drained = dict.fromkeys(STAKEHOLDERS, 0.0)
        self.step_weeks = [math.nan] * len(RUNGS)
        self.short_counts = 0

    def step(self) -> None:
        """Feel the week's pressure, then act: at once where the regulator stops it, else at a meeting."""
        self.drained = self.weigh_pressure()
        total = 0.0
        for who in STAKEHOLDERS:
            total += self.drained[who]
        board = self.scenario.board
        self.capital = self.rules.capital(self.capital, board.recovery, self.scenario.leadership.responsiveness, total)
        if self.model.regulator.notices >= self.scenario.regulator.notices_to_stop:
            self.end(STOPPED, self.model.week + 1)
        elif (self.model.week + 1) % board.meeting_interval == 0:
            self.meet()

    def weigh_pressure(self) -> dict[str, float]:
        """Return the capital that each stakeholder drains this week."""
        model, board, power, drain = self.model, self.scenario.board, self.scenario.power, self.scenario.board.drain
        voices = model.share_heard(model.voices.sway_against - model.voices.sway_for)
        lost = model.share_heard(float(model.tally.lost))
        return {
            "families": drain
            * self.rules.families_pressure(
                voices, lost, board.voice_pressure, board.lost_enrolment_pressure, power.families.governance, power.families.resources
            ),
            "teachers": drain
            * self.rules.teachers_pressure(
                model.unhappy_share,
                model.mean_effort,
                board.teacher_pressure,
                board.effort_pressure,
                power.teachers.governance,
                power.teachers.resources,
            ),
            "union": drain * model.union.pressure,
            "regulator": drain * power.regulator.regulation * model.regulator.pressure,
            "community": power.community.governance * model.community.seats
            + drain * power.community.governance * self.scenario.community.pressure * model.community.attention,
            "vendor": drain * power.vendor.resources * self.scenario.vendor.funding_pressure * (1.0 - model.vendor.funded),
            "results": -power.board.governance * self.scenario.results.board_weight * model.judged_results,
        }

    def meet(self) -> None:
        """Take the next step of the ladder if capital has fallen far enough."""
        board = self.scenario.board
        rung = self.rules.board_step(
            self.rung,
            self.capital,
            self.return_ease >= 1.0,
            board.can_repair,
            board.can_concede,
            board.can_make_optional,
            board.can_cancel,
            board.repair_below,
            board.concede_below,
            board.optional_below,
            board.cancel_below,
        )
        if rung == self.rung:
            return
        if rung == CANCELLED:
            self.end(CANCELLED, self.model.week + 1)
            return
        self.rung = rung
        self.step_weeks[rung] = self.model.week + 1
        if rung == REPAIRED:
            self.model.vendor.repair_speed = board.repair_speed
            self.dose = self.dose * board.repair_dose
        elif rung == DILUTED:
            self.dose = self.dose * board.concede_dose
        elif rung == OPTIONAL:
            self.return_ease = 1.0
        self.capital = min(1.0, self.capital + board.relief)
        self.model.activate(self.model.families, "calm_down")

    def count_enrolment(self, coming: int) -> None:
        """Close what had fewer than viable, two counts running (R5)."""
        self.short_counts = self.short_counts + 1 if self.model.enrolled < self.scenario.offer.viable_enrolment else 0
        if self.short_counts >= 2:
            self.end(CLOSED, coming)

    def end(self, rung: int, week: int) -> None:
        """End the programme: nobody takes part any more."""
        self.rung = rung
        self.step_weeks[rung] = week
        for family in self.model.families:
            family.inside = False

    @property
    def over(self) -> bool:
        """Whether the programme has ended."""
        return self.rung >= CANCELLED
