"""Students in the compiled engine (R15)."""

from sim.compiled import phase, r


@phase
def respond(w, week):
    """Walk out where enough are ready to, at most once a school year."""
    own, ledger = w.p.students, w.ledger
    year = week // w.p.horizon.weeks_per_year + 1
    ledger.walking = 0
    ledger.walkout_attention = 0.0
    for school in range(w.schools.size):
        each = w.schools[school]
        each.walked_out = 0
        if each.older > 0 and each.walked_in_year != year:
            ready = r.ready_to_walk(each.older_unhappy / each.older, own.threshold)
            if r.walks_out(ready, own.walkout, ledger.dose):
                each.walked_out = 1
                each.walked_in_year = year
                ledger.walkouts += 1
                ledger.walking += each.older_unhappy
    if ledger.walking > 0:
        ledger.walkout_attention = r.walkout_attention(ledger.walking, ledger.taking_part, own.attention)
