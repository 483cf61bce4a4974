"""Mixing: the strips of a result with their levels, automation, effects and sends, and the console that sums them."""
