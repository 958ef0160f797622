"""Those who pay, in the compiled engine (R12)."""

from sim.kernel.compiling import phase, r
from sim.kernel.streams import deviate, uniform, week_key


@phase
def begin(w, week):
    """What outside money bears, what was agreed to, and the start-up grant."""
    money, offer, variables = w.p.funder, w.p.offer, w.variables
    variables.outside_share = money.borne
    own = max(0.0, 1.0 - money.borne - money.promised)
    variables.adopted_strain = strained(w, offer.programme, offer.dose, own)
    variables.saved = r.saved(money.cost, offer.dose, money.movable)
    variables.reserves = offer.grant * money.fixed_share * offer.viable_enrolment * offer.dose


@phase
def strained(w, students, dose, share):
    """How far a share of the cost strains the budget."""
    money = w.p.funder
    return r.strain(max(0.0, money.cost), students, dose, share, money.movable, w.p.offer.budget)


@phase
def supply(w, week):
    """Outside money ends as agreed, or falls through by chance."""
    lost = r.yearly_to_weekly(w.p.funder.loss, w.p.horizon.weeks_per_year)
    if week >= w.p.offer.grant_ends or uniform(week_key(w.keys.funding, week), 0) < lost:
        w.variables.outside_share = 0.0


@phase
def respond(w, week):
    """In the week in which renewal is decided: what strain is new, in next year's budget."""
    money, offer, variables, year = w.p.funder, w.p.offer, w.variables, w.p.horizon.weeks_per_year
    if variables.week_of_year == offer.renewal_week:
        next_year = ((week - 1) // year + 1) * year + 1
        own = 1.0 - (variables.outside_share if offer.grant_ends > next_year else 0.0)
        tight = r.tightness(deviate(week_key(w.keys.budget, week), 0), money.budget_sd)
        now = strained(w, variables.enrolled, variables.dose, own * tight)
        variables.strain = r.new_strain(now, variables.adopted_strain)
        variables.saved = r.saved(money.cost, variables.dose, money.movable)
        posts = w.lists.offers[0].added_posts
        chance = r.cut_probability(money.cut * w.p.power.funder.resources, posts, 1.0 - own, variables.dose)
        variables.cut = uniform(week_key(w.keys.cut, week), 0) < chance


@phase
def conclude(w, week):
    """Close the year's accounts of what lives by enrolment."""
    offer, variables, year = w.p.offer, w.variables, w.p.horizon.weeks_per_year
    child_weeks = 0
    for tertile in range(3):
        child_weeks += w.tertiles[tertile].year_weeks
    enrolled = child_weeks / max(variables.weeks_this_year, 1)
    variables.reserves = r.reserves(
        variables.reserves, enrolled, offer.viable_enrolment, variables.open_share, w.p.funder.fixed_share,
        offer.dose * (variables.weeks_this_year / year),
    )  # fmt: skip
    variables.insolvent = offer.viable_enrolment > 0 and variables.reserves < 0.0
