"""The whole scenario: every section, and what must hold between them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pydantic import create_model, model_validator

from sim.cast import DEFAULT, Cast
from sim.fields import Section, choice
from sim.scenario.people import Horizon, Network, Population
from sim.scenario.programme import Design, Factors, Initiative, Leadership, StatusQuo

AS_WRITTEN = "as_written"


class Offer(NamedTuple):
    """What a design means in numbers, so that no engine has to ask which design it runs.

    ``default_in``: children take part unless the family acts. ``return_ease``: 1 where leaving
    means the usual class. ``staff_choice``: how far teachers chose to be there. ``displacement``:
    how much of the usual class is given up. ``flexibility``: share of a shortfall forgiven.
    ``by_cohort``, ``by_school``: what a unit of the phasing is. ``first_week``: when the first unit
    starts. ``dose``: share of the subject's time. ``capacity``: places. ``viable_enrolment``:
    families. ``constituency``, ``school_size``: families the board answers to; families of a
    school.
    """

    default_in: bool
    return_ease: float
    staff_choice: float
    displacement: float
    flexibility: float
    by_cohort: bool
    by_school: bool
    first_week: int
    dose: float
    capacity: int
    viable_enrolment: int
    constituency: float
    school_size: float


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
    cast : Cast
        The parties that take part; each has the section of its name.

    Examples
    --------
    >>> from sim import Scenario
    >>> Scenario().revise({"leadership.training": 0.9}).leadership.training
    0.9
    """

    cast: ClassVar[Cast] = DEFAULT

    # Mesa's batch_run takes anything that can be iterated for a list of values; a scenario is one
    # value.
    __iter__ = None  # type: ignore[assignment]

    def revise(self, changes: dict[str, Any]) -> Scenario:
        """Return a copy with fields changed, validated anew.

        Parameters
        ----------
        changes : dict
            New values by dotted field name, as in ``{"leadership.training": 0.9}``.

        Raises
        ------
        pydantic.ValidationError
            Where a field is unknown or a value is not accepted.
        """
        data = self.model_dump()
        for dotted, value in changes.items():
            *parents, leaf = dotted.split(".")
            table = data
            for parent in parents:
                table = table.setdefault(parent, {})
            table[leaf] = value
        return type(self).model_validate(data)

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (self.cast, self.model_dump_json())

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        weeks = self.horizon.weeks
        late = [week for week in self.design.start_weeks if week >= max(weeks, 1)]
        if late:
            raise ValueError(
                f"design.start_weeks = {late[0]}: starts after the end (horizon.weeks = {weeks}); accepted: 0 "
                f"to {max(weeks - 1, 0)}"
            )
        units = {"all_at_once": 1, "by_cohort": self.population.grades, "by_school": self.population.schools}[
            self.design.phasing
        ]
        if len(self.design.start_weeks) != units:
            raise ValueError(
                f"design.start_weeks has {len(self.design.start_weeks)} entries where phasing = "
                f"{self.design.phasing}; accepted: {units}, one per unit"
            )
        for room in self.cast.rooms:
            check = getattr(getattr(self, room.name, None), "check", None)
            if check is not None:
                check(self)
        highest = lattice_clustering(self.expected_degree)
        if self.expected_degree > 0 and self.network.clustering > highest:
            raise ValueError(
                f"network.clustering = {self.network.clustering}: accepted: 0 to {highest:.2f} at a mean of "
                f"{self.expected_degree:g} contacts"
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
        design, families = self.design, float(self.population.families)
        assignment = getattr(self.factors.assignment, design.assignment)
        setting = getattr(self.factors.setting, design.setting)
        return Offer(
            default_in=assignment.default_in,
            return_ease=assignment.return_ease,
            staff_choice=setting.staff_choice,
            displacement=setting.displacement,
            flexibility=getattr(self.factors.flexibility, design.regulatory_status),
            by_cohort=design.phasing == "by_cohort",
            by_school=design.phasing == "by_school",
            first_week=min(design.start_weeks),
            dose=design.dose,
            capacity=design.capacity or 0,
            viable_enrolment=design.viable_enrolment,
            constituency=max(float(self.board.constituency or families), 1.0),
            school_size=max(families / self.population.schools, 1.0),
        )

    @property
    def expected_degree(self) -> float:
        """Mean number of contacts in this community: the national one, moved by its mean SES."""
        return max(0.0, self.network.mean_degree + self.network.degree_ses * self.population.ses_mean)

    @property
    def random_ties(self) -> float:
        """Share of ties that lead anywhere, from the clustering asked for (Watts & Strogatz 1998;
        Barrat & Weigt 2000).
        """
        highest = lattice_clustering(self.expected_degree)
        if highest <= 0:
            return 0.0
        return float(1.0 - (self.network.clustering / highest) ** (1.0 / 3.0))


@lru_cache(maxsize=64)
def scenario_type(cast: Cast) -> type[Scenario]:
    """The schema of a scenario with a cast's parties."""
    if cast is DEFAULT:
        return Scenario
    own = {room.name: (room.settings, room.settings()) for room in cast.own if room.settings}
    power = type(cast.sections(Frame, "Sections", __name__)().power)
    made = create_model("Scenario", __base__=Scenario, **own, power=(power, power()))  # type: ignore[call-overload]
    made.cast = cast
    return made


def _revive(cast: Cast, data: str) -> Scenario:
    return scenario_type(cast).model_validate_json(data)


def lattice_clustering(mean_degree: float) -> float:
    """Transitivity of a ring lattice of a given even degree: 3 (k - 2) / (4 (k - 1)), 0 to 0.75."""
    if mean_degree <= 2:
        return 0.0
    return 3.0 * (mean_degree - 2.0) / (4.0 * (mean_degree - 1.0))
