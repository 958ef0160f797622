"""Published results in the compiled engine (R11)."""

import numpy as np

from sim.compiled import phase, r
from sim.streams import deviate, week_key


@phase
def respond(w, week):
    """In weeks of publication: what the tests say, group by group, to families and to the board."""
    results, ledger = w.p.results, w.ledger
    ledger.judged_gain = 0.0
    week_of_year = week % w.p.horizon.weeks_per_year + 1
    published = False
    for due in w.lists.results_weeks:
        published = published or due == week_of_year
    if not published or ledger.taking_part == 0:
        return
    key = week_key(w.keys.results, week)
    for index in range(3):
        third = w.thirds[index]
        if third.inside > 0:
            students = np.float64(third.inside)
            gain = r.learned(third.year_gain, third.year_weeks, ledger.weeks_this_year)
            seen = r.observed_gain(gain, students, results.test_sd, deviate(key, index))
            read = r.read_gain(seen, students, results.true_sd, results.test_sd)
            # The usual class comes with results too: what is read is the programme's share of them.
            w.thirds[index].evidence = r.evidence(read * ledger.dose, results.family_weight)
            ledger.judged_gain += r.judged(read * ledger.dose, third.inside / ledger.taking_part)


@phase
def press(w, week):
    """Press on the board, or give it capital, by its own judgement of results (R10)."""
    w.ledger.drained_results = r.results_pressure(
        w.ledger.judged_gain, w.p.results.board_weight, w.p.power.results.governance
    )
