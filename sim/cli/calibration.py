"""Commands on what the model rests on: the ablation table, and what the posterior is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.table import Table

from sim.calibration.ablation import MECHANISMS, ablate
from sim.cli.common import JsonOption, WorkersOption, at_least, console, print_json
from sim.draws import draws_named
from sim.figures.ablation import ablation as drawn
from sim.figures.style import save
from sim.io.errors import InputError
from sim.io.files import check_folder, is_there, new_folder, write_manifest, write_table
from sim.io.provenance import calibration
from sim.io.shipped import shipped_folders


def ablation(
    out: Annotated[Path, typer.Option(help="New folder for the table and its figure.", show_default=False)],
    only: Annotated[str | None, typer.Option(help="Mechanisms, comma-separated; all by default.")] = None,
    sets: Annotated[int, typer.Option(help="Draws of the posterior.")] = 10,
    size: Annotated[float, typer.Option(help="Runs of each sample and set, over those of the fit.")] = 0.5,
    conditions: Annotated[int, typer.Option(help="Conditions that the claims are asked of; 0: none.")] = 60,
    seeds: Annotated[int, typer.Option(help="Seeds of each condition and design.")] = 10,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Switch each mechanism off in turn, and show what that does to every pattern and claim.

    Without it less with it, on the same schools, seeds and sets of values; see sim docs validation.

    \b
    Examples:
      sim ablate --out results/ablation
      sim ablate --only successors,budget --conditions 0 --out results/two
    """
    check_folder(out, force, "ablate")
    at_least("--sets", sets, 1, 500)
    at_least("--conditions", conditions, 0)
    at_least("--seeds", seeds, 1)
    if not 0.0 < size <= 100.0:
        raise InputError(f"--size = {size}: accepted: a number above 0, to 100")
    known = {each.name: each for each in MECHANISMS}
    names = list(known) if only is None else [name.strip() for name in only.split(",")]
    for name in names:
        if name not in known:
            raise InputError(f"--only = {name!r}: accepted: {', '.join(known)}")
    folder = next(place for place in shipped_folders() if place.is_dir())
    chosen = tuple(known[name] for name in names)
    table = ablate(folder, sets, size, asked=conditions, seeds=seeds, mechanisms=chosen)
    note = (
        f"Without the mechanism less with it, in hundredths, {sets} draws of the posterior; empty where the "
        "95% interval holds 0 or the change is below two hundredths."
    )
    with new_folder(out, force, "ablate") as place:
        write_table(place, "ablation", table, calibration("posterior"))
        save(drawn(table, note), place, "ablation")
        write_manifest(
            place,
            "ablate",
            {"sets": sets, "size": size, "conditions": conditions, "seeds": seeds, "only": names},
        )
    if as_json:
        print_json(json.loads(table.to_json(orient="records")))
        return
    shown = Table(title="What a mechanism, switched off, changes (largest three)", title_justify="left")
    for heading in ("mechanism", "what", "changes"):
        shown.add_column(heading, overflow="fold")
    for each in chosen:
        rows = table[table["mechanism"] == each.name]
        clear = rows[(rows["lower"] > 0.0) | (rows["upper"] < 0.0)]
        largest = clear.loc[clear["change"].abs().sort_values(ascending=False).index[:3]]
        reported = [
            f"{row.quantity} {row.change:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]" for row in largest.itertuples()
        ]
        shown.add_row(each.name, each.words, "; ".join(reported) or "nothing clear")
    console(wide=140).print(shown)


def validate_model(
    out: Annotated[Path, typer.Option(help="Folder for runs, tables and figures.", show_default=False)],
    write: Annotated[
        Path | None, typer.Option(help="A document in which the part between its marks is written anew.")
    ] = None,
    draws: Annotated[int, typer.Option(help="Draws of the posterior, from the first.")] = 500,
    runs: Annotated[int, typer.Option(help="Runs of a case at a draw; twice as many of a rate.")] = 32,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what the posterior is worth: its fit to each observation on record, failures first, and
    its forecasts of each case made without that case, scored beside simple ones.

    A folder of the same validation is gone on with.

    \b
    Examples:
      sim validate-model --out results/validation
      sim validate-model --out results/validation --write docs/validation.md
    """
    from sim.calibration.page import around, text, written
    from sim.calibration.scoring import FORECASTERS, validate
    from sim.calibration.sources import record
    from sim.figures.validation import fit, reliability

    posterior = draws_named("posterior")
    assert posterior is not None
    at_least("--draws", draws, 2, len(posterior))
    at_least("--runs", runs, 2, 10_000)
    is_there(out)  # Else refused, as a document without marks is, before the hours of runs.
    if write is not None:
        around(write)
    own = posterior.taken(np.arange(draws))
    found = validate(out, own, record(), (runs, 2 * runs), workers)
    for name, table in found._asdict().items():
        write_table(out, name, table, calibration("posterior"))
    note = f"Posterior, {draws} draws; {calibration('posterior')}"
    save(fit(found.fit, f"{note}; worst first; a case is one observation, a rate is worth more."), out, "fit")
    cases = int(found.scores["cases"].iloc[0])
    shown = f"Each case forecast without itself; {cases} cases; 95% Wilson intervals, as if forecasts were independent"
    save(reliability(found.forecasts, FORECASTERS, f"{shown}; n beside each point."), out, "reliability")
    part = text(found, draws)
    if write is not None:
        written(write, part)
    if as_json:
        print_json({name: json.loads(table.to_json(orient="records")) for name, table in found._asdict().items()})
        return
    typer.echo(part)
    typer.echo(f"\nwritten: {out}")
