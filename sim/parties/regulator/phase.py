"""The regulator in the compiled engine (R8)."""

from sim.compiled import phase, r
from sim.streams import uniform, week_key


@phase
def begin(w, week):
    """Count weeks between reviews from the start of the programme."""
    w.ledger.last_review = w.p.offer.first_week


@phase
def respond(w, week):
    """Review if due; serve a notice where a gap is found."""
    ledger, required = w.ledger, w.p.regulator
    if r.review_due(week - ledger.last_review, required.review_interval):
        ledger.last_review = week
        usual, made, dose = w.p.status_quo, w.p.initiative, ledger.dose
        gap = max(
            r.shortfall(required.required_seat_time, usual.seat_time, made.seat_time, dose),
            r.shortfall(required.required_grade_level, usual.grade_level, made.grade_level, dose),
            r.shortfall(required.required_certification, usual.certification, made.certification, dose),
        )
        strict = w.p.power.regulator.regulation
        if uniform(week_key(w.keys.review, week), 0) < r.notice_probability(gap, w.p.offer.flexibility, strict):
            ledger.notices += 1
    ledger.stop_ordered = r.stop_ordered(ledger.notices, required.notices_to_stop)
