"""What validation found, as the part of a document that is written anew: failures first."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from sim.io.errors import InputError
from sim.io.files import write_whole
from sim.io.reading import read_text
from study.scoring import FORECASTERS, Validation

BEGIN, END = "<!-- study.validate writes from here -->", "<!-- to here -->"
"""Lines of a document between which the text stands."""

MOST_PAGE = 10
"""Megabytes of such a document at the most."""

FAILS = 0.1
"""Tail below which an observation is called a misfit."""


def text(found: Validation, draws: int) -> str:
    """The page's part: misfits, scores, forecasts."""
    misses = found.fit[found.fit["tail"] < FAILS]
    reported = (
        f"**{len(misses)} of {len(found.fit)} observations are misfits** (tail below {FAILS}): "
        + "; ".join(f"{row.source}: {row.observation}" for row in misses.itertuples())
        + "."
        if len(misses)
        else f"No observation of {len(found.fit)} is a misfit (tail below {FAILS})."
    )
    best = found.scores[(found.scores["score"] == "Brier") & (found.scores["forecaster"] != "model")]
    verdicts = "; ".join(
        f"against the {row.forecaster}: {row.says if row.says == 'uninformative' else 'the model is ' + row.says}"
        for row in best.itertuples()
    )
    cases, n = int(found.scores["cases"].iloc[0]), int(found.scores["n"].iloc[0])
    return "\n".join(
        [
            reported,
            "",
            f"**Forecasts of cases left out** (Brier score, {cases} cases, {n} forecasts): {verdicts}.",
            "",
            f"Fit of the posterior ({draws} draws), worst first:",
            "",
            *_fit(found.fit),
            "",
            "Scores of forecasts made without the case (0 is perfect; 95% intervals over cases):",
            "",
            *_scores(found.scores),
            "",
            "The forecasts, chance of being discontinued by the end of a week:",
            "",
            *_forecasts(found.forecasts),
        ]
    )


def _fit(fit: pd.DataFrame) -> list[str]:
    rows = [
        f"| {row.source} | {row.observation} | {row.seen:.2f} of {row.worth:g} | {row.predicted:.2f} "
        f"[{row.lower:.2f}, {row.upper:.2f}] | {row.tail:.2f} |"
        for row in fit.itertuples()
    ]
    return ["| source | observation | seen, worth | predicted [80% of draws] | tail |", "| --- " * 5 + "|", *rows]


def _scores(scores: pd.DataFrame) -> list[str]:
    rows = [
        f"| {row.score} | {row.forecaster} | {row.value:.2f} [{row.lower:.2f}, {row.upper:.2f}] | "
        + (
            ""
            if row.forecaster == "model"
            else f"{row.difference:+.2f} [{row.difference_lower:+.2f}, {row.difference_upper:+.2f}], {row.says}"
        )
        + " |"
        for row in scores.itertuples()
    ]
    return [
        "| score | forecaster | value | less the model's (above 0: the model is better) |",
        "| --- " * 4 + "|",
        *rows,
    ]


def _forecasts(forecasts: pd.DataFrame) -> list[str]:
    rows = [
        f"| {row.case} {row.school} | {row.week} | {'yes' if row.ended else 'no'} | "
        + " | ".join(f"{getattr(row, who.replace(' ', '_')):.2f}" for who in FORECASTERS)
        + f" | {row.effective:.0f} |"
        for row in forecasts.rename(columns={"base rate": "base_rate"}).itertuples()
    ]
    head = "| case, school | week | had ended | " + " | ".join(FORECASTERS) + " | draws' worth |"
    return [head, "| --- " * (4 + len(FORECASTERS)) + "|", *rows]


def written(path: Path, part: str, marks: tuple[str, str] = (BEGIN, END)) -> None:
    """Put the part between the marks of a document, whole or not at all.

    Raises
    ------
    sim.io.errors.InputError
        As :func:`around`.
    """
    ahead, after = around(path, marks)
    write_whole(path, f"{ahead}\n{part}\n{after}".encode())


def around(path: Path, marks: tuple[str, str] = (BEGIN, END)) -> tuple[str, str]:
    """What stands before the part between the marks of a document, and after it, marks included.

    Raises
    ------
    sim.io.errors.InputError
        Where there is no such document, or it has no such marks.
    """
    whole = read_text(path, "a document with the marks of a part", MOST_PAGE)
    begin, end = marks
    start = whole.find(begin)
    stop = whole.find(end, start)
    if whole.count(begin) != 1 or stop < 0:
        raise InputError(f"{path}: has no lines {begin!r} and {end!r}; accepted: a document with each once")
    return whole[: start + len(begin)], whole[stop:]
