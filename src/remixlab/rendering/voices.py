"""The sung voice changed: choir, harmony, robot and their kin."""

from __future__ import annotations

from remixlab.plan import RemixPlan
from remixlab.rendering.arrange import Arrangement
from remixlab.rendering.resolve import Layout
from remixlab.rendering.strips import Strip


def revoiced_strips(plan: RemixPlan, layout: Layout, arrangement: Arrangement, strip: Strip) -> list[Strip]:
    """The strips that stand for the voice."""
    return [strip]
