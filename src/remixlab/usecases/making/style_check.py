"""Zero-shot style check: did it become what was asked?

An encoder that has no part in the making ranks the styles it hears.
"""

from __future__ import annotations

from remixlab.domain.audio import Audio
from remixlab.domain.music import Embedding
from remixlab.domain.remix import Became
from remixlab.listening import feel, order_words
from remixlab.plan import RemixPlan
from remixlab.plan.ops import Restyle

HEARD_FIRST = 3


def judge_styles(plan: RemixPlan, sound: Audio, before: Embedding | None) -> tuple[Became, ...]:
    """For each style that the plan plays stems in, its place among all styles in the result, and before in the source.

    Nothing where no style was asked for, in silence, and where the encoder is not shipped.
    """
    asked = tuple(dict.fromkeys(op.style for op in plan.ops if isinstance(op, Restyle)))
    after = feel(sound) if asked else None
    if after is None:
        return ()
    order = order_words("style", after)
    places = {word.value: n for n, word in enumerate(order, start=1)}
    was = {word.value: n for n, word in enumerate(order_words("style", before), start=1)} if before else {}
    heard = tuple(word.value for word in order[:HEARD_FIRST])
    return tuple(
        Became(
            style=style,
            place=places[style],
            of=len(order),
            place_before=was.get(style),
            heard_first=heard,
            ear=after.encoder,
        )
        for style in asked
        if style in places
    )
