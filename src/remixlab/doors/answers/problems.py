"""Errors as they are told: by the API as problem+json (RFC 9457), by `--json` under `error`, by a failed job."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from remixlab.doors.answers.answer import Answer
from remixlab.doors.answers.decisions import DecisionAnswer
from remixlab.doors.answers.provenance import MatchAnswer


class PromptIdea(Answer):
    """A prompt that is open instead of a refused one."""

    prompt: str


class _Told(Answer):
    """What every form of an error tells; what does not belong to it is left out."""

    code: Annotated[str, Field(description="Stable; docs/errors.md lists them all.", examples=["rights.refused.genre"])]
    message: str
    hint: str = ""
    decision: Annotated[
        DecisionAnswer | None, Field(description="Of a refusal: who decided, and what is open instead.")
    ] = None
    decided_by: str | None = None
    use: Annotated[
        str | None, Field(description="The scope that was refused first; `prompt` where the words were.")
    ] = None
    request_id: Annotated[str | None, Field(description="What waits for a yes.")] = None
    alternatives: Annotated[list[PromptIdea] | None, Field(description="Prompts that are open instead.")] = None
    mistakes: Annotated[list[str] | None, Field(description="Everything that is wrong with what was sent.")] = None
    suggestions: Annotated[list[str] | None, Field(description="Prompts that would be understood.")] = None
    skipped: Annotated[list[str] | None, Field(description="Words that were not understood.")] = None
    source: Annotated[str | None, Field(description="The recording that the prompt was for.")] = None
    matches: Annotated[list[MatchAnswer] | None, Field(description="Where a result sounds like another recording.")] = (
        None
    )
    retry_after_s: Annotated[int | None, Field(description="Seconds after which it may be asked again.")] = None
    action: Annotated[str | None, Field(description="What whoever asks may not do.")] = None


class ErrorAnswer(_Told):
    """An error as it is kept with a job, and printed by `--json`."""

    kind: Annotated[str | None, Field(description="The class of the error.")] = None


class Problem(_Told):
    """An error as the API tells it. Source: RFC 9457, with stable members beside it."""

    type: str
    title: str
    status: int
    detail: str
    error_id: Annotated[str | None, Field(description="Of a mistake of ours: what its log entry is found by.")] = None
