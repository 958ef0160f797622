"""Kinds of public tables: which columns together tell a kind, and what each of them means there.

A column means something by the kind of its table: ``grade`` is a row's grade where children are
counted, and the grade that a mean is centred on in the Stanford Education Data Archive (SEDA).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from sim.scenario.public.cells import GRADES

IDS: dict[str, tuple[str, ...]] = {
    "school": ("ncessch", "sedasch", "school id nces assigned", "school id 12 digit nces assigned"),
    "district": ("leaid", "sedalea", "sedaadmin", "leaidc", "agency id nces assigned", "nces district"),
}
"""Level -> the names that a column of NCES ids has, the preferred first, as :func:`plain` gives
them.
"""
NAMES: dict[str, tuple[str, ...]] = {
    "school name": ("sch name", "schnam", "school name", "sedaschname"),
    "district name": (
        *("lea name", "leanm", "agency name", "sedaleaname", "sedaleanm", "sedaadminname", "leaname"),
        *("place", "name"),
    ),
    "locale": ("locale", "ulocale", "ulocal", "urban centric locale"),
    "year": ("school year", "year", "survyear"),
}
"""What else a table of any kind tells of a row."""

GROUPS = {"all": "all", "nec": "not poor", "ecd": "poor"}
"""Subgroups of SEDA: all, not economically disadvantaged, economically disadvantaged."""
SCALES = ("gcs", "gys", "cs", "ys")
"""Scales of SEDA: grade levels and SDs, each within cohorts and within years."""
SUBJECTS = ("mth", "rla")

Of = Callable[[str], str]
"""The cell of a row in the column of a name; empty where there is none."""


def plain(name: str) -> str:
    """The name of a column in small letters and digits, without the year of an export.

    Examples
    --------
    >>> plain("Grade 6 Students [Public School] 2016-17"), plain("gcs_mn_avg_eb")
    ('grade 6 students', 'gcs mn avg eb')
    """
    return re.sub(r"[^a-z0-9]+", " ", re.sub(r"\[[^]]*\].*", "", name.lower(), flags=re.DOTALL)).strip()


class Kind(NamedTuple):
    """A kind of table.

    A wide one has a column for each fact, one of which is enough to tell it. A long one has a row
    for each: a column with the number, and others that say of what, which tell it together.
    """

    name: str
    facts: Mapping[str, tuple[str, ...]]
    """Fact -> the names that columns, or categories of a long table, have for it, the preferred
    first.
    """
    about: tuple[str, ...] = ()
    """Columns that may say what a row is about."""
    needs: tuple[str, ...] = ()
    """Of a long table, the columns that tell it: the one with the number first."""
    category: Callable[[Of], str] | None = None
    """Of a long table, the category of a row."""

    @property
    def columns(self) -> set[str]:
        """All names of columns that mean something in it."""
        own = self.needs or (name for names in self.facts.values() for name in names)
        return {*own, *self.about}


def _member(of: Of) -> str:
    total = plain(of("total indicator"))
    return plain(of("grade")) if total == "subtotal 4 by grade" else total


def _lunch(of: Of) -> str:
    if plain(of("data group")) == "direct certification":
        return "direct certification"
    program = plain(of("lunch program"))
    return plain(of("total indicator")) if program == "no category codes" else program


def _staff(of: Of) -> str:
    return plain(of("staff"))


def _enrolled(of: Of) -> str:
    """The grade of a row that counts all children of it, of any race and sex. The Urban Institute
    codes all as 99, and the grade before kindergarten as -1.
    """
    grade, *others = (of(name).casefold().removesuffix(".0") for name in ("grade", "race", "sex"))
    if any(other not in ("", "99", "total") for other in others):
        return ""
    if grade in ("0", "00", "k", "kg"):
        return "kindergarten"
    return "total" if grade == "99" else f"grade {int(grade)}" if re.fullmatch("[0-9]{1,2}", grade) else grade


MEANS = Kind(
    "SEDA achievement",
    {
        **{scale: (f"{scale} mn avg eb", f"{scale} mn avg ol") for scale in SCALES},
        **{
            f"{scale} {subject}": (f"{scale} mn avg {subject} eb", f"{scale} mn avg {subject} ol")
            for scale in SCALES
            for subject in SUBJECTS
        },
        **{f"{scale} {name}": (f"{scale} mn {code}",) for scale in SCALES for code, name in GROUPS.items()},
    },
    ("gradecenter", "grade", "subgroup", "subject"),
)

KINDS = (
    Kind(
        "Common Core of Data, children by grade",
        {
            "students": ("derived education unit total minus adult education count", "education unit total"),
            "grade 0": ("kindergarten",),
            **{f"grade {grade}": (f"grade {grade}",) for grade in GRADES[1:]},
        },
        ("dms flag",),
        ("student count", "total indicator", "grade"),
        _member,
    ),
    Kind(
        "Common Core of Data, children by lunch program",
        {
            "lunch": ("education unit total",),
            "free": ("free lunch qualified",),
            "reduced": ("reduced price lunch qualified",),
            "direct": ("direct certification",),
        },
        ("data group", "total indicator", "dms flag"),
        ("student count", "lunch program"),
        _lunch,
    ),
    Kind(
        "Common Core of Data, staff",
        {"teachers": ("teachers",)},
        ("dms flag",),
        ("staff count", "staff"),
        _staff,
    ),
    Kind(
        "Urban Institute, children by grade",
        {
            "students": ("total",),
            "grade 0": ("kindergarten",),
            **{f"grade {grade}": (f"grade {grade}",) for grade in GRADES[1:]},
        },
        ("race", "sex"),
        ("enrollment", "grade"),
        _enrolled,
    ),
    MEANS,
    Kind("SEDA covariates", {"ses": ("sesavgall", "sesall"), "lunch share": ("perfrl",)}),
    Kind(
        "our communities.csv",
        {
            "ses": ("ses district sd",),
            "share poor": ("share poor",),
            "levels all": ("achievement grade levels",),
            "levels not poor": ("not poor grade levels",),
            "levels poor": ("poor grade levels",),
        },
    ),
    Kind(
        "Common Core of Data, a column for each fact",
        {
            "students": (
                *("member", "total students all grades excludes ae", "total", "total students", "students"),
                *("enrollment", "total students all grades includes ae"),
            ),
            "grade 0": ("kg", "kindergarten students", "kindergarten"),
            **{
                f"grade {grade}": (f"g{grade:02d}", f"grade {grade} students", f"grade {grade}") for grade in GRADES[1:]
            },
            "lunch": ("totfrl", "free and reduced lunch students", "free or reduced price lunch"),
            "free": ("frelch", "free lunch eligible", "free lunch qualified", "free lunch"),
            "reduced": (
                *("redlch", "reduced price lunch eligible students", "reduced price lunch qualified"),
                "reduced price lunch",
            ),
            "direct": ("direct certification",),
            "teachers": (
                *("fte", "full time equivalent fte teachers", "tottch", "teachers"),
                *("teachers fte", "teachers total fte"),
            ),
        },
    ),
)
"""The kinds that are known. A table may be of several, each by columns of its own: a column that
means something in one is none of a later kind.
"""
