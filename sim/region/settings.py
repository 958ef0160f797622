"""What a region is in numbers: places, posts, adoption, the vendor, and what couples districts.

Each field has a unit, a range, a default and where the default comes from; ``sim region
--parameters`` lists them.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from sim.kernel.fields import ASSUMED, Assumption, Section, choice, number, share

AREAS = Assumption("assumption: districts of about such sizes")
ACROSS = "Stanford Education Data Archive: sim docs communities.csv"
POSTERIOR_OF = "assumption; what record there is: sim docs region"


class Places(Section):
    """Where the districts are, and who lives there: drawn, where no table names them."""

    facts: ClassVar[bool] = True
    table: str = choice("", "A CSV table of districts, a row each; its columns: sim docs region.", "the case")
    districts: int = number(100, "districts", "Districts that are drawn.", ASSUMED, 2, 20_000)
    states: int = number(1, "states", "States that the drawn districts lie in, side by side.", ASSUMED, 1, 60)
    students_median: float = number(1000.0, "students", "Median district.", AREAS, 20.0, 1e6)
    students_sd: float = number(1.2, "log", "Spread of sizes.", AREAS, 0.0, 3.0)
    ses_mean: float = number(0.14, "SD of districts", "Mean socio-economic status.", ACROSS, -3.0, 3.0)
    ses_sd: float = number(0.97, "SD of districts", "Spread of socio-economic status.", ACROSS, 0.0, 3.0)
    achievement_mean: float = number(0.14, "grade levels", "Mean achievement of districts.", ACROSS, -5.0, 5.0)
    achievement_sd: float = number(0.99, "grade levels", "Spread of achievement between districts.", ACROSS, 0.0, 5.0)
    alike: float = share(0.5, "Share of the variance between districts that neighbours have in common.", ASSUMED)
    reach: float = number(0.15, "of the region's width", "How far away a district still is alike.", ASSUMED, 0.01, 2.0)
    neighbours: int = number(6, "districts", "Nearest districts that count as neighbours.", ASSUMED, 1, 50)
    most_families: int = number(
        600, "families", "Families of a district that are simulated at the most; each may stand for several.",
        Assumption("assumption, as for cases: shares, not counts, decide"), 20, 1_000_000,
    )  # fmt: skip


class Posts(Section):
    """Superintendents, who move. How many leave in a year is ``leaders.superintendent_leaves``."""

    from_elsewhere: float = share(
        0.66, "Share of vacant posts that are filled from another district.",
        "AASA samples: 64% in 1992, 68% in 2000",
    )  # fmt: skip
    openness_sd: float = number(1.0, "SD", "How superintendents differ in openness to it.", "definition", 0.0, 5.0)
    acquaintances: int = number(8, "superintendents", "Whom a superintendent knows well.", ASSUMED, 0, 100)
    homophily: float = share(0.7, "Share of them that lead districts like the own.", ASSUMED)


class Adoption(Section):
    """When a district takes the initiative up: a hazard a year, as logarithms of a ratio."""

    pace: float = number(
        0.03, "per year", "Hazard of a middling district whose peers do not use it.", POSTERIOR_OF, 0.0, 10.0
    )
    need_of: Literal["achievement", "ses", "none"] = choice(
        "achievement", "What it answers to: a district low in it has more need.", "the case"
    )
    need: float = number(0.3, "log per SD", "How much more a district in need takes it up.", ASSUMED, -5.0, 5.0)
    small: float = number(0.0, "log per SD", "How much more a small district does.", ASSUMED, -5.0, 5.0)
    openness: float = number(0.5, "log per SD", "How much more an open superintendent does.", ASSUMED, 0.0, 5.0)
    experience: float = number(
        0.7, "log", "How much more one does who has seen it go well; as much less who has seen it fail.", ASSUMED,
        0.0, 5.0,
    )  # fmt: skip
    peers: float = number(
        2.0, "log per share", "How much more a district does whose peers all use it: their decisions, not results.",
        POSTERIOR_OF, 0.0, 12.0,
    )  # fmt: skip
    acquaintances: float = share(0.5, "Weight of superintendents' acquaintances among peers; neighbours have the rest.",
                                 ASSUMED)  # fmt: skip
    quarrel: float = number(
        1.0, "log per share", "How much less a district does whose peers all quarrelled about it this year.",
        POSTERIOR_OF, 0.0, 12.0,
    )  # fmt: skip
    money: float = number(0.7, "log", "How much more a district does where outside money bears all.", ASSUMED, 0.0, 5.0)
    again: float = share(0.0, "Hazard of a district that gave it up, over that of one that never had it.", ASSUMED)


class Vendor(Section):
    """Who offers it to districts, and how many it can serve."""

    facts: ClassVar[bool] = True
    new_a_year: int | None = number(
        None, "districts", "New districts that it can take on in a year at first; default as many as come.", ASSUMED,
        0, 100_000,
    )  # fmt: skip
    growth: float = number(
        0.5, "per district", "Further ones that it can take on for each district that uses it.", ASSUMED, 0.0, 10.0
    )
    leaves_below: int = number(
        0, "districts", "It leaves the market where it had as many and fewer are left.", ASSUMED, 0, 100_000
    )
    starts: int = number(1, "year", "Year of the region from which it offers it.", ASSUMED, 1, 60)


class Couplings(Section):
    """What happens in one district because of others. Each is off at 0, and all at ``strength``
    0: a region then is its districts, each by itself.
    """

    strength: float = number(1.0, "ratio", "Multiplies all couplings of this table.", "definition", 0.0, 1.0)
    attention: float = share(
        0.3, "Public attention with which a district begins a year after all its peers quarrelled.", POSTERIOR_OF
    )
    perception: float = number(
        0.05, "fit", "How much worse families without it think of it after such a year.", POSTERIOR_OF, 0.0, 2.0
    )
    persistence: float = number(
        0.5, "log", "How much less staff let go of it, and successors drop it, where all peers use it.", POSTERIOR_OF,
        0.0, 5.0,
    )  # fmt: skip
    knows: float = share(0.5, "How much less a successor drops it who has seen it go well elsewhere.", POSTERIOR_OF)
    learns: float = number(
        0.1, "log per doubling", "How much defects, and what is untried, fall as the vendor's district-years double.",
        POSTERIOR_OF, 0.0, 2.0,
    )  # fmt: skip
    orders: float = share(
        0.5, "Share of orders from above that are the state's own, and meet all its districts at once.", POSTERIOR_OF
    )
