"""Families as Mesa agents (R1 to R5), and what is added up over them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.parties.base import Agent, Body, Stance
from sim.parties.families.ledger import LEFT, RETURNED, STAYS

if TYPE_CHECKING:
    from sim.model import ValueNetworkModel


class Family(Agent):
    """A family with one enrolled child.

    Attributes
    ----------
    index : int
        Number in the community; also names its draws.
    school : SimpleNamespace
        The school's page of the ledger.
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
    gone : int
        ``STAYS``, ``RETURNED`` (back in the usual class) or ``LEFT`` (the school).
    contacts : list of Family
    """

    def __init__(self, model: ValueNetworkModel, index: int, school: int) -> None:
        super().__init__(model)
        people = model.people
        self.index = index
        self.school_index = school
        self.school = model.ledger.schools[school]
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
        self.wishes = [float(wish) for wish in self.model.people.wishes[persona]]
        self.priorities = [float(weight) for weight in self.model.people.priorities[persona]]
        self.fit = self.judge()
        self.attitude = 0.0
        self.heat = 0.0
        self.gone = STAYS
        self.on_record = False
        self.been_inside = False
        self.spoke_against = self.spoke_for = False

    def judge(self) -> float:
        """Weigh the programme against the usual class (R1)."""
        rules, family = self.rules, self.scenario.families
        before, after = self.scenario.status_quo, self.scenario.initiative
        aversion = rules.aversion_to_loss(family.loss_aversion, self.scenario.offer.displacement)
        informed = rules.expectation_aversion(
            aversion, self.scenario.leadership.communication, family.communication_relief
        )
        a, slope, gap = self.achievement, family.success_slope, family.peer_gap
        success = rules.success_share(a, after.success, after.tailoring, slope) - rules.success_share(
            a, before.success, before.tailoring, slope
        )
        peers = rules.peer_level(a, after.mixing, gap) - rules.peer_level(a, before.mixing, gap)
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
        """Listen to the contacts and, where the child takes part, live through a week of the
        programme (R2).
        """
        rules, family = self.rules, self.scenario.families
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
            noise = family.experience_noise * self.model.deviate("experience", self.index)
            week = self.experience(self.ledger.thirds[self.third].evidence, noise)
            moved += rules.drawn(self.attitude, rules.squash(family.sensitivity * week), family.attitude_rate)
        self.next_attitude = moved

    def experience(self, evidence: float, noise: float) -> float:
        """What a week of the programme is like (R2)."""
        family = self.scenario.families
        return self.rules.experience(
            self.fit,
            self.ledger.dose,
            self.priorities[6],
            family.loss_aversion,
            self.ledger.defects,
            self.school.quality,
            family.quality_weight,
            evidence,
            noise,
        )

    def speak(self) -> None:
        """Speak up, against or for, as the new attitude and last week's
        heat around have it (R3).
        """
        family, attention = self.scenario.families, self.ledger.attention
        self.spoke_against = self.inside and self._speaks(
            "voice_against", -self.next_attitude, self.heat, self.hot_contacts, attention, family.voice_rate
        )
        self.spoke_for = self.inside and self._speaks(
            "voice_for", self.next_attitude, 0.0, 0.0, 0.0, family.voice_rate * family.voice_for
        )
        self.next_heat = self.rules.heat(self.heat, self.spoke_against, family.heat_kept)

    def _speaks(self, stream: str, feeling: float, own_heat: float, hot: float, attention: float, rate: float) -> bool:
        family = self.scenario.families
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
        """Take on the week's attitude and heat, once all have read last week's."""
        self.attitude, self.heat = self.next_attitude, self.next_heat

    def calm_down(self) -> None:
        """Lose some heat after the board has taken a step (R10)."""
        self.heat = self.rules.calmed(self.heat, self.ledger.calm)

    def consider_leaving(self) -> None:
        """Leave the school, or go back to the usual class; more do so at the year's end (R4)."""
        if not self.inside:
            return
        family, ease = self.scenario.families, self.ledger.return_ease
        boost = family.year_end_exit if self.model.year_ends else 1.0
        leaves = self.rules.leave_school_probability(
            self.attitude, self.means, ease, family.exit_threshold, family.leave_school_rate, boost
        )
        returns = self.rules.return_probability(self.attitude, ease, family.exit_threshold, family.return_rate, boost)
        if leaves + returns > 0.0:
            draw = self.luck("exit", self.index)
            if draw < leaves + returns:
                self.leave(LEFT if draw < leaves else RETURNED)

    def leave(self, gone: int) -> None:
        """Leave the school (``LEFT``), or only the programme for the usual class (``RETURNED``)."""
        self.inside = False
        self.gone = gone
        self.ledger.enrolled -= 1
        if gone == LEFT:
            self.ledger.left_school += 1
            self.ledger.lost += 1
        else:
            self.ledger.left_programme += 1

    def may_enter(self, coming: int) -> bool:
        """Whether the child could take part from the coming week on and does not yet."""
        offer = self.scenario.offer
        unit = self.cohort if offer.by_cohort else self.school_index if offer.by_school else 0
        return not self.inside and self.gone == STAYS and self.scenario.design.start_weeks[unit] <= coming

    def considers_applying(self) -> float | None:
        """Return the family's guess of the fit where that beats its inertia, else None (R5)."""
        family, communication = self.scenario.families, self.scenario.leadership.communication
        inside = [contact for contact in self.contacts if contact.inside]
        satisfied = sum(1 for contact in inside if contact.attitude > 0.0)
        draw = self.model.deviate("application", self.index)
        guess = self.rules.guess(
            self.fit, float(len(inside)), communication, family.guess_error, family.guess_learning, draw
        )
        share = satisfied / len(inside) if inside else 0.0
        inertia = self.rules.inertia(
            family.inertia, communication, share, family.inertia_communication, family.inertia_contacts
        )
        return guess if guess > inertia else None

    def enter(self, guess: float | None = None) -> None:
        """Take part from the coming week on; a family that chose starts from what it expects."""
        self.inside = True
        self.ledger.enrolled += 1
        if guess is not None:
            self.attitude = self.rules.squash(self.scenario.families.sensitivity * guess)
        if not self.been_inside:
            self.been_inside = True
            self.ledger.reached += 1

    def renew(self) -> None:
        """Leave with the oldest cohort; a newcomer takes the place, as like a random family in what
        it wants.
        """
        self.ledger.enrolled -= self.inside
        self.ledger.lost -= self.gone == LEFT
        self.inside = False
        self.start_afresh(persona=int(self.luck("newcomer", self.index) * len(self.model.people.ses)))
        self.ledger.thirds[self.third].children += 1

    @property
    def gain(self) -> float:
        """Learning gain of the child in this week, SD (R11)."""
        initiative = self.scenario.initiative
        return self.rules.gain(
            initiative.effect,
            initiative.effect_gradient,
            self.achievement,
            self.ledger.dose,
            self.school.quality,
            float(self.scenario.horizon.weeks_per_year),
        )


class Families(Body):
    """All families of the community; sums run in the order of their numbers."""

    def __init__(self, model: ValueNetworkModel) -> None:
        super().__init__(model)
        people, starts = model.people, model.people.school_start
        self.by_school: list[list[Family]] = []
        for school in range(len(starts) - 1):
            numbers = range(int(starts[school]), int(starts[school + 1]))
            self.by_school.append([model.make(Family, index, school) for index in numbers])
        self.roll = [family for school in self.by_school for family in school]
        for family in self.roll:
            ties = people.contacts[people.first_contact[family.index] : people.first_contact[family.index + 1]]
            family.contacts = [self.roll[contact] for contact in ties]
            self.ledger.thirds[family.third].children += 1
        self.members: Any = model.set_of(Family)

    def live(self) -> None:
        """Live through the week, speak, and add up who took part, felt and said what, and what was
        learned.
        """
        for what in ("experience_week", "speak", "settle"):
            self.model.activate(self.members, what)
        ledger = self.ledger
        ledger.taking_part = ledger.in_favour = ledger.voices_against = ledger.voices_for = 0
        ledger.sway_against = ledger.sway_for = attitudes = 0.0
        for third in ledger.thirds:
            third.inside, third.week_gain = 0, 0.0
        for families in self.by_school:
            attitudes += self.take_stock(families)
        ledger.attitude = attitudes / ledger.taking_part if ledger.taking_part else 0.0
        ledger.enrolled = ledger.taking_part
        ledger.student_weeks += ledger.taking_part * ledger.dose
        ledger.weeks_this_year += 1
        for third in ledger.thirds:
            third.gains += third.week_gain
            third.year_gain += third.week_gain
            third.year_weeks += third.inside

    def take_stock(self, families: list[Family]) -> float:
        """Add up a school's week; return the sum of attitudes."""
        ledger = self.ledger
        attitudes = 0.0
        inside = against = 0
        for family in families:
            if not family.inside:
                continue
            third = ledger.thirds[family.third]
            inside += 1
            attitudes += family.attitude
            third.inside += 1
            third.week_gain += family.gain
            ledger.in_favour += family.attitude > 0.0
            if family.spoke_against:
                against += 1
                ledger.sway_against += family.sway
                self.put_on_record(family)
            if family.spoke_for:
                ledger.voices_for += 1
                ledger.sway_for += family.sway
        if families:
            school = families[0].school
            school.inside, school.voices_against = inside, against
            school.attitude = attitudes / inside if inside else 0.0
        ledger.taking_part += inside
        ledger.voices_against += against
        return attitudes

    def put_on_record(self, family: Family) -> None:
        """Take down a voice against."""
        third = self.ledger.thirds[family.third]
        third.voice += family.sway
        if not family.on_record:
            family.on_record = True
            third.on_record += 1
            self.ledger.on_record += 1
            self.ledger.sway_of_record += family.sway

    def press(self) -> None:
        """Press on the board by voices, net of those in favour, and by enrolment lost (R10)."""
        ledger, board, power = self.ledger, self.scenario.board, self.scenario.power.families
        ledger.drained_families = self.rules.families_pressure(
            self.heard(ledger.sway_against - ledger.sway_for),
            self.heard(float(ledger.lost)),
            board.voice_pressure,
            board.lost_enrolment_pressure,
            power.governance,
            power.resources,
            board.drain,
        )

    def leave(self) -> None:
        """Calm down where the board has taken a step; consider leaving."""
        if self.ledger.calm > 0.0:
            self.model.activate(self.members, "calm_down")
        self.model.activate(self.members, "consider_leaving")

    def renew(self) -> None:
        """At the year's end the oldest cohort leaves, newcomers take its place, and the year's sums
        are closed.
        """
        year = (self.model.week + 1) // self.scenario.horizon.weeks_per_year
        for family in self.roll:
            if (family.cohort + year) % self.scenario.population.grades == 0:
                family.renew()
        self.ledger.weeks_this_year = 0
        for third in self.ledger.thirds:
            third.year_gain, third.year_weeks = 0.0, 0

    def enrol(self, coming: int) -> None:
        """Before week ``coming``: children enter by default, or families apply and a lottery fills
        the places.
        """
        ledger, offer = self.ledger, self.scenario.offer
        eligible = [family for family in self.roll if family.may_enter(coming)]
        entering: list[tuple[Family, float | None]] = [(family, None) for family in eligible]
        if not offer.default_in:
            guesses = [(family, family.considers_applying()) for family in eligible]
            entering = [(family, guess) for family, guess in guesses if guess is not None]
            entering.sort(key=lambda pair: (self.luck("lottery", pair[0].index), pair[0].index))
        ledger.applicants = len(entering)
        ledger.peak_applicants = max(ledger.peak_applicants, ledger.applicants)
        places = len(entering) if offer.default_in else max(0, offer.capacity - ledger.enrolled)
        for family, guess in entering[:places]:
            family.enter(guess)
        for school, families in zip(ledger.schools, self.by_school, strict=True):
            school.inside = sum(1 for family in families if family.inside)

    def close(self) -> None:
        """The programme is over: nobody takes part any more."""
        for family in self.roll:
            family.inside = False
        self.ledger.enrolled = 0

    def stance(self) -> Stance:
        """What families would feel in a first week, weighed by sway; tell the ledger what would be
        said.
        """
        sway = against = stance = 0.0
        for family in self.roll:
            if family.inside:
                attitude = self.rules.squash(self.scenario.families.sensitivity * family.experience(0.0, 0.0))
                sway += family.sway
                stance += family.sway * attitude
                against += family.sway * max(0.0, -attitude)
        self.ledger.sway_against = against
        return Stance(stance / sway if sway > 0 else 0.0, min(1.0, self.heard(against)))
