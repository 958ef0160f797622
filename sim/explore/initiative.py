"""The live page's form: an initiative that is described by the casebook's rubric, run with all that
its answers leave open drawn anew for each seed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from sim.calibration.similar import FEATURES, beyond, most_like
from sim.casebook import to_scenario
from sim.casebook.draft import answered_file, scenario_text
from sim.casebook.drawing import Values, drawn
from sim.casebook.files import Code, open_casebook
from sim.casebook.rubric import Field, fields
from sim.casebook.runs import thinned
from sim.casebook.standing import STANDING, standing_of
from sim.designs import by_default
from sim.draws import Draws, draws_named, left_by
from sim.engine import simulate
from sim.explore.gate import GoOn
from sim.explore.live import CHUNK, PIECES, in_chunks
from sim.explore.state import DESIGNS, LAST_SEED, MOST_DESIGNS, MOST_PAIRS, Refused, check_size, once, whole
from sim.outcome import Run
from sim.scenario import AS_WRITTEN, Scenario
from sim.scenario.load import lay_design
from sim.scenario.remarks import remarks
from sim.statistics.intervals import unpaired_means

NAME = "our_initiative"
"""Of the case that the answers make, of which all draws are a function."""
COMPARED = (AS_WRITTEN, *DESIGNS[1:])
"""The designs that are shown at first: as it is described, and what it could be instead."""
LONGEST_TITLE, MOST_YEARS = 120, 10
LIKEST = "The kind on record most like yours, by your answers, is"
LIKE = 5
"""Cases and populations on record that are shown beside it."""
BETWEEN, NONE = ":", "none"
"""What stands between the two ends of a range, and for a list of nothing."""
FEWEST = 20
"""Draws at each end of an open answer that are compared at the least."""
AT_ONCE = 5
"""Pairs whose numbers come first."""
DRAWS = 100
"""Draws of the parameters, and of open answers, that the runs meet by turns."""

GROUPS = {
    "programme": "How different is it?",
    "class": "The class it makes",
    "families": "What it gives families and takes from them",
    "staff": "What it asks of teachers",
    "rules": "Rules, and who stands above",
    "learning": "Learning and promises",
    "design": "Who takes part, and where",
    "place": "Your place",
    "leadership": "Leadership and the board",
    "money": "Money",
}
"""Titles of the rubric's groups, in the order of the form."""
FIRST = ("programme", "design", "place")
"""Groups that are open at first."""
OF_THE_PROGRAMME = ("programme", "class", "families", "staff", "rules", "learning")
"""Groups whose answers are taken over from a documented case: the others are of its place."""


@dataclass(frozen=True)
class Answers:
    """What the form stands at.

    Attributes
    ----------
    codes : dict of Code
        By field of the rubric; what is left out is not known.
    designs : tuple of str
        ``as_written``, which is the initiative as it is described, or shipped designs.
    years : int
        From the start.
    seed, pairs : int
        First seed, and how many all designs meet.
    title : str
    """

    codes: Mapping[str, Code]
    designs: tuple[str, ...] = COMPARED
    years: int = 3
    seed: int = 0
    pairs: int = 400
    title: str = "Our initiative"

    @classmethod
    def from_query(cls, pairs: Iterable[tuple[str, str]]) -> Answers:
        """Read a query: ``title, years, designs, seed, pairs``, and an answer by field of the
        rubric: a value, two with ``:`` between them, or names with commas.

        Raises
        ------
        Refused
            With a line for each answer that is not accepted.

        Examples
        --------
        >>> found = Answers.from_query([("departure", "0.3:0.5"), ("chooses", "opt_in")])
        >>> {name: code.value for name, code in found.codes.items()}
        {'departure': (0.3, 0.5), 'chooses': 'opt_in'}
        """
        given = once(pairs)
        title = "".join(each if each.isprintable() else " " for each in given.pop("title", ""))[:LONGEST_TITLE].strip()
        text = given.pop("designs", ",".join(COMPARED))
        designs, known = tuple(text.split(",")), (AS_WRITTEN, *by_default())
        wrong: list[tuple[str, str]] = []
        if len(set(designs)) < len(designs) or not set(designs) <= set(known) or len(designs) > MOST_DESIGNS:
            accepted = f"up to {MOST_DESIGNS} of {', '.join(known)}, each once"
            wrong.append(("designs", f"designs = {text[:60]!r}: accepted: {accepted}"))
        years = whole(given, "years", cls.years, 1, MOST_YEARS)
        seed = whole(given, "seed", cls.seed, 0, LAST_SEED)
        number = whole(given, "pairs", cls.pairs, 1, MOST_PAIRS)
        codes = {}
        for name, said in given.items():
            if name in ("years", "seed", "pairs"):
                continue
            if name not in fields():
                wrong.append(("", f"{name[:40]}: accepted: a field of sim case rubric"))
                continue
            field = fields()[name]
            value = _value(field, said)
            accepted_there = field.fault(value)
            if accepted_there:
                wrong.append((name, f"{name} = {said[:60]}: accepted: {accepted_there}"))
            else:
                codes[name] = Code(value=value, basis="judgement", why="answered on the page")
        if wrong:
            raise Refused(*wrong)
        return cls(codes, designs, years, seed, number, title or cls.title)

    def values(self, draw: int | None) -> Values:
        """The value of every field that goes with a draw; without one, the middle of what is
        open.
        """
        return drawn(NAME, [self.codes], draw)

    def points(self, values: Values) -> list[Scenario]:
        """The scenario under each design."""
        base = Scenario().revise({**to_scenario.changes(NAME, values, self.years), "title": self.title})
        return [base.revise({**lay_design(base, design), "design_name": design}) for design in self.designs]

    def middle(self) -> list[Scenario]:
        """The scenario under each design, with open answers in the middle.

        Raises
        ------
        Refused
            Where that is more than is run live.
        """
        points = self.points(self.values(None))
        check_size(points, self.pairs)
        return points


def _value(field: Field, said: str) -> Any:
    """An answer as a reading would have it; what is none stays a text, which is refused."""
    if field.kind == "choices":
        return () if said == NONE else tuple(said.split(","))
    if field.is_text:
        return said
    try:
        ends = tuple(int(each) if field.kind == "count" else float(each) for each in said.split(BETWEEN))
    except ValueError:
        return said
    return ends[0] if len(ends) == 1 else ends


# --- what is offered ------------------------------------------------------------------------------


def form() -> dict[str, Any]:
    """The questions that the model makes use of, by group; the designs; and the documented cases
    to begin from.
    """
    book = open_casebook()
    begin = [
        {"case": name, "words": f"{case.case.initiative}, {case.case.place}", "programme": case.case.programme}
        for name, case in sorted(book.coded().items(), key=lambda each: (each[1].case.programme, each[0]))
    ]
    by_group: dict[str, list[Field]] = {group: [] for group in GROUPS}
    for field in fields().values():
        if field.name not in to_scenario.UNUSED:
            by_group.setdefault(field.group, []).append(field)
    return {
        "groups": [
            {"title": GROUPS.get(group, group), "open": group in FIRST, "questions": [_asked(each) for each in asked]}
            for group, asked in by_group.items()
        ],
        "designs": [AS_WRITTEN, *by_default()],
        "shown": COMPARED,
        "begin": begin,
        "most_years": MOST_YEARS,
    }


def _asked(field: Field) -> dict[str, Any]:
    low, high = field.bounds
    numeric = not field.is_text
    usual = field.usual
    middle = usual if usual is not None else (float(np.mean(field.unknown)) if numeric else None)
    return {
        "field": field.name, "question": field.question, "kind": field.kind, "scale": field.scale,
        "absent": field.absent, "only": dict(field.only),
        "anchors": [[value, words] for value, words in field.anchors.items()], "accepted": list(field.accepted),
        "low": low if numeric else None, "high": high if numeric else None,
        "begin": list(middle) if isinstance(middle, tuple) else middle,
        "slider": field.kind in ("share", "scale") or (field.kind == "number" and high - low <= 20),
        "known": usual is not None, "otherwise": _otherwise(field),
    }  # fmt: skip


def _otherwise(field: Field) -> str:
    """What stands where a choice is not answered, as far as it is one thing; empty where not."""
    if field.kind != "choice":
        return ""
    open_to = [field.usual] if field.usual is not None else list(field.unknown)
    return str(open_to[0]) if len(open_to) == 1 else ""


def taken_over(case: str) -> dict[str, str]:
    """The answers about the programme of a documented case, as the query has them; empty where it
    has none. Of two readings that differ in a number, both ends; in a name, the first.

    Raises
    ------
    Refused
        Where no such case is coded.
    """
    readings = open_casebook().readings.get(case)
    if not readings:
        raise Refused(("case", f"case = {case[:60]!r}: accepted: a coded case, see sim case list"))
    found = {}
    for field in fields().values():
        codes = [each.codes[field.name].value for each in readings if field.name in each.codes]
        if field.group in OF_THE_PROGRAMME and field.name not in to_scenario.UNUSED:
            found[field.name] = _as_text(field, codes) if codes else ""
    return found


def _as_text(field: Field, codes: Sequence[Any]) -> str:
    if field.kind == "choices":
        return ",".join(codes[0]) or NONE
    if field.is_text:
        return str(codes[0])
    ends = [value for code in codes for value in (code if isinstance(code, list | tuple) else [code])]
    low, high = min(ends), max(ends)
    if all(field.agree(codes[0], other) for other in codes[1:]):
        low = high = float(np.mean(ends))
    texts = [f"{round(each) if field.kind == 'count' else round(each, 4):g}" for each in (low, high)]
    return texts[0] if texts[0] == texts[1] else BETWEEN.join(texts)


# --- what is said of it ---------------------------------------------------------------------------


def about(answers: Answers) -> dict[str, Any]:
    """What is said of the answers before any run: notes, cases like it, and what the model has
    shown for their kind.
    """
    point, book = answers.middle()[0], open_casebook()
    like = most_like(point, LIKE)
    unused = [name for name in answers.codes if name in to_scenario.UNUSED]
    idle = [
        f"{name} is left aside: it is asked only where {other} = {wanted}"
        for name in answers.codes
        for other, wanted in fields()[name].only.items()
        if other in answers.codes and answers.codes[other].value != wanted
    ]
    notes = [*remarks(point), *idle, *(f"beyond what is on record: {each}" for each in beyond(point))]
    if unused:
        notes.append(f"the model makes no use of: {', '.join(unused)}")
    return {
        "notes": notes,
        "said": [STANDING, f"{LIKEST} {like[0].programme.replace('_', ' ')}. {standing_of(like[0].programme)}"],
        "like": [
            {
                "words": each.words,
                "differs": FEATURES[each.unlike],
                "sources": list((book.cases[each.source].case if each.source in book.cases
                                 else book.frames[each.source].frame).sources[:2]),
            }
            for each in like
        ],
    }  # fmt: skip


# --- what is run ----------------------------------------------------------------------------------


class Lived(NamedTuple):
    """Some seeds: what was drawn by draw, families by design, and runs by design."""

    values: dict[int, Values]
    families: dict[str, list[int]]
    runs: dict[str, list[Run]]


class _OneSeed(NamedTuple):
    """What was drawn for a seed, and what each design made of it."""

    draw: int
    values: Values
    families: list[int]
    runs: list[Run]


@cache
def posterior() -> Draws:
    """The draws of the parameters that the runs meet by turns."""
    drawn_from = thinned(draws_named("posterior"), DRAWS)
    assert drawn_from is not None
    return drawn_from


def chunks(answers: Answers, draws: Draws, pool: ThreadPoolExecutor, go_on: GoOn = lambda: None) -> Iterator[Lived]:
    """Run the designs on the same seeds, a chunk of seeds at a time; answers that are open go with
    the draw of the parameters, so that both are met by several seeds.
    """
    left = left_by(draws, answers.middle())

    def piece(seeds: Sequence[int]) -> list[_OneSeed]:
        found = []
        for seed in seeds:
            go_on()
            draw = int(draws.number([seed])[0])
            values = answers.values(draw)
            points = [point.revise(left.row(seed)) if left else point for point in answers.points(values)]
            runs = [simulate(point, seed) for point in points]
            found.append(_OneSeed(draw, values, [point.population.families for point in points], runs))
        return found

    def pieces(seeds: Sequence[int]) -> list[Sequence[int]]:
        size = max(1, len(seeds) // PIECES)
        return [seeds[start : start + size] for start in range(0, len(seeds), size)]

    for together in in_chunks(answers.seed, answers.pairs, CHUNK, pool, pieces, piece, AT_ONCE):
        each = [one for part in together for one in part]
        yield Lived(
            {one.draw: one.values for one in each},
            {name: [one.families[k] for one in each] for k, name in enumerate(answers.designs)},
            {name: [one.runs[k] for one in each] for k, name in enumerate(answers.designs)},
        )


def to_find_out(values: Mapping[int, Values], chance: Mapping[int, float]) -> list[dict[str, Any]]:
    """How much the risk differs between the ends of each open answer: what is worth finding out.

    Parameters
    ----------
    values, chance : mapping
        By draw: the value of every field, and the share of runs that were discontinued.

    Returns
    -------
    list of dict
        ``field, question, low, high`` (what the ends are, in words) and ``difference`` of the risk
        with its 95% interval (Welch, draws as clusters); the largest first. Numbers are compared by
        tertile, names where there are two.
    """
    over = np.array(list(chance.values()))
    rows = []
    for field in fields().values():
        found = [values[draw].get(field.name) for draw in chance]
        if field.name in to_scenario.UNUSED or field.kind == "choices" or None in found or len(set(found)) < 2:
            continue
        own = np.array(found, dtype=object)
        if field.is_text:
            names = sorted(set(own), key=field.accepted.index)
            if len(names) > 2:
                continue
            low, high, words = own == names[0], own == names[1], (names[0], names[1])
        else:
            numbers = own.astype(float)
            first, second = np.quantile(numbers, [1 / 3, 2 / 3])
            # Of few values both tertiles can be the same one, which is then in neither end.
            low, high = (numbers <= first, numbers >= second) if first < second else (numbers < first, numbers > second)
            words = _end(field, numbers[low], max, "or less"), _end(field, numbers[high], min, "or more")
        if min(low.sum(), high.sum()) < FEWEST:
            continue
        gap = [round(float(each), 4) for each in unpaired_means(over[high], over[low])]
        row = {
            "field": field.name,
            "question": field.question.partition("? ")[0].rstrip("?") + "?",
            "low": words[0],
            "high": words[1],
        }
        rows.append({**row, "difference": gap})
    return sorted(rows, key=lambda row: -abs(row["difference"][0]))


def _end(field: Field, values: np.ndarray, furthest: Callable[[np.ndarray], float], words: str) -> str:
    """An end of an open answer in words."""
    if not len(values):
        return words
    value = furthest(values)
    return f"{value:,.0f} {words}" if field.kind in ("count", "dollars") else f"{value:.2g} {words}"


# --- what is taken away ---------------------------------------------------------------------------


def scenario_file(answers: Answers) -> str:
    """The scenario file, with open answers in the middle."""
    left = [name for name in fields() if name not in answers.codes and fields()[name].usual is None]
    ahead = [
        f"# {answers.title}, described on the page of sim explore.",
        f"# In the middle of what nobody answered: {', '.join(left) or 'nothing'}.",
        f"# next: sim forecast {NAME}.toml; sim explore {NAME}.toml; sim compare {NAME}.toml",
    ]
    changes = to_scenario.changes(NAME, answers.values(None), answers.years)
    return scenario_text(ahead, NAME, answers.title, "described on the page of sim explore", changes)


def reading_file(answers: Answers) -> str:
    """The answers as a reading of a casebook."""
    return answered_file(NAME, "a", answers.codes)
