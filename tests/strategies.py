"""Random scenarios in which as much as possible happens, for Hypothesis."""

from hypothesis import strategies as st

from sim import Scenario

UNIT = st.floats(0, 1)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Draw a small, valid and lively scenario: every factor of the design, every party, every step
    of the ladder.
    """
    families = draw(st.integers(0, 40))
    schools, grades = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    year = draw(st.integers(4, 20))
    weeks = draw(st.integers(0, 3 * year))
    phasing = draw(st.sampled_from(["all_at_once", "by_cohort", "by_school"]))
    units = {"all_at_once": 1, "by_cohort": grades, "by_school": schools}[phasing]
    starts = tuple(draw(st.lists(st.integers(0, max(weeks - 1, 0)), min_size=units, max_size=units)))
    capacity = draw(st.integers(0, 40))
    ladder = sorted((draw(st.floats(-0.5, 1)) for _ in range(4)), reverse=True)
    changes = {
        "horizon.weeks": weeks,
        "horizon.weeks_per_year": year,
        "population.families": families,
        "population.schools": schools,
        "population.grades": grades,
        "population.achievement_mean": draw(st.floats(-1.5, 1.5)),
        "population.ses_mean": draw(st.floats(-1, 1.5)),
        "population.aligned_minority": draw(UNIT),
        "network.mean_degree": draw(st.sampled_from([4.0, 6.0, 9.0])),
        "network.degree_ses": draw(st.floats(0, 1)),
        "network.clustering": draw(st.floats(0, 0.3)),
        "network.assortativity": 0.0,
        "status_quo.technology": draw(UNIT),
        "status_quo.mixing": draw(UNIT),
        "results.weeks": tuple(draw(st.lists(st.integers(1, year), max_size=3))),
        "community.election_weeks": tuple(draw(st.lists(st.integers(0, 40), max_size=2))),
        "design.assignment": draw(st.sampled_from(["mandatory", "opt_out", "opt_in"])),
        "design.setting": draw(
            st.sampled_from(["existing_school", "school_within_school", "new_school", "supplementary"])
        ),
        "design.regulatory_status": draw(st.sampled_from(["conventional", "waiver", "virtual", "charter"])),
        "design.phasing": phasing,
        "design.start_weeks": starts,
        "design.dose": draw(UNIT),
        "design.capacity": capacity,
        "design.viable_enrolment": draw(st.integers(0, capacity)),
        "teachers.count": draw(st.integers(0, 7)),
        "teachers.disposition_mean": draw(st.floats(-0.5, 0.5)),
        "teachers.role_weight": draw(UNIT),
        "initiative.effect": draw(st.floats(-0.3, 0.3)),
        "initiative.effect_gradient": draw(st.floats(-0.1, 0.1)),
        "initiative.success": draw(st.floats(0.1, 0.9)),
        "families.sensitivity": draw(st.floats(0, 10)),
        "families.voice_rate": draw(UNIT),
        "families.inertia": draw(st.floats(0, 0.2)),
        "families.exit_threshold": draw(st.floats(0, 0.5)),
        "families.leave_school_rate": draw(st.floats(0, 0.2)),
        "families.guess_error": draw(st.floats(0, 0.5)),
        "regulator.required_seat_time": draw(UNIT),
        "regulator.review_interval": draw(st.integers(1, 12)),
        "regulator.call_in_share": draw(st.floats(0, 0.3)),
        "vendor.outage_chance": draw(UNIT),
        "vendor.funding_loss": draw(UNIT),
        "board.constituency": draw(st.one_of(st.none(), st.integers(max(families, 1), 500))),
        "board.constituency_exponent": draw(UNIT),
        "board.drain": draw(st.floats(0, 2)),
        "board.meeting_interval": draw(st.integers(1, 4)),
        "board.can_repair": draw(st.booleans()),
        "board.can_concede": draw(st.booleans()),
        "board.can_make_optional": draw(st.booleans()),
        "board.can_cancel": draw(st.booleans()),
        **dict(
            zip(
                ("board.repair_below", "board.concede_below", "board.optional_below", "board.cancel_below"),
                ladder,
                strict=True,
            )
        ),
        **{
            f"initiative.{name}": draw(UNIT)
            for name in (
                "tailoring",
                "mixing",
                "teacher_led",
                "grade_path",
                "agency",
                "technology",
                "role_change",
                "workload",
                "seat_time",
                "grade_level",
            )
        },
        **{f"leadership.{lever}": draw(UNIT) for lever in ("vetting", "training", "communication", "responsiveness")},
    }
    return Scenario().revise(changes)
