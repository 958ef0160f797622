"""The board in the compiled engine (R10)."""

from sim.compiled import phase, r, sum_of_drained
from sim.parties.board.endings import STEP


@phase
def begin(w, week):
    """Start as designed."""
    w.ledger.dose = w.p.offer.dose
    w.ledger.return_ease = w.p.offer.return_ease


@phase
def decide(w, week):
    """Add up pressure; act at once where the regulator stops it, else at a meeting."""
    board, ledger = w.p.board, w.ledger
    ledger.capital = r.capital(ledger.capital, board.recovery, w.p.leadership.responsiveness, sum_of_drained(ledger))
    ledger.calm = 0.0
    if ledger.stop_ordered:
        end(w, STEP.stopped, week + 1)
    elif (week + 1) % board.meeting_interval == 0:
        meet(w, week)


@phase
def meet(w, week):
    """Take the next step of the ladder if capital has fallen far enough."""
    board, ledger = w.p.board, w.ledger
    rung = r.board_step(
        ledger.rung, ledger.capital, ledger.return_ease >= 1.0,
        board.can_repair, board.can_concede, board.can_make_optional, board.can_cancel,
        board.repair_below, board.concede_below, board.optional_below, board.cancel_below,
    )  # fmt: skip
    if rung == ledger.rung:
        return
    if rung == STEP.cancelled:
        end(w, STEP.cancelled, week + 1)
        return
    ledger.rung = rung
    w.rungs[rung].week = week + 1
    ledger.dose = r.dose_after_step(ledger.dose, rung, board.repair_dose, board.concede_dose)
    ledger.repair_speed = r.repair_speed_after_step(ledger.repair_speed, rung, board.repair_speed)
    ledger.return_ease = r.return_ease_after_step(ledger.return_ease, rung)
    ledger.capital = r.relieved(ledger.capital, board.relief)
    ledger.calm = board.calm


@phase
def enrol(w, coming):
    """Close what had fewer than viable, two counts running (R5)."""
    ledger = w.ledger
    ledger.short_counts = r.short_counts(ledger.short_counts, ledger.enrolled, w.p.offer.viable_enrolment)
    if r.closes(ledger.short_counts):
        end(w, STEP.closed, coming)


@phase
def end(w, rung, week):
    """End the programme, with the week from 1 in which that was."""
    w.ledger.rung = rung
    w.rungs[rung].week = week
