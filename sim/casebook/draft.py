"""Files to begin with: a case to fill in, a reading of it, and the scenario of a coded case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sim.casebook import to_scenario
from sim.casebook.drawing import codes_of, drawn
from sim.casebook.files import KNOWN, SHIPPED, Casebook, Code
from sim.casebook.rubric import Field, fields
from sim.casebook.runs import LONGEST, followed
from sim.parties.board.endings import CAUSES

_CASE = '''schema = 1

# What is known of the case, in your own words. Lines that begin with # are suggestions: take the # away and fill in.

[case]
place = ""
region = ""              # US state code, or the country
initiative = ""          # one line
programme = "other"      # groups cases of one programme: summit, start_time, four_day_week, devices, ...
kind = "other"           # school_model, schedule, grading, curriculum, technology, other
design = "mandatory"     # mandatory, opt_out, opt_in_inside, school_within_school, new_school
grades = ""
schools = ""
students = ""
decided_by = ""
how_found = "other"      # news_of_controversy, sampled_from_list, evaluation_report, other
confidence = 0.5         # 0 to 1: your own, in the facts below
sources = []             # "Title; publication; date; address"

[start]
date = ["2027-08-01", "2027-08-31"]   # earliest and latest first day with children
begun = true
known = """
{KNOWN}
"""
blind = """
The same for coders who must not recognise the place: names replaced, nothing of what happened.
"""

# Leave [outcome] out where the case is to be forecast.
# [outcome]
# happened = """..."""
# state = "sustained"    # discontinued, adapted, sustained: as of the day below
# as_of = "2028-06-30"
# decided = ["2028-01-12", "2028-01-12"]    # these four where it was ended or adapted
# effective = ["2028-06-30", "2028-06-30"]  # when it took effect
# manner = "mid_year"    # when children lost it: before_start, mid_year, year_end
# first_cause = "families"
# causes = ["families"]
# adapted_before = false # had it been made optional or cut back before it ended? With adapted = ["...", "..."]
# as_designed = true     # was it what it was designed to be while it lived?
# in_favour = 0.4        # share in favour, with in_favour_of = "families asked in spring"
# voices = 180           # most families or signers on record against it
# notes = ""             # what was inferred, what is unsure, what the rubric has no field for
'''


def case_file() -> str:
    """A case to fill in."""
    causes = "".join(f"#   {name}: {words}\n" for name, words in CAUSES.items())
    return f"{_CASE.replace('{KNOWN}', KNOWN)}# Causes:\n{causes}"


def reading_file(name: str, coder: str) -> str:
    """A reading to fill in: every field with its question and scale, as a comment."""
    lines = [
        f'schema = 1\ncase = "{name}"\ncoder = "{coder}"\nreader = ""            # what kind of reader you are',
        'recognised = "no"      # place: you know which place it is; ending: and how it ended',
        '# place_thought = ""    # which place you think it is',
        "# risk_thought = 0.3   # your own chance that nobody takes part any more five years on",
        '# ending_thought = "sustained"   # what you think became of it: discontinued, adapted, sustained\n\n[codes]',
        "# Take the # away where a fact, or a judgement that rests on one, tells the value; else leave the line alone.",
    ]
    group = ""
    for field in fields().values():
        if field.group != group:
            group = field.group
            lines.append(f"\n# {group}")
        lines += _asked(field)
    return "\n".join(lines) + "\n"


def answered_file(name: str, coder: str, codes: Mapping[str, Code]) -> str:
    """A reading of a case with what is coded."""
    lines = [f"schema = 1\ncase = {_toml(name)}\ncoder = {_toml(coder)}\n\n[codes]"]
    for field, code in codes.items():
        lines.append(
            f"{field} = {{ value = {_toml(code.value)}, basis = {_toml(code.basis)}, why = {_toml(code.why)} }}"
        )
    return "\n".join(lines) + "\n"


def _asked(field: Field) -> list[str]:
    anchors = "; ".join(f"{value}: {words}" for value, words in field.anchors.items())
    only = "".join(f"; only where {other} = {wanted}" for other, wanted in field.only.items())
    return [
        f"# {field.question}",
        f"#   {field.scale}; left out: {field.absent}{only}",
        *([f"#   {anchors}"] if anchors else []),
        f'# {field.name} = {{ value = {_example(field)}, basis = "fact", why = "" }}',
    ]


def _example(field: Field) -> str:
    if field.kind == "choices":
        return "[]"
    if field.is_text:
        return f'"{field.accepted[0]}"'
    return "0.5" if field.kind == "share" else f"{max(0.0, field.bounds[0]):g}"


def scenario_file(name: str, book: Casebook, years: float | None, seed: int) -> str:
    """The scenario that the model makes of a coded case, as a scenario file.

    Parameters
    ----------
    name : str
    book : Casebook
    years : float, optional
        From the start; as long as the case was followed by default, three years where it is to be
        forecast.
    seed : int
        Of what readings leave open and nobody knows.
    """
    case, readings = book.cases[name], book.readings[name]
    if years is None:
        years = min(followed(case), LONGEST) if case.outcome is not None else 3.0
    values = to_scenario.changes(name, drawn(name, codes_of(readings), seed), years)
    coded = " and ".join(each.coder for each in readings)
    given = {field for each in readings for field in each.codes}
    unused = ", ".join(field for field in to_scenario.UNUSED if field in given)
    whole = "" if book.folder == SHIPPED else f" in {book.folder.name}"
    ahead = [
        f"# {case.case.initiative}, as the model sees it; coded by the rubric, reading {coded}.",
        f"# What the readings leave open, or nobody knows, is drawn with seed {seed}; sim case rubric has the ranges.",
        *([f"# Coded, but not used by the model: {unused}."] if unused else []),
    ]
    return scenario_text(ahead, name, case.case.initiative, f"the casebook{whole}: {name}", values)


def scenario_text(ahead: Sequence[str], name: str, title: str, source: str, changes: Mapping[str, Any]) -> str:
    """A scenario file of some fields.

    Parameters
    ----------
    ahead : sequence of str
        Lines that stand first, as comments.
    name, title, source : str
    changes : mapping
        Values by dotted field, as :func:`sim.casebook.to_scenario.changes` gives them.
    """
    lines = [
        *ahead,
        f"# A place of more than {to_scenario.MOST_FAMILIES} families stands as a smaller one, all counts in "
        "proportion.",
        "",
        "schema = 2",
        f'name = "{name}"',
        f"title = {_toml(title)}",
        f"sources = [{_toml(source)}]",
    ]
    section = ""
    for field, value in sorted(changes.items(), key=lambda each: each[0].rpartition(".")[0]):
        above, _, leaf = field.rpartition(".")
        if not above:
            continue
        if above != section:
            section = above
            lines += ["", f"[{section}]"]
        lines.append(f"{leaf} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return '"' + "".join(each if each.isprintable() else f"\\u{ord(each):04X}" for each in escaped) + '"'
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, float):
        text = f"{value:.4g}" if float(f"{value:.4g}") == value else f"{value:.10g}"
        return text if "." in text or "e" in text else f"{text}.0"
    return str(value)
