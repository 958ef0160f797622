"""The parties, a party package each: all that one party is lies in its folder.

``settings.py`` is its section of a scenario, and its row of the power table; ``rules.py`` its
rules, as pure functions; ``agent.py`` the party as Mesa agents; ``compiled.py`` the same party in
the compiled engine; ``variables.py`` the quantities that it owns, and which of the others' it
reads. A party package knows the ground it stands on, never another party package.
"""

PARTIES = (
    "families", "students", "teachers", "union", "regulator", "community", "vendor", "funder", "results", "leaders",
    "board",
)  # fmt: skip
"""The one list of parties, in the order in which they act at a moment of the week and stand in
tables.
"""

MOMENTS = (
    "begin", "supply", "teach", "live", "respond", "press", "decide", "leave", "conclude", "renew", "enrol", "close",
)  # fmt: skip
"""Moments at which a party may act: before the first week; in each week the product and its money,
the teaching, the families' week, everybody's response, their pressure on the board, its decision,
departures, and the year's end; between weeks the change of cohorts and the intake; and the end of a
programme.
"""
