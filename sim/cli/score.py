"""The command that holds parameters against the casebook: ``sim score``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli.common import JsonOption, ParametersOption, WorkersOption, at_least, console, print_json, progress_bar
from sim.io.files import check_folder, new_folder, write_manifest, write_table

if TYPE_CHECKING:
    import pandas as pd

    from sim.casebook.score import Score

TABLES = ("cases", "ranks", "timing", "causes", "adapted", "frames", "fit", "left_out")


def score(
    casebook: Annotated[
        Path | None,
        typer.Argument(help="A folder of coded cases and frames.  [default: the casebook]", show_default=False),
    ] = None,
    parameters: ParametersOption = "posterior",
    replicates: Annotated[int, typer.Option(help="Runs of each case; four times as many of each frame.")] = 256,
    seed: Annotated[int, typer.Option(help="First seed.")] = 0,
    workers: WorkersOption = None,
    out: Annotated[Path | None, typer.Option(help="New folder for the tables.", show_default=False)] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the folder.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Score parameters against documented cases and counted populations, next to simple baseline
    predictions.

    \b
    Examples:
      sim score
      sim score --parameters prior --replicates 64
      sim score my_casebook --out results/score
    """
    from sim.casebook.score import score as scored

    at_least("--replicates", replicates, 1, 100_000)
    at_least("--seed", seed, 0, 2**62)
    if workers is not None:
        at_least("--workers", workers, 1, 1024)
    if out is not None:
        check_folder(out, force, "score")
    with progress_bar() as tell:
        found = scored(casebook, parameters, replicates, first_seed=seed, workers=workers, tell=tell)
    if out is not None:
        with new_folder(out, force, "score") as folder:
            for name in TABLES:
                write_table(folder, name, getattr(found, name))
            asked = {"parameters": found.parameters, "replicates": replicates, "seed": seed}
            write_manifest(folder, "score", {**asked, "casebook": str(casebook or "shipped")})
    if as_json:
        print_json({"parameters": found.parameters, "replicates": replicates, **as_data(found)})
        return
    _print(found)
    if out is not None:
        typer.echo(f"written: {out}")


def as_data(found: Score) -> dict[str, Any]:
    """The tables as plain data; what is unknown is None."""
    return {name: _rows(getattr(found, name)) for name in TABLES}


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return table.astype(object).where(table.notna(), None).to_dict("records") if len(table) else []


def _print(found: Score) -> None:
    """The score in words and tables, failures first."""
    from rich.table import Table

    from sim.casebook.score import PREDICTORS, WARNING, verdict

    screen = console()
    for line in verdict(found):
        screen.print(line)
    screen.print(f"\n{WARNING}\n")
    for title, ranks in (("An ended case", found.ranks), ("An adapted case", found.adapted)):
        if not len(ranks):
            continue
        table = Table(title=f"{title} has a higher risk than a sustained one", title_justify="left")
        for name in ("pairs of", "predictor", "share of pairs", "95%", "pairs"):
            table.add_column(name)
        for row in ranks[ranks["pairs"] > 0].itertuples():
            table.add_row(
                row.pairs_of, row.predictor, _number(row.concordance), _between(row.lower, row.upper), str(row.pairs)
            )
        screen.print(table)
    if len(found.timing):
        own, base = found.timing["log_score"].mean(), found.timing["baseline"].mean()
        screen.print(
            f"When a case that ended did so ({len(found.timing)} cases): log score {own:.2f}; baseline, the "
            f"timing of other cases: {base:.2f}"
        )
    if len(found.causes):
        hit = (found.causes["seen"] == found.causes["likeliest"]).sum()
        usual = (found.causes["seen"] == found.causes["baseline_likeliest"]).sum()
        screen.print(
            f"Why it ended ({len(found.causes)} cases): the model's likeliest cause is right in {hit}; "
            f"always naming the commonest cause, in {usual}\n"
        )
    if len(found.frames):
        _print_frames(found)
    screen.print("Predictors: " + "; ".join(f"{name}: {words}" for name, words in PREDICTORS.items()), style="dim")


def _print_frames(found: Score) -> None:
    from rich.table import Table

    from sim.casebook.score import MODEL

    screen = console()
    table = Table(
        title="Frames (counted populations): how many of the known units ended (90% interval of the count)",
        title_justify="left",
    )
    for name in ("frame", "units", "ended", "expected", "90%", "inside"):
        table.add_column(name)
    for row in found.frames[found.frames["predictor"] == MODEL].itertuples():
        table.add_row(
            row.frame, str(row.units), str(row.ended), f"{row.expected * row.units:.0f}",
            f"{row.lower:.0f} to {row.upper:.0f}", "yes" if row.inside else "no",
        )  # fmt: skip
    screen.print(table)
    table = Table(title="The model against simple baselines", title_justify="left")
    for name in ("predictor", "frames", "SD of a frame's error", "mean log score", "rank of rates"):
        table.add_column(name)
    for row in found.fit.itertuples():
        table.add_row(row.predictor, str(row.frames), _number(row.sd), _number(row.log_score), _number(row.rank))
    screen.print(table)


def _number(value: float) -> str:
    return "-" if value != value else f"{value:.2f}"


def _between(low: float, high: float) -> str:
    return "-" if low != low else f"{low:.2f} to {high:.2f}"
