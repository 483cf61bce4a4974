"""What stands before every operation of the HTTP door: bounds on what is sent, and an answer whatever goes wrong."""

from remixlab.doors.guard.stand import stand_guard

__all__ = ["stand_guard"]
