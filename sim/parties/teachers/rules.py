"""What moves teachers, and how well they deliver (R6)."""

from __future__ import annotations

from sim.compiled import rule


@rule
def chosen(choice_bonus, staff_choice):
    """What having chosen the school adds to a teacher's attitude: ``bonus * staff_choice`` (R6)."""
    return choice_bonus * staff_choice


@rule
def disposition(mean, chosen, spread, openness):
    """A teacher's openness to the change: the mean, what having chosen adds, and its own standard
    score (R6).
    """
    return mean + chosen + spread * openness


@rule
def blame(voices_against, taking_part, weight):
    """What a teacher feels of the school's families that speak against: their share times
    ``weight`` (R6).
    """
    return weight * (voices_against / taking_part)


@rule
def teacher_balance(
    disposition, novelty, training, role_change, workload, defects, technology, families, blame,
    training_weight, role_weight, workload_weight, defect_weight, family_weight,
):  # fmt: skip
    """A teacher's balance of reasons about the initiative (R6).

    ``novelty (disposition + 0.5 training) - role - workload - 1.2 defects technology + 0.3 families
    - blame``. Openness and training count in proportion to how much is new (beyond the design
    document: where nothing changes, nobody minds).
    """
    return (
        novelty * (disposition + training_weight * training)
        - role_weight * role_change
        - workload_weight * workload
        - defect_weight * defects * technology
        + family_weight * families
        - blame
    )


@rule
def skill_at_start(novelty, training, dip, dip_training, draw):
    """Skill in the new work at the start, 0...1, where 1 is the usual class's (implementation dip,
    Fullan 2001).
    """
    return max(0.0, 1.0 - dip * novelty * (1.0 - dip_training * training) * (0.5 + draw))


@rule
def skill(skill_before, training, recovery):
    """Skill a week later: the gap to 1 closes at ``recovery (0.5 + training)`` (R6)."""
    return skill_before + recovery * (0.5 + training) * (1.0 - skill_before)


@rule
def effort(attitude, effort_range):
    """Effort, 0...1: full from an attitude of 0 up, falling below it (R6)."""
    return 1.0 + effort_range * min(0.0, attitude)


@rule
def delivered(skill, effort):
    """Quality of what a teacher delivers, 0...1: skill times effort, 1 as
    in the usual class (R6).
    """
    return skill * effort


@rule
def teachers_pressure(
    unhappy_share, mean_effort, teacher_pressure, effort_pressure, governance, resources, drain
):  # fmt: skip
    """Capital drained by teachers: unhappiness by governance, effort withheld
    by resources (R10).
    """
    return drain * (governance * teacher_pressure * unhappy_share + resources * effort_pressure * (1.0 - mean_effort))
