"""What tests say of a group, to families and to the board (R11)."""

from __future__ import annotations

import math

from sim.kernel.compiling import rule


@rule
def observed_gain(true_gain, students, test_sd, draw):
    """Published gain of a group, SD: truth plus the sampling error of a
    group of that size (R11).
    """
    return true_gain + test_sd / math.sqrt(students) * draw


@rule
def learned(gains, student_weeks, weeks):
    """Mean gain of a group over the year so far, SD a child: what was learned a week, for all weeks
    (R11).
    """
    return gains / student_weeks * weeks


@rule
def read_gain(seen, students, true_sd, test_sd):
    """A published gain as readers take it, SD: shrunk by its reliability (R11).

    ``rho seen`` with ``rho = V / (V + test_sd^2 / n)``, ``V`` the variance of true effects (Kelley
    1927). Linear, so that nothing is gained or lost by noise: with no effect it is 0 in the mean
    for any ``n``.
    """
    variance = true_sd * true_sd
    error = test_sd * test_sd / students
    return seen * (variance / (variance + error)) if variance > 0.0 else 0.0


@rule
def evidence(read, weight):
    """What a published gain (SD) of its own achievement group adds to a family's experience
    (R11).
    """
    return weight * read


@rule
def judged(read, share):
    """What a group's published gain counts in the board's judgement, SD: by its share (R11)."""
    return read * share


@rule
def results_pressure(judged, weight, governance):
    """Capital drained by published results; negative where they are good (R11)."""
    return 0.0 - governance * weight * judged
