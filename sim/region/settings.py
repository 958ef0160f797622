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
    districts: int = number(100, "districts", "Number of districts to draw.", ASSUMED, 2, 20_000)
    states: int = number(
        1, "states", "Number of states in which the drawn districts lie, side by side.", ASSUMED, 1, 60
    )
    students_median: float = number(1000.0, "students", "Size of the median district.", AREAS, 20.0, 1e6)
    students_sd: float = number(1.2, "log", "Spread of district sizes.", AREAS, 0.0, 3.0)
    ses_mean: float = number(0.14, "SD of districts", "Mean socio-economic status.", ACROSS, -3.0, 3.0)
    ses_sd: float = number(0.97, "SD of districts", "Spread of socio-economic status.", ACROSS, 0.0, 3.0)
    achievement_mean: float = number(0.14, "grade levels", "Mean achievement of districts.", ACROSS, -5.0, 5.0)
    achievement_sd: float = number(0.99, "grade levels", "Spread of achievement between districts.", ACROSS, 0.0, 5.0)
    alike: float = share(0.5, "Share of the variance between districts that neighbours have in common.", ASSUMED)
    reach: float = number(
        0.15, "of the region's width", "Distance over which districts resemble one another.", ASSUMED, 0.01, 2.0
    )
    neighbours: int = number(6, "districts", "Number of nearest districts that count as neighbours.", ASSUMED, 1, 50)
    most_families: int = number(
        600, "families", "Maximum number of families simulated in a district; each may stand for several.",
        Assumption("assumption, as for cases: shares, not counts, decide"), 20, 1_000_000,
    )  # fmt: skip


class Posts(Section):
    """Superintendents, who move. How many leave in a year is ``leaders.superintendent_leaves``."""

    from_elsewhere: float = share(
        0.66, "Share of vacant posts that are filled from another district.",
        "AASA samples: 64% in 1992, 68% in 2000",
    )  # fmt: skip
    openness_sd: float = number(
        1.0, "SD", "How much superintendents differ in openness to the initiative.", "definition", 0.0, 5.0
    )
    acquaintances: int = number(
        8, "superintendents", "Number of superintendents whom a superintendent knows well.", ASSUMED, 0, 100
    )
    homophily: float = share(
        0.7, "Share of these acquaintances who lead districts like the superintendent's own.", ASSUMED
    )


class Adoption(Section):
    """When a district takes the initiative up: a hazard a year, as logarithms of a ratio."""

    pace: float = number(
        0.03,
        "per year",
        "Yearly chance (hazard) that a middling district adopts when none of its peers uses the initiative.",
        POSTERIOR_OF,
        0.0,
        10.0,
    )
    need_of: Literal["achievement", "ses", "none"] = choice(
        "achievement", "What the initiative responds to: a district that is low on this has more need.", "the case"
    )
    need: float = number(0.3, "log per SD", "How much more readily a district in need adopts.", ASSUMED, -5.0, 5.0)
    small: float = number(0.0, "log per SD", "How much more readily a small district adopts.", ASSUMED, -5.0, 5.0)
    openness: float = number(
        0.5, "log per SD", "How much more readily an open superintendent adopts.", ASSUMED, 0.0, 5.0
    )
    experience: float = number(
        0.7, "log", "How much more readily a superintendent who has seen the initiative go well adopts; one who "
            "has seen it fail adopts as much less readily.", ASSUMED,
        0.0, 5.0,
    )  # fmt: skip
    peers: float = number(
        2.0, "log per share", "How much more readily a district adopts if all its peers use the initiative: "
            "their decisions, not their results.",
        POSTERIOR_OF, 0.0, 12.0,
    )  # fmt: skip
    acquaintances: float = share(0.5, "Weight of the superintendent's acquaintances among a district's peers; "
        "neighbouring districts have the rest.",
                                 ASSUMED)  # fmt: skip
    quarrel: float = number(
        1.0, "log per share", "How much less readily a district adopts if all its peers were in conflict over "
            "the initiative this year.",
        POSTERIOR_OF, 0.0, 12.0,
    )  # fmt: skip
    money: float = number(
        0.7, "log", "How much more readily a district adopts if outside money bears the whole cost.", ASSUMED, 0.0, 5.0
    )
    again: float = share(
        0.0,
        "Hazard of adopting again after giving the initiative up, relative to that of a district that never had it.",
        ASSUMED,
    )


class Vendor(Section):
    """Who offers it to districts, and how many it can serve."""

    facts: ClassVar[bool] = True
    new_a_year: int | None = number(
        None, "districts", "New districts that the vendor can take on per year at the start; default: no limit.",
        ASSUMED, 0, 100_000,
    )  # fmt: skip
    growth: float = number(
        0.5,
        "per district",
        "Additional districts that the vendor can take on for each district that uses the initiative.",
        ASSUMED,
        0.0,
        10.0,
    )
    leaves_below: int = number(
        0,
        "districts",
        "The vendor leaves the market once it has had this many districts and then has fewer.",
        ASSUMED,
        0,
        100_000,
    )
    starts: int = number(1, "year", "Year of the region from which the vendor offers the initiative.", ASSUMED, 1, 60)


class Couplings(Section):
    """What happens in one district because of others. Each is off at 0, and all at ``strength``
    0: a region then is its districts, each by itself.
    """

    strength: float = number(
        1.0, "ratio", "Factor by which all couplings in this table are multiplied.", "definition", 0.0, 1.0
    )
    attention: float = share(
        0.3,
        "Public attention with which a district starts the year after all its peers were in conflict over "
        "the initiative.",
        POSTERIOR_OF,
    )
    perception: float = number(
        0.05,
        "fit",
        "How much worse families who do not have the initiative think of it after such a year.",
        POSTERIOR_OF,
        0.0,
        2.0,
    )
    persistence: float = number(
        0.5, "log", "How much less readily staff let go of the initiative, and successors drop it, if all peers "
            "use it.", POSTERIOR_OF,
        0.0, 5.0,
    )  # fmt: skip
    knows: float = share(
        0.5, "How much less readily a successor who has seen the initiative go well elsewhere drops it.", POSTERIOR_OF
    )
    learns: float = number(
        0.1, "log per doubling", "How much defects, and how untried the product is, fall as the vendor's "
            "district-years double.",
        POSTERIOR_OF, 0.0, 2.0,
    )  # fmt: skip
    orders: float = share(
        0.5, "Share of orders from above that come from the state and reach all its districts at once.", POSTERIOR_OF
    )
