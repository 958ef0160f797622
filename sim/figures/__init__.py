"""Figures of a run and of a forecast, and the look that all figures share;
those of a sweep are in sim/findings.
"""
