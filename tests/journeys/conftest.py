"""The small house of the journeys, made once a session; the journeys are one group, so that one process makes it
once.
"""

from __future__ import annotations

from house_of_tests import home, house_folder, run

__all__ = ["home", "house_folder", "run"]
