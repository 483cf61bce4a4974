"""Train RemixLab's ears from licensed and synthesised music (not part of the installed package)."""
