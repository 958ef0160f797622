"""Principal and superintendent in the compiled engine (R13)."""

from sim.compiled import phase, r
from sim.streams import uniform, week_key

PRINCIPAL, SUPERINTENDENT = 0, 1


@phase
def respond(w, week):
    """In the week in which renewal is decided: a successor reviews what it did not start."""
    ledger, offer = w.ledger, w.p.offer
    if week % w.p.horizon.weeks_per_year + 1 != offer.renewal_week:
        return
    if ledger.new_principal:
        ledger.principal_backs = review(w, week, PRINCIPAL)
        ledger.new_principal = 0
    if ledger.new_superintendent:
        ledger.superintendent_backs = review(w, week, SUPERINTENDENT)
        ledger.new_superintendent = 0
    take_stock(w)


@phase
def review(w, week, who):
    """Drop it, or make it its own; return how far the successor backs it from now on."""
    ledger, leaders = w.ledger, w.p.leaders
    heard = r.support(
        ledger.capital, ledger.in_favour, ledger.taking_part, ledger.unhappy_share,
        w.p.offer.programme * ledger.open_share,
    )  # fmt: skip
    if uniform(week_key(w.keys.review_of_leader, week), who) < r.drop_probability(leaders.drop, ledger.dose, heard):
        ledger.dropped = 1
        return 0.0
    return 1.0


@phase
def take_stock(w):
    """How far those back it whose project it is."""
    ledger, offer = w.ledger, w.p.offer
    if offer.principal and offer.superintendent:
        ledger.sponsor = 0.5 * (ledger.principal_backs + ledger.superintendent_backs)
    elif offer.principal:
        ledger.sponsor = ledger.principal_backs
    else:
        ledger.sponsor = ledger.superintendent_backs


@phase
def conclude(w, week):
    """At the year's end a leader may go; the successor has not made up its mind."""
    ledger, leaders, offer = w.ledger, w.p.leaders, w.p.offer
    key = week_key(w.keys.leaders, week)
    if offer.principal and uniform(key, PRINCIPAL) < r.leader_goes(leaders.principal_leaves, ledger.capital):
        ledger.leaders_gone += 1
        ledger.new_principal = 1
        ledger.principal_backs = 0.0
    if offer.superintendent and uniform(key, SUPERINTENDENT) < r.leader_goes(
        leaders.superintendent_leaves, ledger.capital
    ):
        ledger.leaders_gone += 1
        ledger.new_superintendent = 1
        ledger.superintendent_backs = 0.0
    take_stock(w)
