"""Tables of runs with a known answer, made without the model: a risk for every design point and design, luck by seed."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from sim.analysis.quantities import prepared
from sim.outcome import OUTCOME

HORIZON = 108


def runs(
    points: pd.DataFrame, risks: dict[str, Callable[[pd.Series], float]], seeds: int = 100, luck: str = "shared", first: int = 0
) -> pd.DataFrame:
    """Runs that end (cancelled) in week 20 with the chance given; all points share a seed's luck, or none do."""
    generator = np.random.default_rng(7)
    shared = generator.random(seeds)
    rows = []
    for point, values in points.iterrows():
        for design, risk in risks.items():
            own = shared if luck == "shared" else generator.random(seeds)
            for seed in range(seeds):
                ended = bool(own[seed] < risk(values))
                row = dict.fromkeys(OUTCOME, 0.0)
                row |= {"ending": "cancelled" if ended else "survived", "week": 20.0 if ended else np.nan, "families": 300}
                row |= {
                    "week_diluted": np.nan,
                    "week_made_optional": np.nan,
                    "week_over": row["week"],
                    "student_weeks": 1000.0 if ended else 5000.0,
                    "reached": 300,
                }
                row |= {f"gain_{third}": 0.01 if ended else 0.05 for third in ("low", "middle", "high")}
                rows.append({"point": point, **values.to_dict(), **row, "design": design, "seed": first + seed, "error": None})
    return prepared(pd.DataFrame(rows), "any", HORIZON, HORIZON)


def grid(**levels: list) -> pd.DataFrame:
    """A full factorial, a column per factor."""
    index = pd.MultiIndex.from_product(levels.values(), names=list(levels))
    return index.to_frame(index=False)
