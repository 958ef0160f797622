"""When results are published, and how they are read (R11)."""

from __future__ import annotations

from typing import Any

from sim.kernel.fields import ASSUMED, Assumption, Section, choice, number


class Settings(Section, title="Results"):
    """Published results (R11)."""

    weeks: tuple[int, ...] = choice(
        (12, 24, 36), "Weeks of the school year after which results are published.", Assumption("assumption: each term")
    )
    test_sd: float = number(
        1.0, "SD", "Spread of test scores within an achievement group.", Assumption("assumption: national SD"), 0, 3
    )
    true_sd: float = number(
        0.15,
        "SD",
        "Spread of the true effects of programmes, by which readers discount what they see.",
        Assumption("assumption after Kraft 2020: effects of education programmes"),
        0,
        3,
    )
    family_weight: float = number(
        0.5,
        "experience per SD",
        "How strongly the results of a family's own achievement group affect its experience.",
        ASSUMED,
        0,
        5,
    )
    board_weight: float = number(
        0.4, "capital per SD", "How strongly results affect the board's political capital.", ASSUMED, 0, 5
    )

    def check(self, scenario: Any) -> None:
        """Refuse weeks outside the school year."""
        year = scenario.horizon.weeks_per_year
        odd = [week for week in self.weeks if not 1 <= week <= year]
        if odd:
            raise ValueError(f"results.weeks = {odd[0]}: accepted: weeks of the school year, 1 to {year}")


class Power(Section, title="ResultsPower"):
    """The board's own judgement."""

    governance: float = number(
        1.0, "weight", "Weight of published results; 1 is as usual.", "convention", 0, 10, fact=True
    )
