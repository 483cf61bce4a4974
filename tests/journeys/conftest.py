"""The small house of the journeys, made once a session."""

from house_of_tests import home, house_folder, run

__all__ = ["home", "house_folder", "run"]
