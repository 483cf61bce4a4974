"""Files from others, read in a child process that is bounded: memory, time, files, network."""

from remixlab.stores.files.bounded.reading import BoundedFiles, can_bound

__all__ = ["BoundedFiles", "can_bound"]
