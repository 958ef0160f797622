"""Figures of a run, of a forecast and of the calibration, and the look that all figures share;
those of a sweep are in sim/findings.
"""
