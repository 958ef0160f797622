"""The community in the compiled engine (R9)."""

from sim.compiled import phase, r


@phase
def respond(w, week):
    """Attention rises with voice and walkouts, and fades."""
    offer, community, ledger = w.p.offer, w.p.community, w.ledger
    voices = r.counted(ledger.sway_against, offer.constituency, offer.programme, w.p.board.constituency_exponent)
    ledger.attention = r.attention(
        ledger.attention, voices, community.attention_kept, community.attention_gain, ledger.walkout_attention
    )
