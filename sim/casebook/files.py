"""The casebook's files: cases, readings and frames, each a TOML file, read and checked.

A casebook is a folder with ``cases/<id>.toml`` (what was known at the start, and apart from it what
happened), ``readings/<id>.<coder>.toml`` (the case coded by one reader of its start) and
``frames/<id>.toml`` (a population with counts).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

import pydantic
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from sim.casebook.rubric import fields
from sim.io.errors import InputError, all_of, did_you_mean, telling
from sim.io.reading import is_folder, line_of, read_toml
from sim.scenario.refusals import refused, short

SHIPPED = Path(__file__).parent / "data"
"""The casebook that comes with the package."""

KNOWN = "What was known when it began; nothing that happened more than two months later."
"""What stands in a case that is to be filled in."""

SCHEMA = 1
"""Of the files of a casebook."""

Kind = Literal["school_model", "schedule", "grading", "curriculum", "technology", "other"]
Design = Literal["mandatory", "opt_out", "opt_in_inside", "school_within_school", "new_school"]
Cause = Literal[
    "families", "staff", "new_leader", "new_board", "order", "money", "enrolment", "product", "results", "other"
]  # fmt: skip
Found = Literal["news_of_controversy", "sampled_from_list", "evaluation_report", "other"]
State = Literal["discontinued", "adapted", "sustained"]
Manner = Literal["before_start", "mid_year", "year_end"]
Basis = Literal["fact", "judgement"]


Days = tuple[date, date]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value.strip() if isinstance(value, str) else value


class _About(_Strict):
    place: str = pydantic.Field(min_length=1)
    region: str
    initiative: str = pydantic.Field(min_length=1)
    programme: str
    kind: Kind
    design: Design
    grades: str = ""
    schools: str = ""
    students: str = ""
    decided_by: str = ""
    how_found: Found
    confidence: float = pydantic.Field(ge=0.0, le=1.0)
    sources: tuple[str, ...]


class _Start(_Strict):
    date: Days
    begun: pydantic.StrictBool
    known: str = pydantic.Field(min_length=1)
    blind: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> _Start:
        _ordered("date", self.date)
        return self


class _Outcome(_Strict):
    happened: str
    state: State
    as_of: date
    decided: Days | None = None
    effective: Days | None = None
    manner: Manner | None = None
    first_cause: Cause | None = None
    causes: tuple[Cause, ...] = ()
    adapted_before: bool | None = None
    adapted: Days | None = None
    as_designed: bool | None = None
    in_favour: float | None = None
    in_favour_of: str = ""
    voices: int | None = None
    notes: str = ""

    @model_validator(mode="after")
    def _together(self) -> _Outcome:
        ended = self.state != "sustained"
        if ended and not (self.decided and self.first_cause and self.manner):
            raise ValueError(f"state = {self.state!r}: accepted: with decided, manner and first_cause")
        if not ended and (self.decided or self.first_cause or self.manner):
            raise ValueError("state = 'sustained': accepted: without decided, manner and first_cause")
        if self.first_cause and self.first_cause not in self.causes:
            raise ValueError(f"causes = {list(self.causes)}: accepted: a list with {self.first_cause!r} in it")
        for name in ("decided", "effective", "adapted"):
            _ordered(name, getattr(self, name))
        if self.decided and self.decided[0] > self.as_of:
            raise ValueError(f"as_of = {str(self.as_of)!r}: accepted: a day after the decision, {self.decided[0]}")
        return self


def _ordered(name: str, days: Days | None) -> None:
    if days and days[0] > days[1]:
        raise ValueError(f"{name} = {[str(day) for day in days]}: accepted: the earliest day, then the latest")


class Code(_Strict):
    """A field as a reader coded it: its value, what it rests on, and why."""

    value: Any
    basis: Basis
    why: str = ""


def _codes(path: Path, given: Any) -> dict[str, Code]:
    """Codes whose fields the rubric has, with values that it accepts.

    Raises
    ------
    sim.io.errors.InputError
        A line for each code that is not accepted.
    """
    if not isinstance(given, dict):
        raise InputError(f"{path}: codes is missing; accepted: a table [codes] with fields of the rubric")
    made, wrong = {}, []
    for name, code in given.items():
        said = _fault(name, code)
        if said is None:
            made[name] = Code(**code)
        else:
            number = line_of(path, f"codes.{name}", code)
            wrong.append(f"{path}: {'' if number is None else f'line {number}: '}codes.{name}{said}")
    if wrong:
        raise InputError(*wrong)
    return made


def _fault(name: str, code: Any) -> str | None:
    """What is wrong with a code, and what is accepted; None where nothing is."""
    known, parts = fields(), Code.model_fields
    if name not in known:
        value = code.get("value") if isinstance(code, dict) else code
        return f" = {_shown(value)}: unknown field; {did_you_mean(name, known)}accepted: a field of sim case rubric"
    if not isinstance(code, dict):
        return f' = {_shown(code)}: accepted: {{ value = {_shown(code)}, basis = "fact", why = "..." }}'
    for part in code.keys() - parts.keys():
        return f".{part} = {_shown(code[part])}: unknown; {did_you_mean(part, parts)}accepted: value, basis, why"
    if code.get("basis") not in get_args(Basis):
        return f".basis = {_shown(code.get('basis'))}: accepted: {' or '.join(get_args(Basis))}"
    if not isinstance(code.get("why"), str) or not code["why"].strip():
        return f".why = {_shown(code.get('why'))}: accepted: the fact or the reason, in a few words"
    accepted = known[name].fault(code.get("value"))
    return None if accepted is None else f".value = {_shown(code.get('value'))}: accepted: {accepted}"


def _shown(value: Any) -> str:
    """A value as TOML has it."""
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else short(list(value) if isinstance(value, tuple) else value)


class Reading(_Strict):
    """A case coded by one reader.

    Attributes
    ----------
    case, coder : str
    reader : str
        What kind of reader it was.
    recognised : str
        Whether the reader knew which ``place`` it is, or how it ended too (``ending``); else
        ``no``.
    place_thought : str
    risk_thought : float
        The reader's own chance, 0...1, that nobody takes part any more five years on.
    ending_thought : str
    codes : dict of Code
    """

    case: str
    coder: str
    reader: str = ""
    recognised: Literal["no", "place", "ending"] = "no"
    place_thought: str = ""
    risk_thought: float | None = None
    ending_thought: State | None = None
    codes: dict[str, Code]


class Case(_Strict):
    """A place that met an initiative: ``case`` (what and where), ``start`` (what was known then)
    and ``outcome`` (what happened; None where it is to be forecast).
    """

    case: _About
    start: _Start
    outcome: _Outcome | None = None


class Count(_Strict):
    """Of ``units`` at risk, how many had ended after so long.

    Attributes
    ----------
    units, ended : int
    years : tuple of float
        Shortest and longest time at risk of a unit; alike likely between.
    age : tuple of float
        How long they had gone on when counting began; 0 where they are followed from adoption.
    """

    units: int
    ended: int
    years: tuple[float, float]
    age: tuple[float, float] = (0.0, 0.0)

    @model_validator(mode="after")
    def _in_order(self) -> Count:
        if not 0 <= self.ended <= self.units or self.units < 1:
            raise ValueError(f"ended = {self.ended}: accepted: a whole number from 0 to units = {self.units}")
        for name in ("years", "age"):
            low, high = getattr(self, name)
            if not 0.0 <= low <= high <= 30.0:
                raise ValueError(f"{name} = {[low, high]}: accepted: the shorter, then the longer, 0 to 30 years")
        return self


class _Population(_Strict):
    population: str
    programme: str
    design: Design
    usable: Literal["rate", "check", "cause", "no"]
    why: str = ""
    entry: str = ""
    units: str = ""
    overlaps: tuple[str, ...] = ()
    confidence: float
    sources: tuple[str, ...]
    definition: str = ""
    notes: str = ""


class Frame(_Strict):
    """A population with counts, and its units coded by the rubric.

    ``usable`` says what for: ``rate`` (a count of endings among known units), ``check`` (to
    compare, not to fit), ``cause`` (one decision, however many units), ``no``.
    """

    frame: _Population
    count: tuple[Count, ...] = ()
    codes: dict[str, Code] = {}

    @model_validator(mode="after")
    def _counted(self) -> Frame:
        if self.frame.usable == "rate" and not self.count:
            raise ValueError("count is missing; accepted: a [[count]] with units, ended and years")
        return self


@dataclass(frozen=True)
class Casebook:
    """What a folder holds.

    Attributes
    ----------
    folder : Path
    cases : dict of Case
        By id.
    readings : dict of list of Reading
        By case.
    frames : dict of Frame
    """

    folder: Path
    cases: dict[str, Case]
    readings: dict[str, list[Reading]]
    frames: dict[str, Frame]

    def coded(self) -> dict[str, Case]:
        """The cases that at least one reader has coded."""
        return {name: case for name, case in self.cases.items() if self.readings.get(name)}


@cache
def shipped() -> Casebook:
    """The casebook that comes with the package."""
    return open_casebook(SHIPPED)


def open_casebook(folder: str | Path | None = None, only: str | None = None) -> Casebook:
    """Read a casebook and check it.

    Parameters
    ----------
    folder : str or Path, optional
        The one that comes with the package by default.
    only : str, optional
        Read this case and its readings alone, whatever the other files hold.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong: file, field, value, what is accepted.

    Examples
    --------
    >>> book = open_casebook()
    >>> book.cases["mountain_view"].outcome.state
    'discontinued'
    """
    if folder is None:
        return shipped()
    place = Path(folder)
    if not is_folder(place):
        raise InputError(f"{place}: no such folder; accepted: a casebook, with cases/, readings/ or frames/ in it")
    parts = {part: sorted((place / part).glob("*.toml")) for part in ("cases", "readings", "frames")}
    if not any(parts.values()):
        raise InputError(f"{place}: holds no casebook; accepted: a folder with cases/, readings/ or frames/ in it")
    if only is not None and any(path.stem == only for path in parts["cases"]):
        parts = {part: [path for path in paths if path.name.split(".")[0] == only] for part, paths in parts.items()}
    models: dict[str, type[_Strict]] = {"cases": Case, "readings": Reading, "frames": Frame}
    read = all_of(_read, [(path, models[part]) for part, paths in parts.items() for path in paths])
    found = dict(zip([path for paths in parts.values() for path in paths], read, strict=True))
    readings: dict[str, list[Reading]] = {}
    for path in parts["readings"]:
        readings.setdefault(found[path].case, []).append(found[path])
    cases = {path.stem: found[path] for path in parts["cases"]}
    strangers = sorted(readings.keys() - cases.keys())
    if strangers:
        near = [f"{place}/readings: case = {name!r}: {did_you_mean(name, cases)}accepted: a case" for name in strangers]
        raise InputError(*(f"{each} of {place}/cases" for each in near))
    return Casebook(place, cases, readings, {path.stem: found[path] for path in parts["frames"]})


def _read(given: tuple[Path, type[_Strict]]) -> Any:
    path, model = given
    data = read_toml(path, "a file of a casebook in TOML")
    schema = data.pop("schema", None)
    if schema != SCHEMA:
        raise InputError(f"{path}: schema = {_shown(schema)}: accepted: {SCHEMA}")
    wrong: list[str] = []
    if "codes" in model.model_fields and (model is Reading or "codes" in data):
        with telling(wrong):
            data["codes"] = _codes(path, data.get("codes"))
        if wrong:
            data["codes"] = {}
    made: Any = None
    with telling(wrong):
        made = checked(data, path, model)
    if wrong:
        raise InputError(*wrong)
    if isinstance(made, Reading) and path.stem != f"{made.case}.{made.coder}":
        raise InputError(
            f"{path}: case = {made.case!r}, coder = {made.coder!r}: accepted: as the file's name says, {path.stem}"
        )
    return made


def checked(data: dict[str, Any], path: Path, model: type[BaseModel]) -> Any:
    """What a file of a casebook holds, checked against its model.

    Raises
    ------
    sim.io.errors.InputError
        A line for each thing that is wrong.
    """
    try:
        made = model.model_validate(data)
    except ValidationError as error:
        raise refused(error, path, model) from None
    if isinstance(made, Case):
        _begun(path, made)
    return made


def _begun(path: Path, case: Case) -> None:
    """Refuse what cannot be of a start and an outcome together."""
    outcome, start = case.outcome, case.start
    if case.start.known == KNOWN:
        raise InputError(f"{path}: start.known is as the file was begun; accepted: what was known at the start")
    if outcome is None:
        return
    if (outcome.manner == "before_start") == start.begun and outcome.state != "sustained":
        raise InputError(
            f"{path}: outcome.manner = {outcome.manner!r}: accepted: before_start where start.begun is false"
        )
    if start.begun and outcome.decided and outcome.decided[1] < start.date[0]:
        raise InputError(
            f"{path}: outcome.decided = {outcome.decided[1]}: accepted: a day after the start, {start.date[0]}"
        )
    if start.begun and outcome.as_of < start.date[0]:
        raise InputError(f"{path}: outcome.as_of = {outcome.as_of}: accepted: a day after the start, {start.date[0]}")


CHOOSES = {"mandatory": "mandatory", "opt_out": "opt_out"}
"""Who chooses under a case's design, as the rubric says it; all others are opt_in."""


def idle(reading: Reading, case: Case) -> list[str]:
    """What is coded to no effect, or against the case: not wrong, but worth a look."""
    said = []
    codes = reading.codes
    if not codes:
        said.append("codes nothing yet")
    for name, code in codes.items():
        for other, wanted in fields()[name].only.items():
            if other in codes and codes[other].value != wanted:
                said.append(f"{name} = {_shown(code.value)} is not used: it applies only where {other} = {wanted!r}")
    chooses = CHOOSES.get(case.case.design, "opt_in")
    if "chooses" in codes and codes["chooses"].value != chooses:
        said.append(f"chooses = {codes['chooses'].value!r}, while the case's design is {case.case.design!r}")
    return said


def of(names: Iterable[str], book: Casebook) -> Casebook:
    """Some cases of a casebook, without its frames.

    Examples
    --------
    >>> list(of(["cheshire"], open_casebook()).cases)
    ['cheshire']
    """
    kept = set(names)
    return Casebook(
        book.folder,
        {name: case for name, case in book.cases.items() if name in kept},
        {name: each for name, each in book.readings.items() if name in kept},
        {},
    )
