"""The command about regions: how an initiative spreads among districts, and is given up."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.common import (
    PARAMETERS,
    JsonOption,
    ParametersOption,
    WorkersOption,
    at_least,
    console,
    print_json,
)
from sim.cli.exits import OK
from sim.cli.sitting import Interrupts
from sim.io.errors import InputError
from sim.io.files import is_there, renewed_folder

if TYPE_CHECKING:
    from sim.region.results import RegionResults

FINDINGS = "findings"
"""Folder within a region's, of its tables, figures and report."""
MOST_SEEDS = 100_000


def region(
    file: Annotated[
        Path | None, typer.Argument(help="A region file (TOML), or the name of a shipped one.", show_default=False)
    ] = None,
    strategies: Annotated[
        str | None,
        typer.Option(help="Use only these strategies, comma-separated; the first is the baseline.", show_default=False),
    ] = None,
    seeds: Annotated[int, typer.Option(help="Seeds; every strategy runs on the same ones.")] = 20,
    seed: Annotated[int, typer.Option(help="First seed.")] = 0,
    changes: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Set a field of the region or its scenario: couplings.strength=0; repeat for more.",
            show_default=False,
        ),
    ] = None,
    vary: Annotated[
        list[str] | None,
        typer.Option(
            help="Vary a field over levels: couplings.strength=0,0.5,1; repeat for every combination.",
            show_default=False,
        ),
    ] = None,
    parameters: ParametersOption = PARAMETERS,
    out: Annotated[
        Path | None, typer.Option(help="Folder for runs, tables, figures and the report.", show_default=False)
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Continue in the folder of --out, or add seeds to it.")
    ] = False,
    workers: WorkersOption = None,
    fields: Annotated[bool, typer.Option("--fields", help="List the fields of a region and exit.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Simulate how an initiative spreads among the districts of a region, under strategies on the
    same seeds.

    \b
    Examples:
      sim region first_region
      sim region first_region --seeds 100 --out results/region
      sim region results.toml --vary couplings.strength=0,1
      sim region --fields
    """  # fmt: skip
    from sim.region.region import load_region
    from sim.region.results import region as run_region
    from sim.sweep.local import default_workers

    if fields:
        _list_fields(as_json)
        return
    if file is None:
        raise InputError("region: no file; accepted: a region file, or the name of a shipped one")
    at_least("--seeds", seeds, 1, MOST_SEEDS)
    at_least("--seed", seed, 0, 2**53)
    count = default_workers() if workers is None else workers
    at_least("--workers", count, 1, 1024)
    if resume and out is None:
        raise InputError("--resume: accepted: with --out, the folder to go on in")
    if out is not None and is_there(out / "manifest.json") and not resume:
        raise InputError(f"--out = {out}: exists; accepted: a new folder, or --resume to go on in it")
    found = load_region(file)
    if changes:
        found = found.revise(dict(_pair(each) for each in changes), "--set")
    chosen = [name.strip() for name in strategies.split(",")] if strategies else None
    levels = {name: values if isinstance(values, list) else [values] for name, values in map(_levels, vary or [])}
    again = f"sim region {file} --out {out} --resume"
    with Interrupts(out or Path(), out is not None, again) as interrupts:
        results = run_region(
            found, chosen, levels, seeds=seeds, first_seed=seed, parameters=parameters, workers=count, out=out,
            tell=_progress(), stop=interrupts.came,
        )  # fmt: skip
    if interrupts.code != OK:
        what = f"continue with: {again}" if out is not None else "nothing was kept"
        sys.stderr.write(f"interrupted: {what}\n")
        raise typer.Exit(interrupts.code)
    if as_json:
        print_json(json.loads(results.table("strategies").to_json(orient="records")))
    else:
        _print(results)
    if out is not None:
        from sim.region.results import write_all

        with renewed_folder(out / FINDINGS) as place:
            write_all(results, place)
        sys.stderr.write(f"Tables, figures and report: {out / FINDINGS}\n")


def _pair(text: str) -> tuple[str, Any]:
    """A field and its value, as TOML has it where it can."""
    name, mark, value = text.partition("=")
    if not mark or not name.strip():
        raise InputError(f"--set = {text!r}: accepted: field=value")
    return name.strip(), _value(value.strip())


def _levels(text: str) -> tuple[str, list[Any]]:
    name, mark, values = text.partition("=")
    if not mark or not name.strip() or not values.strip():
        raise InputError(f"--vary = {text!r}: accepted: field=level,level")
    return name.strip(), [_value(each.strip()) for each in values.split(",")]


def _value(text: str) -> Any:
    import tomllib

    try:
        return tomllib.loads(f"x = {text}")["x"]
    except tomllib.TOMLDecodeError:
        return text


def _progress() -> Any:
    """What says how far it has come, every few seconds."""
    import time

    said = time.monotonic()

    def tell(done: int, of: int) -> None:
        nonlocal said
        now = time.monotonic()
        if now - said > 3.0 and done < of:
            said = now
            sys.stderr.write(f"parts: {done} of {of}\n")

    return tell


def _print(results: RegionResults) -> None:
    """One table that fits a terminal, a strategy a row; and what the first is compared to."""
    from rich.table import Table

    from sim.region.report import sentences

    table, tenth = results.table("strategies"), results.table("tenth")
    points = sorted(table["point"].unique())
    for point in points:
        if len(points) > 1:
            told = ", ".join(f"{name} = {value}" for name, value in results.plan.points.iloc[point].items())
            print(f"\n{told}")
        own = table[table["point"] == point].set_index(["strategy", "quantity"])
        when = tenth[tenth["point"] == point].set_index("strategy")
        shown = Table(box=None, pad_edge=False)
        shown.add_column("strategy")
        for words in ("children reached [95%]", "90% of seeds", "ever", "now", "lost to protest", "10% by year"):
            shown.add_column(words, justify="right")
        for strategy in results.strategies:
            reached, year = own.loc[(strategy, "reached")], when.loc[strategy, "to_a_tenth"]
            lost = own["mean"].get((strategy, "backlash"))
            shown.add_row(
                results.words(strategy),
                f"{reached['mean']:,.0f} [{reached['lower']:,.0f}, {reached['upper']:,.0f}]",
                f"{reached['spread_low']:,.0f} to {reached['spread_high']:,.0f}",
                f"{own.loc[(strategy, 'ever'), 'mean']:.0f}",
                f"{own.loc[(strategy, 'current'), 'mean']:.0f}",
                "-" if lost is None else f"{100 * lost:.0f}%",
                "-" if year != year else f"{year:.0f}",
            )
        console(110).print(shown)
    if len(points) == 1:
        print()
        for sentence in sentences(results):
            print(sentence)
    print(f"\n{results.note}")


def _list_fields(as_json: bool) -> None:
    """The numbers of a region and of a strategy."""
    from sim.region.region import Settings, fields_of
    from sim.region.strategies import Strategy

    rows = []
    for kind, above in ((Settings, ""), (Strategy, "strategy.")):
        for name, field in fields_of(kind, above).items():
            extra = field.json_schema_extra or {}
            default = "none" if field.default is None else field.default
            rows.append({"field": name, "default": default, "unit": extra.get("unit", "-"),
                         "meaning": field.description or "", "source": extra.get("source", "")})  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['field']} = {row['default']} {row['unit'] if row['unit'] != '-' else ''}".rstrip())
        print(f"    {row['meaning']}\n    Source: {row['source']}")
