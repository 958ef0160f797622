"""Commands that run: one run, and a comparison of designs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from sim.cli.common import DesignsOption, JsonOption, ScenarioArgument, at_least, chosen_designs, console, print_json, with_progress
from sim.cli.tables import comparison_as_json, print_comparison, print_run
from sim.files import check_folder, new_folder, write_manifest, write_table
from sim.outcome import Run
from sim.provenance import CALIBRATION
from sim.scenario import AS_WRITTEN, Scenario, load_scenario

INTERRUPTED = 130
MAPPED = 20_000
"""Families up to which a comparison also draws the map of the value network."""

OutOption = Annotated[Path | None, typer.Option(help="Folder to write tables, figures and a manifest to.", show_default=False)]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace that folder of results if it exists.")]


class Engine(StrEnum):
    """Which of the two engines runs."""

    mesa = "mesa"
    compiled = "compiled"


def run(
    scenario: ScenarioArgument,
    design: Annotated[str, typer.Option(help="A named design.")] = AS_WRITTEN,
    seed: Annotated[int, typer.Option(help="Names the community and its weather.")] = 0,
    engine: Annotated[Engine, typer.Option(help="The Mesa agents, or the compiled engine: the same run.")] = Engine.compiled,
    out: OutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run a scenario once: weekly table, events and, with --out, a figure.

    \b
    Examples:
      sim run scenarios/mountain_view.toml --seed 7
      sim run scenarios/mountain_view.toml --design greenfield --engine mesa --out results/one
      sim run scenarios/elizabeth.toml --json
    """
    from sim.analysis.events import events

    at_least("--seed", seed, 0, 2**63 - 1)
    if out is not None:
        check_folder(out, force)
    point = load_scenario(scenario, design)
    result = _simulate(point, seed, engine)
    weekly = result.weekly()
    happened = events(weekly)
    if out is not None:
        with new_folder(out, force) as folder:
            from sim.plots import one_run, save

            write_table(folder, "weekly", weekly.reset_index())
            write_table(folder, "events", happened)
            write_table(folder, "outcome", pd.DataFrame([result.outcome.as_dict()]))
            note = f"One run, seed {seed}, {engine.value} engine; {CALIBRATION}."
            title = f"{point.title or point.name}: {design.replace('_', ' ')}"
            save(one_run(weekly, happened, point.population.families, title, note), folder, "run")
            write_manifest(
                folder,
                {"command": "run", "engine": engine.value, "seed": seed, "design": design, "scenario": point.model_dump(mode="json")},
            )
    if as_json:
        print_json(
            {
                "engine": engine.value,
                "calibration": CALIBRATION,
                "outcome": result.outcome.as_dict(),
                "weekly": weekly.reset_index().to_dict(orient="records"),
            }
        )
        return
    print_run(console(), result, weekly, happened)
    if out is not None:
        typer.echo(f"written: {out}")


def compare(
    scenario: ScenarioArgument,
    designs: DesignsOption = None,
    replicates: Annotated[int, typer.Option(help="Seeds; every design meets the same ones.")] = 1000,
    seed: Annotated[int, typer.Option(help="First seed.")] = 0,
    workers: Annotated[int | None, typer.Option(help="Threads.  [default: one per processor]", show_default=False)] = None,
    out: OutOption = None,
    force: ForceOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run designs on the same seeds and compare risk, reach and pressure.

    \b
    Examples:
      sim compare scenarios/mountain_view.toml --designs retrofit,greenfield --out results/demo
      sim compare scenarios/cheshire.toml --designs retrofit --replicates 200 --json
    """
    from sim.analysis.compare import compare as tabulate
    from sim.sweep import default_workers, replicate

    at_least("--replicates", replicates, 1)
    at_least("--seed", seed, 0, 2**62)
    workers = default_workers() if workers is None else workers
    at_least("--workers", workers, 1, 1024)
    if out is not None:
        check_folder(out, force)
    points = chosen_designs(scenario, designs, "retrofit,greenfield")
    total = replicates * len(points)
    finished: list[Run] = []
    interrupted = False
    try:
        for result in with_progress(replicate(points, range(seed, seed + replicates), workers), total, "runs"):
            finished.append(result)
    except KeyboardInterrupt:
        interrupted = True
    done = len(finished) // len(points)
    if interrupted:
        sys.stderr.write(f"interrupted: {done} of {replicates} replicates finished; they are kept\n")
        if done == 0:
            raise SystemExit(INTERRUPTED)
    comparison = tabulate(finished[: done * len(points)])
    if out is not None:
        with new_folder(out, force) as folder:
            for name, table in comparison.tables.items():
                write_table(folder, name, table)
            _draw(folder, comparison, points, done, seed)
            write_manifest(
                folder,
                {
                    "command": "compare",
                    "engine": "compiled",
                    "replicates": done,
                    "replicates_asked": replicates,
                    "first_seed": seed,
                    "interrupted": interrupted,
                    "designs": {point.design_name: point.model_dump(mode="json") for point in points},
                },
            )
    if as_json:
        print_json(comparison_as_json(comparison, points[0].name, done, seed))
    else:
        print_comparison(console(), comparison, points[0].title or points[0].name, done, seed)
        if out is not None:
            typer.echo(f"written: {out}")
    if interrupted:
        raise SystemExit(INTERRUPTED)


def _simulate(point: Scenario, seed: int, engine: Engine) -> Run:
    if engine is Engine.mesa:
        from sim.model import simulate_with_agents

        return simulate_with_agents(point, seed)
    from sim.engine import simulate

    return simulate(point, seed)


def _draw(folder: Path, comparison: Any, points: list[Scenario], replicates: int, seed: int) -> None:
    from sim import plots
    from sim.diagnose import diagnose

    if comparison.horizon == 0:
        return
    families = points[0].population.families
    runs = f"{replicates} replicates per design, seeds {seed} to {seed + replicates - 1}"
    title = points[0].title or points[0].name
    note = f"{title}. {runs}; bands of risks and bars: 95% intervals (Monte Carlo error only); bands of curves: 50% and 90% of runs; {CALIBRATION}."
    risk_note = f"{title}. {runs}; bands: 95% Wilson intervals (Monte Carlo error only); {CALIBRATION}."
    curve_note = f"{title}. {runs}; lines: medians; bands: 50% and 90% of runs; {CALIBRATION}."
    plots.save(plots.overview(comparison.risk, comparison.weekly, comparison.pressure, families, title, note), folder, "overview")
    plots.save(plots.cumulative_incidence(comparison.risk, risk_note), folder, "cumulative_incidence")
    plots.save(plots.adoption(comparison.weekly, families, curve_note), folder, "adoption")
    support_note = f"{title}. {runs}; medians and 50% bands over the runs in which the programme goes on, while a tenth do; {CALIBRATION}."
    plots.save(plots.support(comparison.weekly, support_note), folder, "support")
    pressure_note = f"{title}. {runs}; mean share of what was drained in a run, 95% intervals (Monte Carlo error only); {CALIBRATION}."
    plots.save(plots.pressure(comparison.pressure, pressure_note), folder, "pressure")
    if families > MAPPED:
        sys.stderr.write(f"the map of the value network is left out: it asks every family, and there are more than {MAPPED}\n")
        return
    communities = 5 if families <= 5000 else 1
    diagnosis = pd.concat([diagnose(point, communities) for point in points], ignore_index=True)
    write_table(folder, "diagnosis", diagnosis)
    map_note = (
        f"{title}. Stance before the first week, mean of {communities} synthetic communities (seeds 0 to {communities - 1}); {CALIBRATION}."
    )
    plots.save(plots.value_network(diagnosis, map_note), folder, "value_network")
