"""Commands about sweeps: run or resume one, see how far it has come."""

from __future__ import annotations

import io
import math
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.cluster import workers_of
from sim.cli.common import (
    MANY_RUNS,
    JsonOption,
    ModuleOption,
    OnlyDesigns,
    WhereOption,
    WorkersOption,
    YesOption,
    at_least,
    own_parties,
    print_json,
    sweeps_that_begin,
)
from sim.cli.sitting import checking, sit
from sim.io.errors import InputError
from sim.io.files import is_there
from sim.io.provenance import calibration
from sim.io.reading import is_folder

FolderArgument = Annotated[Path, typer.Argument(help="A sweep's folder.", show_default=False)]


def sweep(
    file: Annotated[
        Path,
        typer.Argument(
            help="A sweep file (TOML), the name of a shipped sweep, a sweep's manifest.json to repeat it, or, "
            "with --resume, its folder.",
            show_default=False,
            autocompletion=sweeps_that_begin,
        ),
    ],
    out: Annotated[Path | None, typer.Option(help="Folder to write the sweep to.", show_default=False)] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Continue with the runs that are missing.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only estimate the number of runs, the time and the disk space.")
    ] = False,
    workers: WorkersOption = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler; see sim docs sweeps.", show_default=False)
    ] = None,
    replicates: Annotated[
        int | None,
        typer.Option(
            help="Seeds at each design point, instead of the number in the sweep file; with --resume, a larger "
            "number than the sweep has, whose finished runs are kept.",
            show_default=False,
        ),
    ] = None,
    points: Annotated[
        int | None,
        typer.Option(
            help="Base points of a sampling method, instead of the number in the sweep file; with --resume, a "
            "larger number than the sweep has, whose finished runs are kept.",
            show_default=False,
        ),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            help="Source of parameters, instead of what the sweep file says: posterior, medoid, prior, "
            "defaults, or a file of draws.",
            show_default=False,
        ),
    ] = None,
    module: ModuleOption = None,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Run a sweep over design points, designs and seeds, saving runs as they finish; resume one
    that stopped.

    \b
    Examples:
      sim sweep first_try --out results/first
      sim sweep sweeps/leadership_by_alignment.toml --dry-run
      sim sweep results/first --resume
      sim sweep results/first --resume --replicates 400
    """
    from sim.sweep.folder import SweepFolder
    from sim.sweep.load import larger, load_sweep
    from sim.sweep.local import default_workers
    from sim.sweep.plan import refuse_more_than
    from sim.sweep.specification import taken_up

    workers = default_workers() if workers is None else workers
    at_least("--workers", workers, 1, 1024)
    of_folder = is_folder(file)
    again = file.name == "manifest.json"
    if of_folder and not resume:
        raise InputError(f"{file}: is a folder; accepted: a sweep file, or --resume with a sweep's folder")
    if module and not (of_folder or again):
        raise InputError(
            f"--module = {module[0]!r}: accepted: with a sweep's folder or manifest; a sweep file says module = itself"
        )
    if parameters is not None and (of_folder or again):
        raise InputError(
            f"--parameters = {parameters!r}: accepted: with a sweep file; this sweep has its draws already"
        )
    for option, value in (("--replicates", replicates), ("--points", points)):
        if value is not None:
            at_least(option, value, 1, 10_000_000)
            if again:
                raise InputError(f"{option} = {value}: accepted: with a sweep file, or --resume with a sweep's folder")
    stored = SweepFolder(file if of_folder else file.parent)
    most = math.inf if yes or dry_run else MANY_RUNS
    known = stored.sweep(own_parties(module) if module else None) if of_folder or again else None
    if known is not None:
        planned = larger(known, replicates, points) if of_folder else known
        refuse_more_than(most, planned.most_runs)
    else:
        planned = load_sweep(file, most, checking(), parameters, replicates, points)
    if dry_run:
        _estimate(planned, planned.most_runs, workers, as_json)
        return
    target = file if of_folder else out
    if target is None:
        raise InputError("--out is missing; accepted: a folder for the sweep")
    folder = SweepFolder(target)
    begun = of_folder or (resume and is_there(target) and folder.manifest_path.exists())
    if begun and not of_folder:
        planned = taken_up(folder.sweep(planned.parties if planned.parties.own else None), planned, target)
    # Workers first: without them no folder is made that would be in the way of the next try.
    with workers_of(cluster, workers) as (pool, workers):
        if not begun:
            folder.create(planned)
        progress, finished, code = sit(planned, folder, pool, workers)
    reported = {
        "folder": str(target),
        "calibration": calibration(planned.spec.parameters),
        "finished": finished,
        "runs": progress.done,
        "errors": progress.errors,
    }
    if as_json:
        print_json(reported)
    else:
        typer.echo(f"{target}: {progress.done} runs, {progress.errors} with an error ({reported['calibration']})")
    if not finished:
        sys.stderr.write(f"unfinished: continue with: sim sweep {target} --resume\n")
    raise SystemExit(code)


def status(
    folder: FolderArgument, design: OnlyDesigns = None, where: WhereOption = None, as_json: JsonOption = False
) -> None:
    """Show how far a sweep has progressed.

    With --design or --where, also show how many of the selected runs are finished and how many
    failed.

    \b
    Examples:
      sim status results/first
      sim status results/first --where "leadership.communication>=0.5"
    """
    from sim.sweep.results import open_sweep
    from sim.sweep.results import status as of

    text = of(folder)
    if design or where:
        from sim.sweep.selection import select

        found, selection = select(open_sweep(folder), design, where)
        failed = int(found.runs["error"].notna().sum())
        text["selected"] = {"selection": str(selection), "runs": len(found.runs), "errors": failed}
    if as_json:
        print_json(text)
        return
    typer.echo(f"{text['name']}: {text['points']} design points, designs {', '.join(text['designs'])}")
    if not text["parts"] and not text["damaged"]:
        typer.echo("no runs yet")
    typer.echo(
        f"{text['runs']} of at most {text['most_runs']} runs in {text['parts']} parts; {text['errors']} with an "
        f"error; {text['damaged']} parts damaged"
    )
    if some := text.get("selected"):
        typer.echo(f"{some['selection']}: {some['runs']} runs, {some['errors']} with an error")


def _estimate(planned: object, runs: int, workers: int, as_json: bool) -> None:
    """Time a few runs, and say what the whole would take."""
    from sim.io.parquet import table_bytes
    from sim.sweep.plan import Part, Sweep
    from sim.sweep.run import run_part

    assert isinstance(planned, Sweep)
    middle = len(planned.points) // 2
    run_part(planned, Part(0, 0, (middle,), 0, 1))
    start = time.perf_counter()
    table = run_part(
        planned, Part(0, 0, tuple({0, middle, len(planned.points) - 1}), planned.spec.replicates.first_seed, 5)
    )
    each = (time.perf_counter() - start) / len(table)
    size = len(table_bytes(table.loc[table.index.repeat(20)])) / (20 * len(table))
    text = {
        "runs": runs,
        "seconds": round(each * runs / workers, 1),
        "megabytes": round(size * runs / 1e6, 2),
        "points": len(planned.points),
    }
    if as_json:
        print_json(text)
        return
    buffer = io.StringIO()
    buffer.write(
        f"{planned.spec.name}: {text['points']} design points, {', '.join(planned.spec.designs)}: up to {runs} runs, "
    )
    buffer.write(f"about {text['seconds']} s on {workers} workers and {text['megabytes']} MB")
    typer.echo(buffer.getvalue())
