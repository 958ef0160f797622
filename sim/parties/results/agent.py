"""Published results in the Mesa model (R11)."""

from __future__ import annotations

from sim.parties.base import Body


class Results(Body):
    """What the tests say, group by group, to families and to the board. Nobody acts here but the
    calendar.
    """

    def respond(self) -> None:
        """Publish, in the weeks for it (R11)."""
        results, variables, rules = self.scenario.results, self.variables, self.rules
        variables.judged_gain = 0.0
        if variables.week_of_year not in results.weeks or variables.taking_part == 0:
            return
        by_change = self.scenario.board.by_change
        weight = variables.dose * rules.attributed(self.model.offer.departure, by_change)
        variables.shown_gain = 0.0
        for index, tertile in enumerate(variables.tertiles):
            if tertile.inside > 0:
                students = float(tertile.inside)
                gain = rules.learned(tertile.year_gain, tertile.year_weeks, variables.weeks_this_year)
                seen = rules.observed_gain(gain, students, results.test_sd, self.model.deviate("results", index))
                # The usual class has results too: what is read is the programme's share of them.
                read = rules.read_gain(seen, students, results.true_sd, results.test_sd)
                tertile.evidence = rules.evidence(read * weight, results.family_weight)
                share = tertile.inside / variables.taking_part
                variables.judged_gain += rules.judged(read * weight, share)
                variables.shown_gain += rules.judged(read * variables.dose, share)

    def press(self) -> None:
        """Press on the board, or give it capital, by its own judgement of results (R10)."""
        self.variables.drained_results = self.rules.results_pressure(
            self.variables.judged_gain, self.scenario.results.board_weight, self.scenario.power.results.governance
        )
