"""A shelf: what an account brought as its own, under the names that it gave. Nobody else sees those names."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field

from remixlab.domain.rights.parties import Recording
from remixlab.domain.value import Value


class ShelfEntry(Value):
    """One file on one account's shelf: several accounts may have brought the same file, or an owner may have since."""

    recording_id: str
    account: Annotated[str, Field(min_length=1, max_length=200)]
    title: str
    artist: str
    since: AwareDatetime

    def names(self, recording: Recording) -> Recording:
        """The recording as this account sees it: under its own names, and its own unless an owner delivered it."""
        theirs = {} if recording.attested_by is None else {"attested_by": self.account, "attestation": "claimed"}
        return recording.model_copy(update={"title": self.title, "artist": self.artist, **theirs})
