"""Plays, and the parts of a mix, as they are answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from remixlab.domain.material import Mix, Origin
from remixlab.domain.remix import Energy, PayLine
from remixlab.doors.answers.answer import Answer
from remixlab.plan import RemixPlan

if TYPE_CHECKING:
    from remixlab.usecases.sharing import Exported, Played


class PlayedAnswer(Answer):
    """A listen that was reported; `counted` is false where it was counted before."""

    play_id: str
    remix_id: str
    counted: bool
    pays: list[PayLine]


class PartAnswer(Answer):
    """One part of a mix as a file, before mastering."""

    name: str
    file: str
    origin: Origin | Literal["bus"]
    stem: str | None
    treated_by: list[str]
    soundfont: Annotated[str, Field(description="The SoundFont that it is played on; empty for our own instruments.")]
    sounds: Annotated[
        str, Field(description="The pack of sampled instruments that it is played on; empty for synthesis.")
    ]


class PartsAnswer(Answer):
    """`parts.json` beside the parts of a remix; summed, they are the premaster."""

    remix_id: str
    premaster_gain_db: float
    stems: list[PartAnswer]


class StemsAnswer(PartsAnswer):
    """The answer of `remixlab stems`."""

    output: str


class RenderedAnswer(Answer):
    """The answer of `remixlab render`."""

    output: str
    plan: RemixPlan
    duration_s: float
    loudness_lufs: float
    peak_dbtp: float
    on_target: bool
    premaster_gain_db: float
    energy: Energy
    stems: list[PartAnswer]


def played_answer(played: Played) -> PlayedAnswer:
    return PlayedAnswer(
        play_id=played.play_id, remix_id=played.remix_id, counted=played.counted, pays=list(played.pays)
    )


def parts_answer(remix_id: str, mix: Mix, parts: Iterable[Exported]) -> PartsAnswer:
    return PartsAnswer(remix_id=remix_id, premaster_gain_db=round(mix.premaster_gain_db, 3), stems=_parts(parts))


def stems_answer(remix_id: str, output: str, mix: Mix, parts: Iterable[Exported]) -> StemsAnswer:
    return StemsAnswer(
        remix_id=remix_id, output=output, premaster_gain_db=round(mix.premaster_gain_db, 3), stems=_parts(parts)
    )


def rendered_answer(
    output: str, plan: RemixPlan, mix: Mix, energy: Energy, parts: Iterable[Exported]
) -> RenderedAnswer:
    return RenderedAnswer(
        output=output,
        plan=plan,
        duration_s=mix.audio.duration_s,
        loudness_lufs=round(mix.loudness_lufs, 2),
        peak_dbtp=round(mix.peak_dbtp, 2),
        on_target=mix.on_target,
        premaster_gain_db=round(mix.premaster_gain_db, 3),
        energy=energy,
        stems=_parts(parts),
    )


def _parts(parts: Iterable[Exported]) -> list[PartAnswer]:
    return [
        PartAnswer(
            name=part.name,
            file=part.file,
            origin=part.origin,
            stem=part.stem,
            treated_by=list(part.treated_by),
            soundfont=part.soundfont,
            sounds=part.sounds,
        )
        for part in parts
    ]
