"""What a sweep is: a file that names a base scenario, factors, a design of experiments, designs and replicates."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import ValidationError, model_validator

from sim.errors import InputError
from sim.scenario.fields import Section, choice, number
from sim.scenario.load import explain, read_toml

Level = float | int | bool | str


class Factor(Section):
    """A field of the scenario that varies: over levels, a range, or a distribution."""

    field: str = choice("", "Dotted field name of the scenario.", "the file")
    levels: tuple[Level, ...] | None = choice(None, "Values to take.", "the file")
    low: float | None = number(None, "as the field", "Low end of a range.", "the file")
    high: float | None = number(None, "as the field", "High end of a range.", "the file")
    steps: int | None = number(None, "levels", "Levels of a range in a factorial design, ends included.", "the file", 2, 1000)
    distribution: Literal["uniform", "normal", "lognormal", "beta", "triangular"] | None = choice(
        None, "Distribution to draw from, in designs that sample; a range is uniform.", "the file"
    )
    parameters: tuple[float, ...] = choice(
        (), "Of the distribution: (mean, SD), (median, sigma of the logarithm), (a, b), or (low, mode, high).", "the file"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        given = [self.levels is not None, self.low is not None or self.high is not None, self.distribution not in (None, "uniform")]
        if sum(given) != 1:
            raise ValueError(f"field = {self.field!r}: accepted: one of levels, a range (low and high), or a distribution")
        if self.levels is not None and len(self.levels) == 0:
            raise ValueError(f"levels of {self.field!r} are empty; accepted: at least one value")
        if given[1] and (self.low is None or self.high is None or not self.low < self.high):
            raise ValueError(f"low = {self.low}, high = {self.high} of {self.field!r}: accepted: a range with low below high")
        wanted = {"normal": 2, "lognormal": 2, "beta": 2, "triangular": 3}.get(self.distribution or "", 0)
        if len(self.parameters) != wanted:
            raise ValueError(f"parameters = {list(self.parameters)} of {self.field!r}: accepted: {wanted} numbers")
        return self


class DesignOfExperiments(Section):
    """How the space of the factors is covered."""

    method: Literal["factorial", "latin_hypercube", "sobol", "saltelli", "morris", "list"] = choice(
        "factorial", "Full factorial, Latin hypercube, Sobol' points, Saltelli's scheme, Morris trajectories, or a CSV file.", "the file"
    )
    points: int | None = number(
        None, "points", "Base points (trajectories for Morris) of a method that samples.", "the file", 1, 10_000_000
    )
    seed: int = number(1, "-", "Of the sampling.", "assumption", 0, 2**31)
    file: str | None = choice(None, "CSV file with a column per field, for the method list.", "the file")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.method in ("latin_hypercube", "sobol", "saltelli", "morris") and self.points is None:
            raise ValueError(f"points is missing where method = {self.method}; accepted: a whole number from 1")
        if self.method in ("sobol", "saltelli") and self.points is not None and self.points & (self.points - 1):
            raise ValueError(f"points = {self.points} where method = {self.method}: accepted: a power of two")
        if self.method == "list" and self.file is None:
            raise ValueError("file is missing where method = list; accepted: a CSV file with a column per field")
        return self


class Replicates(Section):
    """How many seeds each design point meets; every point and design meets the same ones."""

    count: int = number(100, "seeds", "Seeds per design point, where there is no target.", "assumption", 1, 10_000_000)
    first_seed: int = number(0, "-", "First seed.", "assumption", 0, 2**62)
    batch: int = number(
        50, "seeds", "Seeds added at a time; every point has its first batch before any has its second.", "assumption", 1, 100_000
    )
    target: Literal["none", "risk", "difference"] = choice(
        "none", "Stop by precision of each design's risk, or of the paired difference of the first two designs.", "the file"
    )
    half_width: float = number(0.03, "probability", "Half-width of the 95% interval to reach.", "assumption", 0.0005, 0.5)
    by_week: int = number(36, "weeks", "Week by which the risk is meant.", "assumption", 1, 3600)
    most: int = number(2000, "seeds", "Seeds per design point at the most.", "assumption", 1, 10_000_000)


class Outputs(Section):
    """What is written beside the table of runs."""

    weekly: Literal["none", "quantiles", "full"] = choice(
        "none",
        "Weekly curves: mean and quantiles over the runs of a point and design, or every run's in full. Costs a second pass.",
        "assumption",
    )


class SweepSpec(Section):
    """A sweep file."""

    name: str = choice("sweep", "Short name.", "the file")
    question: str = choice("", "The question it answers, in a sentence.", "the file")
    scenario: str = choice("", "Base scenario: a file relative to this one, or a shipped scenario's name.", "the file")
    designs: tuple[str, ...] = choice(("retrofit", "greenfield"), "Named designs to compare.", "the file")
    factors: tuple[Factor, ...] = choice((), "What varies.", "the file")
    design_of_experiments: DesignOfExperiments = DesignOfExperiments()
    replicates: Replicates = Replicates()
    outputs: Outputs = Outputs()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.designs or len(set(self.designs)) < len(self.designs):
            raise ValueError(f"designs = {list(self.designs)}: accepted: at least one name, each once")
        if self.replicates.target == "difference" and len(self.designs) < 2:
            raise ValueError("replicates.target = 'difference' with one design; accepted: two designs or more, or target = 'risk'")
        fields = [factor.field for factor in self.factors]
        if len(set(fields)) < len(fields):
            raise ValueError(f"factors name a field twice: {fields}; accepted: each once")
        return self


def load_spec(path: Path) -> SweepSpec:
    """Read a sweep file.

    Raises
    ------
    InputError
        With one line that names file, field, value and what is accepted.
    """
    data = read_toml(path)
    data.setdefault("name", path.stem)
    try:
        return SweepSpec.model_validate(data)
    except ValidationError as error:
        raise InputError(explain(error, path, {}, SweepSpec)) from None
