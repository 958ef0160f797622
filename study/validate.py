"""What the posterior is worth: its fit to each observation on record, failures first, and its
forecasts of each case made without that case, scored beside simple ones.

A folder of the same validation is gone on with.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sim.calibration.sources import record
from sim.draws import draws_named
from sim.figures.style import save
from sim.io.errors import InputError
from sim.io.files import write_table
from sim.io.provenance import calibration
from study.figures import fit, reliability
from study.page import around, text, written
from study.scoring import FORECASTERS, validate


def main(arguments: Sequence[str] | None = None) -> None:
    """Validate, and write tables, figures and, where asked for, the part of a document."""
    parser = argparse.ArgumentParser(
        prog="python -m study.validate", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("--out", type=Path, default=Path("results/validation"), help="folder for runs and tables")
    parser.add_argument("--write", type=Path, help="a document whose part between its marks is written anew")
    parser.add_argument("--draws", type=int, default=500, help="draws of the posterior, from the first")
    parser.add_argument("--runs", type=int, default=32, help="runs of a case at a draw; twice as many of a rate")
    parser.add_argument("--workers", type=int)
    options = parser.parse_args(arguments)
    posterior = draws_named("posterior")
    assert posterior is not None
    if not 2 <= options.draws <= len(posterior):
        parser.error(f"--draws = {options.draws}: accepted: 2 to {len(posterior)}")
    if options.write is not None:
        # A document without marks is refused before the hours of runs.
        try:
            around(options.write)
        except InputError as error:
            parser.error(str(error))
    own = posterior.taken(np.arange(options.draws))
    found = validate(options.out, own, record(), (options.runs, 2 * options.runs), options.workers)
    said = calibration("posterior")
    for name, table in found._asdict().items():
        write_table(options.out, name, table, said)
    note = f"Posterior, {options.draws} draws; {said}; worst first; a case is one observation, a rate is worth more."
    save(fit(found.fit, note), options.out, "fit")
    cases = int(found.scores["cases"].iloc[0])
    shown = f"Each case forecast without itself; {cases} cases; 95% Wilson intervals, as if forecasts were independent"
    save(reliability(found.forecasts, FORECASTERS, f"{shown}; n beside each point."), options.out, "reliability")
    part = text(found, options.draws)
    if options.write is not None:
        written(options.write, part)
    print(f"{part}\n\nwritten: {options.out}")


if __name__ == "__main__":
    main()
