"""A district and its schools, and the fields of a scenario that follow from what public tables say
of them, by docs/scenario_rubric.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from statistics import fmean, pstdev
from typing import NamedTuple

from sim.io.errors import InputError, shown
from sim.scenario.public.cells import Fact
from sim.scenario.public.facts import Known, Score, above, apart, is_unknown, lunch_rate, missing, score, sources
from sim.scenario.public.tables import SCHOOL, Place, chosen
from sim.scenario.rubric import (
    ACHIEVEMENT_SES,
    CLASS,
    DISTRICT_SD,
    GRADE_LEVEL,
    MEDIAN_GAP,
    PERIODS,
    SES_WITHIN,
    STATE_SD,
    STUDENTS_PER_TEACHER,
    WITHIN,
    WITHOUT_GROUPS,
    equal_schools,
    rounded,
    ses_from_lunch,
    share_of_poor,
    teachers_needed,
)

FEWEST = 10
"""Districts of a state from which its mean and SD are taken."""


class Line(NamedTuple):
    """A field of a scenario: its value, None where it is left out, and the fact it rests on, or why
    it is left out.
    """

    field: str
    value: int | float | None
    comment: str

    @property
    def toml(self) -> str:
        """As a line of its section."""
        name = self.field.partition(".")[2]
        if self.value is None:
            return f"# {name} is left out: {shown(self.comment)}"
        return f"{f'{name} = {self.value}':<25} # {shown(self.comment)}"


class Case:
    """A district and its schools, and what the tables say of them.

    Parameters
    ----------
    places : mapping of str to Place
        The district, its schools, and the other districts of its state, by NCES id.
    district : str
        Its NCES id.
    grades : tuple of int
        Of the programme; empty where they are not known.
    schools : str
        Names or NCES ids of the schools of the programme, separated by commas. Empty: all that have
        these grades.

    Raises
    ------
    sim.io.errors.InputError
        Where a school is not among the places.
    """

    def __init__(self, places: Mapping[str, Place], district: str, grades: tuple[int, ...], schools: str) -> None:
        self.district = places[district]
        self.grades = grades
        self.state: dict[str, list[Place]] = {}
        for place in places.values():
            own = self.state.setdefault(place.district, [])
            if len(place.key) == SCHOOL:
                own.append(place)
        self.places = places
        self.all_schools = self.state[district]
        self.named = bool(schools.strip())
        if self.named and not self.all_schools:
            raise InputError(
                f"--schools = {schools[:60]!r}: the tables hold no schools of this district; accepted: a table of "
                "schools, or no --schools"
            )
        names = {school.key: school.name for school in self.all_schools}
        wanted = [chosen(names, name, "--schools", SCHOOL) for name in schools.split(",")] if self.named else []
        self.schools = [places[key] for key in dict.fromkeys(wanted)] if self.named else self._with_grades()

    def _with_grades(self) -> list[Place]:
        """Schools that have children of the grades; all of the district where none are given."""
        if not self.grades:
            return self.all_schools
        return [school for school in self.all_schools if any(fact.value for fact in self._grades(school))]

    def lines(self) -> Iterator[Line]:
        """The fields, section by section."""
        families = self._families()
        yield from families
        yield from self._achievement()
        yield Line("population.ses_sd", SES_WITHIN, "Assumption: spread within a district; may be varied.")
        if self.grades:
            yield Line("students.youngest_grade", self.grades[0], "Fact: as given (--grades).")
        yield from self._staff(families[0])
        yield self._constituency()

    # --- how many ------------------------------------------------------------------------------

    def _grades(self, place: Place) -> list[Fact]:
        """What is said of the children of each grade."""
        facts = [place.read(f"grade {grade}") for grade in self.grades]
        return [fact for fact in facts if fact is not None]

    def _children(self, place: Place) -> float:
        return math.fsum(fact.value or 0.0 for fact in self._grades(place))

    def _families(self) -> list[Line]:
        """Families, schools and grades of the programme."""
        if not self.grades:
            why = "the programme's grades were not given (--grades)."
            return [Line(f"population.{name}", None, why) for name in ("families", "schools", "grades")]
        adjoin = self.grades[-1] - self.grades[0] + 1 == len(self.grades)
        gap = "" if adjoin else " They do not adjoin: the step over the gap is not modelled."
        given = Line("population.grades", len(self.grades), f"Fact: as given (--grades).{gap}")
        asked = self.schools if self.named else self.all_schools
        by_school = any(self._grades(place) for place in asked)
        if not by_school:
            asked = [] if self.named else [self.district]
        facts = [fact for place in asked for fact in self._grades(place)]
        unknown = [fact for fact in facts if is_unknown(fact)]
        sizes = [size for size in map(self._children, asked) if size]
        if not sizes:
            if facts and not unknown:
                raise InputError(
                    f"--grades: {sources(facts)}: no children in {self.district.name or self.district.key}; accepted: "
                    "grades that its schools have"
                )
            why = missing(unknown) or "no table tells the children of each grade."
            return [Line("population.families", None, why), Line("population.schools", None, why), given]
        reported = f"Fact: children of these grades in {f'{len(sizes)} schools' if by_school else 'the district'}."
        reported += f" {sources(facts)}."
        if unknown:
            gone = [place.name or place.key for place in asked if any(map(is_unknown, self._grades(place)))]
            reported += f" Not counted where missing: {', '.join(gone[:5])}{' and more' if len(gone) > 5 else ''}."
        families = Line("population.families", round(math.fsum(sizes)), reported)
        if not by_school:
            return [families, Line("population.schools", None, "no table tells the children of each school."), given]
        equal = equal_schools(sizes)
        some = ", ".join(f"{size:.0f}" for size in sizes[:8]) + " ..." * (len(sizes) > 8)
        reported = f"Fact: {len(sizes)} schools (of {some} children) count as {equal:.1f} alike."
        return [families, Line("population.schools", max(1, round(equal)), reported), given]

    def _staff(self, families: Line) -> Iterator[Line]:
        """Teachers of the programme, and those whom the contract binds."""
        if families.value is not None:
            count = teachers_needed(families.value, len(self.schools))
            reported = (
                f"Assumption: one period a day, {PERIODS} a teacher, classes of {CLASS}, at least one teacher a school."
            )
            yield Line("teachers.count", count, reported)
        else:
            yield Line("teachers.count", None, "the children of the programme are not known.")
        field, reported = "union.bargaining_unit", "full-time posts, for all whom the contract binds (assumption)"
        teachers, students = self._total("teachers"), self._total("students")
        if teachers is not None:
            yield Line(field, round(teachers.value), f"Fact: the district's teachers, {reported}. {teachers.reported}")
        elif students is not None:
            unit = max(1, round(students.value / STUDENTS_PER_TEACHER))
            yield Line(
                field, unit, f"Assumption: a teacher for every {STUDENTS_PER_TEACHER} students. {students.reported}"
            )
        else:
            yield Line(field, None, "no table tells the district's teachers or students.")

    def _constituency(self) -> Line:
        students = self._total("students")
        if students is None:
            return Line("board.constituency", None, "no table tells the district's students.")
        reported = (
            "Fact: the district's students, for an elected board; else see sim docs scenario_rubric. "
            f"{students.reported}"
        )
        return Line("board.constituency", round(students.value), reported)

    def _total(self, what: str) -> Known | None:
        """Students or teachers of the whole district: as told of it, or of all its schools."""
        own = self.district.read(what)
        if own is not None and own.value:
            return Known(own.value, f"{own.source}.")
        facts = [fact for fact in (school.read(what) for school in self.all_schools) if fact is not None]
        known = [fact for fact in facts if fact.value is not None]
        total = math.fsum(fact.value or 0.0 for fact in known)
        if round(total) < 1:
            return None
        gone = f", {len(facts) - len(known)} more are missing" if len(facts) > len(known) else ""
        return Known(total, f"{sources(known)}, sum of {len(known)} schools{gone}.")

    # --- who -----------------------------------------------------------------------------------

    def _achievement(self) -> Iterator[Line]:
        """Achievement, who is poor, and SES."""
        lunch = self._lunch_here()
        ses = self._ses(lunch)
        mean = self._mean()
        poor, not_poor = score(self.district, "poor"), score(self.district, "not poor")
        if mean is not None:
            yield Line("population.achievement_mean", rounded(mean.value), f"Fact: {mean.reported}")
        elif isinstance(ses, Known):
            from_ses = ACHIEVEMENT_SES * ses.value * GRADE_LEVEL
            reported = f"Assumption: from SES alone, {ACHIEVEMENT_SES} · {ses.value:.2f} · {GRADE_LEVEL}."
            yield Line("population.achievement_mean", rounded(from_ses), reported)
        else:
            yield Line("population.achievement_mean", None, "no table tells achievement or SES.")
        share = self._share(mean, not_poor, poor, lunch)
        if share is None:
            reported = "Assumption: without groups; within poor or not poor it would be less."
            yield Line("population.achievement_sd", WITHOUT_GROUPS, reported)
            yield Line("population.share_poor", None, f"no table tells poor from not poor. Lunch rates: {lunch}")
        else:
            yield Line("population.achievement_sd", WITHIN, "Assumption: within poor or not poor .85 to .9.")
            yield Line("population.share_poor", rounded(share.value), share.reported)
            if poor is not None and not_poor is not None:
                gap = not_poor.sd - poor.sd
                reported = f"Fact: {apart(gap / poor.unit, poor.unit, 'between not poor and poor')}"
                yield Line(
                    "population.poor_gap", rounded(gap), f"{reported}. {sources([*not_poor.facts, *poor.facts])}."
                )
            else:
                reported = f"Assumption: the median district's {MEDIAN_GAP} grade levels, at {GRADE_LEVEL} SD each."
                yield Line("population.poor_gap", rounded(MEDIAN_GAP * GRADE_LEVEL), reported)
        if isinstance(ses, Known):
            reported = f"{ses.reported} at {DISTRICT_SD} SD of families each (assumption; may be varied)."
            yield Line("population.ses_mean", rounded(DISTRICT_SD * ses.value), reported)
        else:
            yield Line("population.ses_mean", None, ses)

    def _mean(self) -> Known | None:
        """Mean achievement: of the schools named, else of the district, else of its schools."""
        own = score(self.district, "all")
        if own is not None and not self.named:
            return Known(own.sd, f"{own.reported}.")
        scores = [score(school, "all") for school in self.schools]
        known = [each for each in scores if each is not None]
        if known and len(known) == len(scores):
            sizes = [self._children(school) for school in self.schools]
            weights = sizes if all(sizes) else [1.0] * len(sizes)
            mean = fmean((each.sd for each in known), weights)
            how = "weighed by their children" if all(sizes) else "each alike"
            reported = f"mean of {len(known)} schools, {how}: {above(mean / known[0].unit, known[0].unit)}"
            return Known(mean, f"{reported}. {sources(fact for each in known for fact in each.facts)}.")
        return None if own is None else Known(own.sd, f"{own.reported}; the whole district's (assumption).")

    def _share(
        self, mean: Known | None, not_poor: Score | None, poor: Score | None, lunch: Known | str
    ) -> Known | None:
        """Share of poor: as given, from three means, or on free or reduced-price lunch."""
        given = self.district.read("share poor")
        if given is not None and given.value is not None:
            return Known(given.value, f"Fact: as given. {given.source}.")
        if mean is not None and not_poor is not None and poor is not None:
            share = share_of_poor(mean.value, not_poor.sd, poor.sd)
            if share is not None:
                how = f"({not_poor.sd:.2f} - {mean.value:.2f}) / {not_poor.sd - poor.sd:.2f} SD"
                groups = sources([*not_poor.facts, *poor.facts])
                return Known(share, f"Fact: from the mean above and those of not poor and poor, {how}. {groups}.")
        return Known(lunch.value, f"{lunch.word}: {lunch.reported}.") if isinstance(lunch, Known) else None

    def _ses(self, lunch: Known | str) -> Known | str:
        """SES in SDs between districts; a text where it is not known, which says why."""
        own = self.district.read("ses")
        if own is not None and own.value is not None:
            where = ", the whole district's (assumption)" if self.named else ""
            return Known(own.value, f"Fact: {own.value:.2f} SD between districts{where}, {own.source},")
        if isinstance(lunch, str):
            return lunch
        rates = [rate.value for rate in map(self._lunch_of, self.state) if isinstance(rate, Known)]
        if len(rates) < FEWEST or pstdev(rates) == 0:
            return (
                f"lunch rates of {len(rates)} districts of the state; its mean and SD between districts take at least "
                f"{FEWEST}, not all alike."
            )
        facts = [self.places[key].read("ses") for key in self.state]
        known = [fact.value for fact in facts if fact is not None and fact.value is not None]
        state_sd, offset, said = STATE_SD, 0.0, "(assumption), no offset known (assumption)"
        if len(known) >= FEWEST:
            state_sd, offset = pstdev(known), fmean(known)
            said = f"plus {offset:.2f}, the state's own in the archive"
        mean, sd = fmean(rates), pstdev(rates)
        ses = ses_from_lunch(lunch.value, mean, sd, state_sd, offset)
        reported = (
            f"({mean:.2f} - {lunch.value:.2f}) / {sd:.2f} from {len(rates)} districts, times {state_sd:.2f} {said}"
        )
        return Known(ses, f"{lunch.word}: {lunch.reported}; SES {reported},")

    def _lunch_here(self) -> Known | str:
        """Share on free or reduced-price lunch in the schools named, or in the district."""
        return lunch_rate(self.schools) if self.named else self._lunch_of(self.district.key)

    def _lunch_of(self, district: str) -> Known | str:
        own = lunch_rate([self.places[district]])
        return own if isinstance(own, Known) else lunch_rate(self.state[district], own)
