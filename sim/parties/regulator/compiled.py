"""The regulator in the compiled engine (R8)."""

from sim.kernel.compiling import phase, r
from sim.kernel.streams import uniform, week_key


@phase
def begin(w, week):
    """Count weeks between reviews from the start of the programme."""
    w.variables.last_review = w.p.offer.first_week


@phase
def respond(w, week):
    """Review if due; serve a notice where a gap is found."""
    variables, required = w.variables, w.p.regulator
    if r.review_due(week - variables.last_review, required.review_interval):
        variables.last_review = week
        usual, made, dose = w.p.status_quo, w.p.initiative, variables.dose
        gap = max(
            r.shortfall(required.required_seat_time, usual.seat_time, made.seat_time, dose),
            r.shortfall(required.required_grade_level, usual.grade_level, made.grade_level, dose),
            r.shortfall(required.required_certification, usual.certification, made.certification, dose),
        )
        strict = w.p.power.regulator.regulation
        if uniform(week_key(w.keys.review, week), 0) < r.notice_probability(gap, w.p.offer.flexibility, strict):
            variables.notices += 1
    if variables.week_of_year == w.p.offer.renewal_week:
        chance = r.order_probability(required.order * w.p.power.regulator.regulation, required.hold, variables.dose)
        variables.repealed = uniform(week_key(w.keys.order, week), 0) < chance
    variables.stop_ordered = r.stop_ordered(variables.notices, required.notices_to_stop)
