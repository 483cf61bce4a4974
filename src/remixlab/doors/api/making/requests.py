"""What somebody orders over HTTP: one model, and the two requests that are built on it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from remixlab.doors.answers.plans import PlanTree
from remixlab.doors.api.request import Sent
from remixlab.plan import SoundFontRef
from remixlab.usecases.making import RemixOrder

Reference = Annotated[str, Field(max_length=128)]


class Order(Sent):
    """A prompt, a plan, or both: then the words correct the plan ("less drums than before", "undo the tempo")."""

    prompt: Annotated[str | None, Field(description="At most 2 000 characters.")] = None
    plan: PlanTree | None = None
    kind: Literal["remix", "cover"] = "remix"
    share: Literal["private", "public"] = "private"
    mine: Annotated[
        bool, Field(strict=True, description="You own the recording or have permission; the result stays private.")
    ] = False
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32, description="Another number, another idea.")] = 0
    soundfont: Annotated[
        SoundFontRef | None, Field(description="What `POST /soundfonts` answered: it plays the new parts.")
    ] = None

    synthesised: Annotated[
        bool, Field(description="Play the new parts by synthesis though sampled instruments are here.")
    ] = False

    def of(self, recording_id: str) -> RemixOrder:
        """The order for one recording."""
        return RemixOrder(
            source=recording_id,
            prompt=self.prompt,
            plan=self.plan,
            kind=self.kind,
            seed=self.seed,
            soundfont=self.soundfont,
            synthesised=self.synthesised,
            share=self.share,
            mine=self.mine,
        )


class PlanRequest(Order):
    """What shall be planned, for which recording."""

    recording_id: Reference


class RemixRequest(Order):
    """Either a plan that was judged before, or an order as `POST /plans` takes it."""

    plan_id: Reference | None = None
    recording_id: Reference | None = None
