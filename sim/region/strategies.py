"""A strategy: where an initiative begins, under which design, who pays, and what is asked of whom.

Strategies are data, tables of a region file. All of a region file meet the same region and the
same chance.
"""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from sim.kernel.fields import ASSUMED, Section, choice, number, share

YEARS = 60
"""The most years that a region is followed."""


class Strategy(Section):
    """One way of spreading an initiative."""

    facts: ClassVar[bool] = True
    name: str = choice("", "Name in tables and options.", "the strategy")
    label: str = choice("", "Label in figures and sentences; default: the name.", "the strategy")
    design: str = choice("retrofit", "Design under which districts take it up.", "the strategy")
    then: str = choice("", "Design from the year ``then_from`` on, for new districts and for those that already "
        "have the initiative.",
                       "the strategy")  # fmt: skip
    then_from: int = number(
        4, "year", "Year of the region from which this second design applies.", "the strategy", 1, YEARS
    )
    seeds: int = number(0, "districts", "Number of districts that start in the first year.", "the strategy", 0, 20_000)
    where: Literal["random", "aligned", "connected"] = choice(
        "random", "Which districts start: any; those whose superintendent and need favour the initiative most; "
        "those that are peers of most others.", "the strategy",
    )  # fmt: skip
    open_from: int = number(1, "year", "Year from which other districts may adopt.", "the strategy", 1, YEARS)
    money: float = share(0.0, "Share of the cost that outside money bears in a district's first years.", "the strategy")
    money_years: int = number(
        3, "years", "For how many of a district's years it bears that share.", "the strategy", 1, YEARS
    )
    money_until: int = number(YEARS, "year", "Last year in which a district can start with that money.", "the strategy",
                              1, YEARS)  # fmt: skip
    mandate: int | None = number(None, "year", "Year from which the state requires the initiative; default: "
        "never.", "the strategy",
                                 1, YEARS)  # fmt: skip
    repeal: int | None = number(
        None, "year", "Year from which the state no longer requires it.", "the strategy", 1, YEARS
    )
    compliance: float = share(
        0.6, "Share of the districts without the initiative that comply in each year of the mandate.", ASSUMED
    )
    forbid: int | None = number(None, "year", "Year from which the state forbids the initiative; default: "
        "never.", "the strategy",
                                1, YEARS)  # fmt: skip
    evaluated: int | None = number(
        None, "year", "Year at the end of which the first districts are evaluated; others wait until then.",
        "the strategy",
        1, YEARS,
    )  # fmt: skip
    go_on_if: float = share(
        0.5, "Share of the first districts that must still have the initiative for others to follow.", "the strategy"
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.repeal is not None and (self.mandate is None or self.repeal <= self.mandate):
            raise ValueError(f"repeal = {self.repeal}: accepted: a year after that of mandate")
        if self.evaluated is not None and not self.seeds:
            raise ValueError(f"evaluated = {self.evaluated}: accepted: with seeds, the districts that are evaluated")
        return self

    @property
    def words(self) -> str:
        """What it is called."""
        return self.label or self.name.replace("_", " ")

    @property
    def designs(self) -> tuple[str, ...]:
        """Designs that its districts have, in order."""
        return (self.design, *([self.then] if self.then and self.then != self.design else []))

    def design_in(self, year: int) -> str:
        """The design of a district that begins in a year."""
        return self.then if self.then and year >= self.then_from else self.design

    def mandates(self, year: int) -> bool:
        """Whether the state requires it in a year."""
        return self.mandate is not None and self.mandate <= year < (self.repeal or YEARS + 1)

    def forbids(self, year: int) -> bool:
        """Whether the state forbids it in a year."""
        return self.forbid is not None and year >= self.forbid

    def pays(self, year: int) -> bool:
        """Whether a district that begins in a year gets money."""
        return self.money > 0.0 and year <= self.money_until
