"""What families write, and what they read of others; how a family stands to the school."""

import math

from sim.ledger import Derived, Final, Quantity, Stakeholder

STAYS, RETURNED, LEFT = 0, 1, 2
"""Whether a family stays, went back to the usual class, or left the school."""

STAKEHOLDER = Stakeholder(
    "families", "families", "#0072B2", "-", "", "expected attitude of those taking part, weighed by sway"
)


def _families(final: Final) -> int:
    return int(sum(third["children"] for third in final.thirds))


def _sway_on_record(final: Final) -> float:
    on_record = final.district["on_record"]
    return final.district["sway_of_record"] / on_record if on_record else math.nan


def _sway(final: Final) -> float:
    return float(final.people.sway.mean()) if len(final.people.sway) else math.nan


def _gain(third: int):
    def of(final: Final) -> float:
        row = final.thirds[third]
        return row["gains"] / max(row["children"], 1)

    return of


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
        "voices_against", "families", "families that spoke against in the week",
        weekly=True, after_end="zero",
    ),
    Quantity(
        "voices_for", "families", "families that spoke for in the week", weekly=True, after_end="zero"
    ),
    Derived(
        "families", "families", "families of the community, those entering over the years included",
        _families,
    ),
    Quantity(
        "reached", "families", "families that have ever taken part, cumulative",
        weekly=True, outcome="last", after_end="kept", told="families reached",
    ),
    Quantity(
        "on_record", "families", "families that have ever spoken against, cumulative",
        weekly=True, outcome="last", after_end="kept",
    ),
    Quantity(
        "on_record", "families", "families that ever spoke against, by the child's third of achievement",
        over="third", outcome="last",
    ),
    Quantity(
        "voice", "sway", "voices against over the run, each weighed by the family's sway, by that third",
        0.0, over="third", outcome="last",
    ),
    Derived(
        "sway_on_record", "0-1", "mean sway of the families that ever spoke against; NaN where none did",
        _sway_on_record,
    ),
    Derived("sway", "0-1", "mean sway of the community", _sway),
    Quantity(
        "left_school", "families", "families that left the school, cumulative",
        weekly=True, outcome="last", after_end="kept",
    ),
    Quantity(
        "left_programme", "families", "families that went back to the usual class, cumulative",
        weekly=True, outcome="last", after_end="kept",
    ),
    Quantity("applicants", "families", "families that applied at the latest intake", weekly=True),
    Quantity("peak_applicants", "families", "most applicants at any intake", outcome="last"),
    Quantity(
        "student_weeks", "full-dose student-weeks", "weeks delivered, weighed by dose", 0.0, outcome="last",
        told="full-dose student-weeks",
    ),
    *(
        Derived(
            f"gain_{name}", "SD per child", _GAIN.format(name), _gain(third),
            f"learning gain of the {name} third, SD per child",
        )
        for third, name in enumerate(("low", "middle", "high"))
    ),
    Quantity("sway_against", "sway", "summed sway of families that spoke against in the week", 0.0),
    Quantity("sway_for", "sway", "summed sway of families that spoke for in the week", 0.0),
    Quantity("sway_of_record", "sway", "summed sway of families that ever spoke against", 0.0),
    Quantity("enrolled", "families", "children enrolled now"),
    Quantity("lost", "families", "families of the present cohorts that left the school"),
    Quantity("weeks_this_year", "weeks", "weeks taught in this school year"),
    Quantity("inside", "families", "children taking part", over="school"),
    Quantity("attitude", "attitude", "mean attitude of the school's families taking part", 0.0, over="school"),
    Quantity("voices_against", "families", "the school's families that spoke against", over="school"),
    Quantity("inside", "families", "children of the third taking part", over="third"),
    Quantity("children", "families", "children of the third, those entering included", over="third"),
    Quantity("week_gain", "SD", "learning in the week, summed over children", 0.0, over="third"),
    Quantity("year_gain", "SD", "learning in the year, summed over children", 0.0, over="third"),
    Quantity("year_weeks", "child-weeks", "weeks in the year, summed over children", over="third"),
    Quantity("gains", "SD", "learning over the run, summed over children", 0.0, over="third"),
)  # fmt: skip
READS = ("dose", "return_ease", "calm", "defects", "attention", "school.quality", "third.evidence")
