"""Students in the compiled engine (R15)."""

from sim.kernel.compiling import phase, r


@phase
def respond(w, week):
    """Walk out where enough are ready to, at most once a school year."""
    own, variables = w.p.students, w.variables
    year = (week - 1) // w.p.horizon.weeks_per_year + 1
    variables.walking = 0
    variables.walkout_attention = 0.0
    for school in range(w.schools.size):
        each = w.schools[school]
        each.walked_out = 0
        if each.older > 0 and each.walked_in_year != year:
            ready = r.ready_to_walk(each.older_unhappy / each.older)
            if r.walks_out(ready, own.walkout, variables.dose):
                each.walked_out = 1
                each.walked_in_year = year
                variables.walkouts += 1
                variables.walking += each.older_unhappy
    if variables.walking > 0:
        variables.walkout_attention = r.walkout_attention(variables.walking, variables.taking_part, own.attention)
