"""What teachers write, and what they read of others."""

from sim.ledger import Quantity, Stakeholder

CANDIDATES = 30
"""Candidates looked at for a post that is filled by choice; the last is taken."""

DRAWS, CHOOSER, DIP = 64, 62, 63
"""Draws set aside for a post, and those that say whether it is filled by choice and how hard the
start is; the others are candidates', two for each.
"""

STAKEHOLDER = Stakeholder("teachers", "teachers", "#E69F00", "--", "///", "expected attitude at the start")
QUANTITIES = (
    Quantity("teacher_attitude", "attitude", "mean attitude of teachers, -1 to 1", 0.0, weekly=True),
    Quantity("unhappy_share", "share", "share of teachers below the unhappiness threshold, 0 to 1", 0.0, weekly=True),
    Quantity("unhappy_counted", "share", "unhappy teachers as counted over the bargaining unit", 0.0),
    Quantity("glad_counted", "share", "teachers as far above 0 as the unhappy are below, as counted", 0.0),
    Quantity("job", "share", "share of their job that the programme takes", 0.0),
    Quantity("quality", "0-1", "mean quality of delivery, 0 to 1 (1 as in the usual class)", 1.0, weekly=True),
    Quantity("staff_left", "teachers", "teachers that moved or left, cumulative", weekly=True, outcome="last"),
    Quantity("quality", "0-1", "mean quality of delivery at the school", 1.0, over="school"),
)
READS = ("dose", "defects", "school.inside", "school.attitude", "school.voices_against")
