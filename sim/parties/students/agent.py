"""Students in the Mesa model (R15)."""

from __future__ import annotations

from typing import Any

from sim.parties.base import Body


class Students(Body):
    """The older students, school by school: what each feels lies with its family; here they act
    together.
    """

    def respond(self) -> None:
        """Walk out where enough are ready to, at most once a school year (R15)."""
        variables = self.variables
        year = (self.model.week - 1) // self.scenario.horizon.weeks_per_year + 1
        variables.walking = 0
        variables.walkout_attention = 0.0
        for school in variables.schools:
            school.walked_out = int(school.walked_in_year != year and self.walk_out(school))
            if school.walked_out:
                school.walked_in_year = year
                variables.walkouts += 1
                variables.walking += school.older_unhappy
        if variables.walking > 0:
            variables.walkout_attention = self.rules.walkout_attention(
                variables.walking, variables.taking_part, self.scenario.students.attention
            )

    def walk_out(self, school: Any) -> bool:
        """Whether a school's older students walk out: enough of them are ready to."""
        if school.older == 0:
            return False
        ready = self.rules.ready_to_walk(school.older_unhappy / school.older)
        return bool(self.rules.walks_out(ready, self.scenario.students.walkout, self.variables.dose))
