"""The community in the compiled engine (R9)."""

from sim.kernel.compiling import phase, r


@phase
def respond(w, week):
    """Attention rises with voice and walkouts, and fades."""
    offer, community, variables = w.p.offer, w.p.community, w.variables
    voices = r.counted(variables.sway_against, offer.constituency, offer.programme, w.p.board.constituency_exponent)
    variables.attention = r.attention(
        variables.attention, voices, community.attention_kept, community.attention_gain, variables.walkout_attention
    )
