"""What the model has shown so far, in a sentence that stands wherever it forecasts."""

STANDING = (
    "Among documented initiatives of the same programme and design, this model has not shown that it ranks those that "
    "ended above those that lasted, and its rates for counted populations are hardly closer than one rate for all (sim "
    "score). Read its figures as what its rules imply, not as a tested forecast."
)
"""True of the shipped posterior: tests/test_score.py holds it against ``sim score``."""
