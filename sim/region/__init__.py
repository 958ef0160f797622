"""The region: districts that adopt an initiative, keep it, adapt it and give it up, over school
years. What a district lives through with it is a run of the engine, week by week.

``sim.region(...)`` runs one: the package can be called, as :func:`sim.region.results.region`.

>>> import sim
>>> small = sim.load_region("first_region").revise({"places.districts": 12, "years": 2})
>>> sim.region(small, ["retrofit_everywhere"], seeds=2).years["year"].tolist()
[1, 2, 1, 2]
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.region.results import RegionResults


class _Callable(ModuleType):
    """A package that is called as its one door is."""

    def __call__(self, *arguments: Any, **options: Any) -> RegionResults:
        """Run strategies of a region: see :func:`sim.region.results.region`."""
        from sim.region.results import region

        return region(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
