"""The community in the compiled engine (R9)."""

from sim.compiled import phase, r


@phase
def respond(w, week):
    """Attention rises with voice and fades; seats change at elections."""
    offer, community, ledger = w.p.offer, w.p.community, w.ledger
    heard = r.voice_share(ledger.sway_against, offer.constituency, offer.school_size, w.p.board.constituency_exponent)
    ledger.attention = r.attention(ledger.attention, heard, community.attention_kept, community.attention_gain)
    ledger.seats = 0.0
    for due in w.lists.community_election_weeks:
        if due == week:
            ledger.seats += r.seats_lost(ledger.attention, community.election_threshold, community.election_swing)


@phase
def press(w, week):
    """Press on the board by seats lost, and by attention (R10)."""
    w.ledger.drained_community = r.community_pressure(
        w.ledger.seats, w.ledger.attention, w.p.community.pressure,
        w.p.power.community.governance, w.p.board.drain,
    )  # fmt: skip
