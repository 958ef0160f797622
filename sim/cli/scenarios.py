"""Commands about scenarios: validate, diagnose, schema, parameters."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.common import (
    DESIGNS,
    PARAMETERS,
    DesignsOption,
    JsonOption,
    ModuleOption,
    ParametersOption,
    ScenarioArgument,
    at_least,
    chosen_designs,
    chosen_draws,
    console,
    figure_path,
    own_parties,
    print_json,
)
from sim.io.errors import InputError
from sim.io.files import check_file, write_whole
from sim.io.provenance import calibration
from sim.scenario import AS_WRITTEN, design_names, json_schema, load_scenario, parameter_table
from sim.scenario.convert import SCHEMA, converted, is_converted
from sim.scenario.remarks import remarks

SEVERAL = {"input": "inputs", "parameter": "parameters", "switch": "switches"}
"""Roles of fields, of more than one."""


def validate(
    scenario: ScenarioArgument,
    convert: Annotated[
        bool,
        typer.Option("--convert", help="Convert a scenario or sweep file from schema 1, which counts weeks from 0."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="With --convert: write to this file and leave the original as it is.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="With --out: replace the file.")] = False,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a scenario file, as written and under every named design.

    With --convert, rewrite a scenario or sweep file from schema 1, which counts the weeks of a run
    from 0, to schema 2, which counts them from 1.

    \b
    Examples:
      sim validate scenarios/mountain_view.toml
      sim validate our_district.toml --convert
    """
    if convert:
        _convert(Path(scenario), out, force, as_json)
        return
    if out is not None:
        raise InputError(f"--out = {out}: accepted: together with --convert")
    names = [AS_WRITTEN, *design_names(scenario)]
    parties = own_parties(module)
    loaded = [load_scenario(scenario, name, parties) for name in names]
    notes = {note: point.design_name for point in reversed(loaded) for note in remarks(point)}
    if as_json:
        print_json({"scenario": loaded[0].name, "valid": True, "designs": names, "notes": list(notes)})
        return
    typer.echo(f"{scenario}: valid; designs: {', '.join(names)}")
    for note, name in notes.items():
        typer.echo(f"note: {note}" if name == AS_WRITTEN else f"note, as {name}: {note}")


def _convert(file: Path, out: Path | None, force: bool, as_json: bool) -> None:
    """Rewrite a file for the schema that is read, in its place or into another file."""
    if out is not None:
        check_file(out, force)
    if is_converted(file):
        if as_json:
            print_json({"file": str(file), "schema": SCHEMA, "written": None, "changes": []})
        else:
            typer.echo(f"{file}: schema = {SCHEMA} already; nothing was written")
        return
    made = converted(file)
    write_whole(out or file.resolve(), made.text.encode())
    if as_json:
        print_json({"file": str(file), "schema": SCHEMA, "written": str(out or file), "changes": list(made.changes)})
        return
    for change in made.changes:
        typer.echo(f"{file}: {change}")
    typer.echo(f"written: {out or file}, of schema {SCHEMA}; comments are unchanged")


def diagnose(
    scenario: ScenarioArgument,
    designs: DesignsOption = DESIGNS,
    communities: Annotated[int, typer.Option(help="Number of synthetic communities to average over.")] = 10,
    figure: Annotated[
        Path | None, typer.Option(help="Also draw the map of the value network (png, pdf or svg).")
    ] = None,
    parameters: ParametersOption = PARAMETERS,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """Measure, before any run, how far the initiative is from each stakeholder's priorities,
    weighted by power.

    \b
    Examples:
      sim diagnose scenarios/mountain_view.toml
      sim diagnose scenarios/cheshire.toml --designs retrofit,greenfield --figure map.png
    """
    import pandas as pd
    from rich.table import Table

    from sim.diagnose import diagnose as ask
    from sim.draws import left_by

    at_least("--communities", communities, 1)
    if figure is not None:
        figure_path("--figure", figure)
    points = chosen_designs(scenario, designs, own_parties(module))
    draws = left_by(chosen_draws(parameters, None), points)
    said = calibration(parameters if draws else "defaults")
    table = pd.concat([ask(point, communities, draws) for point in points], ignore_index=True)
    if figure is not None:
        from sim.figures.style import save
        from sim.findings.network import figure as value_network

        stance = f"Stance before the first week, averaged over {communities} synthetic communities"
        note = f"{points[0].title or points[0].name}. {stance}; {said}."
        save(value_network(table, note), figure.parent, figure.stem, (figure.suffix[1:],))
    if as_json:
        print_json(
            {
                "scenario": points[0].name,
                "calibration": said,
                "diagnosis": json.loads(table.to_json(orient="records")),
            }
        )
        return
    out = console()
    for design, rows in table.groupby("design", sort=False):
        shown = Table(title=f"{points[0].name}, {design}: who stands where ({said})", title_justify="left")
        for heading in ("stakeholder", "power", "stance, -1 to 1 [95%]", "opposition heard x power"):
            shown.add_column(heading, justify="left" if heading == "stakeholder" else "right")
        shown.add_column("what the stance measures")
        for row in rows.sort_values("opposition", ascending=False).itertuples():
            interval = f"{row.stance:+.2f} [{row.lower:+.2f}, {row.upper:+.2f}]"
            shown.add_row(str(row.label), f"{row.power:.2f}", interval, f"{row.opposition:.3f}", str(row.note))
        shown.add_section()
        shown.add_row("all", "", "", f"{rows['opposition'].sum():.3f}", "")
        out.print(shown)


def schema(module: ModuleOption = None) -> None:
    """Print the scenario file's JSON Schema.

    \b
    Example:
      sim schema > scenario.schema.json
    """
    print_json(json_schema(own_parties(module)))


def parameters(
    section: Annotated[
        str | None, typer.Argument(help="Only fields whose name starts with this, such as families or board.")
    ] = None,
    search: Annotated[
        str | None, typer.Option(help="Only fields whose name or meaning contains this.", show_default=False)
    ] = None,
    unknown_only: Annotated[
        bool, typer.Option("--unknown", help="Only fields that rest on an assumption and that no record informs.")
    ] = False,
    influential_only: Annotated[
        bool,
        typer.Option(
            "--influential", help="Only assumptions that move the risk of being discontinued by more than .05."
        ),
    ] = False,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """List inputs (facts of a case) and parameters (how parties behave) with unit, accepted range,
    default, meaning and source.

    The list marks each assumption that moves the risk of being discontinued by more than .05 over
    its range. For a calibrated parameter it adds the posterior, and whether the record informs the
    parameter or leaves it at its prior (prior only).

    \b
    Examples:
      sim parameters board
      sim parameters --search voice
      sim parameters --unknown --influential
      sim parameters --json
    """
    from sim.calibration.influential import influential
    from sim.calibration.prior_against_posterior import prior_against_posterior

    table = parameter_table(own_parties(module))
    table["moves"] = table["field"].map(influential()).fillna(0.0)
    found = prior_against_posterior()
    for name in ("low", "median", "high", "contraction"):
        table[f"posterior_{name}"] = table["field"].map({field: getattr(each, name) for field, each in found.items()})
    table["prior_against_posterior"] = (
        table["field"].map({field: each.words for field, each in found.items()}).fillna("")
    )
    if influential_only:
        table = table[table["moves"] > 0.0].sort_values("moves", ascending=False)
    if unknown_only:
        table = table[table["assumed"] & table["prior_against_posterior"].isin(["", "prior only"])]
    if search:
        words = table["field"] + " " + table["meaning"]
        table = table[words.str.contains(search, case=False, regex=False)]
    if section:
        kept = table[table["field"].str.startswith(section)]
        if kept.empty:
            known = ", ".join(dict.fromkeys(table["field"].str.partition(".")[0]))
            raise InputError(
                f"section = {section!r}: none of these fields starts with this; accepted: {known or 'none'}"
            )
        table = kept
    if as_json:
        print_json(json.loads(table.to_json(orient="records")))
        return
    counts = table["role"].value_counts()
    kinds = ", ".join(f"{counts[role]} {role if counts[role] == 1 else SEVERAL[role]}" for role in counts.index)
    typer.echo(f"{kinds[:1].upper()}{kinds[1:]}." if kinds else "None.")
    for row in table.itertuples(index=False):
        unit = "" if row.unit == "-" else f" {row.unit}"
        typer.echo(f"\n{row.field} = {row.default}{unit}  ({row.role}; accepted: {row.accepted})")
        reported = [row.meaning, f"Source: {row.source}"]
        if row.prior_against_posterior:
            low, median, high = (
                f"{value:.3g}" for value in (row.posterior_low, row.posterior_median, row.posterior_high)
            )
            reported.append(
                f"Posterior: {median}, 80% {low} to {high}; informed by the record: {row.prior_against_posterior}"
            )
        if row.moves > 0.0:
            reported.append(f"Moves the risk of being discontinued by {row.moves:.2f} over its range")
        for text in reported:
            typer.echo(textwrap.fill(text, 78, initial_indent="    ", subsequent_indent="      "))


def variables(
    name: Annotated[
        str | None, typer.Argument(help="Only quantities of this name, or of this party.", show_default=False)
    ] = None,
    module: ModuleOption = None,
    as_json: JsonOption = False,
) -> None:
    """List every quantity of a run: its unit and meaning, the party that writes it, and the parties
    that read it.

    \b
    Examples:
      sim variables attention
      sim variables board
      sim variables --json
    """
    from rich.table import Table

    table = own_parties(module).variables_table()
    if name:
        kept = table[(table["quantity"] == name) | (table["owner"] == name)]
        if kept.empty:
            raise InputError(
                f"name = {name!r}: no quantity or party is called this; accepted: "
                f"{', '.join(dict.fromkeys(table['owner']))}, "
                "or a quantity, see sim variables"
            )
        table = kept
    if as_json:
        print_json(json.loads(table.to_json(orient="records")))
        return
    shown = Table(title="Quantities of a run, by the party that writes them", title_justify="left")
    headings = ("quantity", "kept over", "unit", "meaning", "written by", "read by", "tables")
    for heading in headings:
        shown.add_column(heading, overflow="fold")
    for row in table.itertuples():
        tables = ", ".join(reported for reported, there in (("weekly", row.weekly), ("outcome", row.outcome)) if there)
        shown.add_row(row.quantity, row.over, row.unit, row.meaning, row.owner, row.readers, tables)
    console(wide=160).print(shown)
