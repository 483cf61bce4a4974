"""`remixlab demo`: the whole job once, in front of everybody: a catalogue, a remix, a cover."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remixlab.app import Workspace
    from remixlab.domain.ports.process import Progress

WISHES = (
    ("QZRLB2600001", "remix", "80s synthwave, keep the vocals, faster chorus"),
    ("QZRLB2600002", "cover", "a bossa nova cover on nylon guitar, one tone lower"),
)


def run_demo(workspace: Workspace, out: Path, progress: Progress) -> dict[str, Any]:
    """Make the catalogue, then one remix and one cover from prompts; the files go to `out`."""
    from remixlab.doors.cli.files import write_whole
    from remixlab.usecases.catalogue import make_demo, what_is_open
    from remixlab.usecases.making import RemixOrder, deliver

    recordings = make_demo(workspace.context, progress)
    out.mkdir(parents=True, exist_ok=True)
    territory = workspace.settings.territory
    made: list[dict[str, Any]] = []
    for source, kind, prompt in WISHES:
        order = RemixOrder.model_validate(
            {
                "source": source,
                "prompt": prompt,
                "kind": kind,
                "territory": territory,
                "share": "public",
                "at": workspace.context.clock.now(),
            }
        )
        finished = workspace.make(order, progress)
        path = out / f"{source}-{kind}.flac"
        write_whole(path, deliver(finished, "flac", workspace.context))
        made.append(workspace.answer(finished, str(path)))
    standing = [what_is_open(r, workspace.context, user="me", territory=territory) for r in recordings]
    items = [
        {"recording_id": r.recording_id, "isrc": r.isrc, "title": r.title, "artist": r.artist, "state": s.sentence}
        for r, s in zip(recordings, standing, strict=True)
    ]
    return {"recordings": items, "made": made}
