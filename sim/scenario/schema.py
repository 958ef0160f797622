"""The whole scenario: every section, and what must hold between them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ValidationError, create_model, model_validator

from sim.designs import AS_WRITTEN as AS_WRITTEN
from sim.kernel.fields import Section, choice
from sim.kernel.parties import DEFAULT, Parties
from sim.scenario.people import Horizon, Network, Population
from sim.scenario.programme import Beside, Design, Factors, Initiative, Leadership, Offered, StatusQuo
from sim.scenario.refusals import refused


class Terms(NamedTuple):
    """What an offer means to a school in numbers, so that no engine has to ask which design it
    runs.

    ``default_in``: children take part unless the family acts. ``return_ease``: 1 where leaving
    means the usual class. ``staff_choice``: share of teachers who chose to be there.
    ``displacement``: how much of the usual class is given up. ``shared``: how much of it outsiders
    lose. ``exclusive``: how far it is there for those who chose it alone. ``added_posts``: share of
    its posts that exist for it alone. ``capacity``: places. ``places``: families that the offer is
    planned for.
    """

    default_in: bool
    return_ease: float
    staff_choice: float
    displacement: float
    shared: float
    exclusive: float
    added_posts: float
    capacity: int
    places: float


class Offer(NamedTuple):
    """What a design means to the district in numbers.

    ``by_grade``, ``by_school``: what a unit of the phasing is. ``first_week``: of the run, from 1,
    in which the first unit starts. ``dose``: share of the subject's time. ``voluntary``: whether
    all may go back to the usual class from the start. ``flexibility``: share of a shortfall
    forgiven. ``opens``, ``mismanagement``: chance that it opens, and a year of being closed for
    mismanagement. ``viable_enrolment``: families; ``grant``: reserves in years of fixed cost.
    ``constituency``, ``programme``: families the board answers to; families that all offers are
    planned for. ``outside_weight``: families that each of those outside stands for. ``unit``:
    teachers of the bargaining unit. ``budget``: students that the budget is for. ``electorate``:
    voters. ``renewal_week``: of the school year, from 1. ``grant_ends``: first week of the run,
    from 1, without the outside money that was agreed for a time. ``principal``,
    ``superintendent``: whether it is that leader's project. ``unfamiliar``: how unfamiliar the
    programme is, the largest change of the class of either sign, 0 to 1. ``departure``: how
    different a child's week looks, 0 to 1. ``fewest``: families without whom it is not held, in
    each open grade.
    """

    by_grade: bool
    by_school: bool
    first_week: int
    dose: float
    voluntary: bool
    flexibility: float
    opens: float
    mismanagement: float
    viable_enrolment: int
    grant: float
    constituency: float
    programme: float
    outside_weight: float
    unit: float
    budget: float
    electorate: float
    renewal_week: int
    grant_ends: int
    principal: bool
    superintendent: bool
    unfamiliar: float
    departure: float
    fewest: float


FELT = ("success", "tailoring", "mixing", "teacher_led", "grade_path", "agency", "technology")
"""Coordinates of a class that families and staff meet."""

NEVER = 1 << 40
"""A week that does not come."""

OUTSIDE_SAMPLED = 0.2
"""Families outside that are simulated, for each of the programme's own; each may stand for more."""


class Frame(Section):
    """What a scenario says beside the parties' sections."""

    name: str = choice("scenario", "Short name, used in tables.", "the file")
    title: str = choice("", "Title for figures.", "the file")
    summary: str = choice("", "What it stands for, in a few sentences.", "the file")
    sources: tuple[str, ...] = choice((), "Where its facts come from.", "the file")
    design_name: str = choice(AS_WRITTEN, "Name of the design laid over the file; set by the loader.", "the loader")
    horizon: Horizon = Horizon()
    population: Population = Population()
    network: Network = Network()
    status_quo: StatusQuo = StatusQuo()
    initiative: Initiative = Initiative()
    design: Design = Design()
    beside: Beside = Beside()
    leadership: Leadership = Leadership()
    factors: Factors = Factors()


if TYPE_CHECKING:

    class Sections(Frame):
        """The frame with a section for each party, named as the party, and the power table."""

        def __getattr__(self, name: str) -> Any: ...
else:
    Sections = DEFAULT.sections(Frame, "Sections", __name__)


class Scenario(Sections):
    """A district, an initiative and a design: all that a run needs but the seed.

    Instances are immutable. :func:`sim.load_scenario` reads one from TOML; ``revise`` makes a
    changed copy.

    Attributes
    ----------
    parties : Parties
        The parties that take part; each has the section of its name.

    Examples
    --------
    >>> from sim import Scenario
    >>> Scenario().revise({"leadership.training": 0.9}).leadership.training
    0.9
    """

    parties: ClassVar[Parties] = DEFAULT

    # Mesa's batch_run takes anything that can be iterated for a list of values; a scenario is one
    # value.
    __iter__ = None  # type: ignore[assignment]

    def revise(self, changes: Mapping[str, Any], source: str | Path = "revise") -> Scenario:
        """Return a copy with fields changed, validated anew.

        Parameters
        ----------
        changes : mapping
            New values by dotted field name, as in ``{"leadership.training": 0.9}``. Scalars and
            arrays of NumPy, and lists, are taken as Python's numbers and tuples.
        source : str or Path
            Where the values are from, for the message.

        Raises
        ------
        sim.io.errors.InputError
            Where fields are unknown or values are not accepted, with a line for each.
        """
        # Sections that do not change are taken as they are: they were validated when made.
        data: dict[str, Any] = {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set or name in {dotted.partition(".")[0] for dotted in changes}
        }
        for section in {dotted.partition(".")[0] for dotted in changes}:
            if isinstance(data.get(section), BaseModel):
                # Only what was set: what a scenario sets itself is told from its defaults.
                data[section] = data[section].model_dump(exclude_unset=True)
        for dotted, value in changes.items():
            *parents, leaf = dotted.split(".")
            table = data
            for parent in parents:
                if not isinstance(table.get(parent), dict):
                    table[parent] = {}
                table = table[parent]
            table[leaf] = value
        try:
            return type(self).model_validate(data)
        except ValidationError as error:
            raise refused(error, Path(source), type(self)) from None

    def at(self, field: str) -> Any:
        """The value of a field.

        Parameters
        ----------
        field : str
            Dotted name.

        Examples
        --------
        >>> Scenario().at("design.assignment")
        'mandatory'
        """
        found: Any = self
        for part in field.split("."):
            found = getattr(found, part)
        return found

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (self.parties, self.model_dump_json())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        weeks = self.horizon.weeks
        first = min(self.design.start_weeks)
        if first > max(weeks, 1):
            raise ValueError(
                f"design.start_weeks = {first}: starts after the end (horizon.weeks = {weeks}); accepted: 1 "
                f"to {max(weeks, 1)}"
            )
        units = {"all_at_once": 1, "by_grade": self.population.grades, "by_school": self.population.schools}[
            self.design.phasing
        ]
        if len(self.design.start_weeks) != units:
            raise ValueError(
                f"design.start_weeks has {len(self.design.start_weeks)} entries where phasing = "
                f"{self.design.phasing}; accepted: {units}, one per unit"
            )
        if self.beside.schools > self.population.schools:
            raise ValueError(
                f"beside.schools = {self.beside.schools}: accepted: at most population.schools = "
                f"{self.population.schools}"
            )
        for package in self.parties.packages:
            check = getattr(getattr(self, package.name, None), "check", None)
            if check is not None:
                check(self)
        highest = lattice_clustering(self.network.mean_degree)
        if self.network.mean_degree > 0 and self.network.clustering > highest:
            raise ValueError(
                f"network.clustering = {self.network.clustering}: accepted: 0 to {highest:.2f} at a mean of "
                f"{self.network.mean_degree:g} contacts"
            )
        kept = 1.0 - self.random_ties
        if self.network.assortativity > kept:
            raise ValueError(
                f"network.assortativity = {self.network.assortativity}: accepted: 0 to {kept:.2f}, for the "
                "random ties that "
                f"clustering = {self.network.clustering} needs carry none"
            )
        return self

    @property
    def offer(self) -> Offer:
        """The design, the factor tables and the district's size as the numbers that the engines
        use.
        """
        design, people, made = self.design, self.population, self.initiative
        unfamiliar = max(abs(getattr(made, name) - getattr(self.status_quo, name)) for name in FELT)
        first, terms = self._meaning(design), self.terms
        present = [first, *([self._meaning(self.beside)] if self.beside.schools else [])]
        constituency = max(float(self.board.constituency or people.families), 1.0)
        return Offer(
            by_grade=design.phasing == "by_grade",
            by_school=design.phasing == "by_school",
            first_week=min(design.start_weeks),
            dose=design.dose,
            voluntary=all(each.return_ease >= 1.0 for each in terms),
            flexibility=min(each["flexibility"] for each in present),
            opens=first["setting"].opens,
            mismanagement=first["setting"].mismanagement,
            viable_enrolment=design.viable_enrolment,
            grant=design.grant,
            constituency=constituency,
            programme=max(sum(each.places for each in terms), 1.0),
            outside_weight=self.outside / self.outside_sampled if self.outside_sampled else 0.0,
            unit=max(float(self.union.bargaining_unit or self.teachers.count), float(self.teachers.count), 1.0),
            budget=max(float(self.funder.budget_students or constituency), 1.0),
            electorate=max(float(self.community.electorate or self.community.voters_per_family * constituency), 1.0),
            renewal_week=min(self.board.renewal_week, self.horizon.weeks_per_year),
            grant_ends=NEVER if self.funder.end_week is None else self.funder.end_week,
            principal=self.leaders.principal,
            superintendent=self.leaders.superintendent,
            unfamiliar=unfamiliar,
            departure=unfamiliar if made.departure is None else made.departure,
            fewest=0.0 if any(each.default_in for each in terms) else design.smallest_class * people.grades,
        )

    @property
    def terms(self) -> tuple[Terms, ...]:
        """The offers as the numbers that the engines use: the first, and the one beside it where
        there is one.
        """
        people, beside = self.population, self.beside.schools
        split = families_before(people.families, people.schools, people.schools - beside)
        offers = [(self.design, split)] + ([(self.beside, people.families - split)] if beside else [])
        return tuple(self._terms(*offer) for offer in offers)

    def _terms(self, offered: Offered, families: int) -> Terms:
        meaning = self._meaning(offered)
        assignment, setting, capacity = meaning["assignment"], meaning["setting"], offered.capacity or 0
        return Terms(
            default_in=assignment.default_in,
            return_ease=assignment.return_ease,
            staff_choice=setting.staff_choice,
            displacement=setting.displacement,
            shared=setting.shared,
            exclusive=assignment.exclusive,
            added_posts=setting.added_posts,
            capacity=capacity,
            places=float(families if assignment.default_in else min(capacity, families)),
        )

    def _meaning(self, offered: Offered) -> dict[str, Any]:
        """The rows of the factor tables that an offer's names stand for."""
        return {
            "assignment": getattr(self.factors.assignment, offered.assignment),
            "setting": getattr(self.factors.setting, offered.setting),
            "flexibility": getattr(self.factors.flexibility, offered.regulatory_status),
        }

    @property
    def school_offers(self) -> tuple[int, ...]:
        """Which of the offers each school has: 0 the first, 1 the one beside it."""
        schools, beside = self.population.schools, self.beside.schools
        return (0,) * (schools - beside) + (1,) * beside

    @property
    def places(self) -> int:
        """Places offered at a time, once all has opened: one for every child of the programme's
        grades where they are in by default; those of the design where families opt in, at most one
        a child. Of both offers together.

        Examples
        --------
        >>> opt_in = {"design.assignment": "opt_in", "design.capacity": 160}
        >>> Scenario().places, Scenario().revise(opt_in).places
        (500, 160)
        """
        return int(sum(terms.places for terms in self.terms))

    @property
    def next_in_line(self) -> int:
        """Families a grade younger than the programme's."""
        people = self.population
        return min(people.families, max(1, round(people.families / people.grades)))

    @property
    def outside(self) -> int:
        """Families outside that share the schools."""
        people = self.population
        rest = max(0, (self.board.constituency or people.families) - people.families - self.next_in_line)
        return min(rest, people.families if people.outside is None else people.outside)

    @property
    def outside_sampled(self) -> int:
        """Families outside that are simulated."""
        return min(self.outside, int(OUTSIDE_SAMPLED * self.population.families))

    @property
    def simulated(self) -> int:
        """Families that are simulated: inside, next in line and of the sample outside."""
        return self.population.families + self.next_in_line + self.outside_sampled

    @property
    def random_ties(self) -> float:
        """Share of ties that lead anywhere, from the clustering asked for (Watts & Strogatz 1998;
        Barrat & Weigt 2000).
        """
        highest = lattice_clustering(self.network.mean_degree)
        if highest <= 0:
            return 0.0
        return float(1.0 - (self.network.clustering / highest) ** (1.0 / 3.0))


@lru_cache(maxsize=64)
def scenario_type(parties: Parties) -> type[Scenario]:
    """The schema of a scenario with a set of parties's parties."""
    if parties is DEFAULT:
        return Scenario
    own = {package.name: (package.settings, package.settings()) for package in parties.own if package.settings}
    power = type(parties.sections(Frame, "Sections", __name__)().power)
    made = create_model("Scenario", __base__=Scenario, **own, power=(power, power()))  # type: ignore[call-overload]
    made.parties = parties
    return made


def _revive(parties: Parties, data: str) -> Scenario:
    return scenario_type(parties).model_validate_json(data)


def families_before(families: int, schools: int, school: int) -> int:
    """Families of the schools before one, where they are spread evenly."""
    return (families * school) // schools


def lattice_clustering(mean_degree: float) -> float:
    """Transitivity of a ring lattice of a given even degree: 3 (k - 2) / (4 (k - 1)), 0 to 0.75."""
    if mean_degree <= 2:
        return 0.0
    return 3.0 * (mean_degree - 2.0) / (4.0 * (mean_degree - 1.0))
