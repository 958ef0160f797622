"""How capital moves, and what the board does (R10)."""

from __future__ import annotations

from sim.compiled import rule


@rule
def capital(before, recovery, responsiveness, drained):
    """Political capital, at most 1: ``C + r (0.5 + responsiveness) (1 - C) - drained`` (R10)."""
    return min(1.0, before + recovery * (0.5 + responsiveness) * (1.0 - before) - drained)


@rule
def board_step(
    rung, capital, voluntary, can_repair, can_concede, can_make_optional, can_cancel,
    repair_below, concede_below, optional_below, cancel_below,
):  # fmt: skip
    """The next rung that the board takes, or the one it stands on (R10).

    0 as designed, 1 repaired, 2 diluted, 3 made optional, 4 cancelled; one at a time, skipping
    those switched off, and the third where taking part is voluntary already.
    """
    if rung < 1 and can_repair:
        return 1 if capital < repair_below else rung
    if rung < 2 and can_concede:
        return 2 if capital < concede_below else rung
    if rung < 3 and can_make_optional and not voluntary:
        return 3 if capital < optional_below else rung
    if rung < 4 and can_cancel:
        return 4 if capital < cancel_below else rung
    return rung


@rule
def relieved(capital, relief):
    """Capital after a step short of ending: the step buys ``relief``, up to 1 (R10)."""
    return min(1.0, capital + relief)


@rule
def dose_after_step(dose, rung, repair_dose, concede_dose):
    """Dose from a step on, 0...1: repairs cost a little of it, a concession much (R10)."""
    if rung == 1:
        return dose * repair_dose
    if rung == 2:
        return dose * concede_dose
    return dose


@rule
def repair_speed_after_step(speed, rung, ordered):
    """How much faster the vendor repairs from a step on: ``ordered`` times once repairs are ordered
    (R10).
    """
    return ordered if rung == 1 else speed


@rule
def return_ease_after_step(ease, rung):
    """How easily a family goes back to the usual class from a step on: at will once it is optional
    (R10).
    """
    return 1.0 if rung == 3 else ease


@rule
def short_counts(before, enrolled, viable):
    """Counts of enrolment below what is viable, one after the other (R5)."""
    return before + 1 if enrolled < viable else 0


@rule
def closes(short_counts):
    """Whether it closes for want of students: at the second count running (R5)."""
    return short_counts >= 2
