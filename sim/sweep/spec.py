"""What a sweep is: a file that names a base scenario, factors, a design of experiments, designs and
replicates.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from sim.io.reading import read_toml
from sim.kernel.fields import Assumption, Section, choice, number
from sim.scenario.convert import check_schema
from sim.scenario.refusals import refused
from sim.sweep.factors import Factor

Seed = Annotated[int, Field(ge=0, lt=2**62)]
"""A seed that is listed; lists of plain whole numbers are lists of weeks."""


class DesignOfExperiments(Section):
    """How the space of the factors is covered."""

    method: Literal["factorial", "latin_hypercube", "sobol", "saltelli", "morris", "list"] = choice(
        "factorial",
        "Full factorial, Latin hypercube, Sobol' points, Saltelli's scheme, Morris trajectories, or a CSV file.",
        "the file",
    )
    points: int | None = number(
        None, "points", "Base points (trajectories for Morris) of a method that samples.", "the file", 1, 10_000_000
    )
    seed: int = number(1, "-", "Of the sampling.", Assumption("assumption"), 0, 2**31)
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

    count: int = number(
        100, "seeds", "Seeds per design point, where there is no target.", Assumption("assumption"), 1, 10_000_000
    )
    first_seed: int = number(0, "-", "First seed.", Assumption("assumption"), 0, 2**62)
    batch: int = number(
        50,
        "seeds",
        "Seeds added at a time; every point has its first batch before any has its second.",
        Assumption("assumption"),
        1,
        100_000,
    )
    target: Literal["none", "risk", "difference"] = choice(
        "none",
        "Stop by the precision of the quantity under each design (risk), or of its paired difference between the first "
        "two designs (difference).",
        "the file",
    )
    half_width: float = number(
        0.03, "as the quantity", "Half-width of the 95% interval to reach.", Assumption("assumption"), 1e-6, 1e9
    )
    by_week: int = number(
        36, "weeks", "Week by which the risk of an event is meant.", Assumption("assumption"), 1, 3600
    )
    most: int = number(2000, "seeds", "Seeds per design point at the most.", Assumption("assumption"), 1, 10_000_000)

    seeds: tuple[Seed, ...] = choice((), "These seeds, instead of a count from the first.", "the file")
    quantity: str = choice(
        "discontinued",
        "What is to be precise: an event, whose risk by a week is meant, or an outcome that is a number.",
        "the file",
    )

    @property
    def at_most(self) -> int:
        """Seeds that a design point can meet at the most."""
        return len(self.seeds) or (self.count if self.target == "none" else self.most)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.seeds)) < len(self.seeds):
            twice = next(seed for place, seed in enumerate(self.seeds) if seed in self.seeds[:place])
            raise ValueError(f"seeds name {twice} twice; accepted: each once")
        if self.seeds and self.target != "none":
            raise ValueError("seeds are listed where a precision is aimed at; accepted: one of the two")
        return self


class Outputs(Section):
    """What is written beside the table of runs."""

    weekly: Literal["none", "quantiles", "full"] = choice(
        "none",
        "Weekly curves: mean and quantiles over the runs of a point and design, or every run's in full. Costs "
        "a second pass.",
        Assumption("assumption"),
    )


class SweepSpec(Section):
    """A sweep file."""

    name: str = choice("sweep", "Short name.", "the file")
    question: str = choice("", "The question it answers, in a sentence.", "the file")
    hypothesis: Literal["none", "H1", "H2", "H3", "H4"] = choice(
        "none", "Which claim of the theory it tests, point by point; see sim docs findings.", "the file"
    )
    module: str = choice(
        "",
        "A party of one's own: its folder, relative to this file, or an importable package. Its code is run.",
        "the file",
    )
    scenario: str = choice("", "Base scenario: a file relative to this one, or a shipped scenario's name.", "the file")
    designs: tuple[str, ...] = choice(("retrofit", "greenfield"), "Named designs to compare.", "the file")
    parameters: str = choice(
        "posterior",
        "Where parameters that nothing here sets come from: drawn with the seed from the posterior, the prior, or a "
        "CSV or Parquet file relative to this one; the medoid; or the defaults.",
        "the file",
    )
    factors: tuple[Factor, ...] = choice((), "What varies.", "the file")
    design_of_experiments: DesignOfExperiments = DesignOfExperiments()
    replicates: Replicates = Replicates()
    outputs: Outputs = Outputs()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.designs or len(set(self.designs)) < len(self.designs):
            raise ValueError(f"designs = {list(self.designs)}: accepted: at least one name, each once")
        if self.replicates.target == "difference" and len(self.designs) < 2:
            raise ValueError(
                "replicates.target = 'difference' with one design; accepted: two designs or more, or target = 'risk'"
            )
        columns = [factor.column for factor in self.factors]
        fields = [field for factor in self.factors for field in factor.fields]
        for what, names in (("field", fields), ("column", columns)):
            if len(set(names)) < len(names):
                raise ValueError(f"factors name a {what} twice: {names}; accepted: each once")
        return self


def load_spec(path: Path) -> tuple[SweepSpec | None, list[str]]:
    """Read a sweep file.

    Returns
    -------
    spec : SweepSpec or None
        The sweep; where something is wrong, what is left of it without that, so that the rest can
        be checked too; None where too little is left.
    wrong : list of str
        What is wrong, a line each: file, field, value and what is accepted.

    Raises
    ------
    InputError
        Where it cannot be read, or is of another schema.
    """
    data = read_toml(path, "a sweep file in TOML")
    check_schema(data, path)
    data.setdefault("name", path.stem)
    try:
        return SweepSpec.model_validate(data), []
    except ValidationError as error:
        reported = refused(error, path, SweepSpec)
        return _left(data, [each["loc"] for each in error.errors(include_url=False)]), [str(reported), *reported.more]


NEEDED = ("scenario", "designs", "module")
"""Fields without which nothing else of a sweep file can be checked."""


def _left(data: dict[str, Any], places: list[tuple[int | str, ...]]) -> SweepSpec | None:
    """What is left of a sweep file without what is wrong at some places."""
    if "scenario" not in data or any(place in ((), ("factors",)) or place[0] in NEEDED for place in places):
        return None
    factors = {place[1] for place in places if len(place) > 1 and place[0] == "factors"}
    kept = tuple(each for number, each in enumerate(data.get("factors", ())) if number not in factors)
    left = {**data, "factors": kept}
    for place in places:
        section = left.get(str(place[0]))
        if isinstance(section, dict) and len(place) > 1:
            left[str(place[0])] = {name: value for name, value in section.items() if name != place[1]}
        elif place[0] != "factors":
            left.pop(str(place[0]), None)
    try:
        return SweepSpec.model_validate(left)
    except ValidationError:
        return None
