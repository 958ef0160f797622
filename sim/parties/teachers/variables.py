"""What teachers write, and what they read of others."""

from sim.kernel.variables import Quantity

CANDIDATES = 30
"""Candidates looked at for a post that is filled by choice; the last is taken."""

DRAWS, CHOOSER, DIP = 64, 62, 63
"""Draws set aside for a post, and those that say whether it is filled by choice and how hard the
start is; the others are candidates', two for each.
"""

QUANTITIES = (
    Quantity("teacher_attitude", "attitude", "mean attitude of teachers, -1 to 1", 0.0, weekly=True),
    Quantity("unhappy_share", "share", "share of teachers below the unhappiness threshold, 0 to 1", 0.0, weekly=True),
    Quantity("use", "share", "mean share of the programme that teachers use, 0 to 1", 1.0, weekly=True, outcome="last"),
    Quantity("lapsed", "0 or 1", "whether it is let go of at this year's end, as teachers do not use it"),
    Quantity("unhappy", "teachers", "teachers below the unhappiness threshold"),
    Quantity("job", "share", "share of their job that the programme takes", 0.0),
    Quantity("quality", "0-1", "mean quality of delivery, 0 to 1 (1 as in the usual class)", 1.0, weekly=True),
    Quantity("staff_left", "teachers", "teachers that moved or left, cumulative", weekly=True, outcome="last"),
    Quantity("quality", "0-1", "mean quality of delivery at the school", 1.0, over="school"),
)
READS = ("dose", "defects", "school.inside", "school.attitude", "school.voices_against")
