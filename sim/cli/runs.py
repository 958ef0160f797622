"""Commands that run: one run, and a comparison of designs."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli.cluster import workers_of
from sim.cli.common import (
    DESIGNS,
    MANY_RUNS,
    PARAMETERS,
    DesignsOption,
    JsonOption,
    ModuleOption,
    ParametersOption,
    PriorOption,
    ScenarioArgument,
    WorkersOption,
    YesOption,
    at_least,
    chosen_designs,
    chosen_draws,
    console,
    figure_path,
    own_parties,
    print_json,
)
from sim.cli.exits import OK
from sim.cli.sitting import sit
from sim.io.errors import Unsupported
from sim.io.files import check_folder, has_something, new_folder, write_manifest, write_table
from sim.scenario import AS_WRITTEN, Scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.outcome import Run
    from sim.sweep.folder import SweepFolder

OutOption = Annotated[
    Path | None, typer.Option(help="Folder to write tables, figures and a manifest to.", show_default=False)
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace that folder of results if it exists.")]


class Engine(StrEnum):
    """Which of the two engines runs."""

    mesa = "mesa"
    compiled = "compiled"


def run(
    scenario: ScenarioArgument,
    design: Annotated[str, typer.Option(help="A named design.")] = AS_WRITTEN,
    seed: Annotated[int, typer.Option(help="Seed: fixes the community and all random draws.")] = 0,
    engine: Annotated[
        Engine, typer.Option(help="The Mesa agents or the compiled engine; both give the same run.")
    ] = Engine.compiled,
    parameters: ParametersOption = PARAMETERS,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw the run, with its events in words, to a .png, .pdf or .svg file.", show_default=False),
    ] = None,
    animate: Annotated[
        Path | None,
        typer.Option(
            help="Film the families' contact network, one frame a week, to a .gif file, or to .mp4 if ffmpeg is "
            "installed. Needs the Mesa engine.",
            show_default=False,
        ),
    ] = None,
    out: OutOption = None,
    force: ForceOption = False,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a scenario once and show what happened, in words and week by week; a figure and a film on
    request.

    \b
    Examples:
      sim run mountain_view --seed 7
      sim run mountain_view --design retrofit --seed 7 --plot seven.png --animate seven.gif
      sim run scenarios/mountain_view.toml --design greenfield --engine mesa --out results/one
      sim run scenarios/elizabeth.toml --json
    """
    from sim.cli.one_run import print_run
    from sim.events import story
    from sim.one_run import run as once

    at_least("--seed", seed, 0, 2**63 - 1)
    if plot is not None:
        figure_path("--plot", plot)
    if animate is not None:
        figure_path("--animate", animate, (".gif", ".mp4"))
    if out is not None:
        check_folder(out, force, "run")
    traced = None

    def how(point: Scenario, number: int) -> Run:
        nonlocal traced
        if animate is None:
            return _engine(engine)(point, number)
        check_film(animate, point.simulated)
        traced = trace(point, number)
        return traced.run

    if animate is not None:
        from sim.figures.film import check_film, write_film
        from sim.trace import trace

        engine = Engine.mesa
    lived = once(scenario, design, seed, parameters=parameters, parties=own_parties(module), simulate=how)
    point, result, weekly, happened, said = lived.scenario, lived.run, lived.weekly, lived.events, lived.parameters
    title = f"{point.title or point.name}: {design.replace('_', ' ')}"
    note = f"One run, seed {seed}, {engine.value} engine; {said}."
    if animate is not None and traced is not None:
        write_film(animate, traced, happened, title, note)
    if plot is not None:
        _draw(plot, weekly, happened, point, title, note)
    if out is not None:
        with new_folder(out, force, "run") as folder:
            from pandas import DataFrame

            write_table(folder, "weekly", weekly.reset_index(), said)
            write_table(folder, "events", happened, said)
            write_table(folder, "outcome", DataFrame([result.outcome.as_dict()]), said)
            for suffix in ("png", "pdf"):
                _draw(folder / f"run.{suffix}", weekly, happened, point, title, note)
            write_manifest(
                folder,
                "run",
                {
                    "engine": engine.value,
                    "seed": seed,
                    "calibration": said,
                    "design": design,
                    "scenario": point.model_dump(mode="json"),
                },
            )
    if as_json:
        print_json(
            {
                "calibration": said,
                "outcome": result.outcome.as_dict(),
                "story": story(happened),
                "weekly": weekly.reset_index().to_dict(orient="records"),
            }
        )
        return
    print_run(console(), result, weekly, happened, said)
    for written in (plot, animate, out):
        if written is not None:
            typer.echo(f"written: {written}")


def compare(
    scenario: ScenarioArgument,
    designs: DesignsOption = DESIGNS,
    replicates: Annotated[int, typer.Option(help="Seeds; every design runs on the same ones.")] = 1000,
    seed: Annotated[int, typer.Option(help="First seed.")] = 0,
    workers: WorkersOption = None,
    parameters: ParametersOption = PARAMETERS,
    prior: PriorOption = None,
    out: OutOption = None,
    force: ForceOption = False,
    module: ModuleOption = None,
    full: Annotated[bool, typer.Option("--full", help="Print all tables, not just one row per design.")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run designs on the same seeds and compare risk, reach and pressure: a sweep of one design
    point.

    With --out, results are kept as a sweep's folder, with its findings in DIR/analysis: sim status,
    analyse, plot, report, export and sweep --resume work on it.

    \b
    Examples:
      sim compare scenarios/mountain_view.toml --out results/demo
      sim compare scenarios/village_high.toml --designs retrofit,greenfield
      sim compare scenarios/cheshire.toml --designs retrofit --replicates 200 --json
    """
    from sim.sweep.folder import COMPARISON, SweepFolder, files_of
    from sim.sweep.local import default_workers
    from sim.sweep.plan import comparison, refuse_more_than

    at_least("--replicates", replicates, 1, 10_000_000)
    at_least("--seed", seed, 0, 2**62)
    workers = default_workers() if workers is None else workers
    at_least("--workers", workers, 1, 1024)
    if out is not None:
        check_folder(out, force, COMPARISON, files_of)
    points = chosen_designs(scenario, designs, own_parties(module))
    planned = comparison(points, replicates, seed, "quantiles" if out else "none", chosen_draws(parameters, prior))
    refuse_more_than(math.inf if yes else MANY_RUNS, planned.most_runs)
    with _place(out, force) as place, workers_of(None, workers) as (pool, workers):
        folder = SweepFolder(place)
        folder.create(planned, COMPARISON)
        progress, finished, code = sit(planned, folder, pool, workers, kept=place == out)
        if not finished:
            done = (progress.done - progress.errors) // len(points)
            kept = "they are kept" if out else "they are not kept without --out"
            sys.stderr.write(f"interrupted: {done} of {replicates} replicates finished; {kept}\n")
        if progress.done > progress.errors:
            failed = _tell(folder, out, as_json, full)
            code = code or failed
    if out is not None and not finished:
        sys.stderr.write(f"unfinished: continue with: sim sweep {out} --resume, then: sim analyse {out}\n")
    raise SystemExit(code)


@contextmanager
def _place(out: Path | None, force: bool) -> Iterator[Path]:
    """Where a comparison is written.

    Its own folder, so that it can be resumed there; where that would replace another, a folder that
    takes its place when all is written; without one, a folder that goes away.
    """
    if out is None:
        with TemporaryDirectory(prefix="sim-") as place:
            yield Path(place)
    elif has_something(out):
        from sim.sweep.folder import COMPARISON, files_of

        with new_folder(out, force, COMPARISON, files_of) as partial:
            yield partial
    else:
        yield out


def _tell(folder: SweepFolder, out: Path | None, as_json: bool, full: bool) -> int:
    """Write the findings of a comparison, where they stay, and print its tables; return the exit
    code that follows.
    """
    from sim.cli.findings import announce, caution, tell_failed, warn
    from sim.cli.tables import COMPARED, comparison_as_json, print_comparison
    from sim.findings import read, tables_of
    from sim.findings.base.write import write_findings

    try:
        evidence = read(folder.path)
    except Unsupported as reason:
        sys.stderr.write(f"note: {reason}\n")
        return OK
    warn(evidence)
    index, tables = (None, tables_of(evidence, COMPARED)) if out is None else write_findings(evidence, announce)
    caution(evidence)
    if as_json:
        print_json(comparison_as_json(evidence, tables))
    else:
        print_comparison(console(120 if full else 100), evidence, tables, full, out)
        if out is not None:
            typer.echo(f"written: {out}")
    return OK if index is None else tell_failed(index)


def _draw(path: Path, weekly: pd.DataFrame, happened: pd.DataFrame, point: Scenario, title: str, note: str) -> None:
    """Write the figure of a run, of the kind that the name says."""
    from sim.figures.run import one_run
    from sim.figures.style import save

    figure = one_run(weekly, happened, point.population.families, title, note, point.parties.variables)
    save(figure, path.parent, path.stem, (path.suffix[1:],))


def _engine(engine: Engine) -> Callable[[Scenario, int], Run]:
    if engine is Engine.mesa:
        from sim.model import simulate_with_agents

        return simulate_with_agents
    from sim.engine import simulate

    return simulate
