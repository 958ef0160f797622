"""From runs to tidy tables: risk over time, paired differences, reach, pressure, diagnosis."""
