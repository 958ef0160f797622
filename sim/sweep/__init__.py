"""Many runs: replicates of design points, in parallel and in a fixed order."""

from sim.sweep.replicates import default_workers, replicate

__all__ = ["default_workers", "replicate"]
