"""Published results in the Mesa model (R11)."""

from __future__ import annotations

from sim.parties.base import Body


class Results(Body):
    """What the tests say, group by group, to families and to the board. Nobody acts here but the
    calendar.
    """

    def respond(self) -> None:
        """Publish, in the weeks for it (R11)."""
        results, ledger, rules = self.scenario.results, self.ledger, self.rules
        ledger.judged_gain = 0.0
        week_of_year = self.model.week % self.scenario.horizon.weeks_per_year + 1
        if week_of_year not in results.weeks or ledger.taking_part == 0:
            return
        for index, third in enumerate(ledger.thirds):
            if third.inside > 0:
                students = float(third.inside)
                gain = rules.learned(third.year_gain, third.year_weeks, ledger.weeks_this_year)
                seen = rules.observed_gain(gain, students, results.test_sd, self.model.deviate("results", index))
                # The usual class has results too: what is read is the programme's share of them.
                read = rules.read_gain(seen, students, results.true_sd, results.test_sd) * ledger.dose
                third.evidence = rules.evidence(read, results.family_weight)
                ledger.judged_gain += rules.judged(read, third.inside / ledger.taking_part)

    def press(self) -> None:
        """Press on the board, or give it capital, by its own judgement of results (R10)."""
        self.ledger.drained_results = self.rules.results_pressure(
            self.ledger.judged_gain, self.scenario.results.board_weight, self.scenario.power.results.governance
        )
