"""A finished remix as the API answers it."""

from __future__ import annotations

from typing import Any

from remixlab.domain.remix import Remix
from remixlab.doors.api.shapes import RemixAnswer


def answer_of(remix: Remix, recording: Any) -> RemixAnswer:
    url = f"/v1/remixes/{remix.remix_id}"
    tree = remix.to_dict()
    kept = {name: tree[name] for name in RemixAnswer.model_fields if name in tree}
    source = {"recording_id": recording.recording_id, "title": recording.title, "artist": recording.artist, "isrc": recording.isrc}
    return RemixAnswer.model_validate(
        {**kept, "source": source, "audio_url": f"{url}/audio", "peaks_url": f"{url}/peaks", "share_url": f"/r/{remix.remix_id}"}
    )
