"""Published results in the compiled engine (R11)."""

import numpy as np

from sim.kernel.compiling import phase, r
from sim.kernel.streams import deviate, week_key


@phase
def respond(w, week):
    """In weeks of publication: what the tests say, group by group, to families and to the board."""
    results, variables = w.p.results, w.variables
    variables.judged_gain = 0.0
    published = False
    for due in w.lists.results_weeks:
        published = published or due == variables.week_of_year
    if not published or variables.taking_part == 0:
        return
    weight = variables.dose * r.attributed(w.p.offer.departure, w.p.board.by_change)
    variables.shown_gain = 0.0
    key = week_key(w.keys.results, week)
    for index in range(3):
        tertile = w.tertiles[index]
        if tertile.inside > 0:
            students = np.float64(tertile.inside)
            gain = r.learned(tertile.year_gain, tertile.year_weeks, variables.weeks_this_year)
            seen = r.observed_gain(gain, students, results.test_sd, deviate(key, index))
            read = r.read_gain(seen, students, results.true_sd, results.test_sd)
            # The usual class comes with results too: what is read is the programme's share of them.
            w.tertiles[index].evidence = r.evidence(read * weight, results.family_weight)
            variables.judged_gain += r.judged(read * weight, tertile.inside / variables.taking_part)
            variables.shown_gain += r.judged(read * variables.dose, tertile.inside / variables.taking_part)


@phase
def press(w, week):
    """Press on the board, or give it capital, by its own judgement of results (R10)."""
    w.variables.drained_results = r.results_pressure(
        w.variables.judged_gain, w.p.results.board_weight, w.p.power.results.governance
    )
