"""The board as a Mesa agent (R10, R14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.parties.base import Party
from sim.parties.board.endings import STEP
from sim.parties.board.rules import Ladder
from sim.parties.board.variables import MOST_SEATS

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Board(Party):
    """Adds up pressure, loses or regains capital, and acts; its members vote.

    Attributes
    ----------
    tolerance : list of float
        What each member endures beyond the usual, capital.
    """

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        self.offer, spread = model.offer, self.scenario.board.tolerance_sd
        self.tolerance = [
            self.rules.member_tolerance(spread, model.deviate("tolerance", seat))
            for seat in range(self.scenario.board.seats)
        ]
        board = self.scenario.board
        self.ladder = Ladder(board.can_repair, board.can_concede, board.can_make_optional, board.answer_below)
        self.variables.dose = self.offer.dose
        if self.chance("opening") >= self.offer.opens:
            self.end(STEP.not_opened, 0)

    def enrol(self, coming: int) -> None:
        """Call it off where too few came to the first intake."""
        if self.variables.too_few:
            self.end(STEP.never_filled, 0)

    def decide(self) -> None:
        """Feel the week's pressure; end it at once where it must be, else meet, and decide on the
        next year where that is due.
        """
        variables, week = self.variables, self.model.week
        self.feel_pressure()
        variables.calm = 0.0
        for due in self.scenario.community.election_weeks:
            if due == week:
                self.elect()
        if variables.stop_ordered:
            self.end(STEP.stopped, week)
        elif variables.withdrawn:
            self.end(STEP.suspended, week)
        elif self.is_mismanaged():
            self.end(STEP.mismanaged, week)
        elif variables.ends_as == 0:
            meets = week % self.scenario.board.meeting_interval == 0
            if meets:
                self.meet()
            if variables.status != STEP.suspended and (meets or self.scenario.board.answer_weeks > 0.0):
                self.answer()
            if variables.status != STEP.suspended and self.next_year_is_due():
                self.decide_on_next_year()

    def feel_pressure(self) -> None:
        """Lose or regain capital (R10)."""
        total = 0.0
        for drained in self.weigh_pressure().values():
            total += drained
        self.variables.capital = self.rules.capital(
            self.variables.capital, self.scenario.board.recovery, self.scenario.leadership.responsiveness, total
        )

    def weigh_pressure(self) -> dict[str, float]:
        """Return the capital that each stakeholder drains this week, by name and in order."""
        return {name: getattr(self.variables, f"drained_{name}") for name in self.model.pressing}

    def is_mismanaged(self) -> bool:
        """Whether mismanagement closes it this week."""
        yearly, year = self.offer.mismanagement, self.scenario.horizon.weeks_per_year
        return self.chance("mismanagement") < self.rules.yearly_to_weekly(yearly, year) * self.offer.dose

    def next_year_is_due(self) -> bool:
        """Whether this is the week in which the next year is decided on."""
        return bool(self.variables.week_of_year == self.offer.renewal_week)

    # --- elections -------------------------------------------------------------------------------

    def elect(self) -> None:
        """Half of the seats are up, in turn; a seat may be won on the issue (R14)."""
        board, variables, rules = self.scenario.board, self.variables, self.rules
        turnout, governance = self.scenario.community.turnout, self.scenario.power.community.governance
        chance = rules.seat_turns(variables.opponents, turnout, self.offer.electorate, governance)
        for seat in range(variables.elections % 2, board.seats, 2):
            if self.chance("seats", seat) < chance:
                draw = self.model.deviate("seats", MOST_SEATS + seat)
                self.tolerance[seat] = rules.tolerance_of_challenger(board.tolerance_sd, draw)
                variables.seats_lost += 1
        variables.elections += 1

    # --- decisions -------------------------------------------------------------------------------

    def meet(self) -> None:
        """End it in mid-year where a majority sees an emergency that lasts."""
        variables, board = self.variables, self.scenario.board
        if not board.can_suspend:
            return
        seen = self.is_voted_down(self.would_suspend)
        variables.emergency = variables.emergency + board.meeting_interval if seen else 0
        if seen and variables.emergency >= board.patience:
            self.end(STEP.suspended, self.model.week)

    def is_voted_down(self, would_end: Callable[[float], bool]) -> bool:
        """Have members vote, each by its tolerance; tell whether a majority would end it."""
        self.variables.votes_against = sum(1 for tolerance in self.tolerance if would_end(tolerance))
        return 2 * self.variables.votes_against > self.scenario.board.seats

    def would_suspend(self, tolerance: float) -> bool:
        """Whether a member would end it in mid-year (R10)."""
        variables = self.variables
        return self.rules.votes_to_suspend(
            variables.capital,
            self.scenario.board.suspend_below,
            self.scenario.leaders.sponsorship,
            variables.sponsor,
            self.weight,
            tolerance,
        )

    def answer(self) -> None:
        """Take the next step of the ladder if capital has fallen far enough, as far as leaders are
        quick to (R10).
        """
        variables, chance = self.variables, self.scenario.leadership.responsiveness
        if self.scenario.board.answer_weeks > 0.0:
            chance = self.rules.answer_probability(chance, self.scenario.board.answer_weeks)
        if self.chance("response") >= chance:
            return
        voluntary = self.offer.voluntary or variables.return_ease >= 1.0
        status = self.rules.response(variables.status, variables.capital, voluntary, self.ladder)
        if status != variables.status:
            self.take(status)

    def take(self, status: int) -> None:
        """Take a step short of ending the programme: it calms families."""
        board, variables, rules = self.scenario.board, self.variables, self.rules
        variables.status = status
        variables.statuses[status].week = self.model.week
        variables.dose = rules.dose_after_step(variables.dose, status, board.concede_dose)
        variables.repair_speed = rules.repair_speed_after_step(variables.repair_speed, status, board.repair_speed)
        variables.return_ease = rules.return_ease_after_step(variables.return_ease, status)
        variables.calm = board.calm

    def decide_on_next_year(self) -> None:
        """Take note of what has ended it already, or have members vote on going on (R10)."""
        variables = self.variables
        if variables.dropped:
            variables.ends_as = STEP.dropped
        elif variables.repealed:
            variables.ends_as = STEP.stopped
        elif variables.lapsed or variables.cut or variables.disappointed:
            variables.ends_as = STEP.not_renewed
        elif self.scenario.board.can_decline:
            margin, weight = self.margin(), self.weight
            if self.is_voted_down(lambda tolerance: self.rules.votes_to_end(margin, weight, tolerance)):
                self.variables.ends_as = STEP.not_renewed

    @property
    def weight(self) -> float:
        """How much there is to doubt: the dose, as far as the programme is different."""
        dose, by_change = self.variables.dose, self.scenario.board.by_change
        return float(dose * self.rules.attributed(self.offer.departure, by_change))

    def margin(self) -> float:
        """How far a member of no tolerance is from ending it."""
        board, variables, money = self.scenario.board, self.variables, self.scenario.power.funder.resources
        return self.rules.margin(
            self.weight,
            variables.capital,
            board.doubt,
            self.scenario.leaders.sponsorship,
            variables.sponsor,
            variables.strain - variables.saved,
            self.scenario.funder.weight * money,
        )

    # --- the end ---------------------------------------------------------------------------------

    def conclude(self) -> None:
        """At the year's end, what was decided takes effect; what has no money or too few children
        left closes.
        """
        if self.variables.ends_as > 0:
            self.end(self.variables.ends_as, self.model.week)
        elif self.variables.insolvent or self.variables.enrolled < self.variables.open_share * self.offer.fewest:
            self.end(STEP.closed, self.model.week)

    def end(self, status: int, week: int) -> None:
        """End the programme, with the week from 1 in which that was."""
        self.variables.status = status
        self.variables.statuses[status].week = week
