"""What the commands share: arguments and output."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.designs import by_default
from sim.io.errors import InputError, all_of
from sim.io.files import check_file
from sim.io.reading import is_folder

if TYPE_CHECKING:
    from rich.console import Console

    from sim.draws import Draws
    from sim.kernel.parties import Parties
    from sim.scenario import Scenario


def scenarios_that_begin(incomplete: str) -> list[str]:
    """Shipped scenarios that a shell offers; where none begins so, it offers files."""
    from sim.io.shipped import shipped_names

    return [name for name in shipped_names() if name.startswith(incomplete)]


def sweeps_that_begin(incomplete: str) -> list[str]:
    """Shipped sweeps, likewise."""
    from sim.io.shipped import shipped_names

    return [name for name in shipped_names("sweeps") if name.startswith(incomplete)]


ScenarioArgument = Annotated[
    Path,
    typer.Argument(
        help="A scenario file (TOML), or the name of a shipped scenario.",
        show_default=False,
        autocompletion=scenarios_that_begin,
    ),
]
MANY_RUNS = 5_000_000
"""Runs beyond which a command asks for --yes."""
YesOption = Annotated[bool, typer.Option("--yes", help="Allow more than 5 million runs.")]
WorkersOption = Annotated[
    int | None, typer.Option("--workers", help="Threads.  [default: one per processor]", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
DESIGNS = ",".join(by_default())
"""Designs that are compared where none are named; the first is the one others are compared with."""

DesignsOption = Annotated[str, typer.Option(help="Named designs, comma-separated; others are compared with the first.")]


ModuleOption = Annotated[
    list[str] | None,
    typer.Option(
        "--module",
        help="A party of your own: a folder or an importable package. Its code will be executed.",
        show_default=False,
    ),
]

OnlyDesigns = Annotated[
    list[str] | None,
    typer.Option(
        "--design",
        help="Use only this design; repeat, or separate names by commas, for more.  [default: all]",
        show_default=False,
    ),
]
WhereOption = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        help='Use only design points that meet a condition: "leadership.training>=0.5", "who chooses=families"; '
        "repeat for more conditions.  [default: all]",
        show_default=False,
    ),
]
"""Which runs of a sweep a command looks at."""

PARAMETERS = "posterior"
"""Where parameters come from where nothing else is said."""

ParametersOption = Annotated[
    str,
    typer.Option(
        help="Source of the parameters that the scenario does not set: posterior (one draw per seed), medoid "
        "(its central draw), prior (one draw per seed, ignoring the record), defaults, or a CSV or Parquet "
        "file of draws."
    ),
]
PriorOption = Annotated[
    list[str] | None,
    typer.Option(
        "--prior",
        help="Your own prior for a parameter, such as gamma=beta(8,2); also uniform, normal, truncated_normal, "
        "lognormal and triangular. The posterior's draws are reweighted accordingly.",
        show_default=False,
    ),
]


def chosen_draws(parameters: str, priors: list[str] | None) -> Draws | None:
    """The draws that the options name; None where parameters are the scenario's own."""
    from sim.draws import draws_named

    draws = draws_named(parameters)
    if not priors:
        return draws
    if parameters != "posterior" or draws is None:
        raise InputError(
            f"--prior with --parameters {parameters}: accepted: with the posterior, whose priors are known"
        )
    from sim.calibration.beliefs import LEAST, belief, believed

    draws, effective = believed(draws, all_of(belief, priors))
    worth = f"{len(draws)} draws, effective sample size {effective:.0f}"
    few = "; so small that another set of draws could give a different answer" if effective < LEAST else ""
    sys.stderr.write(f"note: {', '.join(priors)}: {worth}{few}\n")
    return draws


def own_parties(modules: list[str] | None) -> Parties:
    """The parties with the parties that the command line names."""
    from sim.kernel.parties import DEFAULT, parties_of

    return parties_of(*modules) if modules else DEFAULT


def console(wide: int = 120) -> Console:
    """Standard output: colours on a terminal only, a fixed width elsewhere. Texts are shown as they
    are: brackets and colons in a name are no markup.
    """
    from rich.console import Console

    if sys.stdout.isatty():
        return Console(markup=False, emoji=False)
    return Console(width=wide, color_system=None, markup=False, emoji=False)


def print_json(value: Any) -> None:
    """Print JSON in full precision, without colours."""
    typer.echo(json.dumps(value, indent=2, allow_nan=False))


def chosen_designs(path: Path, names: str, parties: Parties) -> list[Scenario]:
    """Load a scenario under each of the designs named."""
    from sim.scenario import load_scenario

    wanted = [name.strip() for name in names.split(",")]
    if not all(wanted):
        raise InputError(f"--designs = {names!r}: accepted: names separated by commas")
    if len(set(wanted)) < len(wanted):
        raise InputError(f"--designs = {names!r}: a design is named twice; accepted: each once")
    return all_of(lambda name: load_scenario(path, name, parties), wanted)


def at_least(option: str, value: int, low: int, high: int = 10_000_000) -> None:
    """Refuse a number outside its range."""
    if not low <= value <= high:
        raise InputError(f"{option} = {value}: accepted: a whole number from {low} to {high}")


def output_file(out: Path, name: str, force: bool) -> Path:
    """The file that ``--out`` names: itself, or one of a given name in a folder. A file that is
    there already, of another kind, or that cannot be written is refused.

    Parameters
    ----------
    out : Path
        A file whose name ends as the given one does, or a folder, which is made where it is not
        there.
    name : str
        Of the file in a folder.
    force : bool
        Replace it.
    """
    target = out / name if is_folder(out) or not out.suffix else out
    check_file(target, force, kinds=(Path(name).suffix,))
    return target


def figure_path(option: str, path: Path, kinds: Sequence[str] = (".png", ".pdf", ".svg")) -> None:
    """Refuse a file of a kind, or in a place, that cannot be written; figures where not told
    otherwise.
    """
    if path.suffix not in kinds:
        raise InputError(f"{option} = {path}: accepted: a name that ends in {', '.join(kinds[:-1])} or {kinds[-1]}")
    if not path.absolute().parent.is_dir():
        raise InputError(f"{option} = {path}: no such folder; accepted: a file in a folder that exists")


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """How far it has come, on a terminal: to be called with what is done, and of how much."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("runs")
        yield lambda done, total: bar.update(task, completed=done, total=total)
