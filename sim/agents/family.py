"""Families: they experience, listen, speak, leave and apply (rules R1 to R5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.agents.party import Party

if TYPE_CHECKING:
    from sim.agents.ledger import School
    from sim.model import ValueNetworkModel
    from sim.population import Population


class Family(Party):
    """A family with one enrolled child.

    Attributes
    ----------
    index : int
        Number in the community; also names its draws.
    achievement, ses : float
        SD units.
    sway : float
        0 to 1.
    third : int
        Third of prior achievement, 0 low to 2 high.
    fit : float
        Fit D of the programme against the usual class (R1).
    attitude : float
        -1 to 1, as it was at the end of last week.
    heat : float
        0 to 1, likewise.
    inside : bool
        Whether the child takes part.
    gone : str
        ``""``, ``"programme"`` (back in the usual class) or ``"school"``.
    contacts : list of Family
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: School, people: Population) -> None:
        super().__init__(model)
        self.index = index
        self.school = school
        self.people = people
        self.cohort = int(people.cohort[index])
        self.achievement = float(people.achievement[index])
        self.ses = float(people.ses[index])
        self.sway = float(people.sway[index])
        self.third = int(people.third[index])
        self.means = self.rules.means(self.ses)
        self.contacts: list[Family] = []
        self.inside = False
        self.next_attitude = self.next_heat = 0.0
        self.start_afresh(persona=index)

    def start_afresh(self, persona: int) -> None:
        """Take up a persona's expectations and priorities, with no opinion and no history."""
        self.wishes = [float(wish) for wish in self.people.wishes[persona]]
        self.priorities = [float(weight) for weight in self.people.priorities[persona]]
        self.fit = self.judge()
        self.attitude = 0.0
        self.heat = 0.0
        self.gone = ""
        self.on_record = False
        self.been_inside = False
        self.spoke_against = self.spoke_for = False

    def judge(self) -> float:
        """Weigh the programme against the usual class (R1)."""
        rules, family = self.rules, self.scenario.family
        before, after = self.scenario.status_quo, self.scenario.initiative
        aversion = family.loss_aversion * self.scenario.offer.displacement
        informed = rules.expectation_aversion(aversion, self.scenario.leadership.communication, family.communication_relief)
        a = self.achievement
        success = rules.success_share(a, after.success, after.tailoring, family.success_slope) - rules.success_share(
            a, before.success, before.tailoring, family.success_slope
        )
        peers = rules.peer_level(a, after.mixing, family.peer_gap) - rules.peer_level(a, before.mixing, family.peer_gap)
        teacher_led, grade_path, agency = self.wishes
        return rules.fit(
            *self.priorities[:6],
            after.effect + after.effect_gradient * a,
            rules.felt(success, aversion),
            rules.felt(peers, aversion),
            rules.felt(rules.closer(teacher_led, before.teacher_led, after.teacher_led), informed),
            rules.felt(rules.closer(grade_path, before.grade_path, after.grade_path), informed),
            rules.felt(rules.closer(agency, before.agency, after.agency), informed),
        )

    def experience_week(self) -> None:
        """Listen to the contacts and, where the child takes part, live through a week of the programme (R2)."""
        rules, family = self.rules, self.scenario.family
        moved = self.attitude
        self.hot_contacts = 0.0
        if self.contacts:
            attitudes = hot = 0.0
            for contact in self.contacts:
                attitudes += contact.attitude
                hot += contact.heat
            self.hot_contacts = hot / len(self.contacts)
            moved += rules.drawn(self.attitude, attitudes / len(self.contacts), family.influence_rate)
        if self.inside:
            week = rules.experience(
                self.fit,
                self.model.board.dose,
                self.priorities[6],
                family.loss_aversion,
                self.model.vendor.defects,
                self.school.quality,
                family.quality_weight,
                self.model.evidence[self.third],
                family.experience_noise * self.model.deviate("experience", self.index),
            )
            moved += rules.drawn(self.attitude, rules.squash(family.sensitivity * week), family.attitude_rate)
        self.next_attitude = moved

    def speak(self) -> None:
        """Speak up, against or for, as the new attitude and last week's heat around have it (R3)."""
        self.spoke_against = self.inside and self._speaks(
            "voice_against",
            -self.next_attitude,
            self.heat,
            self.hot_contacts,
            self.model.community.attention,
            self.scenario.family.voice_rate,
        )
        self.spoke_for = self.inside and self._speaks(
            "voice_for", self.next_attitude, 0.0, 0.0, 0.0, self.scenario.family.voice_rate * self.scenario.family.voice_for
        )
        self.next_heat = self.rules.heat(self.heat, self.spoke_against, self.scenario.family.heat_decay)

    def _speaks(self, stream: str, feeling: float, own_heat: float, hot: float, attention: float, rate: float) -> bool:
        family = self.scenario.family
        chance = self.rules.voice_probability(
            feeling,
            self.sway,
            own_heat,
            hot,
            attention,
            rate,
            family.voice_threshold,
            family.persistence,
            family.contagion,
            family.organising,
            family.attention_amplifies,
        )
        return chance > 0.0 and self.luck(stream, self.index) < chance

    def settle(self) -> None:
        """Make the week's attitude and heat the ones that others see."""
        self.attitude = self.next_attitude
        self.heat = self.next_heat

    def calm_down(self) -> None:
        """Lose heat after the board took a step."""
        self.heat = self.heat * (1.0 - self.scenario.board.calm)

    def consider_leaving(self) -> None:
        """Leave the school, go back to the usual class, or stay (R4)."""
        if not self.inside:
            return
        family, ease = self.scenario.family, self.model.board.return_ease
        boost = family.year_end_exit if self.model.year_ends else 1.0
        leaves = self.rules.leave_school_probability(
            self.attitude, self.means, ease, family.exit_threshold, family.leave_school_rate, boost
        )
        returns = self.rules.return_probability(self.attitude, ease, family.exit_threshold, family.return_rate, boost)
        if leaves + returns > 0.0:
            draw = self.luck("exit", self.index)
            if draw < leaves + returns:
                self.leave("school" if draw < leaves else "programme")

    def leave(self, what: str) -> None:
        """Leave the ``"school"``, or only the ``"programme"`` for the usual class."""
        self.inside = False
        self.gone = what
        if what == "school":
            self.model.tally.left_school += 1
            self.model.tally.lost += 1
        else:
            self.model.tally.left_programme += 1

    def may_enter(self, coming: int) -> bool:
        """Whether the child could take part from the coming week on and does not yet."""
        return not self.inside and not self.gone and self.model.start_week(self) <= coming

    def considers_applying(self) -> float | None:
        """Return the family's guess of the fit where that beats its inertia, else None (R5)."""
        family, communication = self.scenario.family, self.scenario.leadership.communication
        inside = [contact for contact in self.contacts if contact.inside]
        satisfied = sum(1 for contact in inside if contact.attitude > 0.0)
        guess = self.rules.guess(
            self.fit,
            float(len(inside)),
            communication,
            family.guess_error,
            family.guess_learning,
            self.model.deviate("application", self.index),
        )
        share = satisfied / len(inside) if inside else 0.0
        inertia = self.rules.inertia(family.inertia, communication, share, family.inertia_communication, family.inertia_contacts)
        return guess if guess > inertia else None

    def enter(self, guess: float | None = None) -> None:
        """Take part from the coming week on; a family that chose starts from what it expects."""
        self.inside = True
        if guess is not None:
            self.attitude = self.rules.squash(self.scenario.family.sensitivity * guess)
        if not self.been_inside:
            self.been_inside = True
            self.model.tally.reached += 1

    def renew(self) -> None:
        """Leave with the oldest cohort; a newcomer takes the place, as like a random family in what it wants."""
        self.inside = False
        if self.gone == "school":
            self.model.tally.lost -= 1
        self.start_afresh(persona=int(self.luck("newcomer", self.index) * len(self.people.ses)))

    @property
    def gain(self) -> float:
        """Learning gain of the child in this week, SD (R11)."""
        initiative = self.scenario.initiative
        return self.rules.gain(
            initiative.effect,
            initiative.effect_gradient,
            self.achievement,
            self.model.board.dose,
            self.school.quality,
            float(self.scenario.horizon.weeks_per_year),
        )
