"""The casebook as a likelihood: what runs of a unit come to, and how likely what was seen then is.

Frames say how many of a population ended. A case that ended says when, why and how, given that it
ended; one that goes on says whether it does so as designed. *Whether* a case ended enters nowhere,
as cases were found because of how they went. Two things are estimated along with the parameters:
the SD of an error of its own that each population's rate has, and the share of cases that went
their way for reasons that no version of the model has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from sim.casebook import frame_rates, to_scenario
from sim.casebook.concordance import BANDS, band_of
from sim.casebook.drawing import drawn
from sim.casebook.files import Case, Casebook, Count, Frame
from sim.casebook.runs import Unit, cases_of, followed, frames_of
from sim.outcome import Run
from sim.parties.board.endings import CAUSES
from sim.scenario import Scenario

SPREADS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.3, 1.7, 2.2)
"""SDs of a population's own error, logit, over which the likelihood is averaged."""
ERROR_SCALE = 1.0
"""Of the half-normal prior of that SD (assumption)."""
STRANGE = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6)
"""Shares of cases that went their way for other reasons, over which it is averaged."""
STRANGE_PRIOR = (1.0, 4.0)
"""Of the beta prior of that share (assumption)."""
OF_A_CASE, OF_A_FRAME = 64, 256
"""How many variants of a case, and units of a frame, codes are drawn for."""
MOST_FAMILIES = 200
"""Families that are simulated at the most: the calibration runs each unit many thousand times."""
LEAST = 1e-9


class Seen(NamedTuple):
    """What was seen: ``seen`` of ``of``, where its chance is a ratio of weighted sums over the
    source's categories; ``blind`` is its chance where nothing is known.
    """

    words: str
    numerator: tuple[float, ...]
    denominator: tuple[float, ...]
    seen: int
    of: int
    blind: float = 0.5


class Variant(NamedTuple):
    """A unit with its open codes drawn."""

    scenario: Scenario
    families: float


@dataclass(frozen=True, eq=False)
class Source:
    """A frame or a case.

    Attributes
    ----------
    name, programme : str
    is_frame : bool
    unit : Unit
    labels : tuple of str
        Categories that a run may fall into.
    observations : tuple of Seen
    fallen : callable
        From a run that opened to its weights over the categories, which sum to 1.
    """

    name: str
    programme: str
    is_frame: bool
    unit: Unit
    labels: tuple[str, ...]
    observations: tuple[Seen, ...]
    fallen: Callable[[Run], np.ndarray]

    @property
    def categories(self) -> int:
        """How many categories there are."""
        return len(self.labels)

    @cached_property
    def variants(self) -> tuple[Variant, ...]:
        """The unit with its open codes drawn, many times."""
        made = []
        for seed in range(OF_A_FRAME if self.is_frame else OF_A_CASE):
            values = drawn(self.name, self.unit.readings, seed)
            changes = to_scenario.changes(self.name, values, self.unit.years, MOST_FAMILIES)
            scenario = Scenario().revise(changes)
            made.append(Variant(scenario, float(scenario.population.families + scenario.next_in_line)))
        return tuple(made)

    def weights(self, run: Run, families: float) -> np.ndarray | None:
        """The categories that a run falls into, by weights that sum to 1; None where it did not
        open.
        """
        return self.fallen(run) if run.outcome.opened else None

    def chances(self, shares: np.ndarray) -> np.ndarray:
        """Chance of each observation, shape (..., observations), from shares of the categories,
        shape (..., categories).
        """
        found = []
        for each in self.observations:
            below = np.maximum(shares @ np.array(each.denominator), LEAST)
            found.append(np.clip((shares @ np.array(each.numerator)) / below, LEAST, 1.0 - LEAST))
        return np.stack(found, axis=-1)

    def log_likelihood(self, shares: np.ndarray) -> np.ndarray:
        """Log of the chance of what was seen, at shares of shape (points, categories).

        Returns
        -------
        numpy.ndarray, shape (points, len(SPREADS)) or (points, len(STRANGE))
            By SD of a population's own error; of a case, by share of strange cases.
        """
        chances = self.chances(shares)
        seen = np.array([each.seen for each in self.observations])
        of = np.array([each.of for each in self.observations])
        if not self.is_frame:
            blind = np.array([each.blind for each in self.observations])
            strange = np.array(STRANGE)[:, np.newaxis]
            mixed = (1.0 - strange) * chances[:, np.newaxis, :] + strange * blind
            return (seen * np.log(mixed) + (of - seen) * np.log1p(-mixed)).sum(axis=2)
        errors = np.array(SPREADS)[:, np.newaxis] * frame_rates.ERRORS
        total = np.tile(frame_rates.WEIGHTS, (len(shares), len(SPREADS), 1))
        for place, logit in enumerate(special.logit(chances).T):
            moved = logit[:, np.newaxis, np.newaxis] + errors
            total += _binomial(seen[place], of[place], moved)
        return np.asarray(special.logsumexp(total, axis=2))


def sources_of(book: Casebook) -> tuple[Source, ...]:
    """What the casebook says as a likelihood: its counted rates, and its cases that began."""
    frames = [
        of_frame(name, unit, book.frames[name])
        for name, unit in frames_of(book).items()
        if book.frames[name].frame.usable == "rate"
    ]
    return (*frames, *(of_case(name, unit, book.cases[name]) for name, unit in cases_of(book).items()))


def of_frame(name: str, unit: Unit, frame: Frame) -> Source:
    """A population: by its first count, or where all counts are of the same units at rising ages,
    by what happened between them.
    """
    counts, programme = frame.count, frame.frame.programme
    ages = tuple(each.years[0] for each in counts)
    same = all(each.years[0] == each.years[1] and each.age == (0.0, 0.0) for each in counts)
    if not same or len({each.units for each in counts}) > 1 or list(ages) != sorted(set(ages)):
        first = counts[0]
        seen = Seen(f"{first.ended} of {first.units} ended", (1.0, 0.0, 0.0), (1.0, 1.0, 0.0), first.ended, first.units)
        labels = ("ended", "went on", "not at risk")
        return Source(name, programme, True, unit, labels, (seen,), partial(_at_risk, first))
    size = len(ages) + 1
    found, before = [], 0
    for place, count in enumerate(counts):
        words = f"{count.ended - before} of {count.units - before} left ended by year {ages[place]:g}"
        left = tuple(float(each >= place) for each in range(size))
        found.append(Seen(words, _one(place, size), left, count.ended - before, count.units - before))
        before = count.ended
    spans = (*(f"by year {age:g}" for age in ages), "went on")
    return Source(name, programme, True, unit, spans, tuple(found), partial(_by_age, ages))


def of_case(name: str, unit: Unit, case: Case) -> Source:
    """A case: of one that ended when, why and how, given that it ended; of one that goes on whether
    it was adapted, and why.
    """
    outcome, programme = case.outcome, case.case.programme
    assert outcome is not None
    no_cause = 1.0 / len(CAUSES)
    if outcome.state == "discontinued":
        band = int(band_of(np.array(followed(case))))
        low, high = BANDS[band]
        mid_year = outcome.manner == "mid_year"
        asked = [
            f"it ended in years {low:g} to {high:g}",
            f"by {outcome.first_cause}",
            "in mid-year" if mid_year else "at a year's end",
        ]
        observations = tuple(
            Seen(words, tuple([float(cell >> (2 - place) & 1) for cell in range(8)] + [0.0]), (1.0,) * 8 + (0.0,), 1, 1,
                 blind)
            for place, (words, blind) in enumerate(zip(asked, (1.0 / len(BANDS), no_cause, 0.5), strict=True))
        )  # fmt: skip
        cells = [
            " and ".join(words if cell >> (2 - place) & 1 else f"not {words}" for place, words in enumerate(asked))
            for cell in range(8)
        ]
        ended = partial(_when_why_how, band, outcome.first_cause or "", mid_year)
        return Source(name, programme, False, unit, (*cells, "went on"), observations, ended)
    adapted = outcome.state == "adapted"
    cause = outcome.first_cause or ""
    either = Seen("it was adapted", (1.0, 1.0, 0.0, 0.0), (1.0, 1.0, 1.0, 0.0), int(adapted), 1)
    why = Seen(f"by {cause}", (1.0, 0.0, 0.0, 0.0), (1.0, 1.0, 0.0, 0.0), 1, 1, no_cause)
    labels = (f"adapted by {cause or 'none'}", "adapted otherwise", "as designed", "ended")
    return Source(
        name, programme, False, unit, labels, (either, why) if adapted else (either,), partial(_still_going, cause)
    )


def _binomial(seen: int, of: int, logit: np.ndarray) -> np.ndarray:
    """Log of the chance of a count, at the logit of a rate."""
    choices = special.gammaln(of + 1) - special.gammaln(seen + 1) - special.gammaln(of - seen + 1)
    return np.asarray(choices + seen * logit - of * np.logaddexp(0.0, logit))


def _one(place: int, size: int) -> tuple[float, ...]:
    return tuple(float(each == place) for each in range(size))


def _years(run: Run) -> float:
    over = run.outcome.outcome == "discontinued"
    return float(run.outcome.week_over) / to_scenario.WEEKS if over else np.inf


def _at_risk(count: Count, run: Run) -> np.ndarray:
    (at_risk,), (gone,) = frame_rates.seen_share(np.array([_years(run)]), count)
    return np.array([gone, at_risk - gone, 1.0 - at_risk])


def _by_age(ages: Sequence[float], run: Run) -> np.ndarray:
    return np.array(_one(int(np.searchsorted(ages, _years(run))), len(ages) + 1))


def _when_why_how(band: int, cause: str, mid_year: bool, run: Run) -> np.ndarray:
    years = _years(run)
    if not np.isfinite(years):
        return np.array(_one(8, 9))
    when, why = int(band_of(np.array(years))) == band, run.outcome.cause == cause
    how = (run.outcome.ending == "suspended") == mid_year
    return np.array(_one(4 * when + 2 * why + how, 9))


def _still_going(cause: str, run: Run) -> np.ndarray:
    outcome = run.outcome
    if outcome.outcome == "adapted":
        return np.array(_one(0 if outcome.cause == cause else 1, 4))
    return np.array(_one(2 if outcome.outcome == "sustained" else 3, 4))


class Evidence(NamedTuple):
    """Log-likelihoods of sources at points.

    ``frames``: shape (points, frames, len(SPREADS)).
    ``cases``: shape (points, cases, len(STRANGE)).
    ``names``: of the sources of each.
    """

    frames: np.ndarray
    cases: np.ndarray
    names: tuple[tuple[str, ...], tuple[str, ...]]

    def together(self, without: Iterable[str] = ()) -> np.ndarray:
        """Log-likelihood of all sources but some, shape (points,), averaged over the SD of a
        population's error and over the share of strange cases.
        """
        out = set(without)
        total = np.zeros(len(self.frames))
        for each, names, prior in ((self.frames, self.names[0], ERROR_PRIOR), (self.cases, self.names[1], STRANGE_LOG)):
            kept = [place for place, name in enumerate(names) if name not in out]
            if kept:
                total += special.logsumexp(each[:, kept].sum(axis=1) + prior, axis=1)
        return total


ERROR_PRIOR: np.ndarray = special.log_softmax(stats.halfnorm(scale=ERROR_SCALE).logpdf(np.array(SPREADS)))
STRANGE_LOG: np.ndarray = special.log_softmax(stats.beta(*STRANGE_PRIOR).logpdf(np.array(STRANGE)))


def evidence(sources: Sequence[Source], shares: Mapping[str, np.ndarray]) -> Evidence:
    """The likelihood of each source.

    Parameters
    ----------
    sources : sequence of Source
    shares : mapping
        By source, shares of its categories, shape (points, categories).
    """
    frames, cases = ([each for each in sources if each.is_frame is kind] for kind in (True, False))
    points = len(next(iter(shares.values())))
    found = [
        np.stack([each.log_likelihood(shares[each.name]) for each in some], axis=1)
        if some
        else np.zeros((points, 0, size))
        for some, size in ((frames, len(SPREADS)), (cases, len(STRANGE)))
    ]
    names = tuple(tuple(each.name for each in some) for some in (frames, cases))
    return Evidence(found[0], found[1], (names[0], names[1]))
