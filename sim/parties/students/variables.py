"""What students write, and what they read of others."""

from sim.kernel.variables import Quantity

QUANTITIES = (
    Quantity("walkouts", "schools", "schools whose students have walked out, cumulative", weekly=True, outcome="last"),
    Quantity("walking", "families", "children who walked out in the week"),
    Quantity("walkout_attention", "0-1", "public attention that this week's walkouts add", 0.0),
    Quantity("walked_out", "0 or 1", "whether the school's students walked out in the week", over="school"),
    Quantity("walked_in_year", "years", "last school year, from 1, in which they walked out", over="school"),
)
READS = ("dose", "taking_part", "school.older", "school.older_unhappy")
