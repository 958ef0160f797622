"""What moves teachers, and how well they deliver (R6)."""

from __future__ import annotations

from typing import NamedTuple

from sim.kernel.compiling import rule


class Work(NamedTuple):
    """What the programme asks of a teacher and gives: how new it is, 0...1, how the role changes,
    0...1, what work it adds and what else a teacher gains, each -1...1, and how much hangs on
    technology, 0...1 (R6).
    """

    novelty: float
    role_change: float
    workload: float
    gain: float
    technology: float


class Moment(NamedTuple):
    """What a teacher meets in a week: the product's defects, the mean attitude of the school's
    families taking part, and the blame felt of those that speak against (R6).
    """

    defects: float
    families: float
    blame: float


class Reasons(NamedTuple):
    """How much training, demands, defects and families weigh with teachers (R6)."""

    training: float
    demand: float
    defect: float
    family: float


@rule
def disposition(mean, spread, openness):
    """A teacher's openness to the change: the mean and its own standard score (R6)."""
    return mean + spread * openness


@rule
def blame(voices_against, taking_part):
    """What a teacher feels of the school's families that speak against: their share (R6;
    assumption).
    """
    return voices_against / taking_part


@rule
def teacher_balance(job, disposition, training, work, moment, weights):
    """A teacher's balance of reasons about the initiative (R6).

    ``job (novelty (disposition + w_t training) - w_d (role + workload) + gain - w_f defects
    technology) + w_x families - blame``, where ``job`` is the share of the job that the programme
    takes, and the rest is :class:`Work`, :class:`Moment` and the weights, :class:`Reasons`.
    Openness and training count in proportion to how much is new: where nothing changes, nobody
    minds.
    """
    own = (
        work.novelty * (disposition + weights.training * training)
        - weights.demand * (work.role_change + work.workload)
        + work.gain
        - weights.defect * moment.defects * work.technology
    )
    return job * own + weights.family * moment.families - moment.blame


@rule
def skill_at_start(novelty, training, dip, draw):
    """Skill in the new work at the start, 0...1, where 1 is the usual class's (implementation dip,
    Fullan 2001).

    ``1 - dip novelty (1 - training) (0.5 + z)``, ``z`` from 0 to 1: some start harder than others,
    and full training leaves no dip (assumption).
    """
    return max(0.0, 1.0 - dip * novelty * (1.0 - training) * (0.5 + draw))


@rule
def skill(skill_before, training, recovery):
    """Skill a week later: the gap to 1 closes at ``recovery (0.5 + training)`` (R6)."""
    return min(1.0, skill_before + recovery * (0.5 + training) * (1.0 - skill_before))


@rule
def used(attitude):
    """How much of the programme a teacher uses, 0...1: all from an attitude of 0 up, none at -1
    (R6; assumption).
    """
    return 1.0 + min(0.0, attitude)


@rule
def lapse_probability(lapse, use, dose):
    """Chance in spring that a programme is let go of, as little of it is used, 0...1: ``l dose (1 -
    use)`` (R6).
    """
    return min(1.0, lapse * dose * (1.0 - use))


@rule
def delivered(skill, use):
    """Quality of what a teacher delivers, 0...1: skill times how much of the programme is used,
    where 1 is the usual class's (R6).
    """
    return skill * use
