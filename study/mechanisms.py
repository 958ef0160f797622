"""The mechanisms of the model, and the values that switch each off."""

from __future__ import annotations

from typing import Any, NamedTuple


class Mechanism(NamedTuple):
    """Something that can be switched off.

    Attributes
    ----------
    name : str
        In tables.
    off : dict
        Values by field that switch it off.
    words : str
        What it is.
    """

    name: str
    off: dict[str, Any]
    words: str


MECHANISMS = (
    Mechanism("unease", {"families.leaning_mean": 0.0, "families.leaning_sd": 0.0}, "unease with the usual class"),
    Mechanism("appeal", {"families.appeal_weight": 0.0}, "what it gives and takes beside the class"),
    Mechanism("habituation", {"families.habituation": 0.0}, "habituation"),
    Mechanism("places", {"families.voice_spread": 0.0}, "places that differ in how loud they are"),
    Mechanism("grievance", {"families.grievance": 0.0}, "grievance of those outside"),
    Mechanism("lapse", {"teachers.lapse": 0.0}, "staff who stop using it"),
    Mechanism("promise", {"leaders.disappointment": 0.0}, "a promise that is not kept"),
    Mechanism("cuts", {"funder.cut": 0.0}, "cuts of posts of its own"),
    Mechanism("orders", {"regulator.order": 0.0}, "orders from above"),
    Mechanism("faults", {"vendor.fault": 0.0}, "faults of the product"),
    Mechanism("by_change", {"board.by_change": 0.0}, "doubt in proportion to the difference"),
    Mechanism("answers", {"board.answer_weeks": 0.0}, "answers by a rate"),
    Mechanism("patience", {"board.patience": 0.0}, "emergencies that last"),
    Mechanism("own_school", {"leaders.closes_own": 1.0}, "principals who spare their own school"),
    Mechanism("smallest", {"design.smallest_class": 0.0}, "a smallest class"),
    Mechanism("next", {"families.stake_next": 0.0}, "voice of families next in line"),
    Mechanism("outside", {"families.stake_outside": 0.0}, "voice of families outside"),
    Mechanism("contacts", {"families.influence_rate": 0.0}, "contacts' attitudes"),
    Mechanism("contagion", {"families.contagion": 0.0}, "voice that spreads among contacts"),
    Mechanism("persistence", {"families.persistence": 0.0}, "who has spoken goes on"),
    Mechanism("attention", {"families.attention_amplifies": 0.0}, "attention that invites voice"),
    Mechanism("losses", {"families.loss_aversion": 1.0}, "losses that weigh more than gains"),
    Mechanism("success_slope", {"families.success_slope": 0.0}, "success that follows achievement"),
    Mechanism("sway_slope", {"families.sway_slope": 0.0}, "who has sway speaks more"),
    Mechanism(
        "sway_of_strong",
        {"population.sway_achievement": 0.0, "population.sway_ses": 0.0, "population.achievement_ses": 0.0},
        "sway that follows achievement and SES",
    ),
    Mechanism("noise", {"families.experience_noise": 0.0}, "weeks that differ"),
    Mechanism("exit", {"families.return_rate": 0.0}, "families that go back where they can"),
    Mechanism("walkouts", {"students.walkout": 1.0}, "students who walk out"),
    Mechanism("union", {"union.pressure": 0.0}, "the union's pressure"),
    Mechanism("turnover", {"teachers.turnover": 0.0}, "teachers who leave"),
    Mechanism("regulator", {"power.regulator.regulation": 0.0}, "reviews and notices"),
    Mechanism("defects", {"vendor.defects_at_start": 0.0}, "defects"),
    Mechanism("budget", {"funder.weight": 0.0}, "new cost in the vote"),
    Mechanism("results", {"results.family_weight": 0.0, "results.board_weight": 0.0}, "published results"),
    Mechanism("sponsor", {"leaders.sponsorship": 0.0}, "leaders who back it"),
    Mechanism("successors", {"leaders.drop": 0.0}, "successors who drop it"),
    Mechanism(
        "responses",
        {"board.can_repair": False, "board.can_concede": False, "board.can_make_optional": False},
        "a board that repairs, concedes, makes optional",
    ),
    Mechanism("suspension", {"board.can_suspend": False}, "ending in mid-year"),
    Mechanism("renewal", {"board.can_decline": False}, "the spring vote"),
    Mechanism("members", {"board.tolerance_sd": 0.0}, "members who differ"),
    Mechanism("elections", {"community.election_weeks": ()}, "seats won on the issue"),
    Mechanism("gamma_0", {"board.constituency_exponent": 0.0}, "counting: a packed room (gamma 0)"),
    Mechanism("gamma_1", {"board.constituency_exponent": 1.0}, "counting: shares of the whole (gamma 1)"),
)
"""All that can be switched off: what ends and what holds first, then in the order of the rules."""
