"""What teachers write, and what they read of others."""

from sim.ledger import Quantity, Stakeholder

STAKEHOLDER = Stakeholder("teachers", "teachers", "#E69F00", "--", "///", "expected attitude at the start")
QUANTITIES = (
    Quantity("teacher_attitude", "attitude", "mean attitude of teachers, -1 to 1", 0.0, weekly=True),
    Quantity("unhappy_share", "share", "share of teachers below the unhappiness threshold, 0 to 1", 0.0, weekly=True),
    Quantity("quality", "0-1", "mean quality of delivery, 0 to 1 (1 as in the usual class)", 1.0, weekly=True),
    Quantity("mean_effort", "0-1", "mean effort of teachers", 1.0),
    Quantity("quality", "0-1", "mean quality of delivery at the school", 1.0, over="school"),
)
READS = ("defects", "school.inside", "school.attitude", "school.voices_against")
