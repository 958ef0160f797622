"""What families write, and what they read of others."""

import math

from sim.kernel.variables import Derived, Final, Quantity, Stakeholder, in_order

OUTSIDE = 255
"""Grade of a child that never enters."""

STAGES = ("taking part", "not taking part", "next in line", "outside", "gone back")
"""Where a family can stand: its child takes part; is of the programme's grades, and does not;
enters them next year; never enters; took part, and is back in the usual class.
"""

OLDER_FROM = 7
"""Grade of school, counted from kindergarten at 0, from which students may walk out (R15)."""

STAKEHOLDER = Stakeholder(
    "families", "families", "#0072B2", "-", "", "expected attitude of all with a stake, weighed by stake and sway"
)


def _families(final: Final) -> int:
    return int(sum(tertile["children"] for tertile in final.tertiles))


def _sway_on_record(final: Final) -> float:
    on_record = final.district["on_record"]
    return final.district["sway_of_record"] / on_record if on_record else math.nan


def _sway(final: Final) -> float:
    return float(final.people.sway.mean()) if len(final.people.sway) else math.nan


def _delivered(final: Final) -> float:
    planned = final.district["planned_weeks"]
    return final.district["student_weeks"] / planned if planned > 0.0 else math.nan


def _per_100(name: str):
    return lambda final: 100.0 * final.district[name] / max(_families(final), 1)


def _per_place(name: str):
    def of(final: Final) -> float:
        places = final.scenario.places
        return final.district[name] / places if places else math.nan

    return of


def _gain_per_child(final: Final) -> float:
    return in_order(tertile["gains"] for tertile in final.tertiles) / max(_families(final), 1)


def _gain(tertile: int):
    def of(final: Final) -> float:
        row = final.tertiles[tertile]
        return row["gains"] / max(row["children"], 1)

    return of


FULL_DOSE = "one child for one week with all of the subject's time; at half the dose it counts half"
"""What a full-dose student-week is."""

PLACE = (
    "one for every child of the programme's grades where children are in by default; where families opt in, the "
    "places of the design, at most one a child"
)
"""What places are, once all has opened."""

_GAIN = "learning gain over the run, children not reached included, of the {} third"
QUANTITIES = (
    Quantity(
        "taking_part", "families", "families taking part at the end of the week",
        weekly=True, after_end="zero", pooled="share",
    ),
    Quantity(
        "in_favour", "families", "families taking part whose attitude is above 0",
        weekly=True, after_end="zero", pooled="share",
    ),
    Quantity(
        "attitude", "attitude", "mean attitude of the families taking part, -1 to 1 (0 where nobody does)",
        0.0, weekly=True,
    ),
    Quantity(
        "voices_against", "families", "families taking part that spoke against in the week",
        weekly=True, after_end="zero",
    ),
    Quantity(
        "voices_next", "families", "families next in line that spoke against in the week",
        weekly=True, after_end="zero",
    ),
    Quantity(
        "voices_outside", "families",
        "families neither taking part nor next in line that spoke against, with whom they stand for",
        0.0, weekly=True, after_end="zero",
    ),
    Derived(
        "families", "families", "children of the community: of the programme's grades at any time of the run",
        _families, holds="whole",
    ),
    Quantity(
        "reached", "families", "families that have ever taken part, cumulative",
        weekly=True, outcome="last", after_end="kept", reported="families reached",
    ),
    Derived(
        "reached_per_100", "families per 100 children",
        "families that have ever taken part, for every 100 children of the community", _per_100("reached"),
        "families reached per 100 children",
    ),
    Derived(
        "places", "places",
        f"places offered at a time, once all has opened: {PLACE}",
        lambda final: final.scenario.places, holds="whole",
    ),
    Derived(
        "reached_per_place", "families per place",
        "families that have ever taken part, for each place; above 1 where places change hands; NaN without places",
        _per_place("reached"), "families reached per place offered",
    ),
    Quantity(
        "on_record", "families", "families of the programme's grades or next in line that have ever spoken against",
        weekly=True, outcome="last", after_end="kept",
    ),
    Quantity(
        "on_record", "families", "families that ever spoke against, by the child's third of achievement",
        over="tertile", outcome="last",
    ),
    Quantity(
        "voice", "sway", "voices against over the run, each weighed by the family's sway, by that third",
        0.0, over="tertile", outcome="last",
    ),
    Derived(
        "sway_on_record", "0-1", "mean sway of the families that ever spoke against; NaN where none did",
        _sway_on_record,
    ),
    Derived("sway", "0-1", "mean sway of the community", _sway),
    Quantity(
        "left_programme", "families", "families that went back to the usual class, cumulative",
        weekly=True, outcome="last", after_end="kept",
    ),
    Quantity("too_few", "0 or 1", "whether fewer came to the first intake than it needs to be held"),
    Quantity("applicants", "families", "families that applied or entered by default at the latest intake", weekly=True),
    Quantity("peak_applicants", "families", "most applicants at any intake", outcome="last"),
    Quantity(
        "student_weeks", "full-dose student-weeks",
        f"weeks delivered, weighed by dose; a full-dose student-week is {FULL_DOSE}", 0.0, outcome="last",
        reported="full-dose student-weeks",
    ),
    Derived(
        "weeks_per_100", "full-dose student-weeks per 100 children",
        "weeks delivered, weighed by dose, for every 100 children of the community", _per_100("student_weeks"),
        "student-weeks per 100 children",
    ),
    Derived(
        "weeks_per_place", "full-dose student-weeks per place",
        "weeks delivered, weighed by dose, for each place offered; NaN without places", _per_place("student_weeks"),
        "student-weeks per place offered",
    ),
    Derived(
        "delivered", "share", "weeks delivered over those planned, both weighed by dose; NaN where none were",
        _delivered, "share of the planned delivered",
    ),
    Derived(
        "gain", "SD per child", "learning gain over the run, children not reached included", _gain_per_child,
        "learning gain, SD per child of the community",
    ),
    *(
        Derived(
            f"gain_{name}", "SD per child", _GAIN.format(name), _gain(tertile),
            f"learning gain of the {name} third, SD per child",
        )
        for tertile, name in enumerate(("low", "middle", "high"))
    ),
    Quantity("planned_weeks", "full-dose student-weeks", "weeks planned over the run, weighed by dose", 0.0),
    Quantity("outspoken", "ratio", "how readily the place's families speak up, over those of the median place", 1.0),
    Quantity("sway_against", "sway", "summed sway of families that spoke against in the week", 0.0),
    Quantity("sway_of_record", "sway", "summed sway of families that ever spoke against", 0.0),
    Quantity("opponents", "families", "families that ever spoke against, those outside with whom they stand for", 0.0),
    Quantity("enrolled", "families", "children enrolled now"),
    Quantity("weeks_this_year", "weeks", "weeks taught in this school year"),
    Quantity("open_share", "share", "share of the programme's grades or schools that have started", 0.0),
    Quantity("inside", "families", "children taking part", over="school"),
    Quantity("attitude", "attitude", "mean attitude of the school's families taking part", 0.0, over="school"),
    Quantity("voices_against", "families", "the school's families taking part that spoke against", over="school"),
    Quantity("older", "families", "children taking part of grades 7 and up", over="school"),
    Quantity("older_unhappy", "families", "of these, who dislike their class, as their families do", over="school"),
    Quantity("inside", "families", "children of the tertile taking part", over="tertile"),
    Quantity("children", "families", "children of the tertile, of the programme's grades in the run", over="tertile"),
    Quantity("week_gain", "SD", "learning in the week, summed over children", 0.0, over="tertile"),
    Quantity("year_gain", "SD", "learning in the year, summed over children", 0.0, over="tertile"),
    Quantity("year_weeks", "child-weeks", "weeks in the year, summed over children", over="tertile"),
    Quantity("gains", "SD", "learning over the run, summed over children", 0.0, over="tertile"),
)  # fmt: skip
READS = (
    "dose", "return_ease", "calm", "defects", "attention", "school.quality", "school.walked_out", "tertile.evidence",
)  # fmt: skip
