"""Defects, and faults that end a product."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def technology_rise(programme, usual):
    """How much more the programme depends on technology than the usual class, -1...1."""
    return programme - usual


@rule
def defects_at_start(base, technology_rise, vetting):
    """Defects at the start, 0...1: new technology brings them, and vetting removes them
    (assumption).
    """
    return base * max(0.0, technology_rise) * (1.0 - vetting)


@rule
def defects(before, repair, responsiveness, speed):
    """Defects a week later, 0...1: repaired at ``repair (0.5 + responsiveness) speed``
    (assumption).
    """
    return before * (1.0 - min(1.0, repair * (0.5 + responsiveness) * speed))


@rule
def fault_probability(weekly, technology_rise, vetting):
    """Chance a week of a fault or scandal that ends it, 0...1: in proportion to what is new
    technology, less where the product was vetted (assumption).
    """
    return weekly * max(0.0, technology_rise) * (1.0 - vetting)
