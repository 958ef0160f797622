"""A region's report: one page that needs no network: answer, figures, and what it rests on."""

from __future__ import annotations

import base64
import io

from jinja2 import Environment, PackageLoader, StrictUndefined

from sim.casebook.standing import STANDING
from sim.figures.style import styled
from sim.region.findings import regional
from sim.region.region import fields_of
from sim.region.results import RegionResults
from sim.region.strategies import Strategy


def page(results: RegionResults) -> str:
    """Return the report as one HTML text."""
    environment = Environment(
        loader=PackageLoader("sim.region"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    sections = []
    for finding in regional():
        tables = finding.tables(results)
        sink = io.BytesIO()
        figure = finding.figure(results, tables, None)
        note = " ".join(text.get_text().replace("\n", " ") for text in figure.texts if text.get_gid() == "caption")
        for text in figure.texts:
            text.set_visible(text.get_gid() != "caption")
        with styled():
            figure.savefig(sink, format="svg", bbox_inches="tight", metadata={"Date": None})
        picture = f"data:image/svg+xml;base64,{base64.b64encode(sink.getvalue()).decode()}"
        sections.append({"name": finding.name, "question": finding.question, "picture": picture, "note": note})
    settings, own = results.region.settings, fields_of(type(results.region.settings))
    numbers = [
        {"field": name, "value": _at(settings, name), **(each.json_schema_extra or {}), "meaning": each.description}
        for name, each in own.items()
        if "." in name
    ]
    return environment.get_template("report.html.j2").render(
        title=results.region.title, summary=settings.summary, settings=settings, sentences=sentences(results),
        sections=sections, numbers=numbers, standing=STANDING, finished=results.finished,
        strategies=[_told(each) for each in results.region.strategies.values()], note=results.note,
    )  # fmt: skip


def sentences(results: RegionResults) -> list[str]:
    """The answer in words: what the first strategy comes to, and each other one against it."""
    found, unsure = [], []
    table = results.table("strategies")
    own = table[table["point"] == 0].set_index(["strategy", "quantity"])
    first, years = results.strategies[0], results.region.settings.years
    row = own.loc[(first, "reached")]
    found.append(
        f"After {years} years, {results.words(first)} has reached {_count(row['mean'])} children on average (90% of "
        f"seeds: "
        f"{_count(row['spread_low'])} to {_count(row['spread_high'])})."
    )
    for strategy in results.strategies[1:]:
        row = results.difference("reached", of=strategy, to=first)
        difference, lower, upper = row.loc[0, ["difference", "lower", "upper"]]
        words = results.words(strategy)
        if not (lower > 0.0 or upper < 0.0):
            unsure.append(words)
            continue
        more = "more" if difference > 0 else "fewer"
        low, high = sorted((abs(lower), abs(upper)))
        found.append(
            f"{words[:1].upper()}{words[1:]} reaches {_count(abs(difference))} {more} children than "
            f"{results.words(first)} (95% interval of the mean difference: {_count(low)} to {_count(high)})."
        )
    if unsure:
        found.append(
            f"These {len(results.plan.seeds)} seeds do not show whether {_listed(unsure)} "
            f"{'reaches' if len(unsure) == 1 else 'reach'} more or fewer children than {results.words(first)}."
        )
    return found


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _at(settings: object, name: str) -> object:
    found = settings
    for part in name.split("."):
        found = getattr(found, part)
    return "no limit" if found is None else found


def _told(strategy: Strategy) -> dict[str, str]:
    """A strategy with what it sets itself."""
    own = {name: getattr(strategy, name) for name in sorted(strategy.model_fields_set - {"name", "label"})}
    return {"words": strategy.words, "sets": ", ".join(f"{name} = {value}" for name, value in own.items())}
