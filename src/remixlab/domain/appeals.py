"""A prompt that was refused, kept so that the refusal can be looked at again; its words only for as long as
configured.
"""

from __future__ import annotations

from pydantic import AwareDatetime

from remixlab.domain.value import Value


class RefusedPrompt(Value):
    """`words` is None once it was forgotten; the digest still tells the same prompt again."""

    prompt_id: str
    listener: str
    at: AwareDatetime
    code: str
    digest: str
    """SHA-256 of the words."""
    words: str | None
    forget_at: AwareDatetime
