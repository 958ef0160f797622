"""The board as a Mesa agent (R10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.parties.base import Party
from sim.parties.board.endings import STEP

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Board(Party):
    """Adds up pressure and evidence, loses or regains capital, and acts."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.ledger.dose = self.scenario.offer.dose
        self.ledger.return_ease = self.scenario.offer.return_ease

    def decide(self) -> None:
        """Feel the week's pressure, then act: at once where the regulator stops it, else at a
        meeting.
        """
        ledger, board = self.ledger, self.scenario.board
        total = 0.0
        for drained in self.weigh_pressure().values():
            total += drained
        ledger.capital = self.rules.capital(
            ledger.capital, board.recovery, self.scenario.leadership.responsiveness, total
        )
        ledger.calm = 0.0
        if ledger.stop_ordered:
            self.end(STEP.stopped, self.model.week + 1)
        elif (self.model.week + 1) % board.meeting_interval == 0:
            self.meet()

    def weigh_pressure(self) -> dict[str, float]:
        """Return the capital that each stakeholder drains this week, by name and in order."""
        return {name: getattr(self.ledger, f"drained_{name}") for name in self.model.stakeholders}

    def meet(self) -> None:
        """Take the next step of the ladder if capital has fallen far enough."""
        board, ledger = self.scenario.board, self.ledger
        rung = self.rules.board_step(
            ledger.rung,
            ledger.capital,
            ledger.return_ease >= 1.0,
            board.can_repair,
            board.can_concede,
            board.can_make_optional,
            board.can_cancel,
            board.repair_below,
            board.concede_below,
            board.optional_below,
            board.cancel_below,
        )
        if rung == ledger.rung:
            return
        if rung == STEP.cancelled:
            self.end(STEP.cancelled, self.model.week + 1)
        else:
            self.take(rung)

    def take(self, rung: int) -> None:
        """Take a step short of ending the programme: it buys relief and calms families."""
        board, ledger, rules = self.scenario.board, self.ledger, self.rules
        ledger.rung = rung
        ledger.rungs[rung].week = self.model.week + 1
        ledger.dose = rules.dose_after_step(ledger.dose, rung, board.repair_dose, board.concede_dose)
        ledger.repair_speed = rules.repair_speed_after_step(ledger.repair_speed, rung, board.repair_speed)
        ledger.return_ease = rules.return_ease_after_step(ledger.return_ease, rung)
        ledger.capital = rules.relieved(ledger.capital, board.relief)
        ledger.calm = board.calm

    def enrol(self, coming: int) -> None:
        """Close what had fewer than viable, two counts running (R5)."""
        ledger = self.ledger
        ledger.short_counts = self.rules.short_counts(
            ledger.short_counts, ledger.enrolled, self.scenario.offer.viable_enrolment
        )
        if self.rules.closes(ledger.short_counts):
            self.end(STEP.closed, coming)

    def end(self, rung: int, week: int) -> None:
        """End the programme, with the week from 1 in which that was."""
        self.ledger.rung = rung
        self.ledger.rungs[rung].week = week
