"""Times every contestant in turn, round after round, on one core: run with ``make peers``.

Writes ``peers.csv`` (every timing) and ``peers.png`` beside this file, and prints the table.
"""

import os
import sys
import time
from pathlib import Path

os.environ["NUMBA_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

import matplotlib.pyplot as plt  # noqa: E402
import pandas as pd  # noqa: E402
from contestants import Contestant, pairs  # noqa: E402

ROUNDS = 7
SMALL = 1_000  # agents, below which one timing is of ten models, one after the other


def timed(who: Contestant) -> dict[str, float]:
    """Nanoseconds per agent and step: of the set-up, and of the steps."""
    set_up = steps = 0.0
    models = 10 if who.agents < SMALL else 1
    for _ in range(models):
        start = time.perf_counter()
        model = who.set_up()
        made = time.perf_counter()
        who.run(model)
        set_up, steps = set_up + made - start, steps + time.perf_counter() - made
    asked = models * who.agents * who.steps / 1e9
    return {"set_up_ns": set_up / asked, "steps_ns": steps / asked}


def measure(rounds: int) -> pd.DataFrame:
    """Every contestant once in every round, after one that is not counted."""
    contestants = list(dict.fromkeys(who for pair in pairs() for who in pair))
    rows = []
    for number in range(-1, rounds):
        for who in contestants:
            row = {"round": number, "name": who.name, "agents": who.agents, "steps": who.steps, **timed(who)}
            print(*row.values(), file=sys.stderr)
            rows.append(row)
    table = pd.DataFrame(rows)
    return table[table["round"] >= 0]


def ratios(table: pd.DataFrame) -> pd.DataFrame:
    """Peer over ours within a round: the peer's steps alone over ours with set-up, and both with
    set-up.
    """
    whole = (
        table.assign(whole_ns=table["set_up_ns"] + table["steps_ns"])
        .set_index(["name", "agents", "round"])
        .sort_index()
    )
    rows = []
    for mine, peer in pairs():
        ours, theirs = (whole.loc[(who.name, who.agents)] for who in (mine, peer))
        for what, ratio in {
            "steps": theirs["steps_ns"] / ours["whole_ns"],
            "whole": theirs["whole_ns"] / ours["whole_ns"],
        }.items():
            rows.append(
                {
                    "peer": peer.name, "agents": peer.agents, "what": what,
                    "ours_ns": ours["whole_ns"].median(),
                    "theirs_ns": theirs["steps_ns" if what == "steps" else "whole_ns"].median(),
                    "median": ratio.median(), "least": ratio.min(), "most": ratio.max(),
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def figure(found: pd.DataFrame, path: Path) -> None:
    """How many times as long each peer takes per agent and step: median and range of the rounds."""
    steps = found[found["what"] == "steps"].sort_values(["agents", "median"], ascending=[False, True])
    plt.rcParams.update({"font.size": 7, "axes.spines.top": False, "axes.spines.right": False})
    drawing, axis = plt.subplots(figsize=(3.5, 2.3), layout="constrained")
    for place, row in enumerate(steps.itertuples()):
        axis.plot([row.least, row.most], [place, place], color="#0072B2", linewidth=1.5)
        axis.plot(row.median, place, "o", color="#0072B2", markersize=4)
        axis.annotate(f"{row.median:.0f}", (row.most, place), xytext=(5, 0), textcoords="offset points", va="center")
    axis.set_yticks(range(len(steps)), [f"{row.peer}, {row.agents:,} agents" for row in steps.itertuples()])
    axis.axvline(1, color="0.5", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlim(0.8, steps["most"].max() * 3)
    axis.set_xticks([1, 10, 100], ["1", "10", "100"])
    axis.set_xlabel("times as long per agent and step\n(its steps alone, ours with set-up)")
    drawing.savefig(path, dpi=300)


def main() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    table = measure(ROUNDS)
    table.round(3).to_csv(HERE / "peers.csv", index=False)
    found = ratios(table)
    print(found.round(1).to_string(index=False))
    figure(found, HERE / "peers.png")


if __name__ == "__main__":
    main()
