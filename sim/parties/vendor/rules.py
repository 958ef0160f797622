"""Defects and outages."""

from __future__ import annotations

from sim.kernel.compiling import rule


@rule
def technology_rise(programme, usual):
    """How much more the programme depends on technology than the usual class, -1...1."""
    return programme - usual


@rule
def defects_at_start(base, technology_rise, vetting, vetting_weight):
    """Defects at the start, 0...1: new technology brings them,
    vetting removes them (assumption).
    """
    return base * max(0.0, technology_rise) * (1.0 - vetting_weight * vetting)


@rule
def defects(before, repair, responsiveness, speed, outage):
    """Defects a week later, 0...1: repaired at ``repair (0.5 + responsiveness) speed``, plus an
    outage (assumption).
    """
    return min(1.0, before * (1.0 - min(1.0, repair * (0.5 + responsiveness) * speed)) + outage)


@rule
def fault_probability(weekly, technology_rise, vetting, vetting_weight):
    """Chance a week of a fault or scandal that ends it, 0...1: in proportion to what is new
    technology, less where the product was vetted (assumption).
    """
    return weekly * max(0.0, technology_rise) * (1.0 - vetting_weight * vetting)


@rule
def outage_probability(chance, technology_rise):
    """Chance a week of an outage, 0...1: in proportion to what is new technology (assumption)."""
    return chance * max(0.0, technology_rise)


@rule
def outage(size, technology_rise):
    """Defects that an outage adds, 0...1: in proportion to what is new technology (assumption)."""
    return size * max(0.0, technology_rise)
