"""The command that forecasts a case: ``sim forecast``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import pandas as pd
import typer
from rich.table import Table

from sim.casebook.standing import STANDING, standing_of
from sim.cli.common import (
    DESIGNS,
    PARAMETERS,
    JsonOption,
    ModuleOption,
    ParametersOption,
    PriorOption,
    ScenarioArgument,
    WorkersOption,
    at_least,
    chosen_draws,
    console,
    own_parties,
    print_json,
    progress_bar,
)
from sim.io.errors import InputError, all_of
from sim.io.files import check_folder, new_folder, write_manifest, write_table
from sim.io.provenance import calibration
from sim.scenario import AS_WRITTEN, Scenario, load_scenario
from sim.scenario.remarks import remarks

if TYPE_CHECKING:
    from sim.calibration.forecast import Forecast

SHOWN = 5
"""Unknowns that are listed on the terminal."""
WORDS = {"name", "title", "summary", "sources", "design_name"}
"""Of a scenario: what no run hears of."""


def forecast(
    scenario: ScenarioArgument,
    design: Annotated[str, typer.Option(help="A named design.")] = AS_WRITTEN,
    others: Annotated[str, typer.Option(help="Named designs to compare it with, comma-separated.")] = DESIGNS,
    unknown: Annotated[
        list[str] | None,
        typer.Option(
            help="A fact that is not known, with the range in which it lies: FIELD=LOW:HIGH. Leadership scores "
            "range .15 either side of their coded value unless named here.",
            show_default=False,
        ),
    ] = None,
    years: Annotated[
        int | None,
        typer.Option(help="Years from the start.  [default: the scenario's, at least 3]", show_default=False),
    ] = None,
    replicates: Annotated[int, typer.Option(help="Runs; half as many for each lever.")] = 2000,
    seed: Annotated[int, typer.Option(help="First seed.")] = 0,
    workers: WorkersOption = None,
    parameters: ParametersOption = PARAMETERS,
    prior: PriorOption = None,
    out: Annotated[Path | None, typer.Option(help="New folder for tables and figure.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder.")] = False,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Forecast a case: its chance of being discontinued or adapted by the end of each half year,
    how certain that is, what would change it most, and which documented cases are most similar.

    \b
    Examples:
      sim forecast mountain_view
      sim forecast case.toml --unknown population.ses_mean=0:0.5 --out results/case
      sim forecast elizabeth --design retrofit --prior "gamma=beta(8,2)" --json
    """
    from sim.calibration.forecast import followed, with_unknowns
    from sim.calibration.forecast import forecast as made

    if years is not None:
        at_least("--years", years, 1, 20)
    at_least("--replicates", replicates, 2, 1_000_000)
    at_least("--seed", seed, 0, 2**62)
    if workers is not None:
        at_least("--workers", workers, 1, 1024)
    if out is not None:
        check_folder(out, force, "forecast")
    parties = own_parties(module)
    case = followed(load_scenario(scenario, design, parties), years)
    names = [name.strip() for name in others.split(",") if name.strip() and name.strip() != design]
    beside = {name: followed(load_scenario(scenario, name, parties), years) for name in names}
    draws = with_unknowns(case, chosen_draws(parameters, prior), dict(all_of(_between, unknown or [])))
    with progress_bar() as tell:
        found = made(case, _differing(case, beside), draws, replicates, seed, workers, tell)
    said = calibration(draws.name)
    if out is not None:
        with new_folder(out, force, "forecast") as folder:
            _write(folder, found, case, said, replicates, seed)
    if as_json:
        print_json({"calibration": said, "warning": STANDING, **as_data(found), "notes": remarks(case)})
        return
    _print(found, case, said)
    if out is not None:
        typer.echo(f"written: {out}")


def _between(text: str) -> tuple[str, tuple[float, float]]:
    field, _, values = text.partition("=")
    try:
        low, high = (float(value) for value in values.split(":"))
    except ValueError:
        low, high = 1.0, 0.0
    if not low < high:
        raise InputError(f"--unknown {text}: accepted: FIELD=LOW:HIGH, two numbers, the lower first")
    return field.strip(), (low, high)


def _differing(case: Scenario, others: dict[str, Scenario]) -> dict[str, Scenario]:
    """Designs under which the case is not as it is, by words."""
    own = case.model_dump(exclude=WORDS)
    return {
        f"as {name.replace('_', ' ')}": each for name, each in others.items() if each.model_dump(exclude=WORDS) != own
    }


def as_data(found: Forecast) -> dict[str, object]:
    """A forecast as plain data."""
    tables = {name: table for name, table in found._asdict().items() if isinstance(table, pd.DataFrame)}
    return {
        **{name: json.loads(table.to_json(orient="records", double_precision=15)) for name, table in tables.items()},
        "like": [each._asdict() for each in found.like],
        "shown": standing_of(found.like[0].programme),
        "beyond": found.beyond,
        "outside_the_record": bool(found.beyond),
    }


def sentences(found: Forecast) -> list[str]:
    """The forecast in words that a member of a school board understands."""
    rows = found.risk[found.risk["event"] == "discontinued"]
    last = rows.iloc[-1]
    first = rows.iloc[min(1, len(rows) - 1)]
    if not last["opened"]:
        return ["It did not open in any run."]
    opens = ", if it opens at all," if round(100 * last.opened / last.runs) < 100 else ""
    reported = [
        f"Of 100 cases like this one{opens} about {100 * first.chance:.0f} would be discontinued by the end of half "
        f"year {first.half_year:.0f} (week {first.week:.0f}), and {100 * last.chance:.0f} by the end of half year "
        f"{last.half_year:.0f} (week {last.week:.0f})."
    ]
    if pd.notna(last["parameter_low"]):
        reported.append(
            f"How certain is the last number? Given what we do not know about people, it could be anywhere from "
            f"{100 * last.parameter_low:.0f} to {100 * last.parameter_high:.0f} (80% of draws); for chance in "
            f"the simulation alone, from {100 * last.lower:.0f} to {100 * last.upper:.0f}."
        )
    else:
        reported.append(
            f"The range for chance in the simulation is {100 * last.lower:.0f} to {100 * last.upper:.0f}. In "
            f"these runs, the effect of what we do not know cannot be told from chance; more runs "
            f"(--replicates) may show it."
        )
    if found.beyond:
        reported.append(
            "This case lies outside what the record covers, so the forecast rests on the model's form more than "
            "on evidence: " + "; ".join(found.beyond) + "."
        )
    return reported


def _print(found: Forecast, case: Scenario, said: str) -> None:
    out = console()
    out.print(f"{case.title or case.name}, {case.design_name}: {said}")
    out.print(f"Warning: {STANDING}", style="bold")
    out.print(f"The most similar case on record is {found.like[0].source}. {standing_of(found.like[0].programme)}")
    for note in remarks(case):
        out.print(f"Note: {note}.")
    out.print(" ".join(sentences(found)))
    risk = Table(title="Chance by the end of each half year", title_justify="left")
    for heading in ("half year", "week", "discontinued", "adapted"):
        risk.add_column(heading, justify="right")
    for _, rows in found.risk.groupby("half_year"):
        own = rows.set_index("event")
        risk.add_row(
            str(int(rows["half_year"].iloc[0])), str(int(rows["week"].iloc[0])),
            *(_chance(own.loc[event]) for event in ("discontinued", "adapted")),
        )  # fmt: skip
    out.print(risk)
    out.print("[95% interval: Monte Carlo error] (80% of draws: what we do not know); runs that opened: "
              f"{found.risk['opened'].iloc[0]} of {found.risk['runs'].iloc[0]}")  # fmt: skip
    week = int(found.risk["week"].max())
    moves = Table(
        title=f"What could be changed, and the chance of being discontinued by week {week} with that change",
        title_justify="left",
    )
    for heading in ("changed to", "chance", "change [95%, paired]"):
        moves.add_column(heading, justify="left" if heading == "changed to" else "right")
    for row in found.levers.itertuples():
        moves.add_row(str(row.lever), f"{row.chance:.2f}", f"{row.change:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]")
    out.print(moves)
    unknowns = Table(
        title="What we do not know: chance in the upper tertile of its draws minus chance in the lower tertile",
        title_justify="left",
    )
    for heading in ("unknown", "80% of draws", "difference [95%]"):
        unknowns.add_column(heading, justify="left" if heading == "unknown" else "right")
    for row in found.unknowns[:SHOWN].itertuples():
        unknowns.add_row(
            str(row.field),
            f"{row.low:.3g} to {row.high:.3g}",
            f"{row.change:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]",
        )
    out.print(unknowns)
    like = Table(title="Most similar on record", title_justify="left")
    for heading in ("source", "SD apart", "differs most in", "what was seen"):
        like.add_column(heading, overflow="fold")
    for each in found.like:
        like.add_row(each.source, f"{each.apart:.2f}", each.unlike, each.words)
    out.print(like)


def _chance(row: pd.Series) -> str:
    unknown = "" if pd.isna(row["parameter_low"]) else f" ({row['parameter_low']:.2f}-{row['parameter_high']:.2f})"
    return f"{row['chance']:.2f} [{row['lower']:.2f}, {row['upper']:.2f}]{unknown}"


def _write(folder: Path, found: Forecast, case: Scenario, said: str, replicates: int, seed: int) -> None:
    from sim.figures.forecast import forecast as drawn
    from sim.figures.style import save

    for name in ("risk", "levers", "unknowns"):
        write_table(folder, name, getattr(found, name), said)
    write_table(folder, "like", pd.DataFrame(found.like), said)
    note = (
        f"{replicates} runs, seeds {seed} to {seed + replicates - 1}, half as many for each lever; thick: 95% "
        f"intervals (Monte Carlo error; levers paired by seed); thin: 80% of draws; unknowns: upper minus lower "
        f"tertile of draws; changes are in the chance of being discontinued by week "
        f"{int(found.risk['week'].max())}; only runs that "
        f"opened count; {said}."
    )
    save(drawn(found.risk, found.levers, found.unknowns, case.title or case.name, note), folder, "forecast")
    write_manifest(
        folder,
        "forecast",
        {
            "calibration": said, "scenario": case.model_dump(mode="json"), "replicates": replicates, "seed": seed,
            "sentences": sentences(found), "warning": STANDING, "shown": standing_of(found.like[0].programme),
            "beyond": found.beyond, "notes": remarks(case),
        },
    )  # fmt: skip
