"""A registry in memory, one file an area. There is no surface here: `testing.registry` puts the areas together."""
