"""Principal and superintendent in the compiled engine (R13)."""

from sim.kernel.compiling import phase, r
from sim.kernel.streams import uniform, week_key

PRINCIPAL, SUPERINTENDENT = 0, 1


@phase
def respond(w, week):
    """In the week in which renewal is decided: a successor reviews what it did not start."""
    variables, offer = w.variables, w.p.offer
    if variables.week_of_year != offer.renewal_week:
        return
    if variables.new_principal:
        variables.principal_backs = review(w, week, PRINCIPAL)
        variables.new_principal = 0
    if variables.new_superintendent:
        variables.superintendent_backs = review(w, week, SUPERINTENDENT)
        variables.new_superintendent = 0
    take_stock(w)
    if week - offer.first_week >= w.p.horizon.weeks_per_year:
        unmet = r.unmet(variables.shown_gain, w.p.results.true_sd)
        chance = r.disappointment_probability(
            w.p.leaders.disappointment, w.p.initiative.promise, offer.departure * variables.dose, unmet, heard(w),
            variables.saved,
        )  # fmt: skip
        variables.disappointed = uniform(week_key(w.keys.promise, week), 0) < chance


@phase
def heard(w):
    """What deciders hear of the wish to go on."""
    variables = w.variables
    return r.support(
        variables.capital, variables.in_favour, variables.taking_part, variables.unhappy_share,
        w.p.offer.programme * variables.open_share,
    )  # fmt: skip


@phase
def review(w, week, who):
    """Drop it, or make it its own; return how far the successor backs it from now on."""
    variables, leaders = w.variables, w.p.leaders
    drop = leaders.drop * r.attributed(w.p.offer.departure, w.p.board.by_change)
    if who == PRINCIPAL and w.p.offer.viable_enrolment > 0:
        drop *= leaders.closes_own
    chance = r.drop_probability(drop, variables.dose, heard(w), variables.saved)
    if uniform(week_key(w.keys.review_of_leader, week), who) < chance:
        variables.dropped = 1
        return 0.0
    return 1.0


@phase
def take_stock(w):
    """How far those back it whose project it is."""
    variables, offer = w.variables, w.p.offer
    if offer.principal and offer.superintendent:
        variables.sponsor = 0.5 * (variables.principal_backs + variables.superintendent_backs)
    elif offer.principal:
        variables.sponsor = variables.principal_backs
    else:
        variables.sponsor = variables.superintendent_backs


@phase
def conclude(w, week):
    """At the year's end a leader may go; the successor has not made up its mind."""
    variables, leaders, offer = w.variables, w.p.leaders, w.p.offer
    key = week_key(w.keys.leaders, week)
    if offer.principal and uniform(key, PRINCIPAL) < r.leader_goes(leaders.principal_leaves, variables.capital):
        variables.leaders_gone += 1
        variables.new_principal = 1
        variables.principal_backs = 0.0
    if offer.superintendent and uniform(key, SUPERINTENDENT) < r.leader_goes(
        leaders.superintendent_leaves, variables.capital
    ):
        variables.leaders_gone += 1
        variables.new_superintendent = 1
        variables.superintendent_backs = 0.0
    take_stock(w)
