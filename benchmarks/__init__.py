"""Measured claims: each module's `run()` yields rows of figures; comparisons are ratios of runs side by side."""
