"""The record as data: cases and rates of ``record/``, each with what was seen as a likelihood.

A source is a documented case (a scenario coded by docs/scenario_rubric.md, with what is unknown of
it as ranges) or a population of schools behind a base rate. Its runs fall into categories: spans of
weeks in which it ended, or that it went on. An observation is a count of what was seen among as
many, worth an effective number; its chance is a ratio of weighted sums over the categories.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Self

import numpy as np
from pydantic import ConfigDict, Field, ValidationError, model_validator

from sim.calibration.populations import School, new_schools, summit_schools, teach_to_one_schools
from sim.io.reading import read_toml
from sim.io.shipped import shipped_folders
from sim.kernel.distributions import quantiles
from sim.kernel.fields import Section
from sim.outcome import COLUMN, VARIABLES, Run
from sim.scenario import Scenario, load_scenario, parameter_table
from sim.scenario.programme import Leadership
from sim.scenario.refusals import refused

FOLDER = Path(str(files("sim.calibration") / "record"))

POPULATIONS = {"summit": summit_schools, "teach_to_one": teach_to_one_schools, "new_schools": new_schools}

LEADERSHIP = 0.15
"""How far two coders of a leadership score may lie apart, either way (docs/scenario_rubric.md)."""

CASE_VARIANTS, SCHOOLS = 64, 256
"""How many variants of a case with its unknowns drawn, and how many schools of a population."""


class Observation(Section):
    """What was seen, as a binomial likelihood.

    Attributes
    ----------
    words : str
    numerator, denominator : tuple of float
        Weights of the source's categories: the chance is the ratio of the two weighted sums.
    seen, of : float
        Count, and number that it is worth: an effective number need not be whole.
    """

    words: str
    numerator: tuple[float, ...]
    denominator: tuple[float, ...]
    seen: float = Field(ge=0.0)
    of: float = Field(gt=0.0)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.seen > self.of:
            raise ValueError(f"seen = {self.seen}: accepted: 0 to of = {self.of}")
        if len(self.numerator) != len(self.denominator):
            raise ValueError("numerator and denominator: accepted: as many weights in the one as in the other")
        if min(self.numerator) < 0.0 or any(a > b for a, b in zip(self.numerator, self.denominator, strict=True)):
            raise ValueError("numerator: accepted: weights from 0 to those of the denominator")
        return self


class OnRecord(Section):
    """How many families spoke up, for a case that ended in a span: the share on record by a week is
    seen with a normal error of its logarithm.
    """

    by_week: int = Field(ge=1)
    span: int = Field(ge=0)
    mean: float
    sd: float = Field(gt=0.0)


class OutcomeName(Section):
    """What became of a school of a case: the last week in which children took part, or none where
    it went on, through the last week that the record tells of.
    """

    ended: int | None = Field(default=None, ge=1)
    followed: int = Field(ge=1)

    def by(self, week: int) -> bool | None:
        """Whether it had ended by a week; None where the record does not tell."""
        if self.ended is not None and self.ended <= week:
            return True
        return False if week <= self.followed else None


class Source(Section):
    """A case or a base rate.

    Attributes
    ----------
    name : str
        Of its file.
    words : str
        What was seen, in a sentence.
    scenario, population : str
        A shipped scenario's name, or a name of ``POPULATIONS``: one of the two.
    weeks : int
        Followed for so many.
    spans : tuple of int
        Last week of each span, rising.
    ending : str
        Way of ending that is told apart in each span; none where empty.
    on_record : OnRecord, optional
    discrepancy : float
        Chance that it went its way for reasons that the model does not have, all categories alike.
    effort : float
        Runs of it over those of a source whose runs are short.
    unknown : dict
        Fields with the two values between which they lie; leadership scores are LEADERSHIP either
        side of the code where not named.
    rests, disagree : tuple of str
        What the codes rest on, and where two coders could differ.
    outcomes : tuple of Outcome
        Of the schools of a case: what forecasts are scored on.
    observations : tuple of Observation
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False, allow_inf_nan=False)

    name: str
    words: str
    scenario: str = ""
    population: str = ""
    weeks: int = Field(ge=1, le=3600)
    spans: tuple[int, ...] = Field(min_length=1)
    ending: str = ""
    on_record: OnRecord | None = None
    discrepancy: float = Field(default=0.0, ge=0.0, lt=1.0)
    effort: float = Field(default=1.0, gt=0.0, le=1.0)
    unknown: dict[str, tuple[float, float]] = Field(default_factory=dict)
    rests: tuple[str, ...]
    disagree: tuple[str, ...] = ()
    outcomes: tuple[OutcomeName, ...] = ()
    observations: tuple[Observation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if bool(self.scenario) == bool(self.population):
            raise ValueError("scenario or population is needed; accepted: one of the two")
        if self.population and self.population not in POPULATIONS:
            raise ValueError(f"population = {self.population!r}: accepted: {', '.join(POPULATIONS)}")
        if list(self.spans) != sorted(set(self.spans)) or self.spans[-1] > self.weeks:
            raise ValueError(f"spans = {list(self.spans)}: accepted: rising weeks up to weeks = {self.weeks}")
        if self.ending and self.ending not in VARIABLES.statuses:
            raise ValueError(f"ending = {self.ending!r}: accepted: {', '.join(VARIABLES.statuses)}")
        for each in self.observations:
            if len(each.numerator) != self.categories:
                raise ValueError(f"{each.words!r}: {len(each.numerator)} weights; accepted: {self.categories}")
        return self

    def __hash__(self) -> int:
        return hash((self.name, self.words, self.weeks))

    @property
    def case(self) -> bool:
        """Whether it is a documented case."""
        return bool(self.scenario)

    @property
    def categories(self) -> int:
        """How many categories a run may fall into."""
        return len(self.spans) * (2 if self.ending else 1) + 1 + (1 if self.on_record else 0)

    @property
    def variants(self) -> tuple[Variant, ...]:
        """Its schools."""
        return variants(self)

    def went_on(self) -> int:
        """The category of runs that went on."""
        return len(self.spans) * (2 if self.ending else 1)

    def weights(self, run: Run, families: float) -> np.ndarray | None:
        """The categories that a run falls into, by weights that sum to 1; None where it did not
        open.

        Parameters
        ----------
        run : Run
        families : float
            Of whom a share is on record: those of its grades and next in line.
        """
        if not run.outcome.opened:
            return None
        weights = np.zeros(self.categories)
        over = run.outcome.week_over
        span = len(self.spans) if np.isnan(over) else int(np.searchsorted(self.spans, over))
        if span == len(self.spans):
            weights[self.went_on()] = 1.0
        elif self.on_record and span == self.on_record.span:
            lived = run.weeks[: self.on_record.by_week, COLUMN["on_record"]]
            share = max(float(lived[~np.isnan(lived)][-1]) / families, 1e-6)
            match = np.exp(-0.5 * ((np.log(share) - self.on_record.mean) / self.on_record.sd) ** 2)
            weights[span], weights[-1] = match, 1.0 - match
        elif self.ending:
            weights[2 * span + (0 if run.outcome.ending == self.ending else 1)] = 1.0
        else:
            weights[span] = 1.0
        return weights

    def chances(self, shares: np.ndarray) -> np.ndarray:
        """Chance of each observation, from shares of the categories, shape (..., categories); shape
        (..., observations).
        """
        mixed = (1.0 - self.discrepancy) * shares + self.discrepancy / self.categories
        found = []
        for each in self.observations:
            below = mixed @ np.array(each.denominator)
            found.append((mixed @ np.array(each.numerator)) / np.where(below > 0.0, below, 1.0))
        return np.stack(found, axis=-1)

    def log_likelihood(self, shares: np.ndarray, seen: np.ndarray | None = None) -> np.ndarray:
        """Log-likelihood of what was seen.

        Parameters
        ----------
        shares : numpy.ndarray, shape (..., categories)
            Chances of the categories.
        seen : numpy.ndarray, shape (observations,), optional
            Counts instead of those on record.

        Returns
        -------
        numpy.ndarray, shape (...)
        """
        chances = np.clip(self.chances(shares), 1e-9, 1.0 - 1e-9)
        counts = np.array([each.seen for each in self.observations]) if seen is None else seen
        of = np.array([each.of for each in self.observations])
        return (counts * np.log(chances) + (of - counts) * np.log1p(-chances)).sum(axis=-1)


def load_source(path: Path) -> Source:
    """Read a source.

    Raises
    ------
    sim.io.errors.InputError
        With one line that names file, field, value and what is accepted.
    """
    data = read_toml(path, "a case or a rate in TOML")
    try:
        return Source.model_validate({**data, "name": path.stem})
    except ValidationError as error:
        raise refused(error, path, Source) from None


@cache
def record() -> tuple[Source, ...]:
    """All sources, by name.

    Examples
    --------
    >>> [source.name for source in record() if source.case]
    ['cheshire', 'elizabeth', 'mountain_view', 'school_of_one', 'village_high']
    """
    return tuple(load_source(path) for path in sorted(FOLDER.glob("*.toml")))


class Variant(NamedTuple):
    """A school that a source's runs are of, and the families of whom a share is on record."""

    scenario: Scenario
    families: float


@lru_cache(maxsize=32)
def variants(source: Source) -> tuple[Variant, ...]:
    """The schools of a source: a case with its unknowns drawn, or schools of a population.

    Latin in each unknown, so that few variants cover it.
    """
    folder = next(each for each in shipped_folders("scenarios") if each.is_dir())
    if source.population:
        schools: list[School] = POPULATIONS[source.population](folder, SCHOOLS, 0)
        return tuple(_variant(school.scenario) for school in schools)
    base = load_scenario(folder / f"{source.scenario}.toml").revise({"horizon.weeks": source.weeks})
    unknown = unknowns(base, source.unknown)
    draw = np.random.default_rng([source.weeks, len(unknown)])
    levels = {
        field: spread(field, low, high, (draw.permutation(CASE_VARIANTS) + 0.5) / CASE_VARIANTS)
        for field, (low, high) in unknown.items()
    }
    return tuple(_variant(base.revise(values_at(levels, k))) for k in range(CASE_VARIANTS))


def unknowns(base: Scenario, given: dict[str, tuple[float, float]]) -> dict[str, tuple[float, float]]:
    """What is unknown of a case: what is given, and its leadership scores as two coders may differ.

    Parameters
    ----------
    base : Scenario
        As it is coded.
    given : dict
        Fields with the two values between which they lie.
    """
    scores = {f"leadership.{lever}": getattr(base.leadership, lever) for lever in Leadership.model_fields}
    coded = {
        field: (max(0.0, score - LEADERSHIP), min(1.0, score + LEADERSHIP))
        for field, score in scores.items()
        if field not in given
    }
    return {**given, **coded}


def spread(field: str, low: float, high: float, unit: np.ndarray) -> np.ndarray:
    """Values of a field spread evenly between two, at quantiles; whole numbers where it takes
    these.
    """
    return quantiles("uniform", (low, high), unit, field in _whole()) if low < high else np.full(unit.shape, low)


def values_at(levels: dict[str, np.ndarray], place: int) -> dict[str, Any]:
    """Values of a variant; whole where a field is."""
    whole = _whole()
    return {
        field: round(float(values[place])) if field in whole else float(values[place])
        for field, values in levels.items()
    }


@cache
def _whole() -> frozenset[str]:
    table = parameter_table()
    return frozenset(table[table["whole"]]["field"])


def _variant(scenario: Scenario) -> Variant:
    return Variant(scenario, float(scenario.population.families + scenario.next_in_line))
