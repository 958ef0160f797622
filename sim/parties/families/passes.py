"""The families' week in the compiled engine, by passes over a block of families: one rule each, no
branches, a few arrays side by side, so that the processor handles several families at once.

All arrays are the block's part of the families' own, of up to ``BLOCK`` numbers, but where said;
``start`` is the number of the block's first family, which names its draws. ``mine`` and ``mood``
hold attitude and mobilisation of each family in turn. What is added up is added up in the order of
families, so masked numbers are written down first, 0 for those who do not count.
"""

from __future__ import annotations

import numpy as np

from sim.kernel.compiling import ask_for, phase, r
from sim.kernel.streams import deviate, uniform
from sim.parties.families.rules import Delivery, Losses, Voice
from sim.parties.families.variables import OLDER_FROM

BLOCK = 256
"""Families handled together: what passes hand on stays in the fastest cache. A multiple of 8, as
marks are looked at eight at a time.
"""

FAR = 40_000
"""Numbers in ``mood``, two a family, that the faster caches do not hold."""


@phase
def call_up(mood, first_contact, contacts):
    """Ask the processor for what ``listen`` reads from anywhere in memory, so that it need not wait
    for one number after the other. It pays in a community too large for the caches.
    """
    two = np.uint64(2)
    if mood.size >= FAR:
        for place in range(np.uint64(first_contact[0]), np.uint64(first_contact[-1])):
            ask_for(mood, np.uint64(contacts[place]) * two)


@phase
def listen(mood, first_contact, contacts, attitudes, mobilisations):
    """Add up attitude and mobilisation of each family's contacts: the one pass that reads from
    anywhere in memory (``mood`` and ``contacts`` are everybody's). Unsigned, as a sign costs as
    much as the reading.
    """
    one, two, place = np.uint64(1), np.uint64(2), np.uint64(first_contact[0])
    for k in range(attitudes.size):
        stop = np.uint64(first_contact[k + 1])
        attitude = mobilisation = 0.0
        while place < stop:
            contact = np.uint64(contacts[place]) * two
            attitude += mood[contact]
            mobilisation += mood[contact + one]
            place += one
        attitudes[k] = attitude
        mobilisations[k] = mobilisation


@phase
def be_drawn(w, mine, first_contact, attitudes, mobilisations, moved):
    """Follow the contacts' mean attitude (R2); ``mobilisations`` become means."""
    rate = w.p.families.influence_rate
    for k in range(moved.size):
        count = np.float64(first_contact[k + 1] - first_contact[k])
        divisor = max(1.0, count)
        pull = r.drawn(mine[2 * k], attitudes[k] / divisor, rate)
        moved[k] = mine[2 * k] + pull if count > 0.0 else mine[2 * k]
        mobilisations[k] = mobilisations[k] / divisor


@phase
def hold(inside, grade, next_grade, at_next, at_outside, stake):
    """What each has at stake: all of it inside, else as it is next in line or outside."""
    for k in range(stake.size):
        beyond = at_next if grade[k] == next_grade else at_outside
        stake[k] = 1.0 if inside[k] else beyond


@phase
def feel(w, start, key, quality, fit, reliability, tertile, felt):
    """What a week of the programme is like to those inside (R2)."""
    family, variables = w.p.families, w.variables
    delivery = Delivery(variables.dose, variables.defects, quality)
    losses = Losses(family.loss_aversion, family.quality_weight)
    low, middle, high = w.tertiles[0].evidence, w.tertiles[1].evidence, w.tertiles[2].evidence
    spread = family.experience_noise * r.attributed(w.p.offer.departure, w.p.board.by_change)
    for k in range(felt.size):
        evidence = low if tertile[k] == 0 else (middle if tertile[k] == 1 else high)
        noise = spread * deviate(key, start + k)
        felt[k] = r.experience(fit[k], reliability[k], delivery, losses, evidence, noise)


@phase
def guess(w, inside, fit, perception_error, minded, felt):
    """What it would be like, as those not inside think, less what they mind about it (R2)."""
    dose = w.variables.dose
    for k in range(felt.size):
        expected = r.expected(fit[k], perception_error[k], dose) - minded
        felt[k] = felt[k] if inside[k] else expected


@phase
def get_used(w, inside, settled, fit):
    """Those inside get used to it (R1)."""
    rate = w.p.families.habituation
    for k in range(fit.size):
        used = r.habituated(fit[k], settled[k], rate)
        fit[k] = used if inside[k] else fit[k]


@phase
def move(w, mine, felt, stake, moved):
    """Attitude follows what is felt, as far as something is at stake (R2)."""
    sensitivity, rate = w.p.families.sensitivity, w.p.families.attitude_rate
    for k in range(moved.size):
        after = moved[k] + r.drawn(mine[2 * k], r.squash(sensitivity * felt[k]), rate * stake[k])
        moved[k] = after if stake[k] > 0.0 else moved[k]


@phase
def speak(w, start, key, mine, sway, stake, moved, hot, spoke):
    """Who speaks against in this week (R3)."""
    family, dose, public = w.p.families, w.variables.dose, w.variables.attention
    base = family.voice_rate * w.variables.outspoken
    voice = Voice(family.threshold, family.sway_slope, family.persistence, family.contagion, family.attention_amplifies)
    for k in range(moved.size):
        rate = base * stake[k] * dose
        chance = r.voice_probability(moved[k], sway[k], mine[2 * k + 1], hot[k], public, rate, voice)
        spoke[k] = np.uint8((uniform(key, start + k) < chance) & (stake[k] > 0.0))


@phase
def settle(w, mine, moved, spoke, mine_next):
    """Take on the week's attitude and mobilisation, where next week reads them."""
    kept = w.p.families.mobilisation_kept
    for k in range(moved.size):
        mine_next[2 * k] = moved[k]
        mine_next[2 * k + 1] = r.mobilisation(mine[2 * k + 1], spoke[k] != 0, kept)


@phase
def gain(w, quality, inside, tertile, achievement, low, middle, high):
    """Learning gain of those inside, by tertile of achievement (R11)."""
    made, dose = w.p.initiative, w.variables.dose
    effect, gradient, year = made.effect, made.effect_gradient, np.float64(w.p.horizon.weeks_per_year)
    for k in range(inside.size):
        learned = r.gain(effect, gradient, achievement[k], dose, quality, year)
        those = tertile[k] if inside[k] else 3
        low[k] = learned if those == 0 else 0.0
        middle[k] = learned if those == 1 else 0.0
        high[k] = learned if those == 2 else 0.0


@phase
def mask(inside, moved, masked):
    """Attitude of those inside."""
    for k in range(moved.size):
        masked[k] = moved[k] if inside[k] else 0.0


@phase
def count(inside, tertile, moved):
    """Count those inside, of the low third, of the middle one, and in favour."""
    here = low = middle = favour = np.int64(0)
    for k in range(moved.size):
        one = np.int64(inside[k] != 0)
        here += one
        low += one if tertile[k] == 0 else 0
        middle += one if tertile[k] == 1 else 0
        favour += one if moved[k] > 0.0 else 0
    return here, low, middle, favour


@phase
def count_older(w, inside, grade, moved, pupil_fit, reliability):
    """Count the children of grades 7 and up, and those of them that dislike their class (R15)."""
    family, variables = w.p.families, w.variables
    dose, defects, aversion, threshold = variables.dose, variables.defects, family.loss_aversion, family.threshold
    youngest, sensitivity = w.p.students.youngest_grade, family.sensitivity
    older = unhappy = np.int64(0)
    for k in range(moved.size):
        is_older = (inside[k] != 0) & (youngest + grade[k] >= OLDER_FROM)
        dislikes = r.pupil_unhappy(pupil_fit[k], reliability[k], aversion, defects, dose, sensitivity, threshold)
        older += 1 if is_older else 0
        unhappy += 1 if is_older & (moved[k] < -threshold) & dislikes else 0
    return older, unhappy


@phase
def go_back(w, start, key, ease, mine, inside, going):
    """Who goes back to the usual class in this week (R4)."""
    threshold, rate = w.p.families.threshold, w.p.families.return_rate
    for k in range(going.size):
        chance = r.return_probability(mine[2 * k], ease, threshold, rate)
        going[k] = np.uint8((uniform(key, start + k) < chance) & (inside[k] != 0))
