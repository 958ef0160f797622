"""Who lives there, from public tables: the sections of a scenario that follow by docs/rubric.md,
each number with the fact it rests on.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import fmean, pstdev
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.errors import InputError, shown
from sim.scenario.public_tables import (
    DISTRICT,
    GRADES,
    SCHOOL,
    Fact,
    Place,
    Table,
    chosen,
    district_names,
    listed,
    places_of,
)
from sim.scenario.refusals import refused
from sim.scenario.rubric import (
    ACHIEVEMENT_SES,
    CENTRE,
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
from sim.scenario.schema import Scenario

FEWEST = 10
"""Districts of a state from which its mean and SD are taken."""

LOWEST = -4.5
"""Grade levels below which no place is: such a mean is on another scale."""


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


class Community(NamedTuple):
    """The sections of a scenario that tell who lives in a place, with where each number is from."""

    name: str
    district: str
    locale: str
    grades: tuple[int, ...]
    schools: tuple[str, ...]
    files: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def toml(self) -> str:
        """As TOML."""
        place = f" (locale: {self.locale})" if self.locale else ""
        text = [
            f"# {shown(self.name)}, NCES district {self.district}{shown(place)}: who lives there, by docs/rubric.md.",
            f"# From {shown(', '.join(self.files))}. Check each line; what no table tells is left out.",
        ]
        section = ""
        for line in self.lines:
            if line.field.partition(".")[0] != section:
                section = line.field.partition(".")[0]
                text += ["", f"[{section}]"]
            text.append(line.toml)
        return "\n".join(text) + "\n"

    @property
    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {**self._asdict(), "lines": [line._asdict() for line in self.lines]}


def grades_of(text: str) -> tuple[int, ...]:
    """Grades from a text, kindergarten as K or 0.

    Examples
    --------
    >>> grades_of("6-8"), grades_of("K-2"), grades_of("5, 7-8")
    ((6, 7, 8), (0, 1, 2), (5, 7, 8))
    """
    grades: set[int] = set()
    for part in text.upper().split(","):
        found = re.fullmatch(r"\s*(K|\d\d?)\s*(?:-\s*(K|\d\d?)\s*)?", part)
        first, last = (0 if end == "K" else int(end) for end in (found[1], found[2] or found[1])) if found else (1, 0)
        if not first <= last <= GRADES[-1]:
            raise InputError(
                f"--grades = {text[:60]!r}: accepted: grades from K to {GRADES[-1]}, as 6-8, K-5, or 5,7-8"
            )
        grades |= set(range(first, last + 1))
    return tuple(sorted(grades))


def community(paths: Sequence[Path], district: str = "", grades: str = "", schools: str = "") -> Community:
    """Who lives in a district, or near some of its schools, as far as public tables tell.

    Parameters
    ----------
    paths : sequence of Path
        Tables; of what several tell, the first counts.
    district : str
        A name, a part of one, or an NCES id. Empty: the only one of the tables.
    grades : str
        Grades of the programme, see :func:`grades_of`. Empty: not known.
    schools : str
        Names or NCES ids of its schools, separated by commas. Empty: all that have these grades.

    Returns
    -------
    Community

    Raises
    ------
    sim.errors.InputError

    Examples
    --------
    >>> from pathlib import Path
    >>> found = community([Path("docs/communities.csv")], "mountain view")
    >>> {line.field: line.value for line in found.lines}["population.ses_mean"]
    0.33
    """
    span = grades_of(grades) if grades else ()
    tables = [Table(path) for path in paths]
    names = district_names(tables)
    if not district and len(names) != 1:
        found = f"{len(names)} districts, {listed(names)}" if names else "no district"
        raise InputError(f"--district is missing: the tables hold {found}; accepted: the name or NCES id of one")
    key = chosen(names, district, "--district", DISTRICT) if district else next(iter(names))
    case = _Case(places_of(tables, key[:2]), key, span, schools)
    lines = tuple(case.lines())
    _check(lines)
    return Community(
        case.district.name or key,
        key,
        case.district.text("locale"),
        span,
        tuple(school.name or school.key for school in case.schools),
        tuple(path.name for path in paths),
        lines,
    )


def _check(lines: Iterable[Line]) -> None:
    """Refuse what no scenario can hold."""
    values = {line.field: line.value for line in lines}
    families, constituency = values.get("population.families"), values.get("board.constituency")
    if families is not None and constituency is not None and constituency < families:
        raise InputError(
            f"--from: {families:,} children of these grades are more than the district's {constituency:,} students; "
            "accepted: tables of one year and one district"
        )
    tree: dict[str, dict[str, Any]] = {}
    for field, value in values.items():
        if value is not None:
            section, _, name = field.partition(".")
            tree.setdefault(section, {})[name] = value
    try:
        Scenario.model_validate(tree)
    except ValidationError as error:
        raise refused(error, Path("--from"), Scenario) from None


class _Known(NamedTuple):
    """A number that was found, and what to say of it."""

    value: float
    told: str


class _Case:
    """A district and its schools, and what the tables say of them."""

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
        unknown = [fact for fact in facts if _unknown(fact)]
        sizes = [size for size in map(self._children, asked) if size]
        if not sizes:
            if facts and not unknown:
                raise InputError(
                    f"--grades: {_sources(facts)}: no children in {self.district.name or self.district.key}; accepted: "
                    "grades that its schools have"
                )
            why = _missing(unknown) or "no table tells the children of each grade."
            return [Line("population.families", None, why), Line("population.schools", None, why), given]
        told = f"Fact: children of these grades in {f'{len(sizes)} schools' if by_school else 'the district'}."
        told += f" {_sources(facts)}."
        if unknown:
            gone = [place.name or place.key for place in asked if any(map(_unknown, self._grades(place)))]
            told += f" Not counted where missing: {', '.join(gone[:5])}{' and more' if len(gone) > 5 else ''}."
        families = Line("population.families", round(math.fsum(sizes)), told)
        if not by_school:
            return [families, Line("population.schools", None, "no table tells the children of each school."), given]
        equal = equal_schools(sizes)
        some = ", ".join(f"{size:.0f}" for size in sizes[:8]) + " ..." * (len(sizes) > 8)
        told = f"Fact: {len(sizes)} schools (of {some} children) count as {equal:.1f} alike."
        return [families, Line("population.schools", max(1, round(equal)), told), given]

    def _staff(self, families: Line) -> Iterator[Line]:
        """Teachers of the programme, and those whom the contract binds."""
        if families.value is not None:
            count = teachers_needed(families.value, len(self.schools))
            told = (
                f"Assumption: one period a day, {PERIODS} a teacher, classes of {CLASS}, at least one teacher a school."
            )
            yield Line("teachers.count", count, told)
        else:
            yield Line("teachers.count", None, "the children of the programme are not known.")
        field, told = "union.bargaining_unit", "full-time posts, for all whom the contract binds (assumption)"
        teachers, students = self._total("teachers"), self._total("students")
        if teachers is not None:
            yield Line(field, round(teachers.value), f"Fact: the district's teachers, {told}. {teachers.told}")
        elif students is not None:
            unit = max(1, round(students.value / STUDENTS_PER_TEACHER))
            yield Line(field, unit, f"Assumption: a teacher for every {STUDENTS_PER_TEACHER} students. {students.told}")
        else:
            yield Line(field, None, "no table tells the district's teachers or students.")

    def _constituency(self) -> Line:
        students = self._total("students")
        if students is None:
            return Line("board.constituency", None, "no table tells the district's students.")
        told = f"Fact: the district's students, for an elected board; else see docs/rubric.md. {students.told}"
        return Line("board.constituency", round(students.value), told)

    def _total(self, what: str) -> _Known | None:
        """Students or teachers of the whole district: as told of it, or of all its schools."""
        own = self.district.read(what)
        if own is not None and own.value:
            return _Known(own.value, f"{own.source}.")
        facts = [fact for fact in (school.read(what) for school in self.all_schools) if fact is not None]
        known = [fact for fact in facts if fact.value is not None]
        total = math.fsum(fact.value or 0.0 for fact in known)
        if round(total) < 1:
            return None
        gone = f", {len(facts) - len(known)} more are missing" if len(facts) > len(known) else ""
        return _Known(total, f"{_sources(known)}, sum of {len(known)} schools{gone}.")

    # --- who -----------------------------------------------------------------------------------

    def _achievement(self) -> Iterator[Line]:
        """Achievement, who is poor, and SES."""
        lunch = self._lunch_here()
        ses = self._ses(lunch)
        mean = self._mean()
        poor, not_poor = _score(self.district, "poor"), _score(self.district, "not poor")
        if mean is not None:
            yield Line("population.achievement_mean", rounded(mean.value), f"Fact: {mean.told}")
        elif isinstance(ses, _Known):
            from_ses = ACHIEVEMENT_SES * ses.value * GRADE_LEVEL
            told = f"Assumption: from SES alone, {ACHIEVEMENT_SES} · {ses.value:.2f} · {GRADE_LEVEL}."
            yield Line("population.achievement_mean", rounded(from_ses), told)
        else:
            yield Line("population.achievement_mean", None, "no table tells achievement or SES.")
        share = self._share(mean, not_poor, poor, lunch)
        if share is None:
            told = "Assumption: without groups; within poor or not poor it would be less."
            yield Line("population.achievement_sd", WITHOUT_GROUPS, told)
            yield Line("population.share_poor", 0.0, "Assumption: no table tells poor from not poor.")
        else:
            yield Line("population.achievement_sd", WITHIN, "Assumption: within poor or not poor .85 to .9.")
            yield Line("population.share_poor", rounded(share.value), share.told)
            if poor is not None and not_poor is not None:
                gap = not_poor.sd - poor.sd
                told = f"Fact: {_apart(gap / poor.unit, poor.unit, 'between not poor and poor')}"
                yield Line("population.poor_gap", rounded(gap), f"{told}. {_sources([not_poor.fact, poor.fact])}.")
            else:
                told = f"Assumption: the median district's {MEDIAN_GAP} grade levels, at {GRADE_LEVEL} SD each."
                yield Line("population.poor_gap", rounded(MEDIAN_GAP * GRADE_LEVEL), told)
        if isinstance(ses, _Known):
            told = f"{ses.told} at {DISTRICT_SD} SD of families each (assumption; may be varied)."
            yield Line("population.ses_mean", rounded(DISTRICT_SD * ses.value), told)
        else:
            yield Line("population.ses_mean", None, ses)

    def _mean(self) -> _Known | None:
        """Mean achievement: of the schools named, else of the district, else of its schools."""
        own = _score(self.district, "all")
        if own is not None and not self.named:
            return _Known(own.sd, f"{own.told}.")
        scores = [_score(school, "all") for school in self.schools]
        known = [score for score in scores if score is not None]
        if known and len(known) == len(scores):
            sizes = [self._children(school) for school in self.schools]
            weights = sizes if all(sizes) else [1.0] * len(sizes)
            mean = fmean((score.sd for score in known), weights)
            how = "weighed by their children" if all(sizes) else "each alike"
            told = f"mean of {len(known)} schools, {how}: {_above(mean / known[0].unit, known[0].unit)}"
            return _Known(mean, f"{told}. {_sources(score.fact for score in known)}.")
        return None if own is None else _Known(own.sd, f"{own.told}; the whole district's (assumption).")

    def _share(
        self, mean: _Known | None, not_poor: _Score | None, poor: _Score | None, lunch: _Known | str
    ) -> _Known | None:
        """Share of poor: as given, from three means, or on free or reduced-price lunch."""
        given = self.district.read("share poor")
        if given is not None and given.value is not None:
            return _Known(given.value, f"Fact: as given. {given.source}.")
        if mean is not None and not_poor is not None and poor is not None:
            share = share_of_poor(mean.value, not_poor.sd, poor.sd)
            if share is not None:
                how = f"({not_poor.sd:.2f} - {mean.value:.2f}) / {not_poor.sd - poor.sd:.2f} SD"
                groups = _sources([not_poor.fact, poor.fact])
                return _Known(share, f"Fact: from the mean above and those of not poor and poor, {how}. {groups}.")
        return _Known(lunch.value, f"Fact: {lunch.told}.") if isinstance(lunch, _Known) else None

    def _ses(self, lunch: _Known | str) -> _Known | str:
        """SES in SDs between districts; a text where it is not known, which says why."""
        own = self.district.read("ses")
        if own is not None and own.value is not None:
            where = ", the whole district's (assumption)" if self.named else ""
            return _Known(own.value, f"Fact: {own.value:.2f} SD between districts{where}, {own.source},")
        if isinstance(lunch, str):
            return lunch
        rates = [rate.value for rate in map(self._lunch_of, self.state) if isinstance(rate, _Known)]
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
        told = f"({mean:.2f} - {lunch.value:.2f}) / {sd:.2f} from {len(rates)} districts, times {state_sd:.2f} {said}"
        return _Known(ses, f"Fact: {lunch.told}; SES {told},")

    def _lunch_here(self) -> _Known | str:
        """Share on free or reduced-price lunch in the schools named, or in the district."""
        return _lunch(self.schools) if self.named else self._lunch_of(self.district.key)

    def _lunch_of(self, district: str) -> _Known | str:
        own = _lunch([self.places[district]])
        return own if isinstance(own, _Known) else _lunch(self.state[district], own)


def _unknown(fact: Fact) -> bool:
    return fact.value is None and fact.applies


def _missing(facts: Iterable[Fact]) -> str:
    """What to say where all of some facts are missing; empty where there are none."""
    return next((f"missing ({fact.text or 'empty'}). {fact.source}." for fact in facts if fact.value is None), "")


def _sources(facts: Iterable[Fact]) -> str:
    """Files and columns, each file once."""
    columns: dict[str, dict[str, None]] = {}
    for fact in facts:
        columns.setdefault(fact.path.name, {})[fact.column] = None
    return "; ".join(f"{file}: {', '.join(names)}" for file, names in columns.items())


class _Score(NamedTuple):
    """Mean achievement of a group: how far above the nation, in a unit of so many SDs."""

    level: float
    unit: float
    note: str
    fact: Fact

    @property
    def sd(self) -> float:
        return self.unit * self.level

    @property
    def told(self) -> str:
        return f"{_above(self.level, self.unit, self.note)}. {self.fact.source}"


def _above(level: float, unit: float, note: str = "") -> str:
    return _apart(abs(level), unit, f"{'below' if level < 0 else 'above'} the nation{note}")


def _apart(level: float, unit: float, relation: str) -> str:
    if unit == 1.0:
        return f"{level:.2f} SD of children {relation}"
    return f"{level:.2f} grade levels {relation}, at {unit} SD of children each (assumption)"


def _score(place: Place, group: str) -> _Score | None:
    """Mean achievement of a group: in grade levels where a table has them, else in SDs."""
    for scale, unit in (("gcs", GRADE_LEVEL), ("levels", GRADE_LEVEL), ("cs", 1.0)):
        fact = place.read(f"{scale} {group}")
        if fact is None or fact.value is None:
            continue
        if scale != "gcs":
            return _Score(fact.value, unit, "", fact)
        told = place.read(f"centre {group}") or place.read("centre all")
        centre, by = (CENTRE, " by assumption") if told is None or told.value is None else (told.value, "")
        if fact.value - centre < LOWEST:
            raise InputError(
                f"{fact.path}: {fact.column} of {place.name or place.key} = {fact.text}: accepted: a mean on the scale "
                f"of SEDA's gcs files, where the nation's is the grade itself, here {centre:g}"
            )
        return _Score(fact.value - centre, unit, f" ({fact.value:.2f} less the grade {centre:g}{by})", fact)
    return None


def _lunch(places: Sequence[Place], why: str = "no table tells SES, or lunch rates to take it from.") -> _Known | str:
    """Share of children on free or reduced-price lunch; a text where it is not known, which says
    why.
    """
    eligible, students, counted = 0.0, 0.0, 0
    facts: list[Fact] = []
    for place in places:
        total, lunch = place.read("students"), place.read("lunch")
        parts = [place.read("free"), place.read("reduced")] if lunch is None or lunch.value is None else [lunch]
        said = [fact for fact in (*parts, total) if fact is not None and fact.value is not None]
        if len(said) <= len(parts):
            why = _missing(fact for fact in (lunch, *parts, total) if fact is not None) or why
            continue
        *counts, whole = (fact.value or 0.0 for fact in said)
        if sum(counts) >= whole:
            why = f"lunch is free for all, or told of more than there are: use an earlier year. {_sources(said)}."
            continue
        eligible, students, counted = eligible + sum(counts), students + whole, counted + 1
        facts += said
    if counted:
        part = f" in {counted} of {len(places)} schools" if len(places) > 1 else ""
        told = f"{eligible / students:.0%} on free or reduced-price lunch{part}, {_sources(facts)}"
        return _Known(eligible / students, told)
    rate = places[0].read("lunch share") if len(places) == 1 else None
    if rate is not None and rate.value is not None and 0.0 <= rate.value < 1.0:
        return _Known(rate.value, f"{rate.value:.0%} on free or reduced-price lunch, {rate.source}")
    return why
