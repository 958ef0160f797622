"""The Mesa model: the week of docs/odd.md, agent by agent, to read, watch and extend.

It lives through the same run as ``sim/engine`` bit for bit. Sums run over families and teachers in the order of their
numbers, so that the order in which agents act changes nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np

from sim.agents import Board, Community, Family, Party, Regulator, Teacher, Union, Vendor
from sim.agents.ledger import Running, School, Voices
from sim.outcome import STAKEHOLDERS, WEEKLY, Run, Tally, finish
from sim.population import Population, populate
from sim.rules import DEFAULT, Rules
from sim.scenario import Scenario
from sim.streams import STREAMS, deviate, stream_keys, uniform, week_key


class ValueNetworkModel(mesa.Model):
    """A district, an initiative and the parties with power over both.

    Parameters
    ----------
    scenario : Scenario, optional
        Default: a conventional school where nothing changes.
    rng : int, optional
        The seed that names the community and its weather; 0 by default.
    rules : Rules, optional
        A variant of the rules, see :func:`sim.rules.replace`.
    agent_classes : mapping, optional
        Subclasses to use, by the class they stand in for: ``{Family: MyFamily}``.

    Attributes
    ----------
    week : int
        The week being lived through, from 0.
    datacollector : mesa.DataCollector
        Model reporters named as the columns of ``sim.outcome.WEEKLY``, collected at the end of each week.

    Raises
    ------
    TypeError
        Where ``rng`` is not a whole number: a run must be named by its seed.
    """

    def __init__(
        self,
        scenario: Scenario | None = None,
        rng: int | None = None,
        rules: Rules = DEFAULT,
        agent_classes: Mapping[type[Party], type[Party]] | None = None,
    ) -> None:
        seed = 0 if rng is None else rng
        if not isinstance(seed, int | np.integer) or seed < 0:
            raise TypeError(f"rng = {rng!r}: accepted: a whole number from 0, which names the community and its weather")
        self._scenario_of_run = scenario or Scenario()
        super().__init__(rng=int(seed))
        self.seed = int(seed)
        self.rules = rules
        self.week = 0
        self._keys = dict(zip(STREAMS, stream_keys(self.seed), strict=True))
        self._luck_of(0)
        self.voices = Voices()
        self.tally = Running()
        self.evidence = [0.0] * 3
        self.third_inside = [0] * 3
        self.judged_results = 0.0
        self.quality = self.mean_effort = 1.0
        self.teacher_attitude = self.unhappy_share = 0.0

        classes = dict(agent_classes or {})
        self.community = self._make(Community, classes)
        self.vendor = self._make(Vendor, classes)
        self.regulator = self._make(Regulator, classes)
        self.union = self._make(Union, classes)
        self.board = self._make(Board, classes)
        self.schools = self._settle(populate(self.scenario, self.seed), classes)
        self.families: mesa.agent.AgentSet = self._set_of(classes.get(Family, Family))
        self.teachers: mesa.agent.AgentSet = self._set_of(classes.get(Teacher, Teacher))
        self.datacollector = mesa.DataCollector(model_reporters={name: [_column, [self, name]] for name in WEEKLY})

        self.running = self.scenario.horizon.weeks > 0
        if self.running and self.scenario.offer.first_week == 0:
            self.intake(0)

    def _make(self, kind: type[Any], classes: dict[Any, Any], *arguments: Any) -> Any:
        return classes.get(kind, kind)(self, *arguments)

    def _settle(self, people: Population, classes: dict[Any, Any]) -> list[School]:
        self.mean_sway = float(people.sway.mean()) if len(people.sway) else math.nan
        schools = [School(index) for index in range(len(people.school_start) - 1)]
        roll: list[Family] = []
        for school in schools:
            for index in range(int(people.school_start[school.index]), int(people.school_start[school.index + 1])):
                school.families.append(self._make(Family, classes, index, school, people))
            roll += school.families
        for family in roll:
            ties = people.contacts[people.first_contact[family.index] : people.first_contact[family.index + 1]]
            family.contacts = [roll[contact] for contact in ties]
            self.tally.children[family.third] += 1
        for index, number in enumerate(people.teacher_school):
            school = schools[int(number)]
            school.teachers.append(self._make(Teacher, classes, index, school, people))
        return schools

    def _set_of(self, kind: type[Any]) -> Any:
        if kind in self.agents_by_type:
            return self.agents_by_type[kind]
        return self.agents.select(agent_type=kind)

    @property
    def scenario(self) -> Scenario:
        """The scenario being run. Mesa 3.4 and later offers a scenario of its own here; this one stands in for it."""
        return self._scenario_of_run

    @scenario.setter
    def scenario(self, _: Any) -> None:
        """Ignore the empty scenario that newer Mesa versions set."""

    # --- the week ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Live through one week, in the order of docs/odd.md, and collect its row of the weekly table."""
        self.week = self.steps - 1
        self._luck_of(self.week)
        if self.week >= self.scenario.offer.first_week:
            self.vendor.step()
            self.activate(self.teachers, "teach")
            self.deliver()
            self.activate(self.families, "experience_week")
            self.activate(self.families, "speak")
            self.activate(self.families, "settle")
            self.take_stock()
            self.activate(self.teachers, "make_up_mind")
            self.ask_teachers()
            self.union.step()
            self.publish_results()
            self.regulator.step()
            self.community.step()
            self.board.step()
            self.activate(self.families, "consider_leaving")
        if not self.board.over and self.week + 1 < self.scenario.horizon.weeks:
            self.turn_of_the_year()
        self.row = self.weekly_row()
        self.datacollector.collect(self)
        self.running = not self.board.over and self.week + 1 < self.scenario.horizon.weeks

    def activate(self, agents: Any, method: str) -> None:
        """Have each agent act once. Override to change the order: all read last week's state, so it changes nothing."""
        agents.do(method)

    def deliver(self) -> None:
        """Add up the quality of delivery, school by school."""
        total_quality = total_effort = 0.0
        active = 0
        for school in self.schools:
            staff = [teacher for teacher in school.teachers if teacher.active]
            quality = 0.0
            for teacher in staff:
                quality += teacher.skill * teacher.effort
                total_effort += teacher.effort
            school.quality = quality / len(staff) if staff else 1.0
            total_quality += quality
            active += len(staff)
        self.quality = total_quality / active if active else 1.0
        self.mean_effort = total_effort / active if active else 1.0

    def take_stock(self) -> None:
        """Add up who took part, felt and said what, and what was learned."""
        voices = Voices()
        self.third_inside = [0] * 3
        week_gain = [0.0] * 3
        attitudes = 0.0
        for school in self.schools:
            school.inside = school.voices_against = 0
            school_attitude = 0.0
            for family in school.families:
                if not family.inside:
                    continue
                school.inside += 1
                school_attitude += family.attitude
                self.third_inside[family.third] += 1
                week_gain[family.third] += family.gain
                voices.in_favour += family.attitude > 0.0
                if family.spoke_against:
                    self.hear(family)
                    school.voices_against += 1
                    voices.sway_against += family.sway
                if family.spoke_for:
                    voices.in_support += 1
                    voices.sway_for += family.sway
            school.attitude = school_attitude / school.inside if school.inside else 0.0
            voices.taking_part += school.inside
            voices.against += school.voices_against
            attitudes += school_attitude
        voices.attitude = attitudes / voices.taking_part if voices.taking_part else 0.0
        self.voices = voices
        tally = self.tally
        tally.student_weeks += voices.taking_part * self.board.dose
        tally.weeks_this_year += 1
        for third in range(3):
            tally.gains[third] += week_gain[third]
            tally.year_gain[third] += week_gain[third]
            tally.year_weeks[third] += self.third_inside[third]

    def hear(self, family: Family) -> None:
        """Put a voice against on record."""
        self.tally.voice[family.third] += family.sway
        if not family.on_record:
            family.on_record = True
            self.tally.on_record[family.third] += 1
            self.tally.sway_on_record += family.sway

    def ask_teachers(self) -> None:
        """Add up what active teachers think."""
        active = unhappy = 0
        total = 0.0
        for school in self.schools:
            for teacher in school.teachers:
                if teacher.active:
                    active += 1
                    total += teacher.attitude
                    unhappy += teacher.unhappy
        self.teacher_attitude = total / active if active else 0.0
        self.unhappy_share = unhappy / active if active else 0.0

    def publish_results(self) -> None:
        """In weeks of publication, tell families and board what the tests say, group by group (R11)."""
        self.judged_results = 0.0
        week_of_year = self.week % self.scenario.horizon.weeks_per_year + 1
        if week_of_year not in self.scenario.results.weeks or self.voices.taking_part == 0:
            return
        results = self.scenario.results
        for third in range(3):
            students = self.third_inside[third]
            if students > 0:
                true_gain = self.tally.year_gain[third] / self.tally.year_weeks[third] * self.tally.weeks_this_year
                seen = self.rules.observed_gain(true_gain, float(students), results.test_sd, self.deviate("results", third))
                self.evidence[third] = results.family_weight * seen
                self.judged_results += self.rules.felt(seen, self.scenario.family.loss_aversion) * (students / self.voices.taking_part)

    def turn_of_the_year(self) -> None:
        """Between weeks: at the year's end a cohort leaves and a new one enters; then, and when a unit starts, an intake."""
        coming = self.week + 1
        self._luck_of(coming)
        if self.year_ends:
            self.renew_cohort(coming)
        if (self.year_ends or coming in self.scenario.design.start_weeks) and coming >= self.scenario.offer.first_week:
            self.intake(coming)

    def renew_cohort(self, coming: int) -> None:
        """The oldest cohort leaves, newcomers take its place, and a year's results are closed."""
        year = coming // self.scenario.horizon.weeks_per_year
        leaving = [family for family in self.families if (family.cohort + year) % self.scenario.population.grades == 0]
        for family in leaving:
            family.renew()
            self.tally.children[family.third] += 1
        self.tally.weeks_this_year = 0
        self.tally.year_gain = [0.0] * 3
        self.tally.year_weeks = [0] * 3

    def intake(self, coming: int) -> None:
        """Before week ``coming``: children enter by default, or families apply and a lottery fills the places; then a count."""
        self._luck_of(coming)
        eligible = [family for family in self.families if family.may_enter(coming)]
        if self.scenario.offer.default_in:
            entering = [(family, None) for family in eligible]
            self.tally.applicants = len(entering)
        else:
            guesses = [(family, family.considers_applying()) for family in eligible]
            applicants = [(family, guess) for family, guess in guesses if guess is not None]
            self.tally.applicants = len(applicants)
            applicants.sort(key=lambda pair: (self.uniform("lottery", pair[0].index), pair[0].index))
            entering = applicants[: max(0, self.scenario.offer.capacity - self.enrolled)]
        self.tally.peak_applicants = max(self.tally.peak_applicants, self.tally.applicants)
        for family, guess in entering:
            family.enter(guess)
        for school in self.schools:
            school.inside = sum(1 for family in school.families if family.inside)
        self.board.count_enrolment(coming)

    # --- what the parties ask the model ------------------------------------------------------------------------------

    @property
    def year_ends(self) -> bool:
        """Whether this is the last week of a school year."""
        return (self.week + 1) % self.scenario.horizon.weeks_per_year == 0

    @property
    def enrolled(self) -> int:
        """Children taking part now."""
        return sum(1 for family in self.families if family.inside)

    def start_week(self, family: Family) -> int:
        """The week in which the family's unit of the phasing starts."""
        offer = self.scenario.offer
        unit = family.cohort if offer.by_cohort else family.school.index if offer.by_school else 0
        return self.scenario.design.start_weeks[unit]

    def share_heard(self, voices: float) -> float:
        """Turn a sum of sway into the share that the board hears (R10)."""
        offer = self.scenario.offer
        return self.rules.voice_share(voices, offer.constituency, offer.school_size, self.scenario.board.constituency_exponent)

    def uniform(self, stream: str, index: int) -> float:
        """Draw from [0, 1) in a named stream."""
        return uniform(self._week_key(stream), index)

    def deviate(self, stream: str, index: int) -> float:
        """Draw with mean 0 and SD 1 in a named stream."""
        return deviate(self._week_key(stream), index)

    def _week_key(self, stream: str) -> Any:
        if stream not in self._week_keys:
            self._week_keys[stream] = np.uint64(week_key(self._keys[stream], self._luck_week))
        return self._week_keys[stream]

    def _luck_of(self, week: int) -> None:
        self._luck_week = week
        self._week_keys: dict[str, Any] = {}

    # --- tables ------------------------------------------------------------------------------------------------------

    def weekly_row(self) -> dict[str, float]:
        """Return this week's row of the weekly table."""
        voices, tally, board = self.voices, self.tally, self.board
        row = {
            "taking_part": voices.taking_part,
            "in_favour": voices.in_favour,
            "attitude": voices.attitude,
            "voices_against": voices.against,
            "voices_for": voices.in_support,
            "on_record": sum(tally.on_record),
            "reached": tally.reached,
            "left_school": tally.left_school,
            "left_programme": tally.left_programme,
            "applicants": tally.applicants,
            "teacher_attitude": self.teacher_attitude,
            "unhappy_share": self.unhappy_share,
            "quality": self.quality,
            "defects": self.vendor.defects,
            "union_level": self.union.level,
            "notices": self.regulator.notices,
            "attention": self.community.attention,
            "funded": self.vendor.funded,
            "dose": board.dose,
            "rung": board.rung,
            "capital": board.capital,
            **{f"drained_{who}": board.drained[who] for who in STAKEHOLDERS},
        }
        return {name: float(value) for name, value in row.items()}

    def result(self) -> Run:
        """Return outcome and weekly table so far, as the compiled engine would."""
        weeks = np.full((self.scenario.horizon.weeks, len(WEEKLY)), np.nan)
        for column, name in enumerate(WEEKLY):
            values = self.datacollector.model_vars[name]
            weeks[: len(values), column] = values
        tally = Tally(
            student_weeks=self.tally.student_weeks,
            gains=np.array(self.tally.gains),
            children=np.array(self.tally.children),
            peak_applicants=self.tally.peak_applicants,
            step_weeks=np.array(self.board.step_weeks, dtype=float),
            on_record=np.array(self.tally.on_record),
            voice=np.array(self.tally.voice),
            sway_on_record=self.tally.sway_on_record,
            sway=self.mean_sway,
        )
        return finish(self.scenario.name, self.scenario.design_name, self.seed, weeks, tally)


def simulate_with_agents(
    scenario: Scenario, seed: int, rules: Rules = DEFAULT, agent_classes: Mapping[type[Party], type[Party]] | None = None
) -> Run:
    """Run a scenario once with Mesa agents; the same run as :func:`sim.engine.simulate`, slower and open to subclassing."""
    model = ValueNetworkModel(scenario, seed, rules, agent_classes)
    while model.running:
        model.step()
    return model.result()


def _column(model: ValueNetworkModel, name: str) -> float:
    return model.row[name]
